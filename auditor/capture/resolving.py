"""Resolvers behind HTTP: requests and responses go in; what was asked goes to the story, what was answered to the names.

DNS as such (RFC 8484: `?dns=` in base64url, or the body of a POST), JSON (`application/dns-json`) and HTTPDNS. The same for
HTTP/1, 2 and 3, in the clear or decrypted.
"""

import base64
import binascii
import re
from dataclasses import dataclass

from auditor.capture import httpdns
from auditor.capture.dns import DnsMessage, read_dns
from auditor.capture.naming import Names
from auditor.capture.placed import Placed
from auditor.capture.story import Resolved, Story
from auditor.capture.talk_dns import dns_pieces
from auditor.model.content import Piece
from auditor.model.vocabulary import HostSource, Part

MAX_MESSAGE = 65_535
"""Bytes of a DNS message (RFC 8484 section 6)."""
_MESSAGE = b"application/dns-message"
_ASKED = re.compile(rb"[?&]dns=([A-Za-z0-9_-]{16,4000})={0,2}(?:&|$)")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks of a resolver."""

    names: tuple[str, ...] = ()
    """Of HTTPDNS and JSON, whose answers do not always repeat them."""
    pieces: tuple[Piece, ...] = ()
    """The questions of a DNS message in the target."""


class Resolver:
    """The resolver that one HTTP conversation may be with."""

    def __init__(self, story: Story, names: Names) -> None:
        """`names` learns the answers."""
        self._story = story
        self._names = names

    def asked(self, target: Placed, accept: bytes) -> Asked:
        """What a request's target asks; `accept` as its header says."""
        names = httpdns.asked_names(target.data, accept)
        for name in names:
            self._story.name(name)
        if httpdns.is_encrypted(target.data):
            self._story.miss(("httpdns: question and answer are encrypted",))
        return Asked(names, self._in_target(target))

    def _in_target(self, target: Placed) -> tuple[Piece, ...]:
        """RFC 8484 section 4.1: the question stands encoded where the capture holds it, so its place is the parameter's."""
        found = _ASKED.search(target.data)
        if found is None:
            return ()
        try:
            data = base64.urlsafe_b64decode(found[1] + b"=" * (-len(found[1]) % 4))
        except (binascii.Error, ValueError):
            return ()
        message = read_dns(data)
        if message is None or message.is_response:
            return ()
        self._name(message)
        pieces = dns_pieces(message, Placed(data))
        places = target.part(*found.span(1)).places[:1]
        return tuple(Piece(piece.part, piece.name, piece.data, places, ("base64url",)) for piece in pieces)

    def body(self, kind: bytes, coding: bytes, body: Placed) -> tuple[Piece, ...]:
        """The pieces of a body, which may be a DNS message by its Content-Type: its questions are names of the conversation."""
        message = None if coding else _message(kind, body.data)
        if message is not None:
            self._name(message)
            return dns_pieces(message, body)
        return (body.piece(Part.BODY),) if body.data else ()

    def _name(self, message: DnsMessage) -> None:
        for question in message.questions:
            self._story.name(question.name)

    def answered(self, client: str, asked: Asked, kind: bytes, coding: bytes, body: bytes, at: int | None) -> None:
        """Learns what a response tells the client at UTC nanoseconds `at`."""
        if at is None:
            return
        message = _message(kind, httpdns.unpacked(body, coding))
        if message is not None and message.is_response:
            self._name(message)
            self._names.learn_message(client, message, at)
            return
        for answer in httpdns.read_answer(asked.names, body, coding):
            resolved = Resolved(answer.name, HostSource.HTTPDNS, answer.chain)
            self._names.learn(client, answer.address, resolved, at, answer.ttl)


def _message(kind: bytes, body: bytes) -> DnsMessage | None:
    """The DNS message that a body is."""
    is_message = kind.partition(b";")[0].strip().lower() == _MESSAGE
    return read_dns(body) if is_message and len(body) <= MAX_MESSAGE else None
