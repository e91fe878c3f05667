"""LZ4 frames (LZ4 Frame Format 1.6)."""

import lz4.frame

from auditor.decode import signs
from auditor.decode.content_format import Opened
from auditor.decode.inflated import Inflated, chunks, opened
from auditor.decode.limits import Budget
from auditor.decode.skippable import skippable

MAGIC = b"\x04\x22\x4d\x18"


def inflate(data: bytes, room: int) -> Inflated | None:
    """Inflates all frames, and gives what those to be skipped hold as the head; None: no LZ4 magic."""
    start, head = skippable(data)
    if not data.startswith(MAGIC, start):
        return None
    parts: list[bytes] = []
    while data.startswith(MAGIC, start):
        if room <= 0:
            return Inflated(data=b"".join(parts), head=head, over_limit=True)
        part, end, broken = _frame(data, start, room)
        parts.append(part)
        room -= len(part)
        if not end:
            return Inflated(data=b"".join(parts), head=head, over_limit=room <= 0, broken=broken)
        start, skipped = skippable(data, end)
        head += skipped
    return Inflated(data=b"".join(parts), head=head, rest=data[start:])


def _frame(data: bytes, at: int, room: int) -> tuple[bytes, int, str]:
    """What a frame holds, the place behind it, and why there is none where its end was not reached."""
    stream, parts = lz4.frame.LZ4FrameDecompressor(), list[bytes]()
    try:
        for chunk in chunks(data, at):
            at += len(chunk)
            part = stream.decompress(chunk, max_length=room)
            parts.append(part)
            room -= len(part)
            if stream.eof or room <= 0:
                break
    except (RuntimeError, ValueError):
        return b"".join(parts), 0, "is damaged"
    return b"".join(parts), at - len(stream.unused_data or b"") if stream.eof else 0, "" if stream.eof else "is cut short"


class Lz4:
    """LZ4, recognised by its magic."""

    signs = signs.BINARY

    def open(self, data: bytes, budget: Budget) -> Opened | None:
        """Takes the compression off."""
        return opened("lz4", data, inflate, budget)
