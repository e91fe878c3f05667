"""TDS, which SQL Server speaks ([MS-TDS]): packets are taken apart for the TLS handshake that they carry, and for the name of the
server in the login of a client that does not encrypt.

A client begins with a PRELOGIN packet (section 2.2.6.5). Where both agree on encryption, the handshake's records travel in
packets of the same type; behind it, records stand in the stream as they are.
"""

from auditor.capture import tls
from auditor.capture.placed import Placed, Tape
from auditor.capture.story import Story
from auditor.capture.talk_raw import RawTalk
from auditor.capture.talk_tls import TlsTalk
from auditor.capture.talk_upgraded import tell_wanted
from auditor.model.vocabulary import Visibility

HEAD = 8
_LOGIN, _PRELOGIN = 0x10, 0x12
_TYPES = (0x01, 0x02, 0x03, 0x04, 0x06, 0x07, 0x08, 0x0E, _LOGIN, 0x11, _PRELOGIN)
"""Section 2.2.3.1.1."""
_BEGINNING = ((_PRELOGIN, _PRELOGIN), (0, 1), (0, 16), (0, 255), (0, 0), (0, 0), (0, 255), (0, 0), (0, 0), (0, 0))
"""Least and greatest of a client's first bytes: a packet's header, and the option that comes first (VERSION, 0)."""
_SERVER_AT = 52
"""Where a login says where its server's name stands, and how many characters it has (section 2.2.6.4)."""


def begins_tds(head: bytes) -> bool | None:
    """Whether a stream begins with a PRELOGIN packet; None for too few bytes."""
    if not all(least <= byte <= greatest for byte, (least, greatest) in zip(head, _BEGINNING, strict=False)):
        return False
    return True if len(head) >= len(_BEGINNING) else None


def login_server(login: bytes) -> bytes:
    """The name of the server in a client's login, without protocol, instance and port; empty where there is none."""
    at, size = (int.from_bytes(login[place : place + 2], "little") for place in (_SERVER_AT, _SERVER_AT + 2))
    name = login[at : at + size * 2].decode("utf-16-le", "replace") if at > _SERVER_AT else ""
    return name.rpartition(":")[2].partition(",")[0].partition("\\")[0].encode()


class TdsTalk:
    """Both directions of a connection to an SQL server."""

    def __init__(self, story: Story) -> None:
        self._story = story
        self._tapes = (Tape(), Tape())
        self._lines = RawTalk(story)
        self._tls: TlsTalk | None = None
        story.spoke("tds", Visibility.CLEARTEXT)

    @property
    def held(self) -> int:
        """Bytes of packets that are not complete yet."""
        return sum(map(len, self._tapes)) + (self._tls or self._lines).held

    def take(self, side: int, run: Placed, at: int) -> None:
        """Takes packets off the stream, or what follows a handshake as it is."""
        tape = self._tapes[side]
        tape.extend(run)
        while len(tape) >= HEAD:
            head = tape.peek(HEAD)
            size = int.from_bytes(head[2:4], "big")
            if head[0] not in _TYPES or size < HEAD:
                self._hand_on(side, tape.take_all(), at)
                return
            if len(tape) < size:
                return
            self._packet(side, head[0], tape.take(size), at)

    def gap(self, side: int, size: int, at: int) -> None:
        """A hole ends the packet."""
        self._hand_on(side, self._tapes[side].take_all(), at)
        (self._tls or self._lines).gap(side, size, at)

    def end(self, at: int) -> None:
        """Tells what is still held."""
        for side in (0, 1):
            self._hand_on(side, self._tapes[side].take_all(), at)
        (self._tls or self._lines).end(at)

    def _packet(self, side: int, kind: int, packet: Placed, at: int) -> None:
        body = packet.part(HEAD)
        if kind == _PRELOGIN and self._tls is None and tls.is_record(body.data[:5]):
            self._lines.end(at)
            self._tls = TlsTalk(self._story)
        elif kind == _LOGIN and (host := login_server(body.data)):
            tell_wanted(self._story, side, host)
        elif kind == _PRELOGIN and self._tls is None:
            self._story.opened_by(side)
        self._hand_on(side, body if self._tls is not None else packet, at)

    def _hand_on(self, side: int, run: Placed, at: int) -> None:
        if run.data:
            (self._tls or self._lines).take(side, run, at)
