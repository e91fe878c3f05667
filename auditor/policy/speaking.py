"""Which paragraphs speak of other parties, and entries whose name stands alone above what is said of it. Document in, places out.

A paragraph speaks of parties when its own words do, when the title above it does, or when such words announce its list.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.policy.document import Document, Paragraph
from auditor.policy.lexicon import data_ids, purposes_of
from auditor.policy.list_entries import is_plausible_name
from auditor.policy.patterns import phrase
from auditor.policy.running_names import legal_names
from auditor.policy.structure import Kind

_SHARES = phrase(
    r"\b(?:shar(?:e|es|ed|ing)|provide|disclos|transfer|send|sent|engage|use|uses|rel(?:y|ies))",
    r"\b(?:partner|service provider|third[- ]part|sdk)",
    r"\b(?:hosted|stored with|processed by|processors?|entrust|delivered by|handled by|operated for us|served by)",
    r"\b(?:sub-?processor|vendors?)",
    r"\bpay(?:ments?)?\b[^.]{0,40}\b(?:with|via|through|by)\b",
    r"共享|披露|提供商|委托|委託|接入|使用|第三方|合作|提供给|提供給|SDK|代为|由[^。]{2,40}(?:提供|处理|處理|发送|發送|支持)|分享给|分享給",
)
_TITLE = phrase(
    r"\b(?:shar(?:e|ing)|third[- ]part|sdks?|service providers?|sub-?processors?|recipients?|partners?|vendors?)",
    r"\b(?:disclos|companies that|whom)",
    r"共享|委托|委託|第三方|合作|SDK|接收方|服务商|服務商|分享|提供方|协助我们的|協助我們的|转让|轉讓",
)
_PARTIES = phrase(
    r"\b(?:third[- ]part|providers?|partners?|compan(?:y|ies)|sdks?|vendors?|recipients?|processors?|entrust)",
    r"\b(?:contractors?|suppliers?)",
    r"第三方|合作|服务商|服務商|公司|机构|機構|接收方|供应商|供應商|受托|委托|委託|SDK",
)
_BARE_LIMIT = 90
_DESCRIBED_BY = 4
"""Paragraphs below a name that are taken for its description."""
_LIST_GAP = 1
"""Paragraphs that are no items and yet do not end a list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TitledEntry:
    """A party whose name is a paragraph of its own."""

    paragraph: Paragraph
    start: int
    end: int
    product: str
    description: str
    lead: str
    """The words that announce the list; empty where none do."""
    extent: tuple[Paragraph, ...]


def paragraphs_of_parties(document: Document) -> dict[int, str]:
    """The identities of the paragraphs that speak of parties, each with the words that announce its list."""
    found: dict[int, str] = {}
    announced = _Announced()
    sections: dict[str, str] = {}
    for paragraph in document.paragraphs:
        if paragraph.kind is Kind.HEADING and not _bare_name(paragraph, ""):
            sections[paragraph.language[:2]] = paragraph.section  # a name above its description is no title of a section
        lead = announced.take(paragraph)
        if lead or _SHARES.search(paragraph.plain) or _TITLE.search(sections.get(paragraph.language[:2], "")):
            found[id(paragraph)] = lead
    return found


@dataclass(slots=True)
class _Announced:
    """The announced list that a reader of the paragraphs is in, if any."""

    lead: str = ""
    gap: int = 0
    script: str = ""
    style: str = ""
    """How the title above the list is numbered."""
    title: str = ""
    """How the last title was numbered."""

    def take(self, paragraph: Paragraph) -> str:
        """The words that announce the list which the paragraph announces or belongs to; empty where it does neither."""
        is_title = paragraph.kind is Kind.HEADING
        if is_title and not self.lead:
            self.title = paragraph.marker.style if paragraph.marker else ""
        if paragraph.language[:2] != self.script or _is_next_title(paragraph, self.style):
            self.lead = ""
        if _announces(paragraph):
            self.lead, self.gap, self.script, self.style = paragraph.plain, 0, paragraph.language[:2], self.title
        elif self.lead and not _is_item(paragraph) and not _bare_name(paragraph, self.lead):
            self.gap += 1
            self.lead = "" if is_title or self.gap > _LIST_GAP else self.lead
        else:
            self.gap = 0
        return self.lead


