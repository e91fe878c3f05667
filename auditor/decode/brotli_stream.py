"""Brotli (RFC 7932). The format has no magic: undeclared, it is believed where the stream ends with the last byte.

Of 400,000 values of 4 to 40 random bytes none does, and of 900,000 small protobuf, MessagePack and CBOR messages one.
"""

import brotli

from auditor.decode import signs
from auditor.decode.content_format import Opened
from auditor.decode.inflated import Inflated, opened
from auditor.decode.limits import Budget

_STEP = 65536
_LEAST_TEXT = 16
_FEW = 64
"""Bytes of which one value of chance in some millions grows past every limit: a bomb of so few would have to begin with text."""


def inflate(data: bytes, room: int) -> Inflated | None:
    """Inflates in steps, for brotli's own output limit is a soft one; None: no brotli."""
    stream = brotli.Decompressor()
    parts: list[bytes] = []
    try:
        part = stream.process(data, output_buffer_limit=_STEP)
        while part:
            parts.append(part)
            room -= len(part)
            if room <= 0:
                return Inflated(data=b"".join(parts), over_limit=True)
            if stream.is_finished():
                break
            part = stream.process(b"", output_buffer_limit=_STEP)
    except brotli.error:
        return Inflated(data=b"".join(parts), broken="is damaged") if parts else None
    if stream.is_finished():
        return Inflated(data=b"".join(parts))
    return Inflated(data=b"".join(parts), broken="is cut short") if parts else None


def ends_as_text(data: bytes) -> bool:
    """Whether a stream holds text and ends with the data, as far as a step tells."""
    stream = brotli.Decompressor()
    try:
        out = stream.process(data, output_buffer_limit=_STEP)
    except brotli.error:
        return False
    is_whole = stream.is_finished()
    return (is_whole or len(out) >= _STEP) and len(out) >= _LEAST_TEXT and signs.is_text(out if is_whole else out[:-3])


class Brotli:
    """Brotli that nothing declares."""

    signs = signs.BINARY

    def open(self, data: bytes, budget: Budget) -> Opened | None:
        """Takes the compression off."""
        inflated = inflate(data, budget.room(len(data)))
        if inflated is None or inflated.broken or not inflated.data:
            return None
        if inflated.over_limit and len(data) <= _FEW and not signs.is_text(inflated.data[:_LEAST_TEXT]):
            return None
        return opened("br", data, inflate, budget)
