"""What each paragraph is about: its topic, the term it defines, the data it says are collected. Paragraphs in, clauses out."""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from auditor.policy.document import Document, Paragraph
from auditor.policy.lexicon import data_hits, data_ids
from auditor.policy.list_entries import is_list_entry
from auditor.policy.patterns import any_of, phrase
from auditor.policy.structure import Kind


class Topic(StrEnum):
    """The clauses that a privacy policy can have."""

    COLLECTION = "collection"
    PURPOSES = "purposes"
    RETENTION = "retention"
    SHARING = "sharing"
    COOKIES = "cookies"
    RIGHTS = "rights"
    SECURITY = "security"
    CHILDREN = "children"
    CHANGES = "changes"
    TRANSFER = "transfer"
    CONTACT = "contact"
    DEFINITIONS = "definitions"
    PARTIES = "parties"
    LEGAL_BASIS = "legal_basis"
    COMPLAINT = "complaint"


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """A paragraph that says what a term means."""

    term: str
    paragraph: Paragraph
    items: tuple[str, ...]
    """The kinds of data that it lists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """A paragraph that says which data are collected."""

    paragraph: Paragraph
    items: tuple[str, ...]
    purpose: str
    """The words that introduce a purpose; empty where there are none."""


_OVERVIEW = re.compile(r"overview|introduction|about this|前言|引言|概述|摘要|前⾔|總覽", re.IGNORECASE)
_TITLES = (
    (Topic.DEFINITIONS, r"definitions?|glossary|terms used|定义|名词解释|術語|定義"),
    (
        Topic.PARTIES,
        r"sdks?|third[- ]part(?:y|ies) (?:service|sdk|provider|partner|list)|service providers|sub-?processors|our providers",
    ),
    (Topic.PARTIES, r"第三方(?:sdk|服务|合作|清单|目录|信息共享|服務)|共享清单|合作方|合作廠商"),
    (Topic.CHILDREN, r"child(?:ren)?|minors?|未成年|儿童|兒童"),
    (Topic.TRANSFER, r"transfers?|cross-border|international|abroad|overseas|跨境|出境|境外|全球转移|全球范围"),
    (Topic.COOKIES, r"cookies?|tracking technolog"),
    (Topic.RETENTION, r"retain|retention|how long|stor(?:e|age)|保存|存储|保留|儲存"),
    (Topic.SECURITY, r"protect|secur|safeguard|保护您|安全|保護"),
    (Topic.SHARING, r"shar(?:e|ing)|disclos|recipients?|共享|转让|披露|委托|分享|揭露"),
    (Topic.COMPLAINT, r"complain|投诉|申诉"),
    (Topic.RIGHTS, r"rights?|choices?|access and control|您的权利|管理您|权利|權利"),
    (Topic.CHANGES, r"changes?|updates?|revis|amend|变更|更新|修订|變更"),
    (Topic.CONTACT, r"contact|reach us|联系|聯絡|联络"),
    (Topic.LEGAL_BASIS, r"legal bas|lawful bas|法律依据|合法性"),
    (Topic.PURPOSES, r"(?:how|why) (?:do )?we (?:use|process)|use of|purposes?|如何使用|使用目的|使用您"),
    (Topic.COLLECTION, r"collect|information we|what (?:personal )?(?:data|information)|收集|哪些信息|蒐集"),
)
"""Topics by the words of a title; the first row that matches decides."""

_TEXTS = (
    (Topic.CHILDREN, r"\bchildren\b|under the age of|\bminors?\b|未成年人|儿童|兒童"),
    (Topic.TRANSFER, r"transfer[^.]{0,60}(?:countr|abroad|overseas|outside)|outside (?:of )?(?:china|the eu|your country)"),
    (Topic.TRANSFER, r"跨境|出境|境外|其他国家|其他國家"),
    (Topic.RETENTION, r"\b(?:retain|keep|store)s?\b[^.]{0,80}\b(?:data|information|long|period|days|months|years?)\b|儲存期"),
    (Topic.RETENTION, r"(?:保存|存储)期限|保留[^。]{0,12}(?:信息|资料|数据)|保存[^。]{0,16}(?:信息|资料|数据|期|年|月|日|天)"),
    (Topic.SECURITY, r"security measures|encrypt|firewall|安全措施|加密|防火墙"),
    (Topic.COMPLAINT, r"complain|supervisory authority|投诉|举报|申诉|監管機關"),
    (Topic.LEGAL_BASIS, r"legal bas[ie]s|lawful bas|article 6|performance of (?:a|our|the) contract"),
    (Topic.LEGAL_BASIS, r"法律依据|合法性基础|法律基础|履行合同所必需"),
    (Topic.CHANGES, r"(?:change|revise|update|amend|modify)[^.]{0,40}(?:this|the|our) (?:privacy )?policy"),
    (Topic.CHANGES, r"(?:修订|更新|变更|修改)[^。]{0,10}(?:本|隐私)?政策|政策[^。]{0,12}(?:修订|更新|变更|變更)"),
    (
        Topic.SHARING,
        r"\bshare\b[^.]{0,60}\bwith\b|disclose[^.]{0,60}\bto\b|(?:与|向)[^。]{0,30}(?:共享|披露|提供给|分享)|第三方共享",
    ),
    (Topic.CONTACT, r"contact us|reach us|联系我们|与我们联系|聯絡我們"),
    (Topic.RIGHTS, r"right to|you (?:can|may) (?:view|access|correct|modify|delete|withdraw|decline)"),
    (Topic.RIGHTS, r"您(?:有权|可以)[^。]{0,20}(?:查看|查阅|更正|修改|删除|撤回|拒绝)|您可以拒绝"),
    (Topic.COOKIES, r"cookies?(?![A-Za-z])"),
    (Topic.COLLECTION, r"\bcollect|\bgather|收集|获取您|用到|蒐集"),
    (Topic.PURPOSES, r"(?:to|we) (?:provide|improve) (?:you )?(?:the|our) services|we (?:may )?(?:use|process) your"),
    (Topic.PURPOSES, r"(?:提供|改进|改善)(?:我们的)?服务"),
)
"""Topics by a paragraph's own words, where its title says nothing."""

