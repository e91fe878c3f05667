"""What happens to packets on their way into a capture file: disorder, fragments, tunnels, link layers, file formats.

IP packets with their times go in; other packets with their times, frames, or a file's bytes come out.
"""

import gzip
import struct
from collections.abc import Callable
from random import Random

from tests.unit.capture.wire import (
    block,
    enhanced,
    ethernet,
    interface,
    ip,
    option,
    packed,
    pcap,
    section,
    udp_datagram,
)

type Timed = list[tuple[int, bytes]]


def in_order(random: Random, packets: Timed) -> Timed:
    """As they are."""
    del random
    return packets


def disordered(random: Random, packets: Timed) -> Timed:
    """Packets of one sender overtake each other by a few places, but no answer; the clock is that of the capture."""
    found = [packet for _, packet in packets]
    for place in range(len(found) - 3):
        other = place + random.randrange(4)
        answers = any(_ends(found[between])[0] == _ends(found[place])[1] for between in range(place, other))
        if _ends(found[place])[0] == _ends(found[other])[0] and not answers:
            found[place], found[other] = found[other], found[place]
    return [(at, packet) for (at, _), packet in zip(packets, found, strict=True)]


def _ends(packet: bytes) -> tuple[bytes, bytes]:
    """Sender and receiver."""
    at, size = (12, 4) if packet[0] >> 4 == 4 else (8, 16)
    return packet[at : at + size], packet[at + size : at + 2 * size]


def repeated(random: Random, packets: Timed) -> Timed:
    """Some are sent again, at once or later."""
    found: Timed = []
    for at, packet in packets:
        found += [(at, packet)] * random.choice((1, 1, 1, 2))
        if random.random() < 0.1:
            found.append((at, random.choice(packets)[1] if not found else random.choice(found)[1]))
    return found


