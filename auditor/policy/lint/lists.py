"""POL-LIST-EMPTY: a sentence announces a list, and what follows is something else."""

import re
from collections.abc import Iterator

from auditor.policy.clauses import definition_of
from auditor.policy.document import Paragraph
from auditor.policy.lint.defect import Defect, quoted_end
from auditor.policy.lint.links import promises_link
from auditor.policy.list_entries import is_list_entry
from auditor.policy.patterns import phrase
from auditor.policy.reading import PolicyReading
from auditor.policy.structure import Kind

_ANNOUNCES = phrase(r"includ|not limited to|follow|such as|namely|these (?:are|cases)|包括|如下|以下|例如|分别")
_ITEM_END = re.compile(r"[;,、]$")
_ITEM_WORDS = 14


def empty_lists(reading: PolicyReading) -> Iterator[Defect]:
    """Paragraphs that end with a colon and have no list below them."""
    paragraphs = reading.document.paragraphs
    for index, paragraph in enumerate(paragraphs):
        text = paragraph.plain.rstrip()
        if not text.endswith(":") or paragraph.kind is Kind.ROW or promises_link(paragraph):
            continue
        if not _is_followed(paragraph, paragraphs[index + 1 : index + 3]):
            yield Defect(paragraph=paragraph, offset=len(text) - 1, detail=quoted_end(paragraph.text))


def _is_followed(paragraph: Paragraph, below: tuple[Paragraph, ...]) -> bool:
    """Whether what stands below can be what was announced."""
    if not below or below[0].file != paragraph.file:
        return False
    after, rest = below[0], below[1:]
    if after.language[:2] != paragraph.language[:2] and after.kind is Kind.HEADING:
        return False
    if after.kind is Kind.ROW or is_list_entry(after):
        return True
    if after.kind is Kind.ITEM:
        return not _goes_on_counting(paragraph, after)
    if after.kind is Kind.HEADING and after.marker is not None and after.marker.number == 1:
        return True
    if after.kind is Kind.HEADING:
        return _is_title(paragraph) or (_is_item_like(after) and bool(rest) and _is_item_like(rest[0]))
    return paragraph.marker is None or definition_of(after) is None


def _goes_on_counting(paragraph: Paragraph, after: Paragraph) -> bool:
    """Whether the next item belongs to the list in which the paragraph itself is an item."""
    if paragraph.marker is None or after.marker is None:
        return False
    return paragraph.marker.style == after.marker.style and after.marker.number == paragraph.marker.number + 1


def _is_title(paragraph: Paragraph) -> bool:
    """A title with a colon announces nothing itself, unless it is an item of a list."""
    return paragraph.kind is Kind.HEADING and not _ANNOUNCES.search(paragraph.plain)


def _is_item_like(paragraph: Paragraph) -> bool:
    """A short line that can be one of several items without signs."""
    text = paragraph.plain.strip()
    if paragraph.marker is not None or text.endswith((".", "。")):
        return False
    return bool(_ITEM_END.search(text)) or (len(text.split()) <= _ITEM_WORDS and len(text) <= 100)
