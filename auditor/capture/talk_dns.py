"""DNS over UDP and TCP, mDNS and LLMNR: questions go to the story, answers to the names that later conversations look up."""

import re
from collections.abc import Iterator

from auditor.capture.dns import AAAA, CNAME, NS, PTR, SOA, SRV, TXT, A, DnsMessage, Question, read_dns
from auditor.capture.naming import ANYONE, Names
from auditor.capture.placed import Placed, Tape, joined
from auditor.capture.story import Story
from auditor.model.content import Piece
from auditor.model.vocabulary import Part, Visibility

MULTICAST_PORTS = {5353: "mdns", 5355: "llmnr"}
NAMED = frozenset({A, NS, CNAME, SOA, PTR, AAAA, SRV, 43, 46, 47, 48, 50})
"""Addresses and names, which are learnt, and signatures and keys of DNSSEC."""
LEAST_DATA = 8
_LONGEST_LABEL = 64
_LONGEST_QUESTION = 1_024
"""Bytes, with the padding of RFC 8467."""
_QUESTION = (b"\0\1", b"\0\x10\x20\x30", b"\0", b"\1", *(b"\0",) * 5, b"\0\1")
"""Flags and counts of a question: what each byte may be."""
_SURELY = 19
_LABEL = re.compile(rb"[A-Za-z0-9_-]+")


def is_dns(data: bytes) -> bool:
    """Whether a datagram is a DNS message."""
    return read_dns(data) is not None


def begins_dns(head: bytes) -> bool | None:
    """Whether a stream begins with a DNS message behind its length (RFC 1035 section 4.2.2); None for not enough bytes."""
    if len(head) < 14:
        return None
    flags, questions = int.from_bytes(head[4:6], "big"), int.from_bytes(head[6:8], "big")
    return int.from_bytes(head[:2], "big") >= 12 and flags & 0x7840 == 0 and questions == 1


def begins_question(head: bytes) -> bool | None:
    """Whether a stream can begin with nothing but one question behind its length, on whatever port; None for not enough bytes.

    A question has an opcode of 0, no answers, the options of RFC 6891 at most, and begins with a label of letters and digits.
    """
    if any(byte not in allowed for byte, allowed in zip(head[4:14], _QUESTION, strict=False)):
        return False
    if len(head) < _SURELY:
        return None
    label = head[15 : 15 + head[14]]
    size = int.from_bytes(head[:2], "big")
    return 17 <= size <= _LONGEST_QUESTION and 1 <= head[14] < _LONGEST_LABEL and _LABEL.fullmatch(label) is not None


class DnsTalk:
    """One conversation with a resolver, over UDP (each run a datagram) or TCP (`stream`)."""

    def __init__(self, story: Story, names: Names, *, stream: bool = False) -> None:
        self._story = story
        self._names = names
        self._tapes = (Tape(), Tape()) if stream else None
        self._broken = False
        port = story.ports[1] if story.ports[1] in MULTICAST_PORTS else story.ports[0]
        self._multicast = port in MULTICAST_PORTS
        story.spoke(MULTICAST_PORTS.get(port, "dns"), Visibility.CLEARTEXT)

    @property
    def held(self) -> int:
        """Bytes of messages that are not complete yet."""
        return sum(len(tape) for tape in self._tapes or ())

    def take(self, side: int, run: Placed, at: int) -> None:
        """Takes a datagram, or the next bytes of a stream."""
        if self._tapes is None:
            self._read(side, run, at)
            return
        if self._broken:
            return
        tape = self._tapes[side]
        tape.extend(run)
        while len(tape) >= 2:
            size = int.from_bytes(tape.peek(2), "big") + 2
            if len(tape) < size:
                return
            self._read(side, tape.take(size).part(2), at)

    def gap(self, side: int, size: int, at: int) -> None:
        """A hole in a stream loses the message borders."""
        del side, at
        self._broken = self._tapes is not None
        self._story.lose("dns messages", size)

    def end(self, at: int) -> None:
        """A message of a stream that never ended is told as it stands."""
        for side, tape in enumerate(self._tapes or ()):
            if len(tape):
                self._story.miss(("dns message: the capture does not hold its end",))
                self._story.say(side=side, at=at, protocol="dns", pieces=(tape.take_all().piece(Part.PAYLOAD),))

    def _read(self, side: int, run: Placed, at: int) -> None:
        message = read_dns(run.data)
        if message is None:
            self._story.miss(("dns message: damaged",))
            self._story.say(side=side, at=at, protocol="dns", pieces=(run.piece(Part.PAYLOAD),))
            return
        if not self._multicast:
            self._story.opened_by(1 - side if message.is_response else side)
        for question in message.questions:
            self._story.name(question.name)
        if self._multicast and not message.questions:
            for name in _announced(message):
                self._story.name(name)
        if message.is_response:
            client = ANYONE if self._multicast else self._story.addresses[1 - side]
            self._names.learn_message(client, message, at)
        told = _told_of_hosts(message, run) if self._multicast and message.is_response else ()
        self._story.say(side=side, at=at, protocol="dns", pieces=(*dns_pieces(message, run), *told))


