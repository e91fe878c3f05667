"""pcap and pcapng files taken apart and put together again: a stream in, frames in between, bytes out.

What could tell of the machine or hold secrets is left out on the way: decryption secrets, comments, names of hardware, system and
interfaces, filters, addresses of interfaces, and blocks that no reader here knows. Times, link types and statistics stay.
Formats: draft-ietf-opsawg-pcap section 4 and 5, draft-ietf-opsawg-pcapng section 4.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from auditor.errors import DamagedError, Source

SECTION, INTERFACE, PACKET, SIMPLE, NAMES, STATISTICS, ENHANCED, SECRETS = 0x0A0D0D0A, 1, 2, 3, 4, 5, 6, 10
MAX_BLOCK = 16 * 1024 * 1024
_KEPT_OPTIONS = {INTERFACE: (9, 14), STATISTICS: (2, 3, 4, 5, 6, 7, 8), ENHANCED: (2, 4), PACKET: (2,)}
"""if_tsresol and if_tsoffset; the counters of the statistics; flags and drop counts of packets."""
_MAGIC = {0xA1B2C3D4: 16, 0xA1B23C4D: 16, 0xA1B2CD34: 24}
TLS_SECRETS = "decryption secrets"
_NAMED = {SECRETS: TLS_SECRETS, 0x80000001: "WireGuard keys"}


@dataclass(slots=True)
class Frame:
    """One packet, with what stands around it in its file."""

    data: bytearray
    original: int
    """Bytes that the frame had on the wire."""
    link: int
    head: bytes
    """What stands before the lengths: the record's or block's fixed part up to them."""
    tail: bytes = b""
    """What stands behind the data: the block's options."""
    kind: int = 0
    """The block's type; 0 for a pcap record."""


@dataclass(slots=True)
class PacketFile:
    """A capture file in parts."""

    order: str = "<"
    parts: list[bytes | Frame] = field(default_factory=list)
    """Blocks as they are written again, and frames."""
    left_out: dict[str, int] = field(default_factory=dict)
    """What was left out, with how often."""

    @property
    def frames(self) -> list[Frame]:
        """All packets in their order."""
        return [part for part in self.parts if isinstance(part, Frame)]

    def dumped(self) -> bytes:
        """The bytes of the file."""
        order, out = self.order, []
        for part in self.parts:
            if isinstance(part, bytes):
                order = _order_of(part, order)
                out.append(part)
            else:
                out.append(_written(part, order))
        return b"".join(out)


def read(stream: BinaryIO, path: str) -> PacketFile:
    """Takes a file apart.

    Raises:
        DamagedError: a length lies or the file is cut.
    """
    magic = stream.read(4)
    file = PacketFile()
    try:
        if magic == b"\x0a\x0d\x0d\x0a":
            _read_blocks(stream, magic, file)
        else:
            _read_records(stream, magic, file)
    except (ValueError, struct.error) as error:
        raise DamagedError(str(error), Source(path), "redact a capture that can be read to its end") from None
    return file


def _read_records(stream: BinaryIO, magic: bytes, file: PacketFile) -> None:
    file.order = "<" if int.from_bytes(magic, "little") in _MAGIC else ">"
    size = _MAGIC.get(struct.unpack(file.order + "I", magic)[0])
    if size is None:
        raise ValueError("no packet capture of a known kind")
    head = magic + stream.read(20)
    link = struct.unpack(file.order + "I", head[20:24])[0] & 0xFFFF
    file.parts.append(head)
    while record := stream.read(size):
        if len(record) < size:
            raise ValueError("a record is cut")
        captured, original = struct.unpack(file.order + "II", record[8:16])
        data = stream.read(captured) if captured <= MAX_BLOCK else b""
        if len(data) < captured:
            raise ValueError("a record is cut or its length lies")
        file.parts.append(Frame(bytearray(data), original, link, record[:8], record[16:]))


