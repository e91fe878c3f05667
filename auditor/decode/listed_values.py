"""The many values that a format found, sorted out in one go: what must be opened comes out, the others wait as one run of bytes.

A page has hundreds of attributes and a form hundreds of pairs; nearly all hide nothing, and nobody ever asks for most. The run
holds their bytes, and behind these what they read as, for searches; a value becomes a field when a search has hit it or asks for
its name.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from itertools import accumulate

from auditor.decode.content_format import Inner, Spot
from auditor.decode.json_addresses import Addresses
from auditor.decode.json_readings import Readings
from auditor.decode.triage import Triaged, triaged_values
from auditor.model.content import Field

MANY = 24
"""Values that are worth a call."""
_BETWEEN = b"\0\0"
_SHORTEST = 3

type MakeField = Callable[[Inner], Field]


class ListedValues:
    """Values of one container. They are its leaves, and stand in `text`."""

    def __init__(self, inners: Sequence[Inner], joined: bytes, starts: Sequence[int], known: Triaged, make: MakeField) -> None:
        """`starts` are those in `joined`; `make` gives a value its place in the message."""
        self._inners = inners
        self._starts = starts
        self._make = make
        self.opened = frozenset(known.opened)
        """Numbers of those that must be opened. Each becomes a field, or more, of its own."""
        self._addresses = Addresses({number: inners[number].value for number in known.addresses})
        self._readings = Readings(known.text, known.readings, self._around)
        self.text = joined + known.text

    @cached_property
    def _by_name(self) -> dict[str, list[int]]:
        """Numbers of the values under each name."""
        found: dict[str, list[int]] = defaultdict(list)
        for number, inner in enumerate(self._inners):
            name = self._make(inner).key if inner.key is None else inner.key
            if name and number not in self.opened:
                found[name].append(number)
        return found

    @cached_property
    def names(self) -> Sequence[str]:
        """The names of all values, and those in the queries of addresses, each once."""
        return [*dict.fromkeys((*self._by_name, *self._addresses.names))]

    def named(self, name: str, least: int = 0) -> Iterator[tuple[bytes, Spot]]:
        """The values under that name; `leaf` makes fields of them."""
        least = max(least, _SHORTEST)
        for number in self._by_name.get(name, ()):
            if len(self._inners[number].value) >= least:
                yield self._inners[number].value, (number, -1, -1)
        yield from self._addresses.named(name, least)

    def leaf(self, spot: Spot) -> Field:
        """The field of a value that `named` gave."""
        number, first, last = spot
        return self._make(self._around(number, first, -2 - last)[0] if last < -1 else self._inners[number])

    def each(self) -> Iterator[Field]:
        """All of them that need not be opened, parts of addresses, and readings."""
        for number, inner in enumerate(self._inners):
            if number not in self.opened:
                yield self._make(inner)
                if number in self._addresses:
                    yield from (self._make(_part(inner, part)) for part in self._addresses.parts(number))
        yield from map(self._make, self._readings.each())

    def at(self, start: int, end: int) -> tuple[Field, int] | None:
        """The value or the reading that holds these bytes of the text, and their offset in it."""
        size = self._starts[-1]
        if start >= size:
            found = self._readings.at(start - size, end - size)
            return (self._make(found[0]), found[1]) if found else None
        number = bisect_right(self._starts, start) - 1
        begin = self._starts[number]
        if end > begin + len(self._inners[number].value):
            return None
        value, offset = self._around(number, start - begin, end - begin)
        return self._make(value)._replace(container=number in self.opened), offset

    def _around(self, number: int, start: int, end: int) -> tuple[Inner, int]:
        """The value that holds a run of a value: itself, or a part of an address; and the run's offset."""
        whole = self._inners[number]
        part = self._addresses.part(number, start, end) if number in self._addresses else None
        return (_part(whole, part), start - part.at) if part else (whole, start)


def _part(whole: Inner, part: Inner) -> Inner:
    """A part of an address."""
    path = f"{whole.path}.{part.path}" if part.path and whole.path else whole.path or part.path
    at = whole.at + part.at if whole.at >= 0 else -1
    return Inner(part.value, path, whole.key if part.key is None else part.key, whole.words, at, at if at >= 0 else whole.near)


def listed(inners: Sequence[Inner], make: MakeField) -> ListedValues | None:
    """Many values, sorted out; None where nobody looked."""
    if len(inners) < MANY:
        return None
    joined = _BETWEEN.join([inner.value for inner in inners]) + _BETWEEN
    starts = [0, *accumulate([len(inner.value) + len(_BETWEEN) for inner in inners])]
    known = triaged_values(joined, starts)
    return ListedValues(inners, joined, starts, known, make) if known else None
