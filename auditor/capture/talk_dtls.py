"""DTLS: the ClientHello of a UDP conversation names its server, everything behind it stays opaque.

RFC 6347 sections 4.1 (records) and 4.2.2 (handshake messages in fragments); a DTLS 1.3 ClientHello (RFC 9147) has the same form.
"""

from auditor.capture import tls
from auditor.capture.placed import Placed, joined
from auditor.capture.story import Story
from auditor.capture.talk_tls import tell_client_hello
from auditor.model.vocabulary import HostSource, Visibility

RECORD_HEAD, MESSAGE_HEAD = 13, 12
BEFORE_COOKIE = 34
"""Version and random."""
MAX_HELLO, MAX_FRAGMENTS = 16_384, 64


def begins_dtls(data: bytes) -> bool:
    """Whether a datagram begins with a whole DTLS handshake record."""
    if len(data) < RECORD_HEAD + MESSAGE_HEAD or data[0] != tls.HANDSHAKE or data[1] != 0xFE or data[2] not in (0xFD, 0xFF):
        return False
    return RECORD_HEAD + int.from_bytes(data[11:13], "big") <= len(data)


class DtlsTalk:
    """Both directions of a DTLS conversation, up to its ClientHello."""

    def __init__(self, story: Story) -> None:
        self._story = story
        self._parts: dict[int, Placed] = {}
        self._message = -1
        story.spoke("dtls", Visibility.OPAQUE)

    @property
    def held(self) -> int:
        """Bytes of a ClientHello that is not complete yet."""
        return sum(len(part.data) for part in self._parts.values())

    def take(self, side: int, run: Placed, at: int) -> None:
        """Takes the records of a datagram."""
        while begins_dtls(run.data):
            end = RECORD_HEAD + int.from_bytes(run.data[11:13], "big")
            # What is encrypted (from epoch 1 on) is no message that could be read.
            if run.data[3:5] == b"\0\0":
                self._fragment(side, run.part(RECORD_HEAD, end), at)
            run = run.part(end)

    def gap(self, side: int, size: int, at: int) -> None:
        """The end of a datagram that the snap length cut."""
        del side, at
        self._story.lose("payload", size)

    def end(self, at: int) -> None:
        """Says so where a ClientHello stops in the middle."""
        del at
        if self._parts:
            self._story.miss(("dtls handshake: the capture does not hold its end",))

    def _fragment(self, side: int, message: Placed, at: int) -> None:
        head = message.data[:MESSAGE_HEAD]
        whole, start, size = (int.from_bytes(head[first : first + 3], "big") for first in (1, 6, 9))
        fits = len(message.data) >= MESSAGE_HEAD + size and start + size <= whole <= MAX_HELLO
        if len(head) < MESSAGE_HEAD or head[0] != tls.CLIENT_HELLO or not fits:
            return
        number = int.from_bytes(head[4:6], "big")
        if number != self._message:
            self._parts, self._message = {}, number
        if len(self._parts) < MAX_FRAGMENTS:
            self._parts.setdefault(start, message.part(MESSAGE_HEAD, MESSAGE_HEAD + size))
        body = self._whole(whole)
        if body is not None:
            self._parts = {}
            tell_client_hello(self._story, side, _without_cookie(body), at, source=HostSource.TLS_SNI)

    def _whole(self, size: int) -> Placed | None:
        """The message, where its fragments (which may overlap) hold all of it."""
        found, at = [], 0
        for start, part in sorted(self._parts.items()):
            if start > at:
                return None
            if start + len(part.data) > at:
                found.append(part.part(at - start))
                at = start + len(part.data)
        return joined(tuple(found)) if at >= size else None


def _without_cookie(body: Placed) -> Placed:
    """The ClientHello as in TLS, which has no cookie behind the session's id (RFC 6347 section 4.2.1)."""
    data = body.data
    cookie = BEFORE_COOKIE + 1 + data[BEFORE_COOKIE] if len(data) > BEFORE_COOKIE else len(data)
    if cookie >= len(data):
        return body
    return joined((body.part(0, cookie), body.part(cookie + 1 + data[cookie])))