def _fragments(random: Random, packet: bytes) -> list[bytes]:
    size = 8 * random.choice((8, 30, 90))
    if packet[0] >> 4 == 4:
        head, data = packet[:20], packet[20:]
        parts = [(at, data[at : at + size]) for at in range(0, len(data), size)]
        number = random.randrange(1, 65_536)
        return [
            head[:2]
            + struct.pack(">HHH", 20 + len(part), number, at // 8 | (0x2000 if at + size < len(data) else 0))
            + head[8:]
            + part
            for at, part in parts
        ]
    head, data, number = packet[:40], packet[40:], random.randrange(1 << 32)
    return [
        head[:4] + struct.pack(">HB", 8 + len(part), 44) + head[7:]
        + struct.pack(">BBHI", packet[6], 0, at | (at + size < len(data)), number) + part
        for at in range(0, len(data), size)
        for part in (data[at : at + size],)
    ]  # fmt: skip


def fragmented(random: Random, packets: Timed) -> Timed:
    """Every third packet in pieces, in any order."""
    found: Timed = []
    for at, packet in packets:
        pieces = _fragments(random, packet) if random.random() < 0.3 else [packet]
        random.shuffle(pieces)
        found += [(at, piece) for piece in pieces]
    return found


def extended(random: Random, packets: Timed) -> Timed:
    """IPv6 extension headers, and authentication headers of both versions."""
    return [(at, _extended(random, packet)) for at, packet in packets]


def _extended(random: Random, packet: bytes) -> bytes:
    authentication = b"\4\0\0" + bytes(20)
    if packet[0] >> 4 == 4:
        data = packet[9:10] + authentication + packet[20:]
        return packet[:2] + struct.pack(">H", 20 + len(data)) + packet[4:9] + b"\x33" + packet[10:20] + data
    headers = [(0, b"\0\1\4" + bytes(4)), (60, b"\1" + b"\1\14" + bytes(12)), (43, b"\0\xfd\0" + bytes(4)), (51, authentication)]
    chosen = [header for header in headers if random.random() < 0.6]
    following, data = packet[6], packet[40:]
    for kind, body in reversed(chosen):
        data, following = bytes([following]) + body + data, kind
    return packet[:4] + struct.pack(">HB", len(data), following) + packet[7:40] + data


DISORDERS = (in_order, in_order, disordered, repeated, fragmented, extended)


def _outer(protocol: int, payload: bytes) -> bytes:
    return ip("10.0.0.1", "10.0.0.2", protocol, payload)


def _outer_udp(port: int, payload: bytes, source: int = 40_000) -> bytes:
    return _outer(17, udp_datagram(source, port, payload))


def _kind(packet: bytes) -> bytes:
    return b"\x86\xdd" if packet[0] >> 4 == 6 else b"\x08\0"


def _ppp(packet: bytes) -> bytes:
    return b"\xff\x03" + (b"\0\x57" if packet[0] >> 4 == 6 else b"\0\x21") + packet


def _gtp(packet: bytes) -> bytes:
    """With a PDU session container, as in 5G (3GPP TS 38.415)."""
    return b"\x34\xff" + struct.pack(">HI", len(packet) + 8, 7) + b"\0\0\0\x85" + b"\1\x10\x09\0" + packet


def _teredo(packet: bytes) -> bytes:
    """Behind an origin indication (RFC 4380 section 5.1.1); IPv6 only."""
    return _outer_udp(3_544, b"\0\0\x63\xbf\x3f\xff\xfd\xfe" + packet)


TUNNELS: dict[str, Callable[[bytes], bytes]] = {
    "none": lambda packet: packet,
    "ip in ip": lambda packet: _outer(41 if packet[0] >> 4 == 6 else 4, packet),
    "gre": lambda packet: _outer(47, b"\0\0" + _kind(packet) + packet),
    "gre with checksum, key, sequence": lambda packet: _outer(47, b"\xb0\0" + _kind(packet) + bytes(12) + packet),
    "gre, bridged": lambda packet: _outer(47, b"\0\0\x65\x58" + ethernet(packet)),
    "pptp": lambda packet: _outer(47, b"\x30\x81\x88\x0b" + struct.pack(">HH", len(packet) + 4, 1) + bytes(8) + _ppp(packet)),
    "erspan 1": lambda packet: _outer(47, b"\0\0\x88\xbe" + ethernet(packet)),
    "erspan 2": lambda packet: _outer(47, b"\x10\0\x88\xbe" + bytes(4) + b"\x10\x01\0\x01" + bytes(4) + ethernet(packet)),
    "erspan 3": lambda packet: _outer(47, b"\x10\0\x22\xeb" + bytes(4) + b"\x20\x01\0\x01" + bytes(8) + ethernet(packet)),
    "vxlan": lambda packet: _outer_udp(4_789, b"\x08\0\0\0\0\0\x01\0" + ethernet(packet)),
    "vxlan-gpe": lambda packet: _outer_udp(
        4_790, b"\x0c\0\0" + (b"\2" if packet[0] >> 4 == 6 else b"\1") + b"\0\0\x01\0" + packet
    ),
    "geneve": lambda packet: _outer_udp(6_081, b"\1\0\x65\x58\0\0\x01\0" + bytes(4) + ethernet(packet)),
    "gtp-u": lambda packet: _outer_udp(2_152, b"\x30\xff" + struct.pack(">HI", len(packet), 7) + packet, 2_152),
    "gtp-u with an extension": lambda packet: _outer_udp(2_152, _gtp(packet), 2_152),
    "l2tp": lambda packet: _outer_udp(1_701, b"\0\2\0\1\0\1" + _ppp(packet), 1_701),
    "l2tp with length and sequence": lambda packet: _outer_udp(
        1_701, b"\x48\2" + struct.pack(">HHHHH", len(packet) + 14, 1, 1, 0, 0) + _ppp(packet), 1_701
    ),
    "teredo": lambda packet: _teredo(packet) if packet[0] >> 4 == 6 else packet,
    "tzsp": lambda packet: _outer_udp(37_008, b"\1\0\0\1\1" + ethernet(packet)),
}

_SNAP, _WIFI = bytes.fromhex("aaaa03000000"), b"\x08\x02" + bytes(22)


def _part_of_several(packet: bytes) -> bytes:
    """IEEE 802.11 section 9.3.2.2: an A-MSDU, the packet behind another one's frame."""
    other = ip("10.9.9.9", "10.9.9.8", 17, udp_datagram(7, 7, b"other"))
    parts = [_SNAP + b"\x08\0" + other, _SNAP + _kind(packet) + packet]
    framed = [bytes(12) + struct.pack(">H", len(part)) + part for part in parts]
    return b"\x88\x02" + bytes(22) + b"\x80\0" + framed[0] + bytes(-len(framed[0]) % 4) + framed[1]


def _null(packet: bytes, order: str) -> bytes:
    return struct.pack(order + "I", 30 if packet[0] >> 4 == 6 else 2) + packet


LINKS: dict[str, tuple[int, Callable[[bytes], bytes]]] = {
    "ethernet": (1, ethernet),
    "vlan": (1, lambda packet: ethernet(b"\0\5" + _kind(packet) + packet, 0x8100)),
    "qinq": (1, lambda packet: ethernet(b"\0\5\x81\0\0\6" + _kind(packet) + packet, 0x88A8)),
    "mpls": (1, lambda packet: ethernet(b"\0\1\0\x40\0\1\1\x40" + packet, 0x8847)),
    "pppoe": (1, lambda packet: ethernet(b"\x11\0\0\1" + struct.pack(">H", len(packet) + 2) + _ppp(packet)[2:], 0x8864)),
    "raw": (101, lambda packet: packet),
    "cooked v1": (113, lambda packet: b"\0\0\0\1\0\6" + bytes(8) + _kind(packet) + packet),
    "cooked v2": (276, lambda packet: _kind(packet) + bytes(18) + packet),
    "null, little-endian": (0, lambda packet: _null(packet, "<")),
    "null, big-endian": (0, lambda packet: _null(packet, ">")),
    "loop": (108, lambda packet: _null(packet, ">")),
    "ppp": (9, _ppp),
    "cisco hdlc": (104, lambda packet: b"\x0f\0" + _kind(packet) + packet),
    "802.11": (105, lambda packet: _WIFI + _SNAP + _kind(packet) + packet),
    "802.11 with qos": (105, lambda packet: b"\x88\2" + bytes(24) + _SNAP + _kind(packet) + packet),
    "802.11, several in one": (105, _part_of_several),
    "radiotap": (127, lambda packet: b"\0\0\x0c\0\0\0\0\0" + bytes(4) + _WIFI + _SNAP + _kind(packet) + packet),
    "pktap": (258, lambda packet: struct.pack("<III", 108, 1, 1) + bytes(96) + ethernet(packet)),
    "nflog": (
        239,
        lambda packet: bytes([10 if packet[0] >> 4 == 6 else 2, 0, 0, 0]) + struct.pack("<HH", 4 + len(packet), 9) + packet,
    ),
}


def _two_interfaces(random: Random, frames: Timed, link: int) -> bytes:
    """Of different clocks: nanoseconds, and parts of 2^-20 s; with names and blocks between that nobody knows."""
    ticks = {0: lambda at: at, 1: lambda at: at * (1 << 20) // 1_000_000_000}
    parts = [section(), interface(link, options=option(9, b"\x09")), interface(link, options=option(9, b"\x94"))]
    for at, frame in frames:
        number = random.randrange(2)
        parts.append(enhanced(at, frame, number=number, ticks=ticks[number](at)))
        if random.random() < 0.05:
            parts.append(
                random.choice(
                    (block(0x0BAD, b"nobody knows"), block(4, b"\1\0\x0e\0" + packed("192.0.2.9") + b"host.test\0\0\0"))
                )
            )
    return b"".join(parts)


def _two_sections(random: Random, frames: Timed, link: int) -> bytes:
    """Of different byte order; the second one's interfaces are its own."""
    cut = random.randrange(len(frames))
    parts = []
    for big, some in ((1, frames[:cut]), (0, frames[cut:])):
        parts += [section(big), interface(link, big=big), *(enhanced(at, frame, big=big) for at, frame in some)]
    return b"".join(parts)


def _simple(random: Random, frames: Timed, link: int) -> bytes:
    """Simple packet blocks, which have no time."""
    del random
    return section() + interface(link) + b"".join(block(3, struct.pack("<I", len(frame)) + frame) for _, frame in frames)


def _zstd(random: Random, frames: Timed, link: int) -> bytes:
    import zstandard

    return zstandard.ZstdCompressor().compress(_two_interfaces(random, frames, link))


FILES: dict[str, Callable[[Random, Timed, int], bytes]] = {
    "pcap": lambda _, frames, link: pcap(frames, link=link),
    "pcap, big-endian, microseconds": lambda _, frames, link: pcap(frames, link=link, big=1, nanoseconds=0),
    "pcap, modified": lambda _, frames, link: pcap(frames, link=link, modified=1),
    "pcap.gz": lambda _, frames, link: gzip.compress(pcap(frames, link=link), mtime=0),
    "pcapng, two interfaces": _two_interfaces,
    "pcapng, two sections": _two_sections,
    "pcapng, simple": _simple,
    "pcapng.zst": _zstd,
}

COMPRESSED = {"pcapng.zst"}
"""What tshark cannot open; a rival gets these decompressed."""
