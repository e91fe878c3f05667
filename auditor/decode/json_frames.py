"""Where a value of a JSON document stands: the signs between its strings go in, the path of any place among them comes out.

What lies deeper than a hundred brackets goes by the hundredth's path.
"""

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from auditor.decode.json_brackets import FEW, OUTSIDE, Brackets, Column, brackets_of
from auditor.decode.json_tokens import path_of, unescape

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SHORT_NAME = 64
_QUOTE, _COLON, _ARRAY = b'":['


class _Container(NamedTuple):
    """An open bracket."""

    at: int
    path: str
    name: str
    """That its values go by where it is an array: its own, or that of the arrays around it."""
    is_array: bool


_OUTSIDE = _Container(OUTSIDE, "$", "", False)


class Frames:
    """The containers of one document. `signs` are those between its strings, each of which is a quote among them; one more ends
    them."""

    def __init__(self, strings: list[bytes], signs: bytes) -> None:
        import numpy as np

        self._strings = strings
        self._signs = signs
        self._column: NDArray[np.uint8] = np.frombuffer(signs, np.uint8)
        self._quotes: NDArray[np.intp] = np.flatnonzero(self._column == _QUOTE)
        self._places: Column = self._quotes if len(self._quotes) > FEW else self._quotes.tolist()
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
        if at > self._brackets.last:
            return path_of("$", -1, name), name
        container = self._around(at)
        if container is _OUTSIDE:
            return "$", name
        if container.is_array:
            return path_of(container.path, self._brackets.number(container.at, at), ""), container.name
        return path_of(container.path, -1, name), name

    @cached_property
    def _brackets(self) -> Brackets:
        return brackets_of(self._signs)

    def _around(self, at: int) -> _Container:
        """The container of a place."""
        known = self._containers
        missing: list[int] = []
        opening = self._brackets.around(at)
        while opening != OUTSIDE and opening not in known:  # from the inside out, as far as it is known
            missing.append(opening)
            opening = self._brackets.around(opening)
        around = known[opening] if opening != OUTSIDE else _OUTSIDE
        for opening in reversed(missing):
            around = known[opening] = self._container(opening, around)
        return around

    def _container(self, at: int, around: _Container) -> _Container:
        """A container within another one."""
        is_array = self._signs[at] == _ARRAY
        if around.is_array:
            return _Container(at, path_of(around.path, self._brackets.number(around.at, at), ""), around.name, is_array)
        is_named = self._signs[at - 2 : at] == b'":'
        name = self._name(int(self._quotes.searchsorted(at)) - 1) if is_named else ""
        return _Container(at, "$" if around is _OUTSIDE else path_of(around.path, -1, name), name, is_array)

    def _name(self, number: int) -> str:
        return text_of(self._strings[number]) if number >= 0 else ""


@lru_cache(maxsize=2048)
def _text_of_short(raw: bytes) -> str:
    """Names repeat from object to object and from document to document."""
    return unescape(raw).decode(errors="backslashreplace")


def text_of(raw: bytes) -> str:
    """A name as paths show it."""
    return _text_of_short(raw) if len(raw) <= _SHORT_NAME else unescape(raw).decode(errors="backslashreplace")
