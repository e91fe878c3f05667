"""POL-TYPO-JOINED: two words that run together, told by a word list. English only: Chinese has no spaces to lose."""

import re
from collections.abc import Iterator

from auditor.policy.lint.defect import Defect
from auditor.policy.lint.words import COMPOUNDS, FUNCTION_WORDS, WORDS
from auditor.policy.reading import PolicyReading

_WORD = re.compile(r"(?<![\w.@/:&=?%-])[A-Za-z][a-z]{6,}(?![\w@/-]|\.\w)")
_SHORT_FROM = 4
"""A part of two letters needs another function word of at least this length beside it: `it` and `unless`."""


def joined_words(reading: PolicyReading) -> Iterator[Defect]:
    """Words that are in no list and fall into two that are."""
    for paragraph in reading.document.paragraphs:
        for word in _WORD.finditer(paragraph.plain):
            parts = split(word[0].lower())
            if parts:
                yield Defect(paragraph=paragraph, offset=word.start(), detail=f"{word[0]} ({' '.join(parts)})")


def split(word: str) -> tuple[str, str] | None:
    """The two words that a lower-case word was joined from; None for one that is right, or that nothing explains."""
    if word in WORDS or word in COMPOUNDS or word in FUNCTION_WORDS:
        return None
    for cut in range(2, len(word) - 1):
        left, right = word[:cut], word[cut:]
        if _is_pair(left, right):
            return left, right
    return None


def _is_pair(left: str, right: str) -> bool:
    both = left in FUNCTION_WORDS and right in FUNCTION_WORDS
    if min(len(left), len(right)) == 2:
        return both and max(len(left), len(right)) >= _SHORT_FROM
    known = (left in WORDS or left in FUNCTION_WORDS) and (right in WORDS or right in FUNCTION_WORDS)
    return known and (left in FUNCTION_WORDS or right in FUNCTION_WORDS)
