"""LZ4 frames (LZ4 Frame Format 1.6)."""

import lz4.frame

from auditor.decode import signs
from auditor.decode.content_format import Opened
from auditor.decode.inflated import Inflated, opened
from auditor.decode.limits import Budget
from auditor.decode.skippable import skippable

MAGIC = b"\x04\x22\x4d\x18"


def inflate(data: bytes, room: int) -> Inflated | None:
    """Inflates all frames, and gives what those to be skipped hold as the head; None: no LZ4 magic."""
    start, head = skippable(data)
    if not data.startswith(MAGIC, start):
        return None
    parts: list[bytes] = []
    rest = data[start:]
    while rest.startswith(MAGIC):
        if room <= 0:
            return Inflated(data=b"".join(parts), over_limit=True)
        stream = lz4.frame.LZ4FrameDecompressor()
        try:
            part = stream.decompress(rest, max_length=room)
        except (RuntimeError, ValueError):
            return Inflated(data=b"".join(parts), broken="is damaged")
        parts.append(part)
        room -= len(part)
        if not stream.eof:
            return Inflated(data=b"".join(parts), over_limit=room <= 0, broken="is cut short")
        rest = stream.unused_data or b""
        start, skipped = skippable(rest)
        rest, head = rest[start:], head + skipped
    return Inflated(data=b"".join(parts), head=head, rest=rest)


class Lz4:
    """LZ4, recognised by its magic."""

    signs = signs.BINARY

    def open(self, data: bytes, budget: Budget) -> Opened | None:
        """Takes the compression off."""
        return opened("lz4", data, inflate, budget)
