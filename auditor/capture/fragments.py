"""IP fragments (RFC 791 section 3.2, RFC 8200 section 4.5): pieces of a datagram go in, the whole payload comes out.

Bytes keep their places. Of overlapping ones the first stand. What is never completed is let go of, the oldest first, and counted.
"""

from dataclasses import dataclass, field

from auditor.capture.placed import Placed, joined

MAX_DATAGRAMS = 1_024
MAX_SIZE = 65_535
MAX_PIECES = 512

type Key = tuple[int, ...]
"""Source and target halves, protocol, identification."""


@dataclass(slots=True)
class _Datagram:
    """A datagram that is not complete yet."""

    pieces: dict[int, Placed] = field(default_factory=dict)
    size: int = -1
    """Known from the last fragment."""


@dataclass(slots=True)
class Fragments:
    """All datagrams of a capture that are not complete yet."""

    given_up: int = 0
    """Datagrams that were never completed."""
    _open: dict[Key, _Datagram] = field(default_factory=dict)

    @property
    def waiting(self) -> int:
        """Datagrams that are not complete."""
        return len(self._open) + self.given_up

    def add(self, key: Key, offset: int, piece: Placed, *, more: bool) -> Placed | None:
        """Takes a fragment; the whole payload when this one completed it."""
        datagram = self._open.get(key)
        if datagram is None:
            if len(self._open) >= MAX_DATAGRAMS:
                del self._open[next(iter(self._open))]
                self.given_up += 1
            datagram = self._open[key] = _Datagram()
        size = len(piece.data)
        if offset + size > MAX_SIZE or len(datagram.pieces) >= MAX_PIECES:
            return None
        if size:
            datagram.pieces.setdefault(offset, piece)
        if not more:
            datagram.size = offset + size
        return self._complete(key, datagram)

    def _complete(self, key: Key, datagram: _Datagram) -> Placed | None:
        if datagram.size < 0:
            return None
        parts, known = [], 0
        for offset in sorted(datagram.pieces):
            if offset > known:
                return None
            part = datagram.pieces[offset].part(known - offset)
            if part.data:
                parts.append(part)
                known += len(part.data)
        if known < datagram.size:
            return None
        del self._open[key]
        return joined(parts).part(0, datagram.size)
