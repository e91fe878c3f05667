"""gzip (RFC 1952): all members of a stream, and what stands behind the last one."""

import zlib

from auditor.decode import signs
from auditor.decode.content_format import Opened
from auditor.decode.inflated import Inflated, opened
from auditor.decode.limits import Budget

MAGIC = b"\x1f\x8b\x08"
_FIXED_HEAD = 10
_HAS_EXTRA, _HAS_NAME, _HAS_COMMENT = 4, 8, 16
_LONGEST_NAME = 65536
_WINDOW = 31
"""zlib's number for "gzip header, largest window"."""


def inflate(data: bytes, room: int) -> Inflated | None:
    """Inflates every member; None: no gzip magic."""
    if not data.startswith(MAGIC):
        return None
    parts: list[bytes] = []
    rest = data
    head = _words_of_head(data)
    while rest.startswith(MAGIC):
        if room <= 0:
            return Inflated(data=b"".join(parts), head=head, over_limit=True)
        stream = zlib.decompressobj(_WINDOW)
        part, broken = _run(stream, rest, room)
        parts.append(part)
        room -= len(part)
        if not stream.eof:
            return Inflated(data=b"".join(parts), head=head, over_limit=room <= 0, broken=broken or "is cut short")
        rest = stream.unused_data
    return Inflated(data=b"".join(parts), head=head, rest=rest)


def _words_of_head(data: bytes) -> bytes:
    """Extra field, file name and comment of the first member (RFC 1952 section 2.3.1), joined."""
    flags, at = data[3] if len(data) > _FIXED_HEAD else 0, _FIXED_HEAD
    parts = []
    if flags & _HAS_EXTRA:
        size = int.from_bytes(data[at : at + 2], "little")
        parts.append(data[at + 2 : at + 2 + size])
        at += 2 + size
    for flag in (_HAS_NAME, _HAS_COMMENT):
        if flags & flag:
            end = data.find(b"\0", at, at + _LONGEST_NAME)
            if end < 0:
                break
            parts.append(data[at:end])
            at = end + 1
    return b"\n".join(parts)


def _run(stream: "zlib._Decompress", data: bytes, room: int) -> tuple[bytes, str]:
    """What could be inflated, and why it ended where that was not the end. A damaged stream yields what stands before."""
    try:
        return stream.decompress(data, room), ""
    except zlib.error:
        pass
    careful = zlib.decompressobj(_WINDOW)
    parts: list[bytes] = []
    for start in range(0, len(data), 512):
        try:
            part = careful.decompress(data[start : start + 512], room)
        except zlib.error:
            break
        parts.append(part)
        room -= len(part)
        if room <= 0:
            break
    return b"".join(parts), "is damaged"


class Gzip:
    """gzip, recognised by its magic."""

    signs = signs.BINARY

    def open(self, data: bytes, budget: Budget) -> Opened | None:
        """Takes the compression off."""
        return opened("gzip", data, inflate, budget)
