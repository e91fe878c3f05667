"""Zstandard (RFC 8878): all frames, skippable ones too, with a bound on the window that a frame may ask for."""

from itertools import pairwise

import zstandard

from auditor.decode import signs
from auditor.decode.content_format import Opened
from auditor.decode.inflated import Inflated, opened
from auditor.decode.limits import Budget
from auditor.decode.skippable import skippable

MAGIC = b"\x28\xb5\x2f\xfd"
_WINDOW = 2**27
_STEP = 65536
_REPEATED = 1
"""Type of a block of one byte."""
_SIP = 64
"""Bytes that are inflated at once where the library has no limit of its own: sixteen blocks of 128 KiB at most."""


def inflate(data: bytes, room: int) -> Inflated | None:
    """Inflates all frames, and gives what those to be skipped hold as the head; None: no zstd magic."""
    first, skipped = skippable(data)
    if not data.startswith(MAGIC, first):
        return None
    starts, heads, at, is_whole = list[int](), [skipped], first, True
    while is_whole and data.startswith(MAGIC, at):
        starts.append(at)
        end = _end_of_frame(data, at)
        is_whole = end > 0
        at, skipped = skippable(data, end or len(data))
        heads.append(skipped)
    parts: list[bytes] = []
    reason = _read(memoryview(data)[first:at], room, parts)
    if reason:
        parts = []
        reason = _read_each(data, [*starts, at], room, parts) or reason
    head = b"".join(heads)
    if sum(map(len, parts)) >= room:
        return Inflated(data=b"".join(parts)[:room], head=head, over_limit=True)
    broken = reason or ("" if is_whole else "is cut short")
    return Inflated(data=b"".join(parts), head=head, rest=data[at:], broken=broken)


def _read_each(data: bytes, borders: list[int], room: int, parts: list[bytes]) -> str:
    """Adds what frames hold, up to the first fault; says what it is."""
    for start, end in pairwise(borders):
        part: list[bytes] = []
        reason = _up_to_the_fault(data[start:end], room, part)
        parts += part
        room -= sum(map(len, part))
        if reason or room <= 0:
            return reason
    return ""


def _read(frames: memoryview, room: int, parts: list[bytes]) -> str:
    """Adds what frames hold; says why they end early."""
    try:
        with zstandard.ZstdDecompressor(max_window_size=_WINDOW).stream_reader(frames, read_across_frames=True) as stream:
            while room > 0 and (part := stream.read(min(_STEP, room + 1))):
                parts.append(part)
                room -= len(part)
    except zstandard.ZstdError as error:
        return "asks for too large a window" if "memory" in str(error) else "is damaged"
    return ""


def _end_of_frame(data: bytes, at: int) -> int:
    """The place behind a frame (RFC 8878 section 3.1.1); 0 where it is cut short. Its blocks say how long they are."""
    what = data[at + 4] if len(data) > at + 4 else 0
    at += 5 + (0 if what & 0x20 else 1) + (0, 1, 2, 4)[what & 3] + _content_size_width(what)
    while at + 3 <= len(data):
        block = int.from_bytes(data[at : at + 3], "little")
        at += 3 + (1 if block >> 1 & 3 == _REPEATED else block >> 3)
        if block & 1:
            at += 4 if what & 4 else 0
            return at if at <= len(data) else 0
    return 0


def _content_size_width(what: int) -> int:
    """Bytes of the field that says how much a frame holds (section 3.1.1.1.1.1)."""
    return (1 if what & 0x20 else 0, 2, 4, 8)[what >> 6]


def _up_to_the_fault(frame: bytes, room: int, parts: list[bytes]) -> str:
    """Adds what stands in a frame before its fault, in sips, and says what the fault is."""
    whole: list[bytes] = []
    reason = _read(memoryview(frame), room, whole)
    if not reason:
        parts += whole
        return ""
    stream = zstandard.ZstdDecompressor(max_window_size=_WINDOW).decompressobj()
    for at in range(0, len(frame), _SIP):
        if room <= 0 or stream.eof:
            break
        try:
            part = stream.decompress(frame[at : at + _SIP])
        except zstandard.ZstdError:
            break
        parts.append(part[:room])
        room -= len(part)
    return reason


class Zstd:
    """Zstandard, recognised by its magic."""

    signs = signs.BINARY

    def open(self, data: bytes, budget: Budget) -> Opened | None:
        """Takes the compression off."""
        return opened("zstd", data, inflate, budget)
