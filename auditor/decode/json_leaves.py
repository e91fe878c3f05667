"""A sound JSON document by its quotes: strings and what stands between them go in, its values come out, most only when asked for.

Cutting at quotes costs a tenth of walking through a parsed document. Only strings that show a sign of hiding something, and
numbers in odd writing, come out at once, for they must be opened; of the others, paths are worked out when a search has hit.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property
from itertools import accumulate, count

from auditor.decode.content_format import Inner
from auditor.decode.json_frames import Frames
from auditor.decode.json_tokens import WORDS, unescape
from auditor.decode.sign_scan import showing
from auditor.decode.signs import signs_of

_SHORTEST = 3
_MOST_STEPS = 2_000_000
_SHORTEST_NAME = 12
_NUMBER = re.compile(rb"[^\s\[\]{},:]+")
_LONG_NUMBER = 12
"""Digits of a number that may be text in hex."""
_TO_NUMBERS = bytes(byte if byte not in b"[]{},:" else 0x20 for byte in range(256))
_NOT_OPS = bytes(byte for byte in range(256) if byte not in b'":[]{},')
_IS_WORD = frozenset({b"true", b"false", b"null"})


def halves(data: bytes) -> tuple[list[bytes], list[bytes]]:
    """The strings of a document, still escaped, and what stands before, between and behind them: always one more.

    A last string without an end is one, too.
    """
    is_escaped = b"\\" in data
    parts = (data.replace(b"\\\\", b"__").replace(b'\\"', b"__") if is_escaped else data).split(b'"')
    if not len(parts) % 2:
        parts.append(b"")
    if not is_escaped:
        return parts[1::2], parts[::2]
    ends = list(accumulate([len(part) + 1 for part in parts], initial=0))
    strings = [data[ends[number] : ends[number + 1] - 1] for number in range(1, len(parts), 2)]
    return strings, parts[::2]


class JsonLeaves:
    """The values of one document."""

    def __init__(self, data: bytes, strings: list[bytes], between: list[bytes]) -> None:
        self._data = data
        self._strings = strings
        self._between = between
        self._ops = b'"'.join(between).translate(None, _NOT_OPS).split(b'"')
        """What stands between the strings without white space and numbers."""
        self._steps = _MOST_STEPS
        """Gaps that may still be gone through for arrays of a name: arrays within arrays would cost their number squared."""
        self._own: frozenset[int] = frozenset()
        """Where the values begin that came out at once."""

    @property
    def names(self) -> frozenset[str]:
        """The names of all keys."""
        return frozenset(self._names)

    @cached_property
    def _names(self) -> dict[str, list[bytes]]:
        """Each name as it is written."""
        found: dict[str, list[bytes]] = {}
        behind = self._ops[1:]
        for raw in {name for name, ops in zip(self._strings, behind, strict=True) if ops[:1] == b":"}:
            found.setdefault(unescape(raw).decode(errors="backslashreplace"), []).append(raw)
        return found

    def hiding(self) -> list[Inner]:
        """The values that may hide something, and numbers in odd writing; names too that may be values in disguise."""
        strings = self._strings
        values = [number for number, ops in enumerate(self._ops[1:]) if ops[:1] != b":"]
        names = [raw for each in self._names.values() for raw in each if len(raw) >= _SHORTEST_NAME]
        shown = showing([*(strings[number] for number in values), *names])
        wanted = {values[number] for number in shown if number < len(values)}
        if b"\\" in self._data:
            wanted.update(number for number in values if b"\\" in strings[number])
        spans = [(self._starts[number], self._starts[number] + len(strings[number])) for number in sorted(wanted)]
        if _has_odd_numbers(b" ".join(self._between)):
            spans = sorted((*spans, *((start, end) for start, end in self._numbers() if self._is_odd(start, end))))
        self._own = frozenset(start for start, _ in spans)
        found = [self._inner(start, end) for start, end in spans]
        return found + [self._name(names[number - len(values)]) for number in shown if number >= len(values)]

    def _name(self, raw: bytes) -> Inner:
        """A name as a value of its own."""
        return Inner(unescape(raw), "$", "", WORDS, -1, self._starts[self._strings.index(raw)])

    def named(self, name: str) -> Iterator[tuple[bytes, int, int]]:
        """The other values under a key of that name, with start and end."""
        for raw in self._names.get(name, ()):
            number = -1
            while True:
                try:
                    number = self._strings.index(raw, number + 1)
                except ValueError:
                    break
                if self._ops[number + 1][:1] == b":":
                    yield from self._behind(number)

    def each(self) -> Iterator[Inner]:
        """All the other values."""
        spans = [
            (self._starts[number], self._starts[number] + len(string))
            for number, string in enumerate(self._strings)
            if self._ops[number + 1][:1] != b":"
        ]
        for start, end in sorted((*spans, *self._numbers())):
            if start not in self._own and self._says_something(start, end):
                yield self._inner(start, end)

    def at(self, start: int, end: int) -> tuple[Inner, bool] | None:
        """The value that holds these bytes, and whether it came out at once; None where no single value does."""
        number = bisect_right(self._starts, start) - 1
        if number >= 0 and start <= (behind := self._starts[number] + len(self._strings[number])):
            if end > behind or self._ops[number + 1][:1] == b":":
                return None
            return self._inner(self._starts[number], behind), self._starts[number] in self._own
        for since, until in self._numbers(number + 1, number + 2):
            if since <= start and end <= until:
                return self._inner(since, until), since in self._own
        return None

    @cached_property
    def _starts(self) -> list[int]:
        """Where each string begins, behind its quote."""
        gaps = accumulate(map(len, self._between))
        strings = accumulate(map(len, self._strings), initial=0)
        starts = [gap + string + quotes for gap, string, quotes in zip(gaps, strings, count(1, 2), strict=False)]
        return starts[: len(self._strings)]

    @cached_property
    def _frames(self) -> Frames:
        return Frames(self._strings, self._ops)

    def _numbers(self, first: int = 0, last: int | None = None) -> Iterator[tuple[int, int]]:
        """Start and end of every number between the strings, or of those in some gaps."""
        for gap in range(first, len(self._between) if last is None else last):
            text = self._between[gap]
            if text not in _PLAIN_GAPS:
                begin = self._starts[gap - 1] + len(self._strings[gap - 1]) + 1 if gap else 0
                for token in _NUMBER.finditer(text):
                    if token[0] not in _IS_WORD:
                        yield begin + token.start(), begin + token.end()

    def _behind(self, number: int) -> Iterator[tuple[bytes, int, int]]:
        """The value behind a name, or the values of the array there; what stands in objects goes by names of its own."""
        if self._between[number + 1] in _COLONS and number + 1 < len(self._strings):
            start = self._starts[number + 1]
            yield from self._spoken(start, start + len(self._strings[number + 1]))
            return
        depth = 0
        arrays: list[bool] = []
        gap = number + 1
        while gap < len(self._between) and self._steps > 0:
            self._steps -= 1
            begin = self._starts[gap - 1] + len(self._strings[gap - 1]) + 1
            for token in _TOKEN.finditer(self._between[gap]):
                sign = token[0]
                if sign in (b"[", b"{"):
                    arrays.append(sign == b"[")
                    depth += sign == b"{"
                elif sign in (b"]", b"}"):
                    depth -= bool(arrays) and not arrays.pop()
                    if not arrays:
                        return
                elif sign == b"," and not arrays:
                    return
                elif sign not in b":," and not depth and sign not in _IS_WORD:
                    yield from self._spoken(begin + token.start(), begin + token.end())
                    if not arrays:
                        return
            if gap < len(self._strings) and not depth and self._ops[gap + 1][:1] != b":":
                yield from self._spoken(self._starts[gap], self._starts[gap] + len(self._strings[gap]))
            if not arrays:
                return
            gap += 1

    def _spoken(self, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
        if start not in self._own and self._says_something(start, end):
            yield self._data[start:end], start, end

    def _inner(self, start: int, end: int) -> Inner:
        raw = self._data[start:end]
        number = bisect_right(self._starts, start) - 1
        is_string = number >= 0 and self._starts[number] == start
        value = unescape(raw) if is_string else _written_out(raw)
        gap = number if is_string else number + 1
        path, name = self._frames.path(gap, self._ops[gap] if is_string else self._before(gap, start))
        return Inner(value, path, name, WORDS, start if value == raw else -1, start)

    def _before(self, gap: int, start: int) -> bytes:
        """The signs in a gap before a number."""
        begin = self._starts[gap - 1] + len(self._strings[gap - 1]) + 1 if gap else 0
        return self._between[gap][: start - begin].translate(None, _NOT_OPS)

    def _is_odd(self, start: int, end: int) -> bool:
        text = self._data[start:end]
        return b"e" in text or b"E" in text or bool(signs_of(text))

    def _says_something(self, start: int, end: int) -> bool:
        """Not so do words of two letters and small whole numbers."""
        text = self._data[start:end]
        return len(text) > _SHORTEST or (len(text) == _SHORTEST and (self._data[start - 1 : start] == b'"' or not text.isdigit()))


_TOKEN = re.compile(rb"[\[\]{},:]|[^\s\[\]{},:]+")
_COLONS = (b":", b": ")
_PLAIN_GAPS = frozenset({b",", b", ", *_COLONS})


def _has_odd_numbers(between: bytes) -> bool:
    """Whether there is a number with an exponent or a long one; `between` has no other words than `true`, `false` and `null`."""
    if b"E" in between or between.count(b"e") != between.count(b"true") + between.count(b"false"):
        return True
    return max(map(len, between.translate(_TO_NUMBERS).split()), default=0) >= _LONG_NUMBER


def _written_out(number: bytes) -> bytes:
    """A number without its exponent."""
    if b"e" not in number.lower():
        return number
    try:
        value = float(number)
        return (str(int(value)) if value.is_integer() else str(value)).encode()
    except (ValueError, OverflowError):
        return number
