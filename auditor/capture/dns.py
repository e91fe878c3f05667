"""DNS messages (RFC 1035 section 4): bytes in, questions and answers out. Also what mDNS, LLMNR and NetBIOS share of it.

Hostile input is bounded: a name follows at most `MAX_JUMPS` compression pointers, each further back than the one before, and a
message gives at most `MAX_RECORDS` records whatever its counts say.
"""

import ipaddress
import socket
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

A, NS, CNAME, SOA, PTR, TXT, AAAA, SRV, HTTPS = 1, 2, 5, 6, 12, 16, 28, 33, 65
MAX_JUMPS = 32
MAX_RECORDS = 512
MAX_NAME = 255
HEAD = 12
_IPV4_HINT, _IPV6_HINT = 4, 6
_POINTER = 0xC0


@dataclass(frozen=True, slots=True)
class Question:
    """A name that was asked for."""

    name: str
    type: int
    at: int
    """Offset in the message of the name's first character."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One resource record."""

    name: str
    type: int
    ttl: int
    """Seconds."""
    value: str
    """An address, the target name, or empty for other types."""
    at: int
    """Offset in the message of the record's data."""
    size: int


@dataclass(frozen=True, slots=True)
class DnsMessage:
    """What a DNS message says."""

    is_response: bool
    questions: tuple[Question, ...]
    answers: tuple[Answer, ...]
    """Answer, authority and additional records."""
    rest: int = 0
    """Offset behind the last record that could be read; what stands there is none."""

    def chain(self, name: str) -> tuple[str, ...]:
        """The canonical names behind a name, first to last (RFC 1034 section 3.6.2); loops end."""
        targets = {answer.name: answer.value for answer in self.answers if answer.type == CNAME}
        found: list[str] = []
        while (name := targets.get(name, "")) and name not in found:
            found.append(name)
        return tuple(found)

    def lifetime(self, name: str, answer: Answer) -> int:
        """Seconds for which an address holds for a name: until the first link of the chain to it may no longer be kept."""
        owners = {name, *self.chain(name)}
        return min([answer.ttl, *(link.ttl for link in self.answers if link.type == CNAME and link.name in owners)])

    @property
    def owners(self) -> tuple[str, ...]:
        """The names of the records."""
        return tuple(dict.fromkeys(answer.name for answer in self.answers))

    def hosts_of(self, services: Sequence[str]) -> tuple[str, ...]:
        """The hosts that offer a service, in order (RFC 2782)."""
        asked = {*services, *(name for service in services for name in self.chain(service))}
        return tuple(dict.fromkeys(answer.value for answer in self.answers if answer.type == SRV and answer.name in asked))

    def addresses(self, name: str) -> Iterator[Answer]:
        """The address records of a name."""
        return (answer for answer in self.answers if answer.type in (A, AAAA) and answer.name == name)


def read_dns(data: bytes) -> DnsMessage | None:
    """Reads a message; None where it is none.

    Records behind a damaged one are lost; those before it count.
    """
    if len(data) < HEAD:
        return None
    flags = int.from_bytes(data[2:4], "big")
    counts = [int.from_bytes(data[at : at + 2], "big") for at in range(4, 12, 2)]
    if flags >> 11 & 15 > 6 or flags & 0x40 or not any(counts) or counts[0] > 64:
        return None
    at, questions = _questions(data, counts[0])
    if at < 0 or (counts[0] and not questions):
        return None
    answers = tuple(_records(data, at, min(sum(counts[1:]), MAX_RECORDS)))
    return DnsMessage(bool(flags & 0x8000), questions, answers, answers[-1].at + answers[-1].size if answers else at)


def _questions(data: bytes, count: int) -> tuple[int, tuple[Question, ...]]:
    """The questions and where they end; -1 where they break."""
    at = HEAD
    questions = []
    for _ in range(count):
        name, end = read_name(data, at)
        if name is None or end + 4 > len(data):
            return -1, ()
        questions.append(Question(name, int.from_bytes(data[end : end + 2], "big"), min(at + 1, len(data))))
        at = end + 4
    return at, tuple(questions)


