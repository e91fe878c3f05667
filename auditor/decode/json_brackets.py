"""Which container of a JSON document a place is in: the signs between its strings go in; the bracket around a place, and its
number there, come out.

Machine code follows the brackets of a usual document once (`triage_brackets`). Without it every sign gets a depth, so the
container of a place is the last bracket before it that opened its depth, and its number in an array is a count of commas:
look-ups in two sorted columns.
"""

from bisect import bisect_left
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from auditor.decode.triage import followed
from auditor.decode.triage_brackets import DEEP

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

type Column = "Sequence[int] | NDArray[np.int64]"
"""Numbers in order."""

OUTSIDE = -1
"""The bracket around what stands in none."""
FEW = 65536
"""Numbers that are kept as a list, in which a look-up takes a tenth of the time, and which takes five times the memory."""
_MOST = 2_000_000
"""Brackets that are followed; what stands behind goes by its name alone."""
_COMMA = 0x2C
_OPEN, _CLOSE = b"{}"
_TO_CURLY = 0x20
"""The bit that tells curly from square brackets."""


class Brackets(Protocol):
    """The brackets of one document; `at` counts the signs before a place."""

    @property
    def last(self) -> int:
        """The place behind which nothing is followed."""

    def around(self, at: int) -> int:
        """The bracket that is open there, `OUTSIDE` where none is."""

    def number(self, opening: int, at: int) -> int:
        """The number of a value at that place within the bracket around it."""


def brackets_of(signs: bytes) -> Brackets:
    """The brackets among the signs of a document."""
    known = followed(signs) if len(signs) <= FEW else None
    return Columns(signs) if known is None else _Followed(*known)


class _Followed:
    """As machine code told them."""

    def __init__(self, around: Sequence[int], commas: Sequence[int]) -> None:
        self._around = around
        self._commas = commas
        self.last = len(around)

    def around(self, at: int) -> int:
        """The bracket that is open there, `OUTSIDE` where none is."""
        return self._around[at]

    def number(self, opening: int, at: int) -> int:  # noqa: ARG002 - the family's interface
        """The number of a value at that place within the bracket around it."""
        return self._commas[at]


class Columns:
    """As columns of numbers tell them."""

    def __init__(self, signs: bytes) -> None:
        import numpy as np

        self._size = len(signs)
        self._column: NDArray[np.uint8] = np.frombuffer(signs, np.uint8)

    def around(self, at: int) -> int:
        """The bracket that is open there, `OUTSIDE` where none is."""
        depth = self._depth_of[at - 1] if at else 0
        if not depth:
            return OUTSIDE
        return int(self._openings[bisect_left(self._openings, depth * self._size + at) - 1]) % self._size

    def number(self, opening: int, at: int) -> int:
        """The number of a value at that place within the bracket around it."""
        depth = self._depth_of[opening] * self._size
        return bisect_left(self._commas, depth + at) - bisect_left(self._commas, depth + opening)

    @cached_property
    def last(self) -> int:
        """The place behind which nothing is followed."""
        return max(int(entry) % self._size for entry in self._openings) if len(self._openings) == _MOST else self._size

    @cached_property
    def _depths(self) -> "NDArray[np.int64]":
        """Open brackets behind each sign, a hundred at most; a bracket that closes none counts for nothing."""
        import numpy as np

        curly = self._column | _TO_CURLY
        steps = (curly == _OPEN).astype(np.int8) - (curly == _CLOSE)
        depths = np.cumsum(steps, dtype=np.int64)
        lowest = np.minimum.accumulate(depths)
        if lowest[-1] < 0:
            depths -= np.minimum(lowest, 0)
        self._is_opening = (steps > 0) & (depths <= DEEP)
        return np.minimum(depths, DEEP, out=depths)

    @cached_property
    def _depth_of(self) -> bytes:
        """The same, in a form whose single numbers are quick to ask for."""
        import numpy as np

        return self._depths.astype(np.uint8).tobytes()

    @cached_property
    def _openings(self) -> "Column":
        """Each bracket that opens, by depth and place."""
        import numpy as np

        depths = self._depths
        return self._sorted(depths, np.flatnonzero(self._is_opening)[:_MOST])

    @cached_property
    def _commas(self) -> "Column":
        """Each comma likewise."""
        import numpy as np

        return self._sorted(self._depths, np.flatnonzero(self._column == _COMMA))

    def _sorted(self, depths: "NDArray[Any]", places: "NDArray[Any]") -> "Column":
        """Places with their depths before them, as numbers, in order."""
        entries = depths[places] * self._size + places
        entries.sort()
        column: Column = entries if len(entries) > FEW else entries.tolist()
        return column
