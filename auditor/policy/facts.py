"""What a policy says of itself: title, version, date, controller, products, contact. A document goes in, facts come out."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from auditor.policy.document import Document, Paragraph
from auditor.policy.entries import addresses
from auditor.policy.lexicon import purposes_of
from auditor.policy.patterns import phrase
from auditor.policy.running_names import LegalName, legal_names
from auditor.policy.structure import Kind

_VERSION = phrase(
    r"\b(?:version|ver\.?)\s*:?\s*(?P<v>v?\d+(?:\.\d+){0,3})",
    r"版本(?:号|號)?\s*:?\s*第?\s*(?P<z>v?\d+(?:\.\d+){0,3})",
    r"[(]\s?v\.?\s?(?P<s>\d+(?:\.\d+){0,3})\s?[)]",
)
_BARE_VERSION = phrase(r"(?:^|[\s(])v(\d+(?:\.\d+){1,3})(?![\w.])")
"""Without a word for it; it counts beside the text's date."""
_VERSION_LIMIT = 200
_DATE_WORDS = phrase(
    r"effective|last (?:updated|revised|modified)|updated on|in(?:to)? force|takes? effect|date of",
    r"生效|更新(?:日期|时间|日)|最近更新|发布日期|施行|生效日",
)
_DATE_LIMIT = 400
"""Characters of a paragraph that can be about the text's own date."""
_BEFORE_WORD = 40
"""Characters in which a date may stand before its word: `on 1 May 2026 this policy comes into force`."""
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?P<{0}>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DATES = (
    re.compile(r"民[国國]\s*(?P<roc>\d{2,3})\s*年\s*(?P<m>\d{1,2})\s*月\s*(?P<d>\d{1,2})"),
    re.compile(r"(?P<y>(?:19|20)\d\d)\s*[-/.年]\s*(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})"),
    re.compile(rf"(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? {_MONTH.format('n')},? (?P<y>(?:19|20)\d\d)", re.IGNORECASE),
    re.compile(rf"{_MONTH.format('n')} (?P<d>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<y>(?:19|20)\d\d)", re.IGNORECASE),
)
_CONTROLLER = phrase(
    r"data controller|\bresponsible for (?:the |all |any |this )?(?:data )?processing\b",
    r"\bcontroller (?:is|of)\b|hereinafter (?:referred to as )?[(\"“]*(?:we|us)\b",
    r"[(\"“](?:we|us|the company)[\"”]|\b(?:we|us)\s?[(](?=[A-Z])",
    r"(?:我们|我們)\s?[(]|本公司|[\"“「『](?:我们|我們)[\"”」』]",
    r"以下(?:简称|統稱|統称|简稱|簡稱)?[\"“]?(?:称为)?[\"“]?我们|运营者|(?:个人信息)?(?:处理者|控制者)|以下簡稱",
)
_MADE = r"(?:owned|operated|provided|developed|published|run)(?: and \w+)? by\b"
_PRODUCT_MADE = phrase(
    rf"\b(?:this|the|our)\s(?:[\w-]+\s){{0,3}}?(?:app|application|software|product|device|site|website|platform|policy)s?\b[^.;]{{0,40}}{_MADE}",
    r"\b(?:operates|publishes|develops|makes|runs) (?:the|this|our)\b",
    r"本(?:应用|應用|软件|軟體|产品|產品|服务|服務|平台|网站|網站|程序|程式|app|公众号|小程序)[^。;]{0,30}?由[^。;]{2,40}(?:运营|開發|开发|提供|營運)",
)
_SERVICE_MADE = phrase(_MADE, r"由[^。]{2,40}(?:运营|开发|提供|營運|開發)")
_NAMED_SHORT = phrase(
    r"[(][^()\"“”]{0,60}[\"“][A-Z][\w .&-]{1,30}[\"”][)]|\b(?:offered|made|supplied|maintained|created|issued) by\b",
    r"\btrading as\b|\ba company (?:registered|incorporated)\b",
    r"\b(?:this (?:policy|notice|statement)|we are|welcome to|thank you for)\b",
    r"(?:以下|下)(?:统|合|並|并)?(?:简|簡)?(?:称|稱)|欢迎使用|歡迎使用|本(?:政策|声明|聲明|协议)(?:由|适用于|適用於)",
)
_REACHED = phrase(
    r"\b(?:contact|write to|address|registered office|reach us)\b|©|copyright", r"联系|聯絡|聯繫|地址|注册地|版权所有"
)
_SHARING_TITLE = phrase(
    r"\b(?:shar(?:e|ing)|third[- ]part|sdks?|providers?|processors?|recipients?|partners?|vendors?|disclos)",
    r"共享|委托|委託|第三方|合作|分享|转让|SDK",
)
_WE_BEHIND = re.compile(r"\s*[(][^()]{0,40}[\"“](?:we|us|我们|我們)[\"”]", re.IGNORECASE)
_PRODUCTS = phrase(r"\bincluding (?P<list>[^.;]{4,160}(?:software|app|apps|application))")
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@(?P<domain>[A-Za-z0-9.-]{1,253}\.[A-Za-z]{2,24})")
_TITLE = phrase(r"privacy (?:policy|notice|statement)", r"隐私(?:权)?(?:政策|声明|协议)|隱私權?(?:政策|聲明)|个人信息保护政策")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """A date that a text gives as its own."""

    iso: str
    paragraph: Paragraph
    offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """An e-mail address or a web address of the controller."""

    address: str
    domain: str
    paragraph: Paragraph
    offset: int

    @property
    def is_mail(self) -> bool:
        """Whether it is an e-mail address."""
        return "@" in self.address


