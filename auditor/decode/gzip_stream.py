"""gzip (RFC 1952): all members of a stream, and what stands behind the last one."""

import zlib

from auditor.decode import signs
from auditor.decode.content_format import Opened
from auditor.decode.inflated import Inflated, chunks, opened
from auditor.decode.limits import Budget

MAGIC = b"\x1f\x8b\x08"
_FIXED_HEAD = 10
_HAS_EXTRA, _HAS_NAME, _HAS_COMMENT = 4, 8, 16
_WINDOW = 31
"""zlib's number for "gzip header, largest window"."""


def inflate(data: bytes, room: int) -> Inflated | None:
    """Inflates every member; None: no gzip magic."""
    if not data.startswith(MAGIC):
        return None
    parts: list[bytes] = []
    heads: list[bytes] = []
    at = 0
    while data.startswith(MAGIC, at):
        heads += _words_of_head(data, at)
        if room <= 0:
            return Inflated(data=b"".join(parts), head=b"\n".join(heads), over_limit=True)
        part, end, broken = _member(data, at, room)
        parts.append(part)
        room -= len(part)
        if not end:
            return Inflated(data=b"".join(parts), head=b"\n".join(heads), over_limit=room <= 0, broken=broken)
        at = end
    return Inflated(data=b"".join(parts), head=b"\n".join(heads), rest=data[at:])


def _words_of_head(data: bytes, start: int) -> list[bytes]:
    """Extra field, file name and comment of a member (RFC 1952 section 2.3.1)."""
    flags, at = data[start + 3] if len(data) > start + _FIXED_HEAD else 0, start + _FIXED_HEAD
    parts = []
    if flags & _HAS_EXTRA:
        size = int.from_bytes(data[at : at + 2], "little")
        parts.append(data[at + 2 : at + 2 + size])
        at += 2 + size
    for flag in (_HAS_NAME, _HAS_COMMENT):
        if flags & flag:
            end = data.find(b"\0", at)
            if end < 0:
                break
            parts.append(data[at:end])
            at = end + 1
    return parts


def _member(data: bytes, at: int, room: int) -> tuple[bytes, int, str]:
    """What a member holds, the place behind it, and why there is none where its end was not reached."""
    stream, parts, start = zlib.decompressobj(_WINDOW), list[bytes](), at
    try:
        for chunk in chunks(data, at):
            at += len(chunk)
            part = stream.decompress(chunk, room)
            parts.append(part)
            room -= len(part)
            if stream.eof or room <= 0:
                break
    except zlib.error:
        return _up_to_the_fault(data, start, room + sum(map(len, parts))), 0, "is damaged"
    return b"".join(parts), at - len(stream.unused_data) if stream.eof else 0, "" if stream.eof else "is cut short"


def _up_to_the_fault(data: bytes, start: int, room: int) -> bytes:
    """What stands before damage."""
    careful = zlib.decompressobj(_WINDOW)
    parts: list[bytes] = []
    for at in range(start, len(data), 512):
        try:
            part = careful.decompress(data[at : at + 512], room)
        except zlib.error:
            break
        parts.append(part)
        room -= len(part)
        if room <= 0:
            break
    return b"".join(parts)


class Gzip:
    """gzip, recognised by its magic."""

    signs = signs.BINARY

    def open(self, data: bytes, budget: Budget) -> Opened | None:
        """Takes the compression off."""
        return opened("gzip", data, inflate, budget)
