"""Cuts a conversation out of a packet capture: a stream of pcap or pcapng in, a pcapng file with only its packets out.

A packet belongs to the conversation when both addresses, and then both ports, stand in its head behind each other as IPv4
and IPv6 write them (RFC 791 section 3.1, RFC 8200 section 3), in either direction, within the conversation's time. Looking for
the bytes instead of decoding each layer keeps VLAN tags, tunnels and every link type without a case for each.
Formats: draft-ietf-opsawg-pcap section 4 and 5, draft-ietf-opsawg-pcapng section 4.
"""

import ipaddress
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from auditor.errors import DamagedError, Source, UsageError

MAX_RECORD = 16 * 1024 * 1024
"""As libpcap: a longer record or block is taken for damage."""

_SEARCHED = 512
"""Bytes of a frame that heads can stand in."""

_SECTION, _INTERFACE, _ENHANCED = 0x0A0D0D0A, 1, 6
_MAGIC = {0xA1B2C3D4: 6, 0xA1B23C4D: 9}
"""pcap's magic numbers to the digits of a second's fraction."""

_MODIFIED_MAGIC = 0xA1B2CD34
_TIME_RESOLUTION, _TIME_OFFSET = 9, 14


@dataclass(frozen=True, slots=True)
class Conversation:
    """What the packets of a flow have in common."""

    heads: tuple[tuple[bytes, bytes], ...]
    """(addresses, ports) as they stand in a packet, for each direction; empty ports match any."""
    started: int
    ended: int

    @classmethod
    def of(
        cls, client: tuple[str | None, int | None], server: tuple[str | None, int | None], span: tuple[int | None, int | None]
    ) -> "Conversation":
        """The conversation of a row of the flows table.

        Raises:
            UsageError: an address is not known.
        """
        try:
            ends = [ipaddress.ip_address(address or "").packed for address, _ in (client, server)]
        except ValueError:
            raise UsageError("the flow has no addresses to look for") from None
        ports = [b"" if port is None else struct.pack(">H", port) for _, port in (client, server)]
        if not all(ports):
            ports = [b"", b""]
        heads = ((ends[0] + ends[1], ports[0] + ports[1]), (ends[1] + ends[0], ports[1] + ports[0]))
        return cls(heads, span[0] if span[0] is not None else 0, span[1] if span[1] is not None else 1 << 62)

    def holds(self, frame: bytes, time: int | None) -> bool:
        """Whether a packet is one of it. A packet without a time is."""
        if time is not None and not self.started <= time <= self.ended:
            return False
        head = frame[:_SEARCHED]
        for addresses, ports in self.heads:
            at = head.find(addresses)
            if at >= 0 and ports in head[at + len(addresses) :]:
                return True
        return False


def cut(stream: BinaryIO, wanted: Conversation, path: str) -> tuple[bytes, int]:
    """A pcapng file with the conversation's packets, and how many there are.

    Raises:
        DamagedError: the file is damaged before any packet of the conversation.
        UsageError: no packet capture of a known kind.
    """
    magic = stream.read(4)
    blocks = _from_pcap(stream, magic, wanted) if magic[:4] != b"\x0a\x0d\x0d\x0a" else _from_pcapng(stream, magic, wanted)
    made, kept = [], 0
    try:
        for block, is_packet in blocks:
            made.append(block)
            kept += is_packet
    except _BrokenError as error:
        if not kept:
            raise DamagedError(f"no packet of the flow stands before the damage: {error}", Source(path)) from None
    except _UnknownError:
        raise UsageError("no packet capture of a known kind", Source(path)) from None
    return b"".join(made), kept


class _BrokenError(ValueError):
    """A record whose lengths cannot be."""


class _UnknownError(ValueError):
    """Another format."""


