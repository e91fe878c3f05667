"""Zstandard (RFC 8878): all frames, skippable ones too, with a bound on the window that a frame may ask for."""

import zstandard

from auditor.decode import signs
from auditor.decode.content_format import Opened
from auditor.decode.inflated import Inflated, opened
from auditor.decode.limits import Budget
from auditor.decode.skippable import skippable

MAGIC = b"\x28\xb5\x2f\xfd"
_WINDOW = 2**27
_STEP = 65536
_SIP = 64
"""Bytes that are inflated at once where the library has no limit of its own: sixteen blocks of 128 KiB at most."""


def inflate(data: bytes, room: int) -> Inflated | None:
    """Inflates all frames; None: no zstd magic."""
    start, skipped = skippable(data)
    if not data.startswith(MAGIC, start):
        return None
    data = data[start:]
    parts: list[bytes] = []
    decompressor = zstandard.ZstdDecompressor(max_window_size=_WINDOW)
    try:
        with decompressor.stream_reader(data, read_across_frames=True) as stream:
            while part := stream.read(min(_STEP, room + 1)):
                parts.append(part)
                room -= len(part)
                if room <= 0:
                    return Inflated(data=b"".join(parts), over_limit=True)
    except zstandard.ZstdError as error:
        reason = "asks for too large a window" if "memory" in str(error) else "is damaged"
        return _up_to_the_fault(data, room + sum(map(len, parts)), reason)
    return Inflated(data=b"".join(parts), head=skipped, broken="" if _is_complete(data) else "is cut short")


def _up_to_the_fault(data: bytes, room: int, reason: str) -> Inflated:
    """The frames before what is no frame, which is the rest; of a frame with a fault what stands before it."""
    parts: list[bytes] = []
    while data.startswith(MAGIC):
        stream = zstandard.ZstdDecompressor(max_window_size=_WINDOW).decompressobj()
        at = 0
        while at < len(data) and not stream.eof:
            try:
                part = stream.decompress(data[at : at + _SIP])
            except zstandard.ZstdError:
                return Inflated(data=b"".join(parts), broken=reason)
            parts.append(part[:room])
            room -= len(part)
            at += _SIP
            if room <= 0:
                return Inflated(data=b"".join(parts), over_limit=True)
        if not stream.eof:
            return Inflated(data=b"".join(parts), broken=reason)
        data = stream.unused_data + data[at:]
    return Inflated(data=b"".join(parts), rest=data)


def _is_complete(data: bytes) -> bool:
    """Whether every frame has its end: the stream reader takes a cut frame for the end of the input."""
    rest = data
    while rest.startswith(MAGIC):
        stream = zstandard.ZstdDecompressor(max_window_size=_WINDOW).decompressobj()
        stream.decompress(rest)
        if not stream.eof:
            return False
        rest = stream.unused_data
    return True


class Zstd:
    """Zstandard, recognised by its magic."""

    signs = signs.BINARY

    def open(self, data: bytes, budget: Budget) -> Opened | None:
        """Takes the compression off."""
        return opened("zstd", data, inflate, budget)
