"""Which way a phone's packets take: frames in, ways out. Pure; Ethernet with IPv4 or IPv6."""

import ipaddress
from dataclasses import dataclass
from enum import StrEnum
from struct import Struct

_IPV4, _IPV6, _VLAN = 0x0800, 0x86DD, (0x8100, 0x88A8)
_TCP, _UDP = 6, 17
_SYN, _ACK = 0x02, 0x10
_PORTS = Struct("!HH")
_WEB = (80, 443, 8443)
_DNS_OVER_TLS = 853
_QUIC = (80, 443)


class Way(StrEnum):
    """How a packet of the phone goes."""

    PROXY = "proxy"
    AROUND = "around"
    """TCP to a web server, past the proxy."""
    QUIC = "quic"
    PRIVATE_DNS = "private_dns"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The phone and the proxy, as addresses."""

    phone: ipaddress.IPv4Address | ipaddress.IPv6Address
    proxy_port: int
    own: frozenset[str] = frozenset()
    """This machine's addresses: the proxy has one of them."""


def way_of(frame: bytes, place: Place) -> tuple[Way, str] | None:
    """The way and the other side's address, where a frame begins a conversation of the phone; None for all others.

    TCP counts with its SYN (RFC 9293, section 3.5), QUIC with a long header (RFC 9000, section 17.2).
    """
    try:
        source, target, protocol, payload = _network(frame)
    except (ValueError, IndexError):
        return None
    if source != place.phone or len(payload) < 8:
        return None
    port = _PORTS.unpack_from(payload)[1]
    if protocol == _UDP:
        is_quic = port in _QUIC and len(payload) > 12 and payload[8] & 0xC0 == 0xC0
        return (Way.QUIC, str(target)) if is_quic and not target.is_multicast else None
    if protocol != _TCP or len(payload) < 14 or payload[13] & (_SYN | _ACK) != _SYN:
        return None
    if port == place.proxy_port and (not place.own or str(target) in place.own):
        return Way.PROXY, str(target)
    if port == _DNS_OVER_TLS:
        return Way.PRIVATE_DNS, str(target)
    is_local = any(target in network for network in _LOCAL if network.version == target.version)
    return (Way.AROUND, str(target)) if port in _WEB and not is_local else None


_LOCAL = tuple(
    map(ipaddress.ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "fc00::/7", "fe80::/10"))
)
"""What is asked there stays in the local network (RFC 1918, 3927, 4193, 4291)."""

type _Packet = tuple[ipaddress.IPv4Address | ipaddress.IPv6Address, ipaddress.IPv4Address | ipaddress.IPv6Address, int, bytes]


def _network(frame: bytes) -> _Packet:
    """Source, target, protocol and payload.

    Raises:
        ValueError, IndexError: no IP, or cut short.
    """
    kind, at = int.from_bytes(frame[12:14]), 14
    while kind in _VLAN:
        kind, at = int.from_bytes(frame[at + 2 : at + 4]), at + 4
    if kind == _IPV4:
        size = (frame[at] & 0x0F) * 4
        source, target = ipaddress.IPv4Address(frame[at + 12 : at + 16]), ipaddress.IPv4Address(frame[at + 16 : at + 20])
        return source, target, frame[at + 9], frame[at + size :]
    if kind == _IPV6:
        first, second = ipaddress.IPv6Address(frame[at + 8 : at + 24]), ipaddress.IPv6Address(frame[at + 24 : at + 40])
        return first, second, frame[at + 6], frame[at + 40 :]
    raise ValueError("no IP")
