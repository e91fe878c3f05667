"""Planted values in names whatever stands between their letters, also cut: values go in, spans of names, URLs and paths come out.

`lin.mei@example.org` is `lin-mei-example-org` as a label of a host name, and a long token is often cut where a label or a field
ends. Neither is a sighting of the value, and both can be read. Letters and digits alone are compared: without case and signs.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import islice
from typing import Any, NamedTuple

from auditor.identify.variants import spellings
from auditor.model.session import PlantedValue

_SHORTEST = 8
"""Letters and digits of a value that is looked for, and of a part of it."""
_CUT = 0.8
"""Share of a value that betrays it."""
_LIKELY = 16
"""Spellings that are looked for, the likeliest first."""
_SIGNS = bytes(sign for sign in range(1, 128) if not chr(sign).isalnum() and sign != 0x2F)
"""All but the byte between texts that are looked through together, and what ends a part of a path: a topic holds the product and
the serial number of which a client's name is made."""
_SMALL = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ", b"abcdefghijklmnopqrstuvwxyz")
_FOREIGN = bytes(range(128, 256))
_MEMORY = 64 << 20
"""Bytes for the expression: there may be thousands of values."""


class _End(NamedTuple):
    """One end of a value, by which it is found."""

    whole: bytes
    kind: str
    is_start: bool

    def reach(self, plain: bytes, at: int) -> tuple[int, int]:
        """From where to where the value stands around its end at this place, as far as it does."""
        if self.is_start:
            there = plain[at : at + len(self.whole)]
            return at, at + _alike(there, self.whole)
        behind = at + _SHORTEST
        there = plain[max(0, behind - len(self.whole)) : behind]
        return behind - _alike(there[::-1], self.whole[::-1]), behind

    @property
    def needed(self) -> int:
        """Letters and digits that betray the value."""
        return max(_SHORTEST, -int(-len(self.whole) * _CUT // 1))


class WrittenOtherwise:
    """Of one session's planted values. Holds them in the clear: it is never written down."""

    def __init__(self, values: Sequence[PlantedValue]) -> None:
        self._ends: dict[bytes, list[_End]] = {}
        for entry in values:
            for whole in _bare(entry):
                self._ends.setdefault(whole[:_SHORTEST], []).append(_End(whole, entry.kind, is_start=True))
                self._ends.setdefault(whole[-_SHORTEST:], []).append(_End(whole, entry.kind, is_start=False))

    def spans(self, value: bytes) -> Iterator[tuple[int, int, str]]:
        """Start, end and kind of each, once and in no order."""
        plain = value.translate(_SMALL, _SIGNS)
        if not self._ends or not self._any.search(plain):
            return
        places = [place for place, byte in enumerate(value) if byte not in _SIGNS]
        for start, behind, kind in set(self._found(plain)):
            yield places[start], places[behind - 1] + 1, kind

    def _found(self, plain: bytes) -> Iterator[tuple[int, int, str]]:
        for match in self._each.finditer(plain):
            for end in self._ends[match[1]]:
                start, behind = end.reach(plain, match.start())
                if behind - start >= end.needed:
                    yield start, behind, end.kind

    @cached_property
    def _any(self) -> Any:
        """In linear time: most texts hold none."""
        import re2

        options = re2.Options()
        options.encoding, options.log_errors, options.max_mem = re2.Options.Encoding.LATIN1, False, _MEMORY
        return re2.compile(b"|".join(map(re.escape, sorted(self._ends))), options)

    @cached_property
    def _each(self) -> re.Pattern[bytes]:
        """At every place, also where they overlap."""
        return re.compile(rb"(?=(%b))" % b"|".join(map(re.escape, sorted(self._ends))))


def _alike(there: bytes, whole: bytes) -> int:
    """How many of the first bytes are the same."""
    if there == whole:
        return len(whole)
    pairs = enumerate(zip(there, whole, strict=False))
    return next((place for place, (one, other) in pairs if one != other), min(len(there), len(whole)))


def _bare(entry: PlantedValue) -> set[bytes]:
    """The letters and digits of a value as it is usually written; also without those of other scripts, which host names lack."""
    texts = {one.data for one in islice(spellings(entry.kind, entry.value), _LIKELY) if not one.binary}
    if entry.kind == "location":
        texts.add(",".join(entry.value.split(",")[:2]).encode())
    plain = {text.translate(_SMALL, _SIGNS) for text in texts}
    latin = {text.translate(None, _FOREIGN) for text in plain}
    return {text for text in plain | latin if len(text) >= _SHORTEST}
