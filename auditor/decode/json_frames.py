"""The brackets of a JSON document: its strings and the signs between them go in, the path of any place in it comes out.

Only gaps with a bracket change the container; between two of them the values of one container follow each other. So a document
of many values has few frames, and a path costs a look-up. What lies deeper than a hundred brackets goes by the hundredth's path.
"""

from bisect import bisect_left
from functools import cached_property
from itertools import accumulate, compress, count
from typing import NamedTuple

from auditor.decode.gap_signs import GapSigns
from auditor.decode.json_tokens import path_of, unescape

_DEEP = 100
_MOST_GAPS = 200_000
"""Gaps with brackets that are followed; what stands behind goes by its name alone."""
_LONGEST_GAP = 4096
_HAS_BRACKET = GapSigns(lambda signs: bool(signs.strip(b",:")))
_COMMAS = GapSigns(lambda signs: signs.count(b","))


class Frame(NamedTuple):
    """An open container."""

    above: "Frame | None"
    place: int
    """Its number in the container above, where that is an array; else -1."""
    name: int
    """Number of the string that is its name in the container above; -1: none."""
    is_array: bool
    depth: int


class State(NamedTuple):
    """Where a reader is behind some sign."""

    frame: Frame | None
    place: int
    """In an array, the number of the value that comes next."""
    deeper: int
    """Open brackets below the deepest that have a frame."""


_OUTSIDE = State(None, 0, 0)


class Frames:
    """The containers of one document. `ops[n]` are the signs before string `n`."""

    def __init__(self, strings: list[bytes], ops: list[bytes]) -> None:
        self._strings = strings
        self._ops = ops
        self._gaps = list(compress(count(), map(_HAS_BRACKET.__getitem__, ops)))[:_MOST_GAPS]
        """Gaps with a bracket in them."""
        self._states: list[State] = []
        """Behind each of these, as far as anybody asked."""

    @cached_property
    def _commas(self) -> list[int]:
        """Commas up to and with each gap; behind the last entry, that before the first."""
        return [*accumulate(map(_COMMAS.__getitem__, self._ops)), 0]

    def path(self, gap: int, signs: bytes) -> tuple[str, str]:
        """Path and name of a value that stands in or behind a gap; `signs` are those of the gap before it."""
        number = bisect_left(self._gaps, gap) - 1
        state = self._behind(self._before(*self._known(number), gap), gap, signs)
        name = self._name(gap - 1) if signs == b":" else ""
        if number + 1 >= _MOST_GAPS:
            return path_of("$", -1, name), name
        return _path(state.frame, self._steps(state, name)), self._spoken(state, name)

    def _known(self, number: int) -> tuple[State, int]:
        """The state behind the gap with a bracket of that number, and that gap; -1: before all of them."""
        states, gaps = self._states, self._gaps
        state, last = (states[-1], gaps[len(states) - 1]) if states else (_OUTSIDE, -1)
        while len(states) <= number:
            gap = gaps[len(states)]
            state = self._behind(self._before(state, last, gap), gap, self._ops[gap])
            states.append(state)
            last = gap
        return (states[number], gaps[number]) if number >= 0 else (_OUTSIDE, -1)

    def _before(self, state: State, last: int, gap: int) -> State:
        """The state before a gap, over gaps without brackets."""
        if state.frame is None or not state.frame.is_array or gap - last < 2:
            return state
        return State(state.frame, state.place + self._commas[gap - 1] - self._commas[last], state.deeper)

    def _behind(self, state: State, gap: int, signs: bytes) -> State:
        """The state behind some signs of a gap."""
        frame, place, deeper = state
        if frame is not None and not deeper and frame.depth < _DEEP:
            usual = self._usual(frame, place, gap, signs)
            if usual is not None:
                return usual
        named = gap - 1 if signs[:1] == b":" else -1
        for sign in signs[:_LONGEST_GAP]:
            if sign in b"{[":
                if frame is not None and frame.depth >= _DEEP:
                    deeper += 1
                    continue
                in_array = frame is not None and frame.is_array
                frame = Frame(
                    frame, place if in_array else -1, -1 if in_array else named, sign == 0x5B, frame.depth + 1 if frame else 1
                )
                place = 0
            elif sign in b"}]" and deeper:
                deeper -= 1
            elif sign in b"}]" and frame is not None:
                place, frame = max(0, frame.place), frame.above
            elif sign == 0x2C:
                place += 1
            if sign != 0x3A:
                named = -1
        return State(frame, place, deeper)

    def _usual(self, frame: Frame, place: int, gap: int, signs: bytes) -> State | None:
        """The state behind the signs that most gaps of most documents are made of; None behind others."""
        if signs in (b"},", b"],"):
            return State(frame.above, max(0, frame.place) + 1, 0)
        if signs in (b":[", b":{"):
            above = (place, -1) if frame.is_array else (-1, gap - 1)
            return State(Frame(frame, *above, signs == b":[", frame.depth + 1), 0, 0)
        record = frame if signs == b"},{" else frame.above if signs == b"]},{" else None
        if record is None or record.place < 0:
            return None
        return State(Frame(record.above, record.place + 1, record.name, record.is_array, record.depth), 0, 0)

    def _steps(self, state: State, name: str) -> list[tuple[int, str]]:
        """Index or name of the value and of each container around it, the innermost first."""
        steps = [(state.place, "") if state.frame is not None and state.frame.is_array else (-1, name)]
        frame = state.frame
        while frame is not None and frame.above is not None:
            steps.append((frame.place, self._name(frame.name)))
            frame = frame.above
        return steps

    def _spoken(self, state: State, name: str) -> str:
        """The name that a value goes by: its own, or that of the arrays around it."""
        frame = state.frame
        if frame is None or not frame.is_array:
            return name
        while frame.place >= 0 and frame.above is not None:
            frame = frame.above
        return self._name(frame.name)

    def _name(self, number: int) -> str:
        return unescape(self._strings[number]).decode(errors="backslashreplace") if number >= 0 else ""


def _path(frame: Frame | None, steps: list[tuple[int, str]]) -> str:
    path = "$"
    if frame is None:
        return path
    for place, name in reversed(steps):
        path = path_of(path, place, name)
    return path
