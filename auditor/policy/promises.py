"""What a policy says of countries and of children: a document goes in, the countries of its transfers and the age come out."""

import re
from dataclasses import dataclass
from functools import cache

from auditor.policy.clauses import Topic, topic_of
from auditor.policy.document import Document, Paragraph
from auditor.policy.patterns import any_of, bounded
from auditor.policy.structure import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """The clause on transfers abroad. Countries are ISO 3166 alpha-2, sorted; none where it names none."""

    countries: tuple[str, ...]
    paragraph: Paragraph


COUNTRIES = (
    ("AU", r"Australia|澳大利亚|澳洲"),
    ("BR", r"Brazil|巴西"),
    ("CA", r"Canada|加拿大"),
    ("CH", r"Switzerland|瑞士"),
    (
        "CN",
        r"(?:mainland )?China|the PRC|People's Republic of China|中国(?!香港|台湾|澳门)|中华人民共和国|中國(?!香港|台灣)|境内",
    ),
    ("DE", r"Germany|德国|德國"),
    ("ES", r"Spain|西班牙"),
    ("FI", r"Finland|芬兰|芬蘭"),
    ("FR", r"France|法国|法國"),
    ("GB", r"United Kingdom|the UK|Great Britain|英国|英國"),
    ("HK", r"Hong Kong|香港"),
    ("ID", r"Indonesia|印度尼西亚|印尼"),
    ("IE", r"Ireland|爱尔兰|愛爾蘭"),
    ("IN", r"India|印度(?!尼西亚)"),
    ("IT", r"Italy|意大利|義大利"),
    ("JP", r"Japan|日本"),
    ("KR", r"(?:South |Republic of )?Korea|韩国|韓國"),
    ("MY", r"Malaysia|马来西亚|馬來西亞"),
    ("NL", r"(?:the )?Netherlands|荷兰|荷蘭"),
    ("PL", r"Poland|波兰|波蘭"),
    ("RU", r"Russia(?:n Federation)?|俄罗斯|俄羅斯"),
    ("SE", r"Sweden|瑞典"),
    ("SG", r"Singapore|新加坡"),
    ("TH", r"Thailand|泰国|泰國"),
    ("TW", r"Taiwan|台湾|台灣|臺灣"),
    ("US", r"United States(?: of America)?|the USA?|U\.S\.A?\.?|美国|美國"),
    ("VN", r"Viet ?nam|越南"),
)
"""Countries by the names that policies give them, English and Chinese."""

_STORES = re.compile(
    any_of(
        r"\b(?:stor(?:e[sd]?|ing)|process(?:es|ed|ing)?|transfer(?:s|red|ring)?|hosted|located|servers?|data cent)",
        r"存储|存放|储存|儲存|传输|傳輸|转移|轉移|处理|處理|服务器|伺服器|出境|跨境|提供",
    ),
    re.IGNORECASE,
)
_AGE = (
    re.compile(
        r"\b(?:under|below|younger than|not yet)\s(?:the\s)?(?:age\s(?:of\s)?)?(?P<age>\d{1,2})\b(?!\s*(?:days?|months?|hours?))",
        re.IGNORECASE,
    ),
    re.compile(r"\b(?P<age>\d{1,2})\s(?:years\s)?(?:of age\s)?or (?:under|younger)\b", re.IGNORECASE),
    re.compile(r"(?:未满|不满|未滿|不滿|低于|小于|低於|小於)\s*(?P<age>\d{1,2}|十[一二三四五六七八]?)\s*(?:周岁|周歲|岁|歲)"),
    re.compile(r"(?P<age>\d{1,2}|十[一二三四五六七八]?)\s*(?:周岁|周歲|岁|歲)(?:\([^()]{0,8}\))?(?:以下|之下)"),
)
_OLDEST = 21
_ONES = "一二三四五六七八九"


def transfer(document: Document, foreign: frozenset[int] = frozenset()) -> Transfer | None:
    """The first clause on transfers abroad, with every country that clauses on storage and transfer name; None without either.

    `foreign` are the paragraphs (by identity) that are entries of parties: their countries are no promise of the operator's.
    """
    clauses = [paragraph for paragraph in document.paragraphs if id(paragraph) not in foreign and _is_about(paragraph)]
    named = [(paragraph, _countries(paragraph.plain)) for paragraph in clauses]
    countries = sorted({country for _, found in named for country in found})
    first = next((paragraph for paragraph in clauses if topic_of(paragraph) is Topic.TRANSFER), None)
    first = first or next((paragraph for paragraph, found in named if found), None)
    return Transfer(countries=tuple(countries), paragraph=first) if first else None


def _is_about(paragraph: Paragraph) -> bool:
    """Whether a paragraph speaks of where data are kept or sent to, and of no company's address."""
    if paragraph.kind is Kind.HEADING or not _STORES.search(paragraph.plain):
        return False
    return topic_of(paragraph) in (Topic.TRANSFER, Topic.RETENTION) or bool(_ABROAD.search(paragraph.plain))


_ABROAD = re.compile(r"\b(?:stored|processed|transferred) in\b|存储(?:于|在)|儲存(?:於|在)|传输至|传输到|傳輸至", re.IGNORECASE)


def _countries(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found.lastgroup or "" for found in _pattern().finditer(text)))


@cache
def _pattern() -> re.Pattern[str]:
    # "the US" in capitals only: "the us" is a slip of the pen for people.
    return re.compile("|".join(f"(?P<{code}>{bounded(words)})" for code, words in COUNTRIES))


def child_age(document: Document) -> int | None:
    """The age below which the policy says that it collects nothing; None where it names none."""
    for paragraph in document.paragraphs:
        if topic_of(paragraph) is not Topic.CHILDREN:
            continue
        for pattern in _AGE:
            found = pattern.search(paragraph.plain)
            age = _number(found["age"]) if found else 0
            if 1 <= age <= _OLDEST:
                return age
    return None


def _number(text: str) -> int:
    """A number in digits, or 十四 and its kin."""
    if text.isdecimal():
        return int(text)
    ones = text.removeprefix("十")
    return 10 + (_ONES.index(ones) + 1 if ones else 0)
