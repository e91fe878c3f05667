"""The names of companies: their legal forms, their brands, and whether two names mean the same. Strings in, facts out."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from auditor.policy.language import simplified
from auditor.policy.legal_forms import LEGAL_FORM

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


_NOWHERE = ("", "")
_TELLING = 5
"""Letters of a word that names a company together with its city; shorter ones are common syllables."""
_TRANSLATIONS = {
    "微信支付": "WeChat Pay",
    "微信": "WeChat",
    "新浪微博": "Weibo",
    "微博": "Weibo",
    "抖音": "Douyin",
    "银联": "UnionPay",
    "云闪付": "UnionPay Quick Pass",
    "高德地图": "AMap",
    "百度地图": "Baidu Maps",
    "百度统计": "Baidu Analytics",
    "腾讯地图": "Tencent Maps",
}
"""Services that policies name without their company, in Chinese and in English."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownParty:
    """A party that the catalog knows, with the names by which texts call it."""

    party: str
    names: tuple[str, ...]


def is_legal_entity(name: str) -> bool:
    """Whether a folded name has a legal form (Inc., Ltd., GmbH, 公司 ...). Brands and groups have none."""
    return bool(LEGAL_FORM.search(name) or _LEGAL_HAN.search(name))


def has_han(text: str) -> bool:
    """Whether there is a Chinese character."""
    return bool(_HAN.search(text))


def traits(name: str) -> frozenset[str]:
    """What two names of one company share at least one of: whole forms, words and brands."""
    latin = normal_form(name)
    return frozenset(trait for trait in (_translated(name), latin, *latin.split(" "), brand_of(name)) if trait)


@lru_cache(maxsize=8192)
def brand_of(name: str) -> str:
    """What is left of a name without its city, legal form and trade words; the name itself where nothing is left."""
    outside = re.sub(r"\([^)]*\)", " ", name).strip() or name
    if has_han(outside):
        outside = simplified(outside)
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
    if _translated(left) == _translated(right):
        return True
    latin_left, latin_right = normal_form(left), normal_form(right)
    if latin_left and latin_left == latin_right:
        return True
    if has_han(left) and has_han(right):
        return brand_of(left) == brand_of(right)
    short, long = sorted((latin_left, latin_right), key=len)
    return len(short) >= 3 and short in long.split(" ")


@lru_cache(maxsize=8192)
def _translated(name: str) -> str:
    """A service's English name where it is known by another one in Chinese; else the name itself."""
    return _TRANSLATIONS.get(simplified(name), name).casefold()


@lru_cache(maxsize=4096)
def known_id(name: str, known: tuple[KnownParty, ...]) -> str | None:
    """The catalog's id of a company: the entry with the longest name that stands in this one."""
    name = simplified(name)
    found = [(len(alias), party) for alias, party, pattern in _patterns(known) if pattern.search(name)]
    if found:
        return max(found, key=lambda one: one[0])[1]
    if has_han(name):
        return None
    return _by_form(known).get(normal_form(name)) or _by_place(known).get(_place_and_word(name))


@cache
def _by_form(known: tuple[KnownParty, ...]) -> dict[str, str]:
    """The ids by names without legal form: the text may write `Mixpanel` where the catalog has `Mixpanel, Inc.`."""
    forms = {form: entry.party for entry in known for alias in entry.names if (form := normal_form(alias)) and not has_han(alias)}
    return {form: party for form, party in forms.items() if len(form) >= 3}


@cache
def _by_place(known: tuple[KnownParty, ...]) -> dict[tuple[str, str], str]:
    """The ids by the city and the first telling word that a registered name begins with, where only one party has both."""
    found: dict[tuple[str, str], set[str]] = {}
    for entry in known:
        for alias in entry.names:
            if not has_han(alias) and (key := _place_and_word(alias)) != _NOWHERE:
                found.setdefault(key, set()).add(entry.party)
    return {key: next(iter(parties)) for key, parties in found.items() if len(parties) == 1}


def _place_and_word(name: str) -> tuple[str, str]:
    """`Shanghai Acmelan Information Technology Co., Ltd.`: shanghai, acmelan. Nothing for a name of another form."""
    words = [word.lower() for word in _LATIN_WORD.findall(name)[:2]]
    telling = len(words) == 2 and words[0] in _PLACES and len(words[1]) >= _TELLING and words[1] not in _GENERIC
    return (words[0], words[1]) if telling and is_legal_entity(name) else _NOWHERE


@cache
def _patterns(known: tuple[KnownParty, ...]) -> tuple[tuple[str, str, re.Pattern[str]], ...]:
    return tuple((alias, entry.party, named(alias)) for entry in known for alias in entry.names)


@cache
def named(alias: str) -> re.Pattern[str]:
    """Matches a name: a Latin one as whole words in any case, a Chinese one anywhere."""
    escaped = re.escape(alias)
    return re.compile(escaped if has_han(alias) else rf"(?<![A-Za-z0-9]){escaped}(?![A-Za-z0-9])", re.IGNORECASE)