_DEFINES = re.compile(
    any_of(
        r"^[\"“「]?(?P<en>[A-Z][A-Za-z /'-]{1,50}?)[\"”」]?\s*(?:[-–—:]+\s*)?(?:means|refers? to|shall mean|is defined as)\b",
        r"^[\"“「]?(?P<zh>[\u3400-\u9fffA-Za-z ]{2,20}?)[\"”」]?\s*[:,—]*\s*(?:是指|系指|係指|指的是|指(?=[\u3400-\u9fff]{4}))",
    )
)
_COLLECTS = phrase(
    r"\b(?:collect|gather|obtain|receive|record|request|require|ask (?:you )?for|use your|access your|fill in|read)",
    r"\b(?:provide us|you provide)",
    r"收集|获取|填写|提供您|您提供|要求您|用到|读取|记录|采集|蒐集|使用您的|访问您的",
)
_VERBS = any_of(
    r"identify|verify|authenticate|send|provide|improve|process|contact|deliver|protect|prevent|create|complete|enable|personali[sz]e",
    r"show|respond|reply|fulfil|analy[sz]e|detect|register|support|notify|display|calculate|pair|connect|print|ship|answer|secure|set",
    r"sign|log|navigate|measure|check|recogni[sz]e|translate|play|search|manage|find|keep|offer|bill|charge|remember|diagnose|fix|recover|sync|restore|reset|confirm|let|help|ensure",
)
_PURPOSE = phrase(
    r"\b(?:in order to|so (?:that|as to)|for the purposes? of|the purpose\b|purposes?:|because\b)",
    r"\b(?:necessary|needed|required|used?|uses|serves?) (?:to|for)\b",
    rf"\bto (?:{_VERBS})\b",
    r"\bfor (?:security|fraud|billing|delivery|login|registration|verification|support|troubleshooting)\b",
    r"以便|以(?:鉴别|识别|验证|实现|保障|提供|改进|改善|确保|完成|向|用于)|用于|为了|目的|用来|从而|便于",
    r"为(?:实现|完成|保障|改进|确保)|用於|為了",
)
_LISTED = re.compile(r"[^:.。;]{2,40}:\s*\S")
_NO_COLLECTION = phrase(
    r"\b(?:do not|does not|don't|never|will not) (?:knowingly )?(?:collect|gather|obtain|request)",
    r"不(?:会|再)?(?:收集|获取|采集)",
)
_OTHER_CLAUSES = frozenset(Topic) - {Topic.COLLECTION, Topic.PURPOSES}
_OTHER_TEXTS = _OTHER_CLAUSES - {Topic.RIGHTS}


