"""Protocols by which devices of a local network find each other: DHCP, NetBIOS names. Names of devices go to the story."""

from auditor.capture.dhcp import read_dhcp
from auditor.capture.dhcp6 import read_dhcp6
from auditor.capture.dns import address_text, read_dns
from auditor.capture.naming import ANYONE, Names
from auditor.capture.placed import Placed
from auditor.capture.story import Resolved, Story
from auditor.model.content import Piece
from auditor.model.vocabulary import HostSource, Part, Visibility

LEASE = 86_400
"""Seconds that a name given by DHCP or NetBIOS holds here."""
_NB = 32


class DhcpTalk:
    """A conversation of DHCP, for IPv4 or, as `dhcpv6`, for IPv6."""

    def __init__(self, story: Story, names: Names, protocol: str = "dhcp") -> None:
        self._story = story
        self._names = names
        self._protocol = protocol
        self._read = read_dhcp6 if protocol == "dhcpv6" else read_dhcp
        self.held = 0
        self._host: str | None = None
        story.spoke(protocol, Visibility.CLEARTEXT)

    def take(self, side: int, run: Placed, at: int) -> None:
        """Takes one datagram."""
        message = self._read(run.data)
        if message is None:
            self._story.say(side=side, at=at, protocol=self._protocol, pieces=(run.piece(Part.PAYLOAD),))
            return
        self._story.opened_by(1 - side if message.is_reply else side)
        self._host = message.host or message.full_name or self._host
        for name in filter(None, (self._host, message.full_name)):
            self._story.name(name)
        for address in message.addresses if self._host and message.is_reply else ():
            self._names.learn(ANYONE, address, Resolved((self._host or "").lower(), HostSource.DNS_ANSWER, ()), at, LEASE)
        pieces = [run.part(field.start, field.end).piece(Part.PAYLOAD, field.name) for field in message.fields]
        self._story.say(side=side, at=at, protocol=self._protocol, pieces=tuple(pieces))

    def gap(self, side: int, size: int, at: int) -> None:
        """The end of a datagram that the snap length cut."""
        del side, at
        self._story.lose("payload", size)

    def end(self, at: int) -> None:
        """Nothing is left to tell."""


def netbios_name(encoded: str) -> str | None:
    """A NetBIOS name in its first-level encoding (RFC 1001 section 14.1); None where it is none."""
    label = encoded.partition(".")[0].upper()
    if len(label) != 32 or any(not "A" <= sign <= "P" for sign in label):
        return None
    raw = bytes((ord(label[at]) - 65) << 4 | ord(label[at + 1]) - 65 for at in range(0, 32, 2))
    name = raw[:15].rstrip(b" \0").decode("ascii", "backslashreplace")
    return name.lower() if name and name.isprintable() else None


def is_netbios(data: bytes) -> bool:
    """Whether a datagram of the name service's port has its shape."""
    return len(data) >= 12 and data[4:12] != bytes(8)


_OWN_NAME = frozenset({5, 8, 9})
"""Operations in which a host says its own name: registration and refresh (RFC 1002 section 4.2.1.1)."""


class NetbiosTalk:
    """A conversation of the NetBIOS name service (RFC 1002 section 4.2)."""

    def __init__(self, story: Story, names: Names) -> None:
        self._story = story
        self._names = names
        self.held = 0
        story.spoke("nbns", Visibility.CLEARTEXT)

    def take(self, side: int, run: Placed, at: int) -> None:
        """Takes one datagram."""
        # Registrations and releases use opcodes that DNS does not have: the flags are taken out for reading.
        message = read_dns(run.data[:2] + bytes([run.data[2] & 0x80, 0]) + run.data[4:]) if len(run.data) >= 12 else None
        if message is None:
            self._story.say(side=side, at=at, protocol="nbns", pieces=(run.piece(Part.PAYLOAD),))
            return
        what = "registered" if run.data[2] >> 3 & 0xF in _OWN_NAME else "question"
        pieces = []
        for question in message.questions:
            name = netbios_name(question.name)
            if name:
                self._story.name(name)
                pieces.append(Piece(Part.DNS, what, name.encode(), run.part(question.at).places[:1]))
        for answer in message.answers:
            name = netbios_name(answer.name)
            raw = run.data[answer.at + 2 : answer.at + 6]
            if name and answer.type == _NB and answer.size >= 6 and any(raw):
                self._story.name(name)
                self._names.learn(ANYONE, address_text(raw), Resolved(name, HostSource.DNS_ANSWER, ()), at, LEASE)
        self._story.say(side=side, at=at, protocol="nbns", pieces=tuple(pieces))

    def gap(self, side: int, size: int, at: int) -> None:
        """The end of a datagram that the snap length cut."""
        del side, at
        self._story.lose("payload", size)

    def end(self, at: int) -> None:
        """Nothing is left to tell."""