def titles(document: Document) -> dict[str, str]:
    """The title in each language."""
    found: dict[str, str] = {}
    for paragraph in document.paragraphs:
        if len(paragraph.plain) <= 80 and _TITLE.search(paragraph.plain):
            found.setdefault(paragraph.language, paragraph.text.strip(" #*"))
    return found


def version(document: Document) -> str:
    """The version, without a leading v; empty where none is given."""
    for pattern in (_VERSION, _BARE_VERSION):
        for paragraph in document.paragraphs:
            found = pattern.search(paragraph.plain) if len(paragraph.plain) <= _VERSION_LIMIT else None
            if found and (pattern is _VERSION or _DATE_WORDS.search(paragraph.plain)):
                return next(group for group in found.groups() if group).lstrip("vV")
    return ""


def effective_dates(document: Document) -> tuple[Dated, ...]:
    """The dates that the text calls effective or updated, or else gives beside its version, the first of each language."""
    found: dict[str, Dated] = {}
    for words in (_DATE_WORDS, _VERSION):
        for paragraph in document.paragraphs:
            word = words.search(paragraph.plain) if len(paragraph.plain) <= _DATE_LIMIT else None
            if word is None or paragraph.language in found:
                continue
            dated = _date_in(paragraph, word.start()) or _date_in(paragraph, max(0, word.start() - _BEFORE_WORD))
            if dated:
                found[paragraph.language] = dated
    return tuple(found.values())


def _date_in(paragraph: Paragraph, start: int) -> Dated | None:
    matches = [match for pattern in _DATES if (match := pattern.search(paragraph.plain, start))]
    for match in sorted(matches, key=lambda match: match.start()):
        groups = match.groupdict()
        month = groups.get("m") or str(_MONTHS.index(groups["n"][:3].lower()) + 1)
        try:
            iso = date(_year(groups), int(month), int(groups["d"])).isoformat()
        except ValueError:
            continue
        return Dated(iso=iso, paragraph=paragraph, offset=match.start())
    return None


def _year(groups: dict[str, str | None]) -> int:
    """The year of our era; year 1 of the Republic of China is 1912."""
    republic = groups.get("roc")
    return int(republic) + 1911 if republic else int(groups["y"] or 0)


class Operator(NamedTuple):
    """Who says that it runs the product: the name as written, and its place."""

    name: str
    paragraph: Paragraph
    offset: int


