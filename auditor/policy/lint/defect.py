"""A defect of a policy's text, before it is put into words."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from auditor.policy.document import Paragraph
from auditor.policy.reading import PolicyReading


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """One place, and what a message says of it."""

    paragraph: Paragraph
    offset: int
    """Of the first character that is wrong, in the paragraph."""
    detail: str
    """Fills `{detail}` of the rule's message; a quotation, a name or a short list."""
    detail_zh: str = ""
    """The same for the Chinese message, where it is no quotation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LintRule:
    """A member of the family: a rule's id, and the function that finds its defects in a reading."""

    id: str
    find: Callable[[PolicyReading], Iterator[Defect]]


def quoted(text: str, start: int = 0, length: int = 60) -> str:
    """A few words of a text, cut at a word's end, as a finding may quote them."""
    piece, rest = text[start : start + length], text[start + length :]
    if not rest:
        return piece.strip()
    ends_with_a_word = piece.endswith(" ") or not rest[0].isalnum()
    whole = piece if ends_with_a_word else piece.rpartition(" ")[0] or piece
    return f"{whole.strip()} ..."


def quoted_end(text: str, length: int = 60) -> str:
    """The last words of a text."""
    if len(text) <= length:
        return text.strip()
    piece = text[-length:]
    begins_with_a_word = text[-length - 1].isspace()
    return f"... {piece if begins_with_a_word else piece.partition(' ')[2] or piece}".strip()