def topic_of(paragraph: Paragraph) -> Topic | None:
    """What a paragraph is about: a definition by its form, else by its section's title, else by its own words."""
    if definition_of(paragraph):
        return Topic.DEFINITIONS
    if _OVERVIEW.search(paragraph.section):
        return None
    return _first(_TITLES, paragraph.section) or _first(_TEXTS, paragraph.plain)


def topics(document: Document, language: str, foreign: frozenset[int] = frozenset()) -> dict[Topic, Paragraph]:
    """The topics that the text of a language covers, each with its first paragraph. A title alone covers nothing.

    `foreign` are the paragraphs (by identity) that speak of other parties: they cover nothing of the operator's own.
    """
    found: dict[Topic, Paragraph] = {}
    for paragraph in document.of(language):
        if paragraph.kind is Kind.HEADING or id(paragraph) in foreign or _OVERVIEW.search(paragraph.section):
            continue
        for topic in (topic_of(paragraph), _first(_TEXTS, paragraph.plain)):
            if topic is not None:
                found.setdefault(topic, paragraph)
    return found


def definition_of(paragraph: Paragraph) -> Definition | None:
    """The term that a paragraph defines."""
    if paragraph.kind is Kind.ROW:
        return None
    found = _DEFINES.match(paragraph.body[:120])
    if not found:
        return None
    term = (found["en"] or found["zh"]).strip()
    return Definition(term=term, paragraph=paragraph, items=data_ids(paragraph.body[found.end() :]))


def definitions(document: Document) -> tuple[Definition, ...]:
    """Every definition, in order."""
    return tuple(found for paragraph in document.paragraphs if (found := definition_of(paragraph)))


def collections(document: Document, foreign: frozenset[int] = frozenset()) -> tuple[Collection, ...]:
    """Every paragraph that says which data the controller collects, in order; `foreign` ones (by identity) left out."""
    found: list[Collection] = []
    lead = ""
    for paragraph in document.paragraphs:
        is_listed = _is_listed_as_collected(paragraph)
        if not is_listed:
            lead = paragraph.plain
        if id(paragraph) not in foreign and (collection := _collection(paragraph, lead if is_listed else "")):
            found.append(collection)
    return tuple(found)


def _collection(paragraph: Paragraph, lead: str) -> Collection | None:
    """The collection of a paragraph; what announces its list (`lead`) may give the purpose."""
    if paragraph.kind is Kind.HEADING or not (_says_collected(paragraph) or _is_listed_as_collected(paragraph)):
        return None
    if _is_other_clause(paragraph) or _NO_COLLECTION.search(paragraph.plain):
        return None
    items = data_ids(paragraph.plain)
    if not items:
        return None
    purpose = _PURPOSE.search(paragraph.plain) or _PURPOSE.search(lead)
    return Collection(paragraph=paragraph, items=items, purpose=purpose[0] if purpose else "")


def _says_collected(paragraph: Paragraph) -> bool:
    return paragraph.kind is not Kind.ROW and bool(_COLLECTS.search(paragraph.plain))


def _is_listed_as_collected(paragraph: Paragraph) -> bool:
    """Whether it is an item, a row or a `kind: data` line below a title like `What we collect`: the title says the verb."""
    is_listed = paragraph.kind in (Kind.ITEM, Kind.ROW) or paragraph.marker is not None or bool(_LISTED.match(paragraph.body))
    return is_listed and _first(_TITLES, paragraph.section) is Topic.COLLECTION


def _is_other_clause(paragraph: Paragraph) -> bool:
    """Whether the paragraph names data in another role: a definition, a party, a security hint."""
    if definition_of(paragraph) or is_list_entry(paragraph):
        return True
    title = _first(_TITLES, paragraph.section)
    return title in _OTHER_CLAUSES if title else _first(_TEXTS, paragraph.plain) in _OTHER_TEXTS


def first_item(paragraph: Paragraph) -> int:
    """The offset of the first kind of data that a paragraph names, or 0."""
    hits = data_hits(paragraph.plain)
    return hits[0].start if hits else 0


def _first(table: tuple[tuple[Topic, str], ...], text: str) -> Topic | None:
    return next((topic for topic, pattern in _compiled(table) if pattern.search(text)), None)


@cache
def _compiled(table: tuple[tuple[Topic, str], ...]) -> tuple[tuple[Topic, re.Pattern[str]], ...]:
    return tuple((topic, re.compile(rf"(?<![A-Za-z])(?:{pattern})", re.IGNORECASE)) for topic, pattern in table)
