"""UDP conversations: each datagram is looked at by port and shape, and handed on whole."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from auditor.capture import coap, gquic, quic
from auditor.capture.asked_in_text import asked, is_sip
from auditor.capture.dhcp import read_dhcp
from auditor.capture.dhcp6 import read_dhcp6
from auditor.capture.dns_shape import is_surely_dns
from auditor.capture.endpoint_names import host_name
from auditor.capture.naming import Names
from auditor.capture.placed import Placed
from auditor.capture.story import Story
from auditor.capture.talk import Talk
from auditor.capture.talk_dns import DnsTalk, is_dns
from auditor.capture.talk_dtls import DtlsTalk, begins_dtls
from auditor.capture.talk_local import DhcpTalk, NetbiosTalk, is_netbios
from auditor.capture.talk_quic import GquicTalk, QuicTalk
from auditor.capture.talk_raw import OPAQUE_NOTE, looks_opaque
from auditor.capture.talk_upgraded import tell_wanted
from auditor.model.vocabulary import Part, Visibility

_HOST_LINE = re.compile(rb"\n[Hh][Oo][Ss][Tt][ \t]*:[ \t]*([^\r\n]{1,300})[\r\n]")


def _is_ntp(data: bytes) -> bool:
    """RFC 5905 section 7.3: version 1 to 4, a mode, and 48 bytes at least."""
    return len(data) >= 48 and 1 <= data[0] >> 3 & 7 <= 4 and data[0] & 7 != 0


def _is_dhcp(data: bytes) -> bool:
    return read_dhcp(data) is not None


def _is_dhcp6(data: bytes) -> bool:
    return read_dhcp6(data) is not None


def _is_ssdp(data: bytes) -> bool:
    """UPnP device architecture 2.0, section 1."""
    return data.startswith((b"M-SEARCH ", b"NOTIFY ", b"HTTP/1.1 "))


def _is_stun(data: bytes) -> bool:
    """RFC 8489 section 5: the magic cookie, and a length that is right."""
    return len(data) >= 20 and data[4:8] == b"\x21\x12\xa4\x42" and int.from_bytes(data[2:4], "big") + 20 == len(data)


@dataclass(frozen=True, slots=True)
class Kind:
    """A protocol over UDP."""

    application: str
    fits: Callable[[bytes], bool]
    ports: tuple[int, ...] = ()
    """Empty: any."""


class PlainTalk:
    """Datagrams that are handed on as they are."""

    def __init__(self, story: Story, application: str | None, wanted: Callable[[bytes], Iterable[bytes]] = lambda _: ()) -> None:
        """`wanted` says whom a datagram asks for."""
        self._story = story
        self._wanted = wanted
        self._protocol = application or "udp"
        self.held = 0
        story.application = application
        story.visibility = Visibility.CLEARTEXT
        self._sample = b""
        self._judges = application is None

    def take(self, side: int, run: Placed, at: int) -> None:
        """Hands a datagram on."""
        for host in self._wanted(run.data):
            tell_wanted(self._story, side, host)
        if self._judges and len(self._sample) < 4_096:
            self._sample += run.data[:1_024]
            opaque = looks_opaque(self._sample)
            self._story.visibility = Visibility.OPAQUE if opaque else Visibility.CLEARTEXT
            if opaque:
                self._story.miss((OPAQUE_NOTE,))
            else:
                self._story.unread.pop(OPAQUE_NOTE, None)
        self._story.say(side=side, at=at, protocol=self._protocol, pieces=(run.piece(Part.PAYLOAD),))

    def gap(self, side: int, size: int, at: int) -> None:
        """The end of a datagram that the snap length cut."""
        del side, at
        self._story.lose("payload", size)

    def end(self, at: int) -> None:
        """Nothing is left to tell."""


def _sip_hosts(data: bytes) -> Iterable[bytes]:
    return (host for _, host in asked(data))


def _coap_hosts(data: bytes) -> Iterable[bytes]:
    return filter(None, (coap.uri_host(data),))


def _ssdp_hosts(data: bytes) -> Iterable[bytes]:
    """Host headers of searches (UPnP device architecture 2.0, section 1.3) that are no address, as the group's is."""
    return (raw for raw in _HOST_LINE.findall(data) if host_name(raw) is not None)


KINDS: tuple[tuple[Kind, Callable[[Story, Names], Talk]], ...] = (
    (Kind("dns", is_dns, (53, 5353, 5355)), DnsTalk),
    (Kind("quic", gquic.is_gquic), lambda story, _: GquicTalk(story)),
    (Kind("quic", quic.looks_like_quic), lambda story, _: QuicTalk(story)),
    (Kind("ntp", _is_ntp, (123,)), lambda story, _: PlainTalk(story, "ntp")),
    (Kind("dhcp", _is_dhcp, (67, 68)), DhcpTalk),
    (Kind("dhcpv6", _is_dhcp6, (546, 547)), lambda story, names: DhcpTalk(story, names, "dhcpv6")),
    (Kind("nbns", is_netbios, (137,)), NetbiosTalk),
    (Kind("ssdp", _is_ssdp, (1900,)), lambda story, _: PlainTalk(story, "ssdp", _ssdp_hosts)),
    (Kind("dtls", begins_dtls), lambda story, _: DtlsTalk(story)),
    (Kind("stun", _is_stun), lambda story, _: PlainTalk(story, "stun")),
    (Kind("coap", coap.is_coap, (5683,)), lambda story, _: PlainTalk(story, "coap", _coap_hosts)),
    (Kind("sip", is_sip), lambda story, _: PlainTalk(story, "sip", _sip_hosts)),
    (Kind("dns", is_surely_dns), DnsTalk),
)
"""In the order in which they are asked."""


_NOT_READ = {
    "esp": "esp payload: encrypted, or authenticated alone, which is not read",
    "l2tp": "l2tp payload: version 3 over IP is not read",
    "gre": "gre payload: what it carries is not read",
    "sctp": "sctp payload: its chunks are not taken apart",
}
"""Transports that carry something of which nothing is told."""


def transport_talk(story: Story, transport: str) -> Talk:
    """Reads a transport that is not taken apart: its payload is handed on as it is, and where it carries more that is said."""
    talk = PlainTalk(story, transport)
    if transport in _NOT_READ:
        story.miss((_NOT_READ[transport],))
    if transport == "esp":
        story.visibility = Visibility.OPAQUE
    return talk


class DatagramTalk:
    """A UDP conversation; its first datagram that shows a protocol decides."""

    def __init__(self, story: Story, names: Names) -> None:
        self._story = story
        self._names = names
        self._talk: Talk | None = None
        self._known = False

    @property
    def held(self) -> int:
        """Bytes that wait for more."""
        return self._talk.held if self._talk else 0

    def take(self, side: int, run: Placed, at: int) -> None:
        """Takes one datagram."""
        if not self._known:
            self._recognise(run.data)
        if self._talk is not None:
            self._talk.take(side, run, at)

    def gap(self, side: int, size: int, at: int) -> None:
        """The end of a datagram that the snap length cut."""
        if self._talk is not None:
            self._talk.gap(side, size, at)

    def end(self, at: int) -> None:
        """Tells what is still held."""
        if self._talk is not None:
            self._talk.end(at)

    def _recognise(self, data: bytes) -> None:
        for kind, talk in KINDS:
            if (not kind.ports or any(port in kind.ports for port in self._story.ports)) and kind.fits(data):
                self._talk, self._known = talk(self._story, self._names), True
                return
        if self._talk is None:
            self._talk = PlainTalk(self._story, None)
