"""POL-FOREIGN-BOILERPLATE: a definition or general clause that speaks of another company where it is not the subject."""

import re
from collections.abc import Iterator

from auditor.policy.clauses import Topic, definition_of, topic_of
from auditor.policy.document import Paragraph
from auditor.policy.lint.defect import Defect, quoted
from auditor.policy.list_entries import is_list_entry
from auditor.policy.names import brand_of, has_han, named
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
    if brands is None:
        return
    for paragraph in reading.document.paragraphs:
        if not _is_general(paragraph) or _OTHERS.search(paragraph.plain):
            continue
        found = next((match for match in brands.finditer(paragraph.plain) if has_han(match[0]) or not match[0].islower()), None)
        if found:
            left = paragraph.text.rfind(" ", 0, max(0, found.start() - 24)) + 1
            yield Defect(paragraph=paragraph, offset=found.start(), detail=f'"{quoted(paragraph.text, left)}"')


def _is_general(paragraph: Paragraph) -> bool:
    if is_list_entry(paragraph) or paragraph.kind is Kind.ROW:
        return False
    return definition_of(paragraph) is not None or topic_of(paragraph) in _GENERAL


def _brands(reading: PolicyReading) -> re.Pattern[str] | None:
    """Matches the brands of the declared parties and the names that the catalog knows, but the operator's own; longest first."""
    controller = reading.controller
    own = " ".join(filter(None, (controller.name_en, controller.name_zh, reading.title, *controller.products))).lower()
    declared = [brand_of(mention.plain) for party in reading.read_parties for mention in party.mentions]
    names = {*declared, *(name for entry in reading.known for name in entry.names)}
    telling = {name for name in names if len(name) >= (2 if has_han(name) else _SHORTEST) and name.lower() not in own}
    if not telling:
        return None
    ranked = sorted(telling, key=lambda name: (-len(name), name))
    return re.compile("|".join(named(name).pattern for name in ranked), re.IGNORECASE)
