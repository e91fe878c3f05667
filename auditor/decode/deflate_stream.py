"""zlib (RFC 1950) and raw deflate (RFC 1951, as WebSocket's permessage-deflate sends it, RFC 7692)."""

import zlib

from auditor.decode import signs
from auditor.decode.content_format import Opened
from auditor.decode.inflated import Inflated, opened
from auditor.decode.limits import Budget

_TAIL = b"\x00\x00\xff\xff"
"""RFC 7692 section 7.2.1: a sender removes these from each message."""
_LEAST_RAW = 8


def has_zlib_header(data: bytes) -> bool:
    """RFC 1950 section 2.2: method 8, and the first two bytes are a multiple of 31 as a number."""
    return (
        len(data) > 6 and data[0] & 0x0F == 8 and data[0] >> 4 <= 7 and int.from_bytes(data[:2]) % 31 == 0 and not data[1] & 0x20
    )


def inflate_zlib(data: bytes, room: int) -> Inflated | None:
    """Inflates zlib; None: no such header, or nothing could be inflated."""
    if not has_zlib_header(data):
        return None
    stream = zlib.decompressobj(zlib.MAX_WBITS)
    if room <= 0:
        return Inflated(data=b"", over_limit=True)
    out, broken = _run(stream, data, room)
    if not out:
        return None
    if stream.eof:
        return Inflated(data=out, rest=stream.unused_data)
    return Inflated(data=out, over_limit=len(out) >= room, broken=broken or "is cut short")


def inflate_raw(data: bytes, room: int) -> Inflated | None:
    """Inflates raw deflate that uses up all of the data; None where it does not (there is no header to go by)."""
    if room <= 0:
        return Inflated(data=b"", over_limit=True)
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        out = stream.decompress(data, room)
        if not stream.eof and not stream.unconsumed_tail:
            out += stream.decompress(_TAIL, max(1, room - len(out)))
    except zlib.error:
        return None
    if len(out) >= room:
        return Inflated(data=out, over_limit=True)
    complete = stream.eof or data.endswith(_TAIL) or _ends_on_block(data)
    if not complete or stream.unused_data.strip(_TAIL) or len(out) < _LEAST_RAW:
        return None
    return Inflated(data=out, ended=stream.eof and not stream.unused_data)


def inflate_declared(data: bytes, room: int) -> Inflated | None:
    """HTTP's `deflate`: zlib by RFC 9110 section 8.4.1.2, raw deflate by many senders."""
    return inflate_zlib(data, room) or inflate_raw(data, room)


def _ends_on_block(data: bytes) -> bool:
    """Whether the stream ends where a flush put a block boundary (the removed tail completes an empty stored block)."""
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        stream.decompress(data, 1)
        stream.decompress(stream.unconsumed_tail + _TAIL + b"\x01\x00\x00\xff\xff", 1)
        while stream.unconsumed_tail and not stream.eof:
            stream.decompress(stream.unconsumed_tail, 65536)
    except zlib.error:
        return False
    return stream.eof


def _run(stream: "zlib._Decompress", data: bytes, room: int) -> tuple[bytes, str]:
    """What could be inflated, and why it ended where that was not the end."""
    parts: list[bytes] = []
    for start in range(0, len(data), 65536):
        try:
            part = stream.decompress(stream.unconsumed_tail + data[start : start + 65536], room)
        except zlib.error:
            return b"".join(parts), "is damaged"
        parts.append(part)
        room -= len(part)
        if room <= 0 or stream.eof:
            break
    return b"".join(parts), ""


class Zlib:
    """zlib, recognised by its header."""

    signs = signs.BINARY

    def open(self, data: bytes, budget: Budget) -> Opened | None:
        """Takes the compression off."""
        return opened("zlib", data, inflate_zlib, budget)


class RawDeflate:
    """Raw deflate, recognised by using up all bytes, and by yielding text or by a last block that ends with the last byte.

    Of 20,000 values of 8 to 48 random bytes, three at most end so; of 400,000 small protobuf, MessagePack and CBOR messages and
    records, none.
    """

    signs = signs.BINARY

    def open(self, data: bytes, budget: Budget) -> Opened | None:
        """Takes the compression off."""
        inflated = inflate_raw(data, budget.room(len(data)))
        if inflated is None or not (inflated.ended or signs.is_text(inflated.data)):
            return None
        return opened("deflate", data, inflate_raw, budget)
