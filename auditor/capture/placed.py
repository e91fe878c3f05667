"""Bytes that know where they stand in the capture: runs of payload go in, slices that keep packet and offset come out."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from auditor.model.content import Piece, Place
from auditor.model.vocabulary import Part


@dataclass(frozen=True, slots=True)
class Placed:
    """Bytes with the place of each run of them."""

    data: bytes
    places: tuple[Place, ...] = ()

    def part(self, start: int, end: int | None = None) -> "Placed":
        """The slice, with its own places."""
        end = len(self.data) if end is None else min(end, len(self.data))
        return Placed(self.data[start:end], _cut(self.places, start, end))

    def stripped(self) -> "Placed":
        """Without white space around it."""
        start = len(self.data) - len(self.data.lstrip())
        return self.part(start, max(start, len(self.data.rstrip())))

    def piece(self, part: Part, name: str = "", words: tuple[str, ...] = ()) -> Piece:
        """A piece of a message, of which these encodings were taken off."""
        return Piece(part, name, self.data, self.places, words)


def _cut(places: tuple[Place, ...], start: int, end: int) -> tuple[Place, ...]:
    kept: list[Place] = []
    for index, place in enumerate(places):
        if place.start >= end and kept:
            break
        behind = places[index + 1].start if index + 1 < len(places) else end
        if behind <= start and not (behind == start == end):
            continue
        skipped = max(0, start - place.start)
        kept.append(Place(max(0, place.start - start), place.packet, place.offset + skipped))
    return tuple(kept)


def joined(parts: Iterable[Placed]) -> Placed:
    """The parts one after another."""
    data = bytearray()
    places = []
    for part in parts:
        places += [Place(len(data) + place.start, place.packet, place.offset) for place in part.places]
        data += part.data
    return Placed(bytes(data), tuple(places))


class Tape:
    """A growing run of stream bytes that is read from the front."""

    __slots__ = ("_begin", "_data", "_marks", "_starts")

    def __init__(self) -> None:
        self._data = bytearray()
        self._begin = 0
        self._starts: list[int] = []
        self._marks: list[tuple[int, int]] = []

    def __len__(self) -> int:
        return len(self._data) - self._begin

    def extend(self, placed: Placed) -> None:
        """Adds bytes that have places already."""
        at = len(self._data)
        self._starts += [at + place.start for place in placed.places]
        self._marks += [(place.packet, place.offset) for place in placed.places]
        self._data += placed.data

    def peek(self, size: int) -> bytes:
        """Up to that many of the next bytes."""
        return bytes(self._data[self._begin : self._begin + size])

    def find(self, needle: bytes, start: int = 0, end: int | None = None) -> int:
        """Where the bytes stand, counted from the front; -1 for nowhere."""
        limit = len(self._data) if end is None else min(len(self._data), self._begin + end)
        found = self._data.find(needle, self._begin + start, limit)
        return found - self._begin if found >= 0 else -1

    def take(self, size: int) -> Placed:
        """Takes that many bytes off the front (fewer where there are fewer)."""
        start, end = self._begin, min(self._begin + size, len(self._data))
        data = bytes(self._data[start:end])
        places: list[Place] = []
        index = max(0, bisect_right(self._starts, start) - 1)
        while index < len(self._starts) and (self._starts[index] < end or not places):
            packet, offset = self._marks[index]
            skipped = max(0, start - self._starts[index])
            places.append(Place(max(0, self._starts[index] - start), packet, offset + skipped))
            index += 1
        self._begin = end
        self._forget()
        return Placed(data, tuple(places))

    def take_all(self) -> Placed:
        """Takes everything."""
        return self.take(len(self))

    def _forget(self) -> None:
        """Lets go of what was taken, now and then, so that taking stays linear."""
        if self._begin == len(self._data):
            self._data, self._begin, self._starts, self._marks = bytearray(), 0, [], []
        elif self._begin > 65_536 and self._begin * 2 > len(self._data):
            index = max(0, bisect_right(self._starts, self._begin) - 1)
            del self._data[: self._begin]
            shift = self._begin
            self._starts = [start - shift for start in self._starts[index:]]
            self._marks = self._marks[index:]
            self._begin = 0
