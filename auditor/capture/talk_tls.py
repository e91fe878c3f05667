"""TLS over TCP: the handshake's names and versions go to the story, everything behind stays opaque."""

import re

from auditor.capture import tls
from auditor.capture.marked import CUT_NOTE, ECH_NOTE
from auditor.capture.placed import Placed, Tape
from auditor.capture.story import Story
from auditor.model.vocabulary import HostSource, Part, Visibility

HEAD, OLD_HEAD = 5, 11
_HOST = re.compile(r"(\*\.)?[A-Za-z0-9_.-]+")
"""A common name may be anything, like the model of a printer."""


def tell_client_hello(story: Story, side: int, body: Placed, at: int, *, source: HostSource, whole: bool = True) -> bool:
    """Tells what a ClientHello says; whether it could be read."""
    hello = tls.read_client_hello(body.data, whole=whole)
    if hello is None:
        return False
    story.opened_by(side)
    story.alpn = story.alpn or (hello.alpn[0] if hello.alpn else None)
    if hello.encrypted:
        story.miss((ECH_NOTE,))
    if hello.server_name:
        host = story.name(hello.server_name, source)
        quic = source is HostSource.QUIC_SNI
        pieces = []
        for name, where in ((hello.server_name, hello.name_at), *hello.more_names):
            story.name(name)
            # In QUIC the name is encrypted where it stands in the capture: its place is the datagram's.
            placed = Placed(name, body.places) if quic else body.part(where, where + len(name))
            pieces.append(placed.piece(Part.SNI))
        story.say(side=side, at=at, protocol="quic" if quic else "tls", pieces=tuple(pieces), host=host)
    return True


class TlsTalk:
    """Both directions of a TLS connection, up to where the encryption begins."""

    def __init__(self, story: Story) -> None:
        self._story = story
        self._records = (Tape(), Tape())
        self._handshakes = (Tape(), Tape())
        self._done = [False, False]
        self._spoke = [False, False]
        story.spoke("tls", Visibility.OPAQUE)

    @property
    def held(self) -> int:
        """Bytes of records and handshake messages that are not complete yet."""
        return sum(len(tape) for tape in (*self._records, *self._handshakes))

    def take(self, side: int, run: Placed, at: int) -> None:
        """Takes records off the stream until the side's encryption begins."""
        if self._done[side]:
            return
        tape = self._records[side]
        tape.extend(run)
        if not self._spoke[side] and not self._passes_old_hello(side):
            return
        while not self._done[side] and len(tape):
            head = tape.peek(HEAD)
            if not tls.is_record(head):
                self._finish(side, at)
                return
            size = HEAD + int.from_bytes(head[3:5], "big")
            if len(head) < HEAD or len(tape) < size:
                return
            self._record(side, head[0], tape.take(size).part(HEAD), at)

    def _passes_old_hello(self, side: int) -> bool:
        """Goes over a hello in the format of SSL 2; whether the side's records can be read."""
        tape = self._records[side]
        size = tls.old_hello_size(tape.peek(OLD_HEAD))
        if size is None or len(tape) < size:
            return False
        if size:
            tape.take(size)
            self._story.opened_by(side)
        self._spoke[side] = size > 0
        return True

    def gap(self, side: int, size: int, at: int) -> None:
        """A hole: what stands before it is read as far as it goes."""
        if self._done[side]:
            return
        begins = self._says_nothing_yet(side) and not len(self._records[side])
        self._handshakes[side].extend(self._records[side].take_all().part(HEAD))
        self._cut(side, at)
        if side == max(self._story.client, 0) or not self._story.names:  # what a server says may name it
            self._story.lose("tls handshake", size)
        if not begins:  # else what was lost may have been the talk of a proxy, or of STARTTLS, with a hello behind it
            self._finish(side, at)

    def end(self, at: int) -> None:
        """A handshake that stops in the middle is read as far as it goes."""
        for side in (0, 1):
            if not self._done[side] and self.held:
                self._handshakes[side].extend(self._records[side].take_all().part(HEAD))
                if self._cut(side, at):
                    self._story.miss((CUT_NOTE,))

    def _record(self, side: int, kind: int, body: Placed, at: int) -> None:
        if kind == tls.HANDSHAKE:
            self._spoke[side] = True
            self._handshakes[side].extend(body)
            self._read_handshake(side, at)
        elif kind != tls.ALERT and not (kind == tls.CHANGE_CIPHER_SPEC and self._says_nothing_yet(side)):
            self._finish(side, at)

    def _says_nothing_yet(self, side: int) -> bool:
        """RFC 8446 section 5: a ChangeCipherSpec before anything else means nothing."""
        return not self._spoke[side] and not len(self._handshakes[side])

    def _read_handshake(self, side: int, at: int) -> None:
        tape = self._handshakes[side]
        while len(tape) >= 4 and not self._done[side]:
            head = tape.peek(4)
            size = int.from_bytes(head[1:4], "big")
            if size > tls.MAX_HANDSHAKE:
                self._finish(side, at)
                return
            if len(tape) < 4 + size:
                return
            self._message(side, head[0], tape.take(4 + size).part(4), at)

    def _message(self, side: int, kind: int, body: Placed, at: int) -> None:
        story = self._story
        if kind == tls.CLIENT_HELLO:
            tell_client_hello(story, side, body, at, source=HostSource.TLS_SNI)
        elif kind == tls.SERVER_HELLO:
            hello = tls.read_server_hello(body.data)
            story.opened_by(1 - side)
            if hello is not None:
                story.tls_version = hello.version
                story.alpn = hello.alpn or story.alpn
        elif kind == tls.CERTIFICATE:
            if not story.is_up(side) and HostSource.TLS_SNI not in story.hosts:
                tell_certificate(story, body.data)
        elif kind == tls.SERVER_HELLO_DONE:
            self._finish(side, at)

    def _cut(self, side: int, at: int) -> bool:
        """Reads the part of a ClientHello that is there; whether there is one."""
        tape = self._handshakes[side]
        if len(tape) <= 4 or tape.peek(1)[0] != tls.CLIENT_HELLO:
            return False
        body = tape.take_all().part(4)
        tell_client_hello(self._story, side, body, at, source=HostSource.TLS_SNI, whole=False)
        return True

    def _finish(self, side: int, at: int) -> None:
        del at
        self._done[side] = True
        self._records[side].take_all()
        self._handshakes[side].take_all()
        self._story.finished = all(self._done)


def tell_certificate(story: Story, body: bytes) -> None:
    """Notes the first name of the server's certificate, plain ones first; a wildcard stands for the domain below it."""
    names = [name for name in tls.certificate_names(body) if _HOST.fullmatch(name)]
    plain = [name for name in names if not name.startswith("*.")]
    chosen = next(iter(plain or names), "").removeprefix("*.")
    if chosen:
        story.calls_itself(chosen)
