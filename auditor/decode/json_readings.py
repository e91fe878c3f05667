"""What the strings of a JSON document read as where no format opens it: one run of bytes, values once a search has hit."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from auditor.decode.content_format import Inner, Spot
from auditor.decode.triage import WORDS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

type Around = Callable[[int, int, int], tuple[Inner, int]]
"""Number of a string, start and end of a run in it, its escapes undone; the value that holds the run, and its offset there."""


class Readings:
    """The readings of one document, each at its place in `text`."""

    names: Sequence[str] = ()
    """Their names are those of the strings, which the document tells."""

    def __init__(self, text: bytes, rows: "NDArray[np.int64]", value_around: Around) -> None:
        """`rows` are those of `triage_letters`."""
        self.text = text
        self._rows = rows
        self._value_around = value_around

    @cached_property
    def _starts(self) -> list[int]:
        starts: list[int] = self._rows[:, 4].tolist()
        return starts

    def named(self, name: str, least: int) -> Iterator[tuple[bytes, Spot]]:  # noqa: ARG002 - the family's interface
        """None."""
        return iter(())

    def value_of(self, spot: Spot) -> Inner:
        """The reading of that number."""
        return self._inner(spot[0])

    def at(self, start: int, end: int) -> tuple[Inner, int, bool] | None:
        """The reading that holds these bytes of the text, and their offset in it."""
        number = bisect_right(self._starts, start) - 1
        if number < 0 or end > self._rows[number, 5]:
            return None
        at = start - self._starts[number]
        if self._words(number):
            return self._inner(number), at, False
        value, offset = self._value_around(int(self._rows[number, 0]), at, at + end - start)
        return value, offset, False

    def each(self) -> Iterator[Inner]:
        """All of them, but for strings without their escapes, which are values of the document."""
        return (self._inner(number) for number in range(len(self._rows)) if self._words(number))

    def _words(self, number: int) -> tuple[str, ...]:
        return WORDS[int(self._rows[number, 1])]

    def _inner(self, number: int) -> Inner:
        string, _, start, end, at, until = self._rows[number].tolist()
        around, offset = self._value_around(string, start, end)
        words = self._words(number)
        if not words:
            return around
        near = max(around.at, around.near) + (offset if around.at >= 0 else 0)
        return Inner(self.text[at:until], around.path, around.key, (*around.words, *words), -1, near)
