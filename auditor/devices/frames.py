"""A packet capture in, its frames out, one by one: (link type, UTC nanoseconds, frame).

For a look at every frame in plain Python. What is damaged ends the reading without a word: the reader that makes the flows
table says what is wrong with a file. Formats: draft-ietf-opsawg-pcap sections 4 and 5, draft-ietf-opsawg-pcapng section 4.
"""

from collections.abc import Iterator
from struct import Struct
from typing import BinaryIO

from auditor.capture.opened import open_capture
from auditor.capture.pcapng_blocks import INTERFACE, SECTION, Interface, read_interface, section_order
from auditor.errors import CaptureError

MAX_RECORD = 16 << 20
CHUNK = 1 << 20
MAX_INTERFACES = 4096
"""Interfaces of one section; a file may describe them without end."""
_ENHANCED, _SIMPLE = 6, 3
_PCAP_MAGIC = {0xA1B2C3D4: 1000, 0xA1B23C4D: 1}
"""pcap's magic numbers to the nanoseconds in a fraction of a second."""

type Frame = tuple[int, int, bytes]


def read_frames(path: str) -> Iterator[Frame]:
    """The frames of a capture file, compressed or not; none of a file that is no packet capture."""
    try:
        with open_capture(path) as stream:
            magic = stream.read(4)
            yield from _pcapng(stream) if magic == b"\x0a\x0d\x0d\x0a" else _pcap(stream, magic)
    except (CaptureError, OSError):
        return


def _pcap(stream: BinaryIO, magic: bytes) -> Iterator[Frame]:
    for mark in "<>":
        factor = _PCAP_MAGIC.get(int.from_bytes(magic, "little" if mark == "<" else "big"))
        if factor is not None:
            break
    else:
        return
    head = stream.read(20)
    record = Struct(f"{mark}IIII").unpack_from
    link = Struct(f"{mark}I").unpack(head[16:])[0] & 0xFFFF if len(head) == 20 else 0
    rest = b""
    while part := stream.read(CHUNK):
        data, at = rest + part, 0
        while at + 16 <= len(data):
            seconds, fraction, size, _ = record(data, at)
            if size > MAX_RECORD:
                return
            end = at + 16 + size
            if end > len(data):
                break
            yield link, seconds * 1_000_000_000 + fraction * factor, data[at + 16 : end]
            at = end
        rest = data[at:]


def _pcapng(stream: BinaryIO) -> Iterator[Frame]:
    reader, rest = BlockReader(), b"\x0a\x0d\x0d\x0a"
    while part := stream.read(CHUNK):
        data, at = rest + part, 0
        while at + 12 <= len(data):
            size = reader.size_of(data[at : at + 12])
            if size is None:
                return
            if at + size > len(data):
                break
            yield from reader.take(data[at : at + 4], data[at + 8 : at + size - 4])
            at += size
        rest = data[at:]


class BlockReader:
    """The blocks of a pcapng file, one after the other; its interfaces are kept."""

    def __init__(self) -> None:
        self._big = False
        self._interfaces: list[Interface] = []
        self._set_order(big=False)

    def _set_order(self, *, big: bool) -> None:
        mark = ">" if big else "<"
        self._big = big
        self._word, self._packet = Struct(f"{mark}I"), Struct(f"{mark}IIIII")

    def size_of(self, head: bytes) -> int | None:
        """The size of the block that begins with these 12 bytes; None for one that cannot be."""
        order = section_order(head)
        if order is not None:
            self._set_order(big=order)
            self._interfaces = []
        (size,) = self._word.unpack(head[4:8])
        return size if 12 <= size <= MAX_RECORD and size % 4 == 0 else None

    def take(self, kind: bytes, body: bytes) -> Iterator[Frame]:
        """Takes a block's type and body; the frame that it holds, if it does."""
        (number,) = self._word.unpack(kind)
        if number == _ENHANCED and len(body) >= 20:
            index, high, low, kept, _ = self._packet.unpack_from(body)
            if index < len(self._interfaces):
                yield self._interfaces[index].link, _time(self._interfaces[index], high << 32 | low), body[20 : 20 + kept]
        elif number == _SIMPLE and len(body) >= 4 and self._interfaces:
            yield self._interfaces[0].link, 0, body[4 : 4 + self._word.unpack_from(body)[0]]
        elif number == INTERFACE and len(self._interfaces) < MAX_INTERFACES:
            interface = read_interface(body, self._big)
            if interface is not None:
                self._interfaces.append(interface)
        elif number == SECTION:
            self._interfaces = []


def _time(interface: Interface, ticks: int) -> int:
    if interface.divisor == 1 and interface.bits == 0:
        return ticks * interface.factor + interface.offset
    whole = ticks * 1_000_000_000 >> interface.bits if interface.bits else ticks // interface.divisor
    return whole + interface.offset
