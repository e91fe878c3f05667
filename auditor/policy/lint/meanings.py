"""POL-DEF-CONFLICT, POL-DEF-GAP: definitions against what the clauses list."""

from collections.abc import Iterator

from auditor.policy.clauses import Definition
from auditor.policy.document import Paragraph
from auditor.policy.lexicon import data_ids
from auditor.policy.lint.defect import Defect
from auditor.policy.patterns import phrase
from auditor.policy.reading import PolicyReading

_PERSONAL = phrase(r"^personal (?:data|information)$", r"^个人(?:信息|资料|数据)$|^個人(?:資料|資訊)$")
_NOT_PERSONAL = phrase(
    r"not (?:directly or indirectly )?(?:related|linked|relate|link)[^.]{0,30}(?:individual|person|you)",
    r"non-personal|not personal|cannot identify|does not identify|anonymous information",
    r"与个人(?:没有|无)[^。]{0,10}关联|非个人信息|无法识别(?:您|个人)|不能识别",
)
_IDENTIFYING = frozenset(("ip", "device_id", "imei", "mac", "android_id", "oaid", "serial", "phone", "email", "location", "idfa"))
_HEAVY = frozenset(("card", "resident_id", "postal_address", "birth_date"))
_LIST = phrase(r"\s*(?:[(,:]?\s*(?:such as|includ\w+|for example|namely|如|包括|例如)|\()\s*(?P<list>[^.。;)]+)")
_TERM_LIMIT = 60
_LEAST = 3
"""Fewer items are examples, no list."""


def conflicting_definitions(reading: PolicyReading) -> Iterator[Defect]:
    """Terms whose definition lacks what a clause lists for them, and data that are personal here and not personal there."""
    defined = {
        (found.paragraph.language, found.term.lower().removesuffix("s")): found for found in reading.definitions if found.items
    }
    harmless = [paragraph for paragraph in reading.document.paragraphs if _NOT_PERSONAL.search(paragraph.plain)]
    for paragraph in reading.document.paragraphs:
        for term, listed in _lists(paragraph):
            definition = defined.get((paragraph.language, term))
            if definition and definition.paragraph is not paragraph and not set(listed) <= set(definition.items):
                yield _conflict(definition, paragraph, f"{', '.join(listed)} (L{paragraph.line})")
    for definition in defined.values():
        if definition.paragraph not in harmless:
            yield from _declared_harmless(definition, harmless)


def _lists(paragraph: Paragraph) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(possible term, data) for each list of data: `term (such as a, b)`, `term including a, b`. The term is one of the tails."""
    for found in _LIST.finditer(paragraph.plain):
        listed = data_ids(found["list"])
        if not listed:
            continue
        before = paragraph.plain[max(0, found.start() - _TERM_LIMIT) : found.start()].rstrip(" (,:").lower().removesuffix("s")
        words = before.split()
        tails = [" ".join(words[-count:]) for count in range(1, len(words) + 1)]
        for term in dict.fromkeys((*tails, *(before[-length:] for length in range(2, 13)))):
            yield term, listed


def _declared_harmless(definition: Definition, harmless: list[Paragraph]) -> Iterator[Defect]:
    """Data of a definition that clauses of the same language call not personal."""
    for paragraph in harmless:
        shared = [item for item in data_ids(paragraph.plain) if item in definition.items]
        if shared and paragraph.language == definition.paragraph.language:
            yield _conflict(definition, paragraph, f"{', '.join(shared)} called not personal (L{paragraph.line})")


def _conflict(definition: Definition, paragraph: Paragraph, other: str) -> Defect:
    own = f"{definition.term}: {', '.join(definition.items)} (L{definition.paragraph.line})"
    return Defect(paragraph=paragraph, offset=0, detail=f"{own} / {other}")


def definition_gaps(reading: PolicyReading) -> Iterator[Defect]:
    """Identifying data that are collected and not in the definition of personal data, and heavy data the other way round."""
    for definition in reading.definitions:
        if not _PERSONAL.search(definition.term) or len(definition.items) < _LEAST:
            continue
        language = definition.paragraph.language
        collected = {item for found in reading.collections if found.paragraph.language == language for item in found.items}
        outside = sorted((collected & _IDENTIFYING) - set(definition.items))
        unused = sorted((set(definition.items) & _HEAVY) - collected)
        parts = []
        if outside:
            parts.append(f"collected and not in the definition: {', '.join(outside)}")
        if unused:
            parts.append(f"in the definition and nowhere collected: {', '.join(unused)}")
        if parts:
            yield Defect(paragraph=definition.paragraph, offset=0, detail="; ".join(parts))