def _announced(message: DnsMessage) -> Iterator[str]:
    """Whom an unasked multicast message is about (RFC 6762 section 8.3): whose its first record is, and its addresses."""
    for number, answer in enumerate(message.answers):
        if number == 0 or answer.type in (A, AAAA):
            yield answer.name


def dns_pieces(message: DnsMessage, run: Placed) -> tuple[Piece, ...]:
    """A question's characters stand in the packet one for one, a label's length where its dot is shown.

    Records that are no names and no addresses (texts, options, unknown types) may hold anything, like what stands behind them.
    """
    questions = (
        Piece(Part.DNS, "question", _as_sent(question, run.data), run.part(question.at, question.at + len(question.name)).places)
        for question in message.questions
    )
    data = [
        part
        for answer in message.answers
        if answer.type not in NAMED and answer.size >= LEAST_DATA
        for part in record_data(answer.type, run.part(answer.at, answer.at + answer.size))
    ]
    behind = (run.part(message.rest),) if len(run.data) - message.rest >= LEAST_DATA else ()
    return (*questions, *(part.piece(Part.DNS, "record") for part in (*data, *behind)))


_POINTING, _OWNED = (SRV, PTR), (SRV, TXT, A, AAAA)
"""Records whose data, and whose owner, is a host or a service that somebody offers."""


def _told_of_hosts(message: DnsMessage, run: Placed) -> tuple[Piece, ...]:
    """The names that a multicast answer gives: whose addresses they are, who offers a service, and as what (RFC 6762, 6763).

    A name may be cut into pieces by pointers: it is said to stand where its first label does, in the letters of that label.
    """
    whole = run.data.lower()
    asked = {question.name for question in message.questions}
    found: dict[str, Piece] = {}
    for answer in message.answers:
        for name in (answer.value if answer.type in _POINTING else "", answer.name if answer.type in _OWNED else ""):
            if not name or name in asked or name in found:
                continue
            label, rest = name.encode().partition(b".")[0], name.encode()
            at = whole.find(bytes([len(label)]) + label.lower()) + 1 if len(label) < _LONGEST_LABEL else 0
            sent = run.data[at : at + len(label)] if at else label
            found[name] = Placed(sent + rest[len(label) :], run.part(at, at + len(name)).places).piece(Part.DNS, "answer")
    return tuple(found.values())


def _as_sent(question: Question, data: bytes) -> bytes:
    """The name in the letters of the packet, for base64 in a label knows capitals; in lower case where it stands in pieces."""
    name = question.name.encode()
    sent = bytearray(data[question.at : question.at + len(name)])
    for place in range(len(sent)):
        if name[place] == 0x2E:
            sent[place] = 0x2E
    return bytes(sent) if sent.lower() == name else name


def record_data(kind: int, data: Placed) -> tuple[Placed, ...]:
    """A record's data; of a TXT record the strings (RFC 1035 section 3.3.14), one after another.

    Where each of them is a key with its value, as a service says them (RFC 6763 section 6), each is for itself.
    """
    if kind != TXT:
        return (data.stripped(),)
    parts = []
    at = 0
    while at < len(data.data):
        parts.append(data.part(at + 1, at + 1 + data.data[at]))
        at += 1 + data.data[at]
    return tuple(parts) if all(b"=" in part.data for part in parts) else (joined(parts),)