def controller_names(document: Document) -> tuple[Operator, ...]:
    """Who says that it is the operator, the first of each language first: a company with a legal form near such words.

    Where a language has no such words, weaker ones count: who makes the product, the first company that the text gives a short
    name, who stands where people are told whom to write to; none of them in a clause on sharing or on what a supplier does.
    """
    found: dict[str, list[Operator]] = {}
    for pattern, is_telling in _TELLING:
        for paragraph in document.paragraphs:
            if pattern is not _CONTROLLER and paragraph.language in found:
                continue
            words = pattern.search(paragraph.plain) if is_telling(paragraph) else None
            names = legal_names(paragraph.plain) if words else ()
            if words and names:
                name = min(names, key=lambda name: _distance(name, words))
                operator = Operator(paragraph.text[name.start : name.end], paragraph, name.start)
                found.setdefault(paragraph.language, []).append(operator)
    firsts = [operators[0] for operators in found.values()]
    return (*firsts, *(operator for operators in found.values() for operator in operators[1:] if _is_we(operator)))


def _is_own_clause(paragraph: Paragraph) -> bool:
    """Whether a paragraph can speak of the operator: no list entry, and under no title on sharing."""
    return paragraph.marker is None and paragraph.kind is not Kind.ROW and not _SHARING_TITLE.search(paragraph.section)


def _is_of_nobody_else(paragraph: Paragraph) -> bool:
    """Whether `provided by` can mean the operator: it speaks of no service that suppliers provide."""
    return _is_own_clause(paragraph) and not purposes_of(paragraph.plain)


_TELLING: tuple[tuple[re.Pattern[str], Callable[[Paragraph], bool]], ...] = (
    (_CONTROLLER, lambda _: True),
    (_PRODUCT_MADE, lambda _: True),
    (_NAMED_SHORT, _is_own_clause),
    (_SERVICE_MADE, _is_of_nobody_else),
    (_REACHED, _is_own_clause),
)
"""Words near which the operator stands, the surest first, each with the paragraphs in which they count."""


def _is_we(operator: Operator) -> bool:
    """Whether the text calls a further company `we`: a second controller."""
    start = operator.offset + len(operator.name)
    return bool(_WE_BEHIND.match(operator.paragraph.plain, start))


def _distance(name: LegalName, words: re.Match[str]) -> int:
    """Characters between a name and the words, on whichever side."""
    return max(name.start - words.end(), words.start() - name.end, 0)


def products(document: Document) -> tuple[str, ...]:
    """What the policy says that it covers, where a sentence lists it."""
    for paragraph in document.paragraphs[:60]:
        found = _PRODUCTS.search(paragraph.plain)
        if found and paragraph.language == "en":
            parts = re.split(r",\s*(?:and )?|\band\b", found["list"])
            return tuple(part.strip() for part in parts if part.strip() and part.strip() != "etc")
    return ()


def contacts(document: Document, foreign: frozenset[int], links: frozenset[str]) -> tuple[Contact, ...]:
    """The controller's own addresses: neither in `foreign` paragraphs (by identity) nor among the other parties' `links`."""
    found: list[Contact] = []
    for paragraph in document.paragraphs:
        if id(paragraph) in foreign:
            continue
        found.extend(
            Contact(address=mail[0], domain=mail["domain"].lower(), paragraph=paragraph, offset=mail.start())
            for mail in _EMAIL.finditer(paragraph.plain)
        )
        found.extend(
            Contact(address=address, domain=host_of(address), paragraph=paragraph, offset=max(0, paragraph.plain.find(address)))
            for address in (*paragraph.links, *addresses(paragraph.plain))
            if address not in links
        )
    return tuple(found)


def host_of(address: str) -> str:
    """The host of a web address, lower case."""
    return re.sub(r"^(?:https?:)?//", "", address, flags=re.IGNORECASE).split("/")[0].split(":")[0].lower()


def site_domain(host: str) -> str:
    """The name that is registered, as far as its form tells: the last two labels, three below a second level like co.uk."""
    labels = host.removeprefix("www.").split(".")
    double = len(labels) > 2 and labels[-2] in ("co", "com", "net", "org", "gov", "edu", "ac") and len(labels[-1]) == 2
    return ".".join(labels[-3:] if double else labels[-2:])