def _records(data: bytes, at: int, count: int) -> Iterator[Answer]:
    for _ in range(count):
        name, end = read_name(data, at)
        if name is None or end + 10 > len(data):
            return
        kind = int.from_bytes(data[end : end + 2], "big")
        ttl = int.from_bytes(data[end + 4 : end + 8], "big")
        size = int.from_bytes(data[end + 8 : end + 10], "big")
        at = end + 10 + size
        if at > len(data):
            return
        ttl = ttl if ttl < 1 << 31 else 0  # RFC 2181 section 8: a TTL with the top bit set counts as zero.
        # mDNS uses the class's top bit (RFC 6762 section 10.2); what is of no class of the Internet stands for no address.
        internet = int.from_bytes(data[end + 2 : end + 4], "big") & 0x7FFF == 1
        for hint, where in _hints(data, end + 10, at) if kind == HTTPS and internet else ():
            yield Answer(name, A if len(hint) == 4 else AAAA, ttl, address_text(hint), where, len(hint))
        yield Answer(name, kind, ttl, _value(data, kind, end + 10, size) if internet else "", end + 10, size)


def _hints(data: bytes, at: int, end: int) -> Iterator[tuple[bytes, int]]:
    """The addresses that a HTTPS record tells the client to try (RFC 9460 section 7.3), and where they stand."""
    _, at = read_name(data, at + 2)
    while at > 0 and at + 4 <= end:
        key, size = int.from_bytes(data[at : at + 2], "big"), int.from_bytes(data[at + 2 : at + 4], "big")
        at += 4
        width = {_IPV4_HINT: 4, _IPV6_HINT: 16}.get(key, end)
        for place in range(at, min(at + size, end) - width + 1, width):
            yield data[place : place + width], place
        at += size


def _value(data: bytes, kind: int, at: int, size: int) -> str:
    if kind == A and size == 4:
        return str(ipaddress.IPv4Address(data[at : at + 4]))
    if kind == AAAA and size == 16:
        return address_text(data[at : at + 16])
    if kind in (CNAME, PTR, NS):
        return read_name(data, at)[0] or ""
    if kind == SRV and size > 6:
        return read_name(data, at + 6)[0] or ""
    return ""


def address_text(packed: bytes) -> str:
    """An address of 4 or 16 bytes as in RFC 5952; IPv4-mapped as IPv4."""
    if len(packed) == 16 and packed.startswith(b"\0" * 10 + b"\xff\xff"):
        return socket.inet_ntoa(packed[12:])
    return str(ipaddress.ip_address(packed))


def read_name(data: bytes, at: int) -> tuple[str | None, int]:
    """The name at an offset (RFC 1035 section 4.1.4), lower case without a final dot, and where reading goes on.

    None for a name that breaks the rules. Bytes that are not ASCII are read as UTF-8 (mDNS), others as `\\xNN`.
    """
    labels: list[str] = []
    end = -1
    limit = at
    length = 0
    for _ in range(MAX_JUMPS + 128):
        if at >= len(data):
            return None, -1
        size = data[at]
        if size == 0:
            return ".".join(labels).lower(), (end if end >= 0 else at + 1)
        if size & _POINTER == _POINTER:
            target = int.from_bytes(data[at : at + 2], "big") & 0x3FFF
            if at + 2 > len(data) or target >= limit:
                return None, -1
            end = end if end >= 0 else at + 2
            at = limit = target
            continue
        length += size + 1
        if size & _POINTER or at + 1 + size > len(data) or length > MAX_NAME:
            return None, -1
        labels.append(_label(data[at + 1 : at + 1 + size]))
        at += 1 + size
    return None, -1


def _label(raw: bytes) -> str:
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        text = raw.decode("ascii", "backslashreplace")
    return text if text.isprintable() else text.encode("unicode_escape").decode()
