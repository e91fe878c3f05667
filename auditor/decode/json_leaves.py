"""A sound JSON document by its quotes: strings and what stands between them go in, its values come out, most only when asked for.

Cutting at quotes costs a tenth of walking through a parsed document. Only strings that show a sign of hiding something, and
numbers in odd writing, come out at once, for they must be opened; of the others, paths are worked out when a search has hit.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import accumulate, compress, count, islice
from operator import not_
from typing import TYPE_CHECKING

from auditor.decode.content_format import Inner, Spot
from auditor.decode.json_addresses import Addresses
from auditor.decode.json_frames import Frames, text_of
from auditor.decode.json_halves import quotes
from auditor.decode.json_readings import Readings
from auditor.decode.json_tokens import WORDS, unescape
from auditor.decode.sign_scan import hiding_signs, showing
from auditor.decode.signs import signs_of
from auditor.decode.triage import Triaged, triaged

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_SHORTEST = 3
_BETWEEN = b'" \t\r\n[]{},:0123456789+-.eEtrufalsn'
"""What may stand outside of the strings of a document: white space, brackets, numbers and the letters of three words."""
_MOST_STEPS = 2_000_000
_SHORTEST_NAME = 12
_FEW_NAMES = 4
"""Names that are looked for one by one: most documents are asked for one or two."""
_NUMBER = re.compile(rb"[^\s\[\]{},:\"]+")
_TO_WORDS = bytes(0x20 if byte in b'[]{},:" \t\n\v\f\r' else 0x77 for byte in range(256))
_LONG_WORD = re.compile(b"w" * 12 + b"w*+")
"""Twelve digits or more of a number, which may be text in hex, once `_TO_WORDS` has named the classes."""
_TO_OPS = bytes(byte in b'":[]{},' for byte in range(256))
_SHORT_GAP = 4096
_NEAR = 64
"""Bytes before a place in which its number is looked for first."""
_NOT_OPS = bytes(byte for byte in range(256) if byte not in b'":[]{},')
_IS_WORD = frozenset({b"true", b"false", b"null"})


class JsonLeaves:
    """The values of one document."""

    def __init__(self, data: bytes, strings: list[bytes], between: list[bytes]) -> None:
        self._data = data
        self._is_escaped = b"\\" in data
        self._strings = strings
        self._between = between
        self._gaps = b'"'.join(between)
        self.signs = self._gaps.translate(None, _NOT_OPS) + b'"'
        """What stands between the strings without white space and numbers; each string is a quote, one more is the end."""
        self._frames = Frames(strings, self.signs)
        self._is_name = self._frames.are_names
        self._searches = _FEW_NAMES
        self._steps = _MOST_STEPS
        """Gaps that may still be gone through for arrays of a name: arrays within arrays would cost their number squared."""
        self._own: frozenset[int] = frozenset()
        """Where the values begin that came out at once."""
        self._own_strings: frozenset[int] = frozenset()
        """Their numbers, of strings."""
        self._addresses = Addresses({})
        self.readings: Readings | None = None
        """What strings read as that hide nothing else."""
        self._signs_last = (-1, *_signs_in(b""))
        """The gap whose signs were asked for last, the signs, and their places in it: one gap may hold a hundred thousand."""
        self._around_last = (0, 0)
        """Start and end of the number that was asked for last: a long one may be hit a thousand times."""

    @property
    def is_sound(self) -> bool:
        """Whether nothing stands between the strings that JSON does not know."""
        return not self._gaps.translate(None, _BETWEEN)

    @cached_property
    def names(self) -> Sequence[str]:
        """The names of all keys, each once, and those in the queries of addresses; to be asked for once `hiding` was."""
        if self._has_written:
            names = [*self._written]
        else:
            names = b'"'.join(self._raw_names).decode().split('"') if self._raw_names else []
        return [*dict.fromkeys((*names, *self._addresses.names))] if self._addresses else names

    @cached_property
    def _raw_names(self) -> list[bytes]:
        """As they are written, each once."""
        return [*dict.fromkeys(compress(self._strings, self._is_name))]

    @cached_property
    def _has_written(self) -> bool:
        """Whether a name has escapes."""
        return self._is_escaped and any(b"\\" in raw for raw in self._raw_names)

    @cached_property
    def _written(self) -> dict[str, list[bytes]]:
        """Each name as it is written in a document with escapes."""
        found: dict[str, list[bytes]] = {}
        for raw in self._raw_names:
            found.setdefault(text_of(raw), []).append(raw)
        return found

    def hiding(self, most: int) -> tuple[list[Inner], bool]:
        """The values that may hide something, numbers in odd writing, and names that may be values in disguise.

        Also whether there are more than `most`: the others are plain values then, as they are written.
        """
        known = triaged(self._data, len(self._strings))
        wanted, names, is_cut = self._shown(most) if known is None else self._of_triage(known)
        odd = [*islice(self._odd_numbers(), most + 1)]
        spans = sorted((*odd, *map(self._span_of, wanted)))
        self._own = frozenset(start for start, _ in spans[:most])
        self._own_strings = frozenset(number for number in wanted if self._starts[number] in self._own)
        found = [self._inner(start, end) for start, end in spans[:most]]
        return found + [self._name(self._strings.index(raw)) for raw in names], is_cut or len(spans) > most

    def _shown(self, most: int) -> tuple[set[int], list[bytes], bool]:
        """The numbers of the values that may hide something, such names, and whether there are too many."""
        is_value = list(map(not_, self._is_name))
        values = list(compress(self._strings, is_value))
        names = [raw for raw in self._raw_names if len(raw) >= _SHORTEST_NAME]
        shown = showing(values + names, most)
        numbers = list(compress(count(), is_value)) if shown.numbers else []
        wanted = {numbers[place] for place in shown.numbers if place < len(values)}
        if self._is_escaped:
            wanted.update([number for number, raw in enumerate(self._strings) if b"\\" in raw and is_value[number]])
        return wanted, [names[place - len(values)] for place in shown.numbers if place >= len(values)], shown.is_cut

    def _of_triage(self, known: Triaged) -> tuple[set[int], list[bytes], bool]:
        """The same where machine code has looked at all strings; what it found besides is kept for searches."""
        strings, is_name = self._strings, self._is_name
        wanted = {number for number in known.opened if not is_name[number] and _may_hide(strings[number])}
        names = dict.fromkeys(strings[number] for number in known.opened if is_name[number])
        disguised = [raw for raw in names if len(raw) >= _SHORTEST_NAME and hiding_signs(raw)]
        self._addresses = Addresses({number: unescape(strings[number]) for number in known.addresses})
        if len(known.readings):
            self.readings = Readings(known.text, known.readings, self._around)
        return wanted, disguised, False

    def _name(self, number: int) -> Inner:
        """A name as a value of its own."""
        return Inner(unescape(self._strings[number]), "$", "", WORDS, -1, self._starts[number])

    def named(self, name: str, least: int = _SHORTEST) -> Iterator[tuple[bytes, Spot]]:
        """The other values under a key of that name, and where they stand."""
        strings, between, own = self._strings, self._between, self._own_strings
        least = max(least, _SHORTEST)
        for raw in self._written.get(name, ()) if self._has_written else (name.encode(),):
            for number in self._numbers_of(raw):
                gap = between[number + 1]
                if gap in _COLONS:
                    if number + 1 < len(strings) and len(strings[number + 1]) >= least and number + 1 not in own:
                        yield unescape(strings[number + 1]), (number + 1, -1, -1)
                elif len(gap) <= least and b"[" not in gap and gap.strip() != b":":
                    continue  # no room for such a number
                elif lone := _LONE_NUMBER.match(gap):
                    if lone.end(1) - lone.start(1) >= least:
                        yield from self._number((number + 1, *lone.span(1)))
                else:
                    yield from self._behind(number + 1)
        yield from self._addresses.named(name, least)

    def _numbers_of(self, raw: bytes) -> Sequence[int]:
        """The numbers of the strings that are such a name. The first few names are looked for; of many, all are sorted once."""
        if self._searches <= 0:
            return self._numbers_of_names.get(raw, ())
        self._searches -= 1
        strings, found, at = self._strings, [], -1
        for _ in range(strings.count(raw)):
            at = strings.index(raw, at + 1)
            if self._is_name[at]:
                found.append(at)
        return found

    @cached_property
    def _numbers_of_names(self) -> dict[bytes, list[int]]:
        """The numbers of the strings that are names, by how these are written."""
        found: dict[bytes, list[int]] = defaultdict(list)
        for number, raw in compress(enumerate(self._strings), self._is_name):
            found[raw].append(number)
        return found

    def value_of(self, spot: Spot) -> Inner:
        """The value that stands there."""
        number, first, last = spot
        return self._around(number, first, -2 - last)[0] if last < -1 else self._inner(*self._span(spot))

    def _around(self, number: int, start: int, end: int) -> tuple[Inner, int]:
        """The value that holds a run of a string, its escapes undone: all of it or a part of an address; and the run's offset."""
        whole = self._name(number) if self._is_name[number] else self._inner(*self._span_of(number))
        part = self._addresses.part(number, start, end) if number in self._addresses else None
        return (self._part(whole, part), start - part.at) if part else (whole, start)

    def _part(self, whole: Inner, part: Inner) -> Inner:
        """A part of an address."""
        path = f"{whole.path}.{part.path}" if part.path else whole.path
        at = whole.at + part.at if whole.at >= 0 else -1
        return Inner(part.value, path, whole.key if part.key is None else part.key, WORDS, at, at if at >= 0 else whole.near)

    def _span_of(self, number: int) -> tuple[int, int]:
        """Start and end of a string in the document."""
        return self._starts[number], self._starts[number] + len(self._strings[number])

    def _span(self, spot: Spot) -> tuple[int, int]:
        """Start and end in the document."""
        number, first, last = spot
        if first < 0:
            return self._span_of(number)
        begin = self._begin(number)
        return begin + first, begin + last

    def each(self) -> Iterator[Inner]:
        """All the other values, and the parts of addresses."""
        spans = [self._span_of(number) for number in range(len(self._strings)) if not self._is_name[number]]
        for start, end in sorted((*spans, *self._numbers())):
            if start not in self._own and self._says_something(start, end):
                whole = self._inner(start, end)
                yield whole
                number = bisect_right(self._starts, start) - 1
                if number in self._addresses and start == self._starts[number]:
                    yield from (self._part(whole, part) for part in self._addresses.parts(number))

    def at(self, start: int, end: int) -> tuple[Inner, int, bool] | None:
        """The value that holds these bytes, their offset, and whether it came out at once; None where no single one does."""
        number = bisect_right(self._starts, start) - 1
        if number >= 0 and start <= (behind := self._span_of(number)[1]):
            if end > behind:
                return None
            begin = self._starts[number]
            if self._is_name[number]:
                return *self._around(number, start - begin, end - begin), False
            is_own = begin in self._own or (self._is_escaped and b"\\" in self._strings[number])
            return *self._around(number, start - begin, end - begin), is_own
        since, until = self._number_around(number + 1, start)
        return (self._inner(since, until), start - since, since in self._own) if start < until and end <= until else None

    def _number_around(self, gap: int, at: int) -> tuple[int, int]:
        """Start and end of the number or word in a gap that holds a place; it is looked for from there: one gap may hold all."""
        since, until = self._around_last
        if since <= at < until:
            return since, until
        text, begin = self._between[gap], self._begin(gap)
        first = _begin_of_word(text, at - begin)
        token = _NUMBER.match(text, first)
        self._around_last = (begin + first, begin + token.end()) if token else (at, at)
        return self._around_last

    @cached_property
    def _starts(self) -> list[int]:
        """Where each string begins, behind its quote."""
        starts: list[int] = (quotes(self._data)[::2] + 1).tolist()
        return starts

    def _begin(self, gap: int) -> int:
        """Where what stands between two strings begins."""
        return self._starts[gap - 1] + len(self._strings[gap - 1]) + 1 if gap else 0

    def _numbers(self, first: int = 0, last: int | None = None) -> Iterator[tuple[int, int]]:
        """Start and end of every number between the strings, or of those in some gaps."""
        for gap in range(first, len(self._between) if last is None else last):
            text = self._between[gap]
            if text not in _PLAIN_GAPS:
                begin = self._begin(gap)
                for token in _NUMBER.finditer(text):
                    if token[0] not in _IS_WORD:
                        yield begin + token.start(), begin + token.end()

    def _odd_numbers(self) -> Iterator[tuple[int, int]]:
        """Numbers that may hide something: with an exponent, or that show a sign, which takes twelve digits."""
        between, gaps = self._gaps, list[int]()
        is_plain = not _has_exponents(between)
        for token in _LONG_WORD.finditer(between.translate(_TO_WORDS)) if is_plain else _NUMBER.finditer(between):
            text = between[token.start() : token.end()]
            if text not in _IS_WORD and (b"e" in text or b"E" in text or signs_of(text)):
                gaps = gaps or [*accumulate([len(gap) + 1 for gap in self._between], initial=0)]
                gap = bisect_right(gaps, token.start()) - 1
                begin = self._begin(gap) - gaps[gap]
                yield begin + token.start(), begin + token.end()

    def _behind(self, gap: int) -> Iterator[tuple[bytes, Spot]]:
        """The number in the gap behind a name, or the values of the array there; what stands in objects has names of its own."""
        depth = 0
        arrays: list[bool] = []
        while gap < len(self._between) and self._steps > 0:
            self._steps -= 1
            for token in _TOKEN.finditer(self._between[gap]):
                sign = token[0]
                if sign in b"[{":
                    arrays.append(sign == b"[")
                    depth += sign == b"{"
                elif sign in b"]}":
                    depth -= bool(arrays) and not arrays.pop()
                elif sign not in b":," and not depth:
                    yield from self._number((gap, *token.span()))
                if not arrays and sign != b":":
                    return
            if not depth:
                yield from self._string(gap)
            if not arrays:
                return
            gap += 1

    def _number(self, spot: Spot) -> Iterator[tuple[bytes, Spot]]:
        """A number, if it is worth a look and did not come out at once."""
        number = self._between[spot[0]][spot[1] : spot[2]]
        is_own = len(self._own) > len(self._own_strings) and self._span(spot)[0] in self._own
        if number not in _IS_WORD and _is_worth(number) and not is_own:
            yield number, spot

    def _string(self, number: int) -> Iterator[tuple[bytes, Spot]]:
        """The string behind a gap, likewise."""
        if number < len(self._strings) and not self._is_name[number]:
            string = self._strings[number]
            if len(string) >= _SHORTEST and number not in self._own_strings:
                yield unescape(string), (number, -1, -1)

    def _inner(self, start: int, end: int) -> Inner:
        raw = self._data[start:end]
        number = bisect_right(self._starts, start) - 1
        is_string = number >= 0 and self._starts[number] == start
        value = unescape(raw) if is_string else _written_out(raw)
        gap = number if is_string else number + 1
        path, name = self._frames.path(gap, self._before(gap, start))
        return Inner(value, path, name, WORDS, start if value == raw else -1, start)

    def _before(self, gap: int, start: int) -> bytes:
        """The signs in a gap before a value."""
        if self._between[gap] == b":":
            return b":"
        text, size = self._between[gap], start - self._begin(gap)
        if len(text) <= _SHORT_GAP:
            return text[:size].translate(None, _NOT_OPS)
        if self._signs_last[0] != gap:
            self._signs_last = (gap, *_signs_in(text))
        _, signs, places = self._signs_last
        return signs[: int(places.searchsorted(size))]

    def _says_something(self, start: int, end: int) -> bool:
        """Not so do words of two letters and small whole numbers."""
        text = self._data[start:end]
        return len(text) >= _SHORTEST and (self._data[start - 1 : start] == b'"' or _is_worth(text))


