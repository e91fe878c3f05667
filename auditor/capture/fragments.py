"""IP fragments (RFC 791 section 3.2, RFC 8200 section 4.5): pieces of a datagram go in, the whole payload comes out.

Bytes keep their places. Of overlapping pieces the one that begins first stands. A piece that brings no new byte is not kept. What
is never completed is let go of, the oldest first, and counted.
"""

from dataclasses import dataclass, field

from auditor.capture.placed import Placed, joined

MAX_DATAGRAMS = 1_024
MAX_SIZE = 65_535
MAX_HELD = 64 * 1024 * 1024
"""Bytes of all datagrams together. Offsets count in eights, so that the smallest fragments of one are 8,192."""
PIECE_COST = 400
"""Bytes that a piece takes beside its own."""

type Key = tuple[int, ...]
"""Source and target halves, protocol, identification."""


@dataclass(slots=True)
class _Datagram:
    """A datagram that is not complete yet."""

    pieces: list[tuple[int, Placed]] = field(default_factory=list)
    size: int = -1
    """Known from the last fragment."""
    there: int = 0
    """A bit for each byte that is there."""
    cost: int = 0

    @property
    def complete(self) -> bool:
        """Whether every byte up to the known size is there."""
        return self.size >= 0 and not ~self.there & ((1 << self.size) - 1)

    def add(self, offset: int, piece: Placed) -> None:
        """Keeps a piece that brings something new."""
        there = self.there | ((1 << len(piece.data)) - 1) << offset
        if there != self.there:
            self.there = there
            self.pieces.append((offset, piece))
            self.cost += len(piece.data) + PIECE_COST

    def whole(self) -> Placed:
        """All bytes in order."""
        parts, known = [], 0
        for offset, piece in sorted(self.pieces, key=lambda kept: kept[0]):
            part = piece.part(known - offset)
            if part.data and known < self.size:
                parts.append(part)
                known += len(part.data)
        return joined(parts).part(0, self.size)


@dataclass(slots=True)
class Fragments:
    """All datagrams of a capture that are not complete yet."""

    given_up: int = 0
    """Datagrams that were never completed."""
    _open: dict[Key, _Datagram] = field(default_factory=dict)
    _held: int = 0

    @property
    def waiting(self) -> int:
        """Datagrams that are not complete."""
        return len(self._open) + self.given_up

    def add(self, key: Key, offset: int, piece: Placed, *, more: bool) -> Placed | None:
        """Takes a fragment; the whole payload when this one completed it."""
        datagram = self._open.setdefault(key, _Datagram())
        size = len(piece.data)
        if offset + size <= MAX_SIZE:
            self._held -= datagram.cost
            datagram.add(offset, piece)
            self._held += datagram.cost
            if not more:
                datagram.size = offset + size
            if datagram.complete:
                return self._let_go(key).whole()
        while len(self._open) > MAX_DATAGRAMS or self._held > MAX_HELD:
            self._let_go(next(iter(self._open)))
            self.given_up += 1
        return None

    def _let_go(self, key: Key) -> _Datagram:
        datagram = self._open.pop(key)
        self._held -= datagram.cost
        return datagram
