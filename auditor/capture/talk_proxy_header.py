"""The PROXY protocol: the header that a load balancer writes ahead of a connection goes to the story; what follows is read on.

HAProxy's proxy-protocol.txt, versions 1 (a line, section 2.1) and 2 (bytes, section 2.2).
"""

from collections.abc import Callable

from auditor.capture.placed import Placed, Tape
from auditor.capture.story import Story
from auditor.capture.talk import Talk
from auditor.model.vocabulary import HostSource, Part

_LINE = b"PROXY "
_LONGEST_LINE = 107
_SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"
_FIXED = 16
"""Bytes of version 2 up to and with its length."""
_ADDRESSES = {1: 12, 2: 36, 3: 216}
"""Bytes of both addresses and ports, by family."""
_AUTHORITY = 2


def begins_proxy_header(head: bytes) -> bool | None:
    """Whether a header of the PROXY protocol begins here; None for too few bytes."""
    return head.startswith((_LINE, _SIGNATURE)) or (False if header_size(head) == 0 else None)


def header_size(head: bytes) -> int | None:
    """Bytes of the header at the beginning; 0 where there is none, None where it is not all there."""
    for mark in (_LINE, _SIGNATURE):
        if mark.startswith(head[: len(mark)]) and len(head) < len(mark):
            return None
    if head.startswith(_SIGNATURE):
        return None if len(head) < _FIXED else _FIXED + int.from_bytes(head[14:_FIXED], "big")
    if not head.startswith(_LINE):
        return 0
    end = head.find(b"\n", 0, _LONGEST_LINE)
    return end + 1 if end >= 0 else None if len(head) < _LONGEST_LINE else 0


def authority(header: bytes) -> bytes | None:
    """The name that the client asked for, as version 2 says it (section 2.2.2, PP2_TYPE_AUTHORITY); None where it says none."""
    if not header.startswith(_SIGNATURE):
        return None
    at = _FIXED + _ADDRESSES.get(header[13] >> 4, 0)
    while at + 3 <= len(header):
        end = at + 3 + int.from_bytes(header[at + 1 : at + 3], "big")
        if header[at] == _AUTHORITY and end <= len(header):
            return header[at + 3 : end]
        at = end
    return None


class ProxyHeaderTalk:
    """Both directions of a connection that begins with such a header."""

    def __init__(self, story: Story, unknown: Callable[[Story], Talk]) -> None:
        """`unknown` makes the reader of what follows."""
        self._story = story
        self._inner = unknown(story)
        self._tape = Tape()
        self._side = -1
        self._over = False

    @property
    def held(self) -> int:
        """Bytes that wait for more."""
        return len(self._tape) + self._inner.held

    def take(self, side: int, run: Placed, at: int) -> None:
        """Takes the next bytes of a side."""
        if self._side < 0 and header_size(run.data) != 0:
            self._side = side
            self._story.opened_by(side)
        if self._over or side != self._side:
            self._inner.take(side, run, at)
            return
        self._tape.extend(run)
        size = header_size(self._tape.peek(_LONGEST_LINE))
        if size is not None and len(self._tape) >= size:
            self._hand_on(size, at)

    def gap(self, side: int, size: int, at: int) -> None:
        """A hole in the header ends it."""
        if side == self._side and not self._over:
            self._hand_on(0, at)
        self._inner.gap(side, size, at)

    def end(self, at: int) -> None:
        """Tells what is still held."""
        if not self._over:
            self._hand_on(0, at)
        self._inner.end(at)

    def _hand_on(self, size: int, at: int) -> None:
        self._over = True
        header, rest = self._tape.take(size), self._tape.take_all()
        name = authority(header.data)
        if name:
            self._story.name(name, HostSource.TLS_SNI)
        if header.data:
            self._story.say(side=self._side, at=at, protocol="tcp", pieces=(header.piece(Part.PAYLOAD),))
        if rest.data:
            self._inner.take(self._side, rest, at)