def _signs_in(text: bytes) -> "tuple[bytes, NDArray[np.intp]]":
    """The brackets, commas and colons in what stands between two strings, and where they stand."""
    import numpy as np

    return text.translate(None, _NOT_OPS), np.flatnonzero(np.frombuffer(text.translate(_TO_OPS), np.uint8))


def _begin_of_word(text: bytes, at: int) -> int:
    """Where the word between two strings begins that holds a place."""
    size = _NEAR
    while True:
        low = max(0, at - size)
        space = text[low:at].translate(_TO_WORDS).rfind(b" ")
        if space >= 0 or not low:
            return low + space + 1
        size *= 4


def _may_hide(raw: bytes) -> bool:
    """Whether a string must be opened; of one with escapes that is seen when they are undone."""
    return b"\\" in raw or bool(hiding_signs(raw))


def _is_worth(number: bytes) -> bool:
    """Whether a number is not small and whole."""
    return len(number) > _SHORTEST or (len(number) == _SHORTEST and not number.isdigit())


_LONE_NUMBER = re.compile(rb":\s*+([^\s\[\]{},:]++)\s*+[,}\]]")
"""A number between a name and the end of its pair."""
_TOKEN = re.compile(rb"[\[\]{},:]|[^\s\[\]{},:]+")
_COLONS = (b":", b": ")
_PLAIN_GAPS = frozenset({b",", b", ", *_COLONS})


def _has_exponents(between: bytes) -> bool:
    """Whether there is a number with an exponent; `between` has no other words than `true`, `false` and `null`."""
    return b"E" in between or between.count(b"e") != between.count(b"true") + between.count(b"false")


def _written_out(number: bytes) -> bytes:
    """A number without its exponent."""
    if b"e" not in number.lower():
        return number
    try:
        value = float(number)
        return (str(int(value)) if value.is_integer() else str(value)).encode()
    except (ValueError, OverflowError):
        return number
