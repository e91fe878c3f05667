"""The names of companies: their legal forms, their brands, and whether two names mean the same. Strings in, facts out."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

from auditor.policy.patterns import any_of

_LATIN_FORMS = any_of(
    r"Inc\b\.?|Incorporated|L\.?L\.?C\b\.?|Ltd\b\.?|Limited|Corp\b\.?|Corporation|Company|Co\.,?\s*Ltd\.?|Co\b\.?|PLC|plc|GmbH",
    r"AG|SE|KG|KGaA|UG|B\.?V\b\.?|N\.?V\b\.?|S\.?A\.?S\.?|S\.?A\b\.?|S\.?r\.?l\b\.?|S\.?p\.?A\b\.?|A/S|AB|Oy|ApS",
    r"Pty\b\.?|Pte\b\.?|K\.?K\b\.?|S\.?L\b\.?|LP|LLP|Unlimited",
)
_NAME_WORD = r"[A-Z0-9][\w&'.-]*(?:\([A-Za-z ]+\))?"
_LEGAL_NAME = re.compile(
    rf"(?<![A-Za-z0-9])(?P<name>(?:{_NAME_WORD}(?: (?:of|and|&|for|de) |,? )){{1,7}}(?:{_LATIN_FORMS}))(?![A-Za-z])"
)
_LEGAL_NAME_HAN = re.compile(r"(?P<name>[\u3400-\u9fff()]{2,40}?(?:有限责任公司|股份有限公司|有限公司))")
_BEFORE_NAME = re.compile(r".*(?:由|委托|使用|接入|包括|我们|合作方|本政策|提供给|共享给|控制者|处理者|运营者)")
LEGAL_FORM = re.compile(rf"(?<![A-Za-z])(?:{_LATIN_FORMS})(?![A-Za-z])")
_LEGAL_HAN = re.compile(r"公司|株式会社|合伙企业|事务所|研究院")
_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9&'.-]*")
_PLACES = frozenset(
    (
        "beijing",
        "shanghai",
        "shenzhen",
        "guangzhou",
        "hangzhou",
        "china",
        "hong",
        "kong",
        "singapore",
        "us",
        "uk",
        "ireland",
        "europe",
    )
)
_GENERIC = frozenset(
    (
        *("inc", "ltd", "limited", "llc", "co", "corp", "corporation", "company", "group", "gmbh", "holdings", "technology"),
        *(
            "technologies",
            "services",
            "service",
            "international",
            "network",
            "netcom",
            "computing",
            "computer",
            "systems",
            "financial",
        ),
        *(
            "information",
            "software",
            "enterprise",
            "communications",
            "number",
            "the",
            "and",
            "of",
            "pte",
            "pty",
            "plc",
            "bv",
            "ag",
        ),
        *("sdk", "api", "cloud", "mobile", "online", "data", "science", "electronic", "commerce", "digital", "media", "labs"),
    )
)
_CITIES = r"北京|上海|深圳|广州|杭州|浙江|广东|江苏|南京|成都|武汉|厦门|天津|北京市|上海市|深圳市|广州市|杭州市"
_HAN_GENERIC = re.compile(
    rf"(?:{_CITIES})市?|(?:信息|网络|科技|技术|软件|计算|计算机|系统|通信|在线|数据|服务|电子|商务|集团|股份|有限|责任|控股|分)+|公司"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownParty:
    """A party that the catalog knows, with the names by which texts call it."""

    party: str
    names: tuple[str, ...]


def is_legal_entity(name: str) -> bool:
    """Whether a folded name has a legal form (Inc., Ltd., GmbH, 公司 ...). Brands and groups have none."""
    return bool(LEGAL_FORM.search(name) or _LEGAL_HAN.search(name))


class LegalName(NamedTuple):
    """A company with its legal form in a running text."""

    text: str
    start: int
    end: int


def legal_names(text: str) -> tuple[LegalName, ...]:
    """The companies that a folded text names with their legal form."""
    found = [LegalName(match["name"], match.start("name"), match.end("name")) for match in _LEGAL_NAME.finditer(text)]
    for match in _LEGAL_NAME_HAN.finditer(text):
        lead = _BEFORE_NAME.match(match["name"])
        start = match.start() + (lead.end() if lead else 0)
        if match.end() - start > len("有限公司"):
            found.append(LegalName(text[start : match.end()], start, match.end()))
    return tuple(sorted(found, key=lambda name: name.start))


def has_han(text: str) -> bool:
    """Whether there is a Chinese character."""
    return bool(_HAN.search(text))


@lru_cache(maxsize=8192)
def brand_of(name: str) -> str:
    """What is left of a name without its city, legal form and trade words; the name itself where nothing is left."""
    outside = re.sub(r"\([^)]*\)", " ", name).strip() or name
    if has_han(outside):
        return _HAN_GENERIC.sub("", outside).strip(" ,()") or outside
    words = [word.strip(".,'") for word in _LATIN_WORD.findall(outside)]
    kept = [word for word in words if word.lower() not in _GENERIC and word.lower() not in _PLACES]
    return " ".join(kept[:2]) or outside


@lru_cache(maxsize=8192)
def normal_form(name: str) -> str:
    """The Latin part of a name for comparison: lower case, without punctuation and legal form."""
    words = [word.strip(".,'").lower() for word in _LATIN_WORD.findall(name)]
    return " ".join(word for word in words if word and word not in _GENERIC)


def same_company(left: str, right: str) -> bool:
    """Whether two folded names share their Latin or their Chinese part."""
    latin_left, latin_right = normal_form(left), normal_form(right)
    if latin_left and latin_left == latin_right:
        return True
    if has_han(left) and has_han(right):
        return brand_of(left) == brand_of(right)
    short, long = sorted((latin_left, latin_right), key=len)
    return len(short) >= 3 and short in long.split(" ")


@lru_cache(maxsize=4096)
def known_id(name: str, known: tuple[KnownParty, ...]) -> str | None:
    """The catalog's id of a company: the entry with the longest name that stands in this one."""
    found = [(len(alias), party) for alias, party, pattern in _patterns(known) if pattern.search(name)]
    return max(found, key=lambda one: one[0])[1] if found else None


@cache
def _patterns(known: tuple[KnownParty, ...]) -> tuple[tuple[str, str, re.Pattern[str]], ...]:
    return tuple((alias, entry.party, named(alias)) for entry in known for alias in entry.names)


@cache
def named(alias: str) -> re.Pattern[str]:
    """Matches a name: a Latin one as whole words in any case, a Chinese one anywhere."""
    escaped = re.escape(alias)
    return re.compile(escaped if has_han(alias) else rf"(?<![A-Za-z0-9]){escaped}(?![A-Za-z0-9])", re.IGNORECASE)
