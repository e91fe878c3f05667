"""One frame in, the packet that it carries out: link addresses, IP addresses, ports and payload.

Made for looking at every packet in plain Python: Ethernet with IPv4 or IPv6 takes a short way, every other link type and every
tunnel the way of `auditor.capture.network`. Whatever a frame says, the answer is a packet or None.
"""

from typing import NamedTuple

from auditor.capture import columns as c
from auditor.capture.frames import ETHERNET, IEEE_802_11, PPI, RADIOTAP
from auditor.capture.network import FOUND, dissect

ARP = -1
"""`transport` of an ARP packet; its payload is the whole ARP message (RFC 826)."""
TCP, UDP = 6, 17
SYN, ACK, FIN, RST = 2, 16, 1, 4

_IPV4, _ARP_TYPE, _IPV6 = b"\x08\x00", b"\x08\x06", b"\x86\xdd"
_TAGS = (b"\x81\x00", b"\x88\xa8", b"\x91\x00")
_TO_SYSTEM, _FROM_SYSTEM = 1, 2


class Packet(NamedTuple):
    """One packet. Addresses are packed; those that the link does not have are empty."""

    at: int
    """UTC nanoseconds."""
    source_mac: bytes
    target_mac: bytes
    source: bytes
    target: bytes
    transport: int
    """The IP protocol's number, or ARP."""
    source_port: int
    target_port: int
    flags: int
    sequence: int
    payload: bytes
    missing: int
    """Bytes of the payload that the capture does not hold."""


def read_packet(link: int, at: int, frame: bytes) -> Packet | None:
    """The packet in a frame of that link type (tcpdump.org/linktypes.html); None where there is none that can be followed."""
    if link == ETHERNET and len(frame) >= 34:
        kind, start = frame[12:14], 14
        while kind in _TAGS and len(frame) >= start + 24:
            kind, start = frame[start + 2 : start + 4], start + 4
        if kind == _ARP_TYPE:
            return _packet(at, frame, b"", b"", ARP, payload=frame[start:])
        if kind == _IPV4 and frame[start] == 0x45 and frame[start + 9] in (TCP, UDP) and not _is_fragment(frame, start):
            end = min(len(frame), start + (int.from_bytes(frame[start + 2 : start + 4]) or len(frame)))
            source, target = frame[start + 12 : start + 16], frame[start + 16 : start + 20]
            return _ports(at, frame, source, target, frame[start + 9], start + 20, end)
        if kind not in (_IPV4, _IPV6):
            return None
    return _slowly(link, at, frame)


def _is_fragment(frame: bytes, start: int) -> bool:
    return bool(int.from_bytes(frame[start + 6 : start + 8]) & 0x3FFF)


def _ports(at: int, frame: bytes, source: bytes, target: bytes, transport: int, start: int, end: int) -> Packet | None:
    """A packet of TCP or UDP whose header begins at `start`."""
    if end - start < (20 if transport == TCP else 8):
        return None
    ports = int.from_bytes(frame[start : start + 2]), int.from_bytes(frame[start + 2 : start + 4])
    if transport == UDP:
        return _packet(at, frame, source, target, UDP, *ports, payload=frame[start + 8 : end])
    begin = start + (frame[start + 12] >> 4) * 4
    sequence = int.from_bytes(frame[start + 4 : start + 8])
    return _packet(at, frame, source, target, TCP, *ports, frame[start + 13], sequence, payload=frame[begin:end])


def _packet(
    at: int,
    frame: bytes,
    source: bytes,
    target: bytes,
    transport: int,
    source_port: int = -1,
    target_port: int = -1,
    flags: int = 0,
    sequence: int = 0,
    *,
    payload: bytes,
) -> Packet:
    return Packet(at, frame[6:12], frame[:6], source, target, transport, source_port, target_port, flags, sequence, payload, 0)


def _slowly(link: int, at: int, frame: bytes) -> Packet | None:
    """Any link type, tunnels and extension headers."""
    cell = [0] * c.PACKET_CELLS
    cell[c.KIND], cell[c.END] = link, len(frame)
    if dissect(frame, cell) != FOUND:
        return None
    source, target = (_address(cell[high], cell[high + 1]) for high in (c.SRC_HI, c.DST_HI))
    source_mac, target_mac = link_addresses(link, frame)
    start = cell[c.PAYLOAD]
    return Packet(
        at,
        source_mac,
        target_mac,
        source,
        target,
        cell[c.PROTOCOL],
        cell[c.SRC_PORT],
        cell[c.DST_PORT],
        cell[c.FLAGS],
        cell[c.SEQ],
        frame[start : start + cell[c.LENGTH]],
        cell[c.MISSING],
    )


def _address(high: int, low: int) -> bytes:
    """Two signed halves as a packed address, IPv4-mapped as IPv4."""
    packed = high.to_bytes(8, "big", signed=True) + low.to_bytes(8, "big", signed=True)
    return packed[12:] if packed.startswith(b"\0" * 10 + b"\xff\xff") else packed


def link_addresses(link: int, frame: bytes) -> tuple[bytes, bytes]:
    """Source and target of the link; empty where it has none, or tells none.

    Ethernet: IEEE 802.3 clause 3.2; Wi-Fi: IEEE 802.11 section 9.3.2.1, behind a radiotap or PPI header.
    """
    if link == ETHERNET and len(frame) >= 14:
        return frame[6:12], frame[:6]
    start = int.from_bytes(frame[2:4], "little") if link in (RADIOTAP, PPI) else 0
    if link not in (RADIOTAP, PPI, IEEE_802_11) or len(frame) < start + 24:
        return b"", b""
    first, second, third = (frame[start + at : start + at + 6] for at in (4, 10, 16))
    way = frame[start + 1] & 3
    if way == _TO_SYSTEM:
        return second, third
    if way == _FROM_SYSTEM:
        return third, first
    return (second, first) if way == 0 else (frame[start + 24 : start + 30], third)
