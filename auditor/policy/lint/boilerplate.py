"""POL-FOREIGN-BOILERPLATE: a definition or general clause that speaks of another company where it is not the subject."""

import re
from collections.abc import Iterator

from auditor.policy.clauses import Topic, definition_of, topic_of
from auditor.policy.document import Paragraph
from auditor.policy.lint.defect import Defect, quoted
from auditor.policy.list_entries import is_list_entry
from auditor.policy.names import brand_of, has_han
from auditor.policy.patterns import phrase
from auditor.policy.reading import PolicyReading
from auditor.policy.structure import Kind

_OTHERS = phrase(
    r"third[- ]part|partner|vendor|provider|supplier|\bsdks?\b|log ?in with|sign in with|such as|for example|e\.g\.|store\b",
    r"第三方|合作|供应商|服务商|授权登录|应用商店",
)
_GENERAL = frozenset((Topic.DEFINITIONS, Topic.CHANGES, Topic.RETENTION, Topic.CHILDREN))
_SHORTEST = 4


def foreign_boilerplate(reading: PolicyReading) -> Iterator[Defect]:
    """The first foreign name in each definition, retention, change or children clause that is not about others."""
    brands = _brands(reading)
    own = " ".join(
        filter(None, (reading.controller.name_en, reading.controller.name_zh, reading.title, *reading.controller.products))
    )
    for paragraph in reading.document.paragraphs:
        if not _is_general(paragraph) or _OTHERS.search(paragraph.plain):
            continue
        for brand in brands:
            found = _named(brand, paragraph.plain)
            if found and brand.lower() not in own.lower():
                around = quoted(paragraph.text, max(0, paragraph.text.rfind(" ", 0, max(0, found.start() - 24)) + 1), 60)
                yield Defect(paragraph=paragraph, offset=found.start(), detail=f'"{around}"')
                break


def _is_general(paragraph: Paragraph) -> bool:
    if is_list_entry(paragraph) or paragraph.kind is Kind.ROW:
        return False
    return definition_of(paragraph) is not None or topic_of(paragraph) in _GENERAL


def _brands(reading: PolicyReading) -> tuple[str, ...]:
    """The brands of the declared parties and the names that the catalog knows, the longest first."""
    declared = [brand_of(mention.plain) for party in reading.read_parties for mention in party.mentions]
    known = [name for entry in reading.known for name in entry.names]
    telling = {name for name in (*declared, *known) if len(name) >= (2 if has_han(name) else _SHORTEST)}
    return tuple(sorted(telling, key=lambda name: (-len(name), name)))


def _named(brand: str, text: str) -> re.Match[str] | None:
    """The brand as a word that is written as a name."""
    for found in re.finditer(rf"(?<![A-Za-z0-9]){re.escape(brand)}(?![A-Za-z0-9])", text, re.IGNORECASE):
        if has_han(brand) or not found[0].islower():
            return found
    return None