def _announces(paragraph: Paragraph) -> bool:
    """Whether a paragraph ends with the announcement of a list of parties."""
    end = paragraph.plain.rstrip(" *")[-160:]
    is_open = end.endswith((":", "——")) or (paragraph.marker is None and end.endswith((" by", " with", " through")))
    return paragraph.kind is not Kind.ROW and is_open and bool(_PARTIES.search(end) or _SHARES.search(end))


def _is_next_title(paragraph: Paragraph, style: str) -> bool:
    """Whether a title is numbered like the one above the list: the list is over."""
    return paragraph.kind is Kind.HEADING and paragraph.marker is not None and paragraph.marker.style in (style, "hash")


def _is_item(paragraph: Paragraph) -> bool:
    return paragraph.kind in (Kind.ITEM, Kind.ROW) or (paragraph.marker is not None and paragraph.marker.style != "hash")


def titled_entries(document: Document, speaking: dict[int, str], taken: frozenset[int]) -> Iterator[TitledEntry]:
    """Entries whose paragraph holds a name and nothing else; what follows, up to the next name or title, is said of it."""
    paragraphs = document.paragraphs
    for index, paragraph in enumerate(paragraphs):
        if id(paragraph) in taken or id(paragraph) not in speaking:
            continue
        lead = speaking[id(paragraph)]
        name = _bare_name(paragraph, lead)
        if name is None:
            continue
        below = _below(paragraph, paragraphs[index + 1 : index + 1 + _DESCRIBED_BY], taken, lead)
        start, end, product = name
        yield TitledEntry(
            paragraph=paragraph,
            start=start,
            end=end,
            product=product,
            description="\n".join(described.plain for described in below),
            lead=lead,
            extent=(paragraph, *below),
        )


def _bare_name(paragraph: Paragraph, lead: str) -> tuple[int, int, str] | None:
    """Start and end of a name that is all of a paragraph, and a product's name in brackets behind it."""
    if paragraph.kind is Kind.ROW or len(paragraph.plain) > _BARE_LIMIT:
        return None
    offset = paragraph.marker.length if paragraph.marker else 0
    body = paragraph.plain[offset:]
    names = legal_names(body)
    if len(names) == 1:
        around = body[: names[0].start] + body[names[0].end :]
        aside = around.strip(' *:,.;、。"')
        if not aside or (aside.startswith("(") and aside.endswith(")")):
            return offset + names[0].start, offset + names[0].end, aside.strip("()")
        return None
    if names or not lead or not _PARTIES.search(lead) or not _is_item(paragraph) or paragraph.kind is Kind.HEADING:
        return None
    name = body.strip(' *:,.;、。"')
    if not is_plausible_name(name) or data_ids(name) or purposes_of(name) or len(name) > 40 or not _is_brandlike(name):
        return None
    start = offset + body.index(name)
    return start, start + len(name), ""


def _is_brandlike(name: str) -> bool:
    """A single brand: no sentence, no enumeration, no bare noun in small letters."""
    return not any(sign in name for sign in ",、;。:") and any(character.isupper() or character >= "\u3400" for character in name)


def _below(paragraph: Paragraph, following: tuple[Paragraph, ...], taken: frozenset[int], lead: str) -> tuple[Paragraph, ...]:
    """The paragraphs that describe the name above them."""
    found: list[Paragraph] = []
    for below in following:
        is_next = paragraph.marker is not None and below.marker is not None and below.marker.style == paragraph.marker.style
        if below.file != paragraph.file or id(below) in taken or below.kind in (Kind.HEADING, Kind.ROW) or is_next:
            break
        if paragraph.kind is Kind.ITEM and below.kind is Kind.ITEM and paragraph.marker is None:
            break
        if found and found[-1].kind is Kind.ITEM and below.kind is not Kind.ITEM:  # the list below the name is over
            break
        if _bare_name(below, lead) or legal_names(below.plain) or below.language[:2] != paragraph.language[:2]:
            break
        found.append(below)
    return tuple(found)
