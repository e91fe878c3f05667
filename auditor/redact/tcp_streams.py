"""TCP streams that change their bytes and their lengths: frames in, the same frames with new payloads and new numbers out.

Each direction of a connection is laid out once, byte after byte; what is rewritten, is rewritten there. Then every packet gets
the bytes that stand where its own stood, so that a byte that was sent twice is the same both times, and sequence numbers,
acknowledgements and selective acknowledgements (RFC 2018) move with the bytes (RFC 9293 section 3.4).
"""

import struct
from bisect import bisect_right
from dataclasses import dataclass, field

from auditor.redact.layers import TCP, Layers, ends, put_payload
from auditor.redact.packet_blocks import Frame

_SYN, _ACK = 2, 16
_MODULUS, _HALF = 1 << 32, 1 << 31
_LARGEST_HOLE = 1 << 24
"""Bytes between what is known and a packet that still belongs to the stream."""
_SACK = 5

type Ends = tuple[bytes, bytes]


@dataclass(slots=True)
class Stream:
    """One direction of one connection."""

    ends: Ends
    base: int
    """Sequence number of the first byte."""
    data: bytearray = field(default_factory=bytearray)
    known: bytearray = field(default_factory=bytearray)
    """For each byte, whether a packet holds it."""
    segments: dict[int, int] = field(default_factory=dict)
    """Number of the frame to the offset of its payload in the stream."""
    edits: list[tuple[int, int, bytes]] = field(default_factory=list)
    """Start, end and new bytes of what changes its length, in order, not overlapping."""

    def offset(self, seq: int) -> int:
        """Where a sequence number stands in the stream."""
        ahead = (seq - self.base) % _MODULUS
        return ahead - _MODULUS if ahead >= _HALF else ahead

    def holds(self, start: int, payload: bytes) -> bool:
        """Lays a payload out; of bytes that were sent twice the first stay. False: it lies too far away."""
        if start < 0 or start > len(self.data) + _LARGEST_HOLE:
            return False
        end = start + len(payload)
        if end > len(self.data):
            grown = end - len(self.data)
            self.data += bytes(grown)
            self.known += bytes(grown)
        if not any(self.known[start:end]):
            self.data[start:end] = payload
        else:
            for at in range(start, end):
                if not self.known[at]:
                    self.data[at] = payload[at - start]
        self.known[start:end] = b"\1" * len(payload)
        return True

    def change(self, start: int, end: int, made: bytes) -> bool:
        """Replaces bytes. False: another change of length is in the way."""
        if len(made) == end - start:
            self.data[start:end] = made
            return True
        if any(start < until and since < end for since, until, _ in self.edits):
            return False
        self.edits.append((start, end, made))
        self.edits.sort()
        return True

    def final(self) -> bytes:
        """The stream with all changes."""
        out, at = [], 0
        for start, end, made in self.edits:
            out += [bytes(self.data[at:start]), made]
            at = end
        return b"".join((*out, bytes(self.data[at:])))

    def moved(self, at: int) -> int:
        """Where an offset stands after all changes."""
        number = bisect_right([start for start, _, _ in self.edits], at) - 1
        shift = sum(len(made) - (end - start) for start, end, made in self.edits[: max(number, 0)])
        if number < 0:
            return at
        start, end, made = self.edits[number]
        if at >= end:
            return at + shift + len(made) - (end - start)
        return start + shift + min(at - start, len(made))


class Streams:
    """All TCP streams of a capture."""

    def __init__(self, frames: list[Frame], found: list[Layers]) -> None:
        self._frames = frames
        self._layers = found
        self.all: list[Stream] = []
        self.of_frame: dict[int, Stream] = {}
        self.strays: list[int] = []
        """Frames whose payload lies in no stream."""
        latest: dict[Ends, Stream] = {}
        self._reverse: dict[int, Stream | None] = {}
        for number, (frame, layer) in enumerate(zip(frames, found, strict=True)):
            if layer.protocol == TCP and layer.heads and not layer.fragment:
                self._add(number, frame, layer, latest)

    def _add(self, number: int, frame: Frame, layer: Layers, latest: dict[Ends, Stream]) -> None:
        side = ends(frame, layer)
        syn = bool(layer.flags & _SYN)
        first = (layer.seq + syn) % _MODULUS
        stream = latest.get(side)
        if stream is None or (syn and stream.base != first and stream.segments):
            stream = latest[side] = Stream(side, first)
            self.all.append(stream)
        self.of_frame[number] = stream
        self._reverse[number] = latest.get((side[1], side[0]))
        payload = bytes(frame.data[layer.payload : layer.payload + layer.size])
        start = stream.offset(first)
        if not payload:
            return
        if stream.holds(start, payload):
            stream.segments[number] = start
        else:
            self.strays.append(number)

    def place(self, number: int, offset: int) -> tuple[Stream, int] | None:
        """The stream and the place in it of a byte of a frame's payload."""
        stream = self.of_frame.get(number)
        start = stream.segments.get(number) if stream else None
        return None if stream is None or start is None else (stream, start + offset - self._layers[number].payload)

    def write(self) -> None:
        """Puts the changed bytes and numbers into the frames."""
        finals = {id(stream): stream.final() for stream in self.all}
        for number, stream in self.of_frame.items():
            frame, layer = self._frames[number], self._layers[number]
            self._renumber(frame, layer, stream, self._reverse[number])
            start = stream.segments.get(number)
            if start is not None:
                begin, end = stream.moved(start), stream.moved(start + layer.size)
                put_payload(frame, layer, finals[id(stream)][begin:end])
            elif number in self.strays:
                put_payload(frame, layer, bytes(layer.size))

    def _renumber(self, frame: Frame, layer: Layers, stream: Stream, reverse: Stream | None) -> None:
        at = layer.transport
        if stream.edits:
            first = (layer.seq + bool(layer.flags & _SYN)) % _MODULUS
            moved = stream.moved(stream.offset(first)) - stream.offset(first)
            struct.pack_into(">I", frame.data, at + 4, (layer.seq + moved) % _MODULUS)
        if reverse is None or not reverse.edits or not layer.flags & _ACK:
            return
        _move(frame.data, at + 8, reverse)
        for option, place, size in _options(frame.data, at + 20, layer.payload):
            if option == _SACK:
                for edge in range(place, place + size - 3, 4):
                    _move(frame.data, edge, reverse)


def _move(data: bytearray, at: int, stream: Stream) -> None:
    """Moves an acknowledgement number with the bytes that it acknowledges."""
    number = struct.unpack_from(">I", data, at)[0]
    offset = stream.offset(number)
    struct.pack_into(">I", data, at, (number + stream.moved(offset) - offset) % _MODULUS)


def _options(data: bytearray, at: int, end: int) -> list[tuple[int, int, int]]:
    """Kind, place and size of the content of each TCP option."""
    found = []
    while at < end:
        kind = data[at]
        if kind == 0:
            break
        if kind == 1:
            at += 1
            continue
        size = data[at + 1] if at + 1 < end else 0
        if size < 2 or at + size > end:
            break
        found.append((kind, at + 2, size - 2))
        at += size
    return found
