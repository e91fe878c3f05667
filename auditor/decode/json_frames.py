"""The brackets of a JSON document: the signs between its strings go in, the path of any place among them comes out.

Every sign has a depth, so the container of a place is the last bracket before it that opened its depth, and its number in an
array is a count of commas: look-ups in two sorted columns. What lies deeper than a hundred brackets goes by the hundredth's path.
"""

from bisect import bisect_left
from collections.abc import Sequence
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from auditor.decode.json_tokens import path_of, unescape

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

type Column = "Sequence[int] | NDArray[np.int64]"
"""Numbers in order."""

_DEEP = 100
_MOST = 2_000_000
"""Brackets that are followed; what stands behind goes by its name alone."""
_SHORT_NAME = 64
_FEW = 65536
"""Numbers that are kept as a list, in which a look-up takes a tenth of the time, and which takes five times the memory."""
_QUOTE, _COMMA, _COLON, _ARRAY = b'",:['
_OPEN, _CLOSE = b"{}"
_TO_CURLY = 0x20
"""The bit that tells curly from square brackets."""


class _Container(NamedTuple):
    """An open bracket."""

    at: int
    path: str
    name: str
    """That its values go by where it is an array: its own, or that of the arrays around it."""
    is_array: bool


_OUTSIDE = _Container(-1, "$", "", False)


class Frames:
    """The containers of one document. `signs` are those between its strings, each of which is a quote among them; one more ends
    them."""

    def __init__(self, strings: list[bytes], signs: bytes) -> None:
        import numpy as np

        self._strings = strings
        self._signs = signs
        self._column: NDArray[np.uint8] = np.frombuffer(signs, np.uint8)
        self._quotes: NDArray[np.intp] = np.flatnonzero(self._column == _QUOTE)
        self._places: Column = self._quotes if len(self._quotes) > _FEW else self._quotes.tolist()
        self._containers: dict[int, _Container] = {}

    @cached_property
    def are_names(self) -> list[bool]:
        """Of each string, whether a colon follows."""
        answer: list[bool] = (self._column[self._quotes[:-1] + 1] == _COLON).tolist()
        return answer

    def path(self, gap: int, signs: bytes) -> tuple[str, str]:
        """Path and name of a value that stands in or behind a gap; `signs` are those of the gap before it."""
        name = self._name(gap - 1) if signs == b":" else ""
        at = (int(self._places[gap - 1]) + 1 if gap else 0) + len(signs)
        if at > self._last:
            return path_of("$", -1, name), name
        container = self._around(at)
        if container is _OUTSIDE:
            return "$", name
        if container.is_array:
            return path_of(container.path, self._place(container.at, at), ""), container.name
        return path_of(container.path, -1, name), name

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
        self._is_opening = (steps > 0) & (depths <= _DEEP)
        return np.minimum(depths, _DEEP, out=depths)

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
    def _last(self) -> int:
        """The place behind which nothing is followed."""
        return max(int(entry) % self._size for entry in self._openings) if len(self._openings) == _MOST else self._size

    @cached_property
    def _commas(self) -> "Column":
        """Each comma likewise."""
        import numpy as np

        return self._sorted(self._depths, np.flatnonzero(self._column == _COMMA))

    @property
    def _size(self) -> int:
        return len(self._signs)

    def _sorted(self, depths: "NDArray[Any]", places: "NDArray[Any]") -> "Column":
        """Places with their depths before them, as numbers, in order."""
        entries = depths[places] * self._size + places
        entries.sort()
        column: Column = entries if len(entries) > _FEW else entries.tolist()
        return column

    def _around(self, at: int) -> _Container:
        """The container of a place."""
        depth = self._depth_of[at - 1] if at else 0
        if not depth:
            return _OUTSIDE
        known = self._containers
        missing: list[int] = []
        while depth:  # from the inside out, as far as it is known
            opening = int(self._openings[bisect_left(self._openings, depth * self._size + at) - 1]) % self._size
            if opening in known:
                break
            missing.append(opening)
            depth, at = depth - 1, opening
        around = known[opening] if depth else _OUTSIDE
        for opening in reversed(missing):
            around = known[opening] = self._container(opening, around)
        return around

    def _container(self, at: int, around: _Container) -> _Container:
        """A container within another one."""
        is_array = self._signs[at] == _ARRAY
        if around.is_array:
            return _Container(at, path_of(around.path, self._place(around.at, at), ""), around.name, is_array)
        is_named = self._signs[at - 2 : at] == b'":'
        name = self._name(int(self._quotes.searchsorted(at)) - 1) if is_named else ""
        return _Container(at, "$" if around is _OUTSIDE else path_of(around.path, -1, name), name, is_array)

    def _place(self, opening: int, at: int) -> int:
        """The number of a value of an array: the commas between."""
        depth = self._depth_of[opening] * self._size
        return bisect_left(self._commas, depth + at) - bisect_left(self._commas, depth + opening)

    def _name(self, number: int) -> str:
        return text_of(self._strings[number]) if number >= 0 else ""


@lru_cache(maxsize=2048)
def _text_of_short(raw: bytes) -> str:
    """Names repeat from object to object and from document to document."""
    return unescape(raw).decode(errors="backslashreplace")


def text_of(raw: bytes) -> str:
    """A name as paths show it."""
    return _text_of_short(raw) if len(raw) <= _SHORT_NAME else unescape(raw).decode(errors="backslashreplace")
