"""Parties in list form: `Name - provides us with ...`, `名称——为我们提供……`. Paragraphs go in, the parts of an entry come out."""

import re
from dataclasses import dataclass

from auditor.policy.document import Paragraph
from auditor.policy.lexicon import purposes_of
from auditor.policy.names import KnownParty, has_han, is_legal_entity, known_id
from auditor.policy.patterns import any_of, phrase
from auditor.policy.running_names import legal_names
from auditor.policy.structure import Kind

_SEPARATOR = re.compile(r"\s+[-–—]{1,2}\s+|\s*——\s*|\s*—\s*|\s*:\s+|(?<=[\u3400-\u9fff)]):")
_SERVES = any_of(
    r"provides?|suppl(?:y|ies)|offers?|process(?:es)?|handles?|delivers?|sends?|hosts?|operates?|helps?",
    r"is used|are used|used (?:for|to)|enables?|manages?|runs?|stores?|powers?|performs?|measures?|collects?|receives?|carries",
    r"we (?:may |also |will |currently )*(?:use|rely|work|engage|share)",
    r"for (?:the )?(?:our|sending|processing|delivery|payment|hosting|push)|as our|our ",
)
_AFTER_COMPANY = re.compile(r"[*\"]*(?:\s?\([^()\d]{1,40}\))?[*\"]*(?:\s+[-–—]{1,2}\s+|\s*(?P<sign>——|—|:|,)\s*)")
"""Between a company's name and what it does; a product's name in brackets may stand first."""
_ASIDE_ONLY = re.compile(r"[*\"]*\s?\((?P<said>[^()]{3,80})\)\s*[.,;]?\s*")
"""What a company is for, in brackets, and nothing else behind its name."""
_PROVIDES = phrase(
    rf"^(?:(?:it|who|which|they) )?(?:also )?(?:{_SERVES})\b",
    r"^(?:为我们|向我们|为您|用于|用以|提供|我们(?:可能)?(?:也)?(?:会)?(?:使用|接入|委托)|负责|通过|帮助我们|協助|為我們|我們使用)",
)
_NAME_LIMIT = 100
_BRAND_LIMIT = 40
_SEVERAL = re.compile(r"[、,/;]|\band\b|[和及与與]", re.IGNORECASE)
_SMALL_WORDS = frozenset(("of", "and", "the", "for", "de", "du", "van", "von", "et", "y", "e", "a", "an", "in", "at"))
_GENERIC = frozenset(
    (
        *("payment", "payments", "service", "services", "provider", "providers", "processor", "processors", "analytics", "cloud"),
        *(
            "hosting",
            "partner",
            "partners",
            "third",
            "party",
            "parties",
            "third-party",
            "customer",
            "support",
            "marketing",
            "our",
        ),
        *(
            "advertising",
            "email",
            "e-mail",
            "data",
            "information",
            "personal",
            "account",
            "device",
            "technical",
            "usage",
            "other",
        ),
        *(
            "registration",
            "cookies",
            "cookie",
            "logs",
            "log",
            "vendor",
            "vendors",
            "affiliates",
            "push",
            "sms",
            "notifications",
            "website",
        ),
        *(
            "login",
            "security",
            "communication",
            "communications",
            "delivery",
            "shipping",
            "purpose",
            "purposes",
            "contact",
            "crash",
        ),
        *(
            "reporting",
            "database",
            "messaging",
            "with",
            "your",
            "consent",
            "companies",
            "storage",
            "maps",
            "tracking",
            "technologies",
            "beacons",
            "pixels",
            "tools",
            "sdks",
            "sdk",
            "apis",
            "platform",
            "platforms",
            "affiliate",
            "authorities",
            "advertisers",
            "merchants",
            "banks",
            "carriers",
            "couriers",
            "logistics",
            "insurers",
            "auditors",
            "lawyers",
            "developers",
            "distributors",
            "resellers",
            "dealers",
            "location",
            "professional",
        ),
    )
)
_GENERIC_HAN = re.compile(
    r"(?:信息|資訊|数据|服务|服務|目的|情况|方式|资料|提供商|服务商|合作伙伴|第三方|目录|清单|列表|政策|协议|功能|权限|类型|需求|商|方)$"
)
_NOT_A_NAME = re.compile(
    r"^(?:you|we|your|this|these|if|when|in|to|by|for|with|how|what|why|where|who)\b|我们|您|^(?:当|如|若|为|在|与|向|对)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListEntry:
    """The parts of one entry: offsets of the name in the paragraph, and what follows the separator."""

    start: int
    end: int
    description: str


def list_entry(paragraph: Paragraph, known: tuple[KnownParty, ...] = ()) -> ListEntry | None:
    """The entry that a paragraph is, or None. `known` are the parties whose brands count without a company's name."""
    if paragraph.kind is Kind.ROW:
        return None
    lead = paragraph.marker.length if paragraph.marker else 0
    entry = _company_first(paragraph, lead)
    if entry:
        return entry
    for separator in _SEPARATOR.finditer(paragraph.plain, lead, lead + _NAME_LIMIT + 4):
        description = paragraph.plain[separator.end() :]
        if not _PROVIDES.match(description):
            continue
        name = paragraph.plain[lead : separator.start()]
        if is_plausible_name(name) and len(legal_names(name)) < 2:
            return ListEntry(start=lead, end=separator.start(), description=description)
    return _brand_first(paragraph, lead, known)


def _brand_first(paragraph: Paragraph, lead: int, known: tuple[KnownParty, ...]) -> ListEntry | None:
    """An item of a known brand and what it is for, in a few words: `Firebase: crash reports`."""
    separator = _SEPARATOR.search(paragraph.plain, lead, lead + _BRAND_LIMIT)
    if separator is None or (paragraph.marker is None and paragraph.kind is not Kind.ITEM):
        return None
    name, description = paragraph.plain[lead : separator.start()], paragraph.plain[separator.end() :]
    if _SEVERAL.search(name) or is_legal_entity(name) or not is_plausible_name(name) or known_id(name, known) is None:
        return None
    is_short = len(description) <= _NAME_LIMIT and purposes_of(description)
    return ListEntry(start=lead, end=separator.start(), description=description) if is_short else None


def _company_first(paragraph: Paragraph, lead: int) -> ListEntry | None:
    """An item that begins with a whole company name and a separator, whatever then follows; of a comma only in an item."""
    name = next(iter(legal_names(paragraph.plain[lead : lead + _NAME_LIMIT])), None)
    if name is None or name.start > 2 or paragraph.plain[lead : lead + name.start].strip(' *"'):
        return None
    end = lead + name.end
    is_item = paragraph.marker is not None or paragraph.kind is Kind.ITEM
    aside = _ASIDE_ONLY.fullmatch(paragraph.plain, end)
    if aside and is_item and purposes_of(aside["said"]):
        return ListEntry(start=lead + name.start, end=end, description=aside["said"])
    separator = _AFTER_COMPANY.match(paragraph.plain, end)
    if not separator or (separator["sign"] == "," and not is_item):
        return None
    description = paragraph.plain[separator.end() :]
    says_what_for = is_item or bool(purposes_of(description))
    return ListEntry(start=lead + name.start, end=end, description=description) if description.strip() and says_what_for else None


def is_list_entry(paragraph: Paragraph) -> bool:
    """Whether a paragraph is an entry of a list of parties."""
    return list_entry(paragraph) is not None


def is_plausible_name(name: str) -> bool:
    """Whether a folded text can be the name of a company or product, and is no ordinary phrase."""
    name = name.strip()
    if not name or len(name) > _NAME_LIMIT or _NOT_A_NAME.search(name) or re.search(r"[。!?;]", name):
        return False
    if is_legal_entity(name):
        return True
    outside = re.sub(r"\([^)]*\)", " ", name)
    if has_han(outside):
        return len(outside.strip()) <= 25 and not _GENERIC_HAN.search(outside.strip())
    words = re.findall(r"[^\s,/]+", outside)
    telling = [word for word in words if word.lower() not in _SMALL_WORDS and word.lower() not in _GENERIC]
    return (
        bool(telling) and len(words) <= 8 and all(word[0].isupper() or word[0].isdigit() or _is_styled(word) for word in telling)
    )


def _is_styled(word: str) -> bool:
    """A brand that is written with a capital further in, or with a dot: eBay, bit.ly."""
    return any(character.isupper() for character in word[1:]) or bool(re.search(r"\w\.\w", word))