def _read_blocks(stream: BinaryIO, begun: bytes, file: PacketFile) -> None:
    links: list[tuple[int, int]] = []
    kind_bytes, order = begun, "<"
    while kind_bytes:
        head = stream.read(8)
        if kind_bytes == b"\x0a\x0d\x0d\x0a":
            order = ">" if head[4:8] == b"\x1a\x2b\x3c\x4d" else "<"
            file.order = order if not file.parts else file.order
            links = []
        size = struct.unpack(order + "I", head[:4])[0]
        if size < 12 or size % 4 or size > MAX_BLOCK:
            raise ValueError("a block's length cannot be")
        block = kind_bytes + head + stream.read(size - 12)
        if len(block) < size or block[-4:] != block[4:8]:
            raise ValueError("a block is cut or its two lengths differ")
        _take_block(block, order, links, file)
        kind_bytes = stream.read(4)


def _take_block(block: bytes, order: str, links: list[tuple[int, int]], file: PacketFile) -> None:
    kind = struct.unpack(order + "I", block[:4])[0]
    body = block[8:-4]
    if kind == SECTION:
        file.parts.append(_block(order, kind, body[:8] + b"\xff" * 8))
    elif kind == INTERFACE:
        links.append(struct.unpack(order + "HxxI", body[:8]))
        file.parts.append(_block(order, kind, body[:8] + _options(body[8:], order, kind)))
    elif kind == STATISTICS:
        file.parts.append(_block(order, kind, body[:12] + _options(body[12:], order, kind)))
    elif kind in (ENHANCED, PACKET):
        interface = struct.unpack(order + "I" if kind == ENHANCED else order + "H", body[: 4 if kind == ENHANCED else 2])[0]
        captured, original = struct.unpack(order + "II", body[12:20])
        if interface >= len(links) or captured > len(body) - 20:
            raise ValueError("a packet block names no interface or lies about its length")
        tail = _options(body[20 + captured + -captured % 4 :], order, kind)
        file.parts.append(Frame(bytearray(body[20 : 20 + captured]), original, links[interface][0], body[:12], tail, kind))
    elif kind == SIMPLE and links:
        original = struct.unpack(order + "I", body[:4])[0]
        captured = min(original, len(body) - 4, links[0][1] or original)
        file.parts.append(Frame(bytearray(body[4 : 4 + captured]), original, links[0][0], b"", b"", kind))
    else:
        name = "name resolutions" if kind == NAMES else _NAMED.get(kind, "blocks of other kinds")
        file.left_out[name] = file.left_out.get(name, 0) + 1


def _options(data: bytes, order: str, kind: int) -> bytes:
    """Of a block's options those that are kept."""
    kept, at = [], 0
    while at + 4 <= len(data):
        code, size = struct.unpack(order + "HH", data[at : at + 4])
        end = at + 4 + size + -size % 4
        if code == 0 or end > len(data):
            break
        if code in _KEPT_OPTIONS[kind]:
            kept.append(data[at:end])
        at = end
    return b"".join((*kept, bytes(4))) if kept else b""


def _block(order: str, kind: int, body: bytes) -> bytes:
    size = struct.pack(order + "I", len(body) + 12)
    return struct.pack(order + "I", kind) + size + body + size


def _written(frame: Frame, order: str) -> bytes:
    data, padding = bytes(frame.data), bytes(-len(frame.data) % 4)
    lengths = struct.pack(order + "II", len(data), frame.original)
    if frame.kind == 0:
        return frame.head + lengths + frame.tail + data
    if frame.kind == SIMPLE:
        return _block(order, SIMPLE, lengths[4:] + data + padding)
    return _block(order, frame.kind, frame.head + lengths + data + padding + frame.tail)


def _order_of(block: bytes, order: str) -> str:
    """The byte order from this block on: a section header sets it anew."""
    if block[:4] != b"\x0a\x0d\x0d\x0a":
        return order
    return ">" if block[8:12] == b"\x1a\x2b\x3c\x4d" else "<"


def addresses(file: PacketFile) -> Iterator[bytes]:
    """The hardware addresses of single devices in the Ethernet headers, each packet's two."""
    for frame in file.frames:
        if frame.link == 1 and len(frame.data) >= 14:
            for start in (0, 6):
                address = bytes(frame.data[start : start + 6])
                if not address[0] & 1 and any(address):
                    yield address