def _from_pcap(stream: BinaryIO, magic: bytes, wanted: Conversation) -> Iterator[tuple[bytes, bool]]:
    """A section and an interface made from the file header, then the packets as enhanced packet blocks."""
    for order in "<>":
        number = int.from_bytes(magic, "little" if order == "<" else "big")
        if number in _MAGIC or number == _MODIFIED_MAGIC:
            break
    else:
        raise _UnknownError
    digits, record_size = _MAGIC.get(number, 6), 24 if number == _MODIFIED_MAGIC else 16
    head = stream.read(20)
    if len(head) < 20:
        raise _BrokenError("the file header is cut")
    snap, link = struct.unpack(order + "II", head[12:20])
    yield _block(_SECTION, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)), False
    options = struct.pack("<HHB3xHH", _TIME_RESOLUTION, 1, digits, 0, 0)
    yield _block(_INTERFACE, struct.pack("<HHI", link & 0xFFFF, 0, snap) + options), False
    while len(record := stream.read(record_size)) == record_size:
        seconds, fraction, captured, original = struct.unpack(order + "IIII", record[:16])
        data = stream.read(captured) if captured <= MAX_RECORD else b""
        if len(data) < captured:
            raise _BrokenError("a record is cut or its length lies")
        if wanted.holds(data, seconds * 1_000_000_000 + fraction * 10 ** (9 - digits)):
            units = seconds * 10**digits + fraction
            fixed = struct.pack("<IIIII", 0, units >> 32, units & 0xFFFFFFFF, captured, original)
            yield _block(_ENHANCED, fixed + data + b"\0" * (-captured % 4)), True


def _from_pcapng(stream: BinaryIO, magic: bytes, wanted: Conversation) -> Iterator[tuple[bytes, bool]]:
    """Section and interface blocks as they stand, and the enhanced packet blocks of the conversation."""
    order = "<"
    clocks: list[tuple[int, int]] = []
    kind_bytes = magic
    while kind_bytes:
        head = stream.read(4)
        if kind_bytes == b"\x0a\x0d\x0d\x0a":
            mark = stream.read(4)
            order = ">" if mark == b"\x1a\x2b\x3c\x4d" else "<"
            clocks = []
            head += mark
        block = _whole_block(stream, kind_bytes + head, order)
        kind = struct.unpack(order + "I", block[:4])[0]
        if kind == _INTERFACE:
            clocks.append(_clock(block[16:-4], order))
        if kind in (_SECTION, _INTERFACE):
            yield block, False
        elif kind == _ENHANCED and _is_wanted(block, order, clocks, wanted):
            yield block, True
        kind_bytes = stream.read(4)


def _whole_block(stream: BinaryIO, begun: bytes, order: str) -> bytes:
    """The block that begins with these bytes.

    Raises:
        _BrokenError: its lengths differ or it is cut.
    """
    if len(begun) < 8:
        raise _BrokenError("a block is cut")
    size = struct.unpack(order + "I", begun[4:8])[0]
    if size < len(begun) + 4 or size % 4 or size > MAX_RECORD:
        raise _BrokenError("a block's length cannot be")
    block = begun + stream.read(size - len(begun))
    if len(block) < size or block[-4:] != begun[4:8]:
        raise _BrokenError("a block is cut or its two lengths differ")
    return block


def _is_wanted(block: bytes, order: str, clocks: list[tuple[int, int]], wanted: Conversation) -> bool:
    """Whether an enhanced packet block holds a packet of the conversation (section 4.3)."""
    if len(block) < 32:
        raise _BrokenError("a packet block is too short")
    interface, high, low, captured = struct.unpack(order + "IIII", block[8:24])
    if interface >= len(clocks) or captured > len(block) - 32:
        raise _BrokenError("a packet block names no interface or lies about its length")
    per_second, offset = clocks[interface]
    time = ((high << 32 | low) * 1_000_000_000) // per_second + offset * 1_000_000_000
    return wanted.holds(block[28 : 28 + captured], time)


def _clock(options: bytes, order: str) -> tuple[int, int]:
    """Units a second and the offset in seconds of an interface's times (if_tsresol and if_tsoffset, section 4.2)."""
    per_second, offset, at = 1_000_000, 0, 0
    while at + 4 <= len(options):
        code, size = struct.unpack(order + "HH", options[at : at + 4])
        value = options[at + 4 : at + 4 + size]
        if code == 0:
            break
        if code == _TIME_RESOLUTION and size == 1 and len(value) == 1:
            exponent = value[0] & 0x7F
            per_second = 2**exponent if value[0] & 0x80 else 10**exponent
        if code == _TIME_OFFSET and len(value) == 8:
            offset = struct.unpack(order + "q", value)[0]
        at += 4 + size + (-size % 4)
    return per_second, offset


def _block(kind: int, body: bytes) -> bytes:
    """A little-endian block (section 3.1)."""
    size = struct.pack("<I", len(body) + 12)
    return struct.pack("<I", kind) + size + body + size
