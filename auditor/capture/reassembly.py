"""TCP reassembly for one direction: segments go in, in any order; runs of bytes in order and the holes between them come out.

RFC 9293 section 3.4: sequence numbers count modulo 2^32. Of bytes that were sent twice the first stands. What stays out of
order is held up to a limit; beyond it (or at the end) the hole before the held bytes is given up and reported as `Gap`.
"""

from bisect import insort
from collections.abc import Iterator
from dataclasses import dataclass
from operator import attrgetter

from auditor.capture.placed import Placed
from auditor.model.content import Place

MAX_HELD = 1 << 20
"""Bytes out of order that are held for one direction."""
MAX_SEGMENTS = 4_096
"""Segments out of order that are held for one direction."""
_MODULUS = 1 << 32
_HALF = 1 << 31
_start = attrgetter("start")


@dataclass(frozen=True, slots=True)
class Run:
    """Bytes in order, from one packet."""

    start: int
    """Stream offset, from 0 at the first byte."""
    data: bytes
    packet: int
    offset: int
    """Of the first byte in its frame."""

    @property
    def placed(self) -> Placed:
        """The bytes with their place."""
        return Placed(self.data, (Place(0, self.packet, self.offset),))


@dataclass(frozen=True, slots=True)
class Gap:
    """Bytes that the capture does not hold."""

    size: int


class Stream:
    """One direction of a connection."""

    __slots__ = ("_end", "_first", "_held", "_held_bytes", "_last", "_next", "contradicted")

    def __init__(self, first: int | None = None) -> None:
        """`first` is the sequence number of the first byte (that of the SYN and one); None takes it from the first segment."""
        self._first = first
        self._next = 0
        self._end = -1
        self._held: list[Run] = []
        self._held_bytes = 0
        self._last: Run | None = None
        self.contradicted = 0
        """Bytes that were sent again with another content: which of the two the receiver took nobody knows."""

    @property
    def held(self) -> int:
        """Bytes that wait for a hole to be filled."""
        return self._held_bytes

    def ends(self, seq: int) -> None:
        """Notes the number behind the last byte, as a FIN says it."""
        if self._first is not None:
            self._end = (seq - self._first) % _MODULUS

    @property
    def lacks_its_end(self) -> bool:
        """Whether bytes before the FIN have not come yet."""
        return self._end >= 0 and 0 < (self._end - self._next) % _MODULUS < _HALF

    def push(self, seq: int, data: bytes, packet: int, offset: int, missing: int = 0) -> Iterator[Run | Gap]:
        """Takes one segment; `missing` bytes behind `data` were sent but not captured.

        Yields what is in order now.
        """
        if self._first is None:
            self._first = seq
        ahead = (seq - self._first - self._next) % _MODULUS
        start = self._next + (ahead - _MODULUS if ahead >= _HALF else ahead)
        if missing:
            yield from self._place(Run(start, data, packet, offset))
            # The hole at the end of a cut packet is final: its bytes were on the wire, but are not in the file.
            if self._next == start + len(data):
                self._next += missing
                yield Gap(missing)
                yield from self._release()
            return
        yield from self._place(Run(start, data, packet, offset))

    def end(self) -> Iterator[Run | Gap]:
        """Gives up all holes: what is held comes out, with the gaps between."""
        while self._held:
            yield from self._skip()

    def _place(self, run: Run) -> Iterator[Run | Gap]:
        if run.start > self._next:
            insort(self._held, run, key=_start)  # behind those that came before with the same start
            self._held_bytes += len(run.data)
            while self._held_bytes > MAX_HELD or len(self._held) > MAX_SEGMENTS:
                yield from self._skip()
            return
        yield from self._accept(run)
        yield from self._release()

    def _accept(self, run: Run) -> Iterator[Run]:
        """The part of the run that is new."""
        known = self._next - run.start
        if known > 0 and self._last is not None:
            self._compare(run, self._last)
        if known < len(run.data):
            self._next = run.start + len(run.data)
            self._last = run
            yield Run(run.start + known, run.data[known:], run.packet, run.offset + known) if known else run

    def _compare(self, again: Run, last: Run) -> None:
        """Counts the bytes in which a segment that was sent again differs from the last one; older ones are not kept."""
        start, end = max(again.start, last.start), min(again.start + len(again.data), last.start + len(last.data))
        if (
            start < end
            and again.data[start - again.start : end - again.start] != last.data[start - last.start : end - last.start]
        ):
            self.contradicted += end - start

    def _release(self) -> Iterator[Run]:
        """Held runs that are in order now."""
        while self._held and self._held[0].start <= self._next:
            run = self._held.pop(0)
            self._held_bytes -= len(run.data)
            yield from self._accept(run)

    def _skip(self) -> Iterator[Run | Gap]:
        """Gives up the first hole."""
        yield Gap(self._held[0].start - self._next)
        self._next = self._held[0].start
        yield from self._release()
