"""gzip (RFC 1952): all members of a stream, and what stands behind the last one."""

import zlib

from auditor.decode import signs
from auditor.decode.content_format import Opened
from auditor.decode.inflated import Inflated, opened
from auditor.decode.limits import Budget

MAGIC = b"\x1f\x8b\x08"
_WINDOW = 31
"""zlib's number for "gzip header, largest window"."""


def inflate(data: bytes, room: int) -> Inflated | None:
    """Inflates every member; None: no gzip magic."""
    if not data.startswith(MAGIC):
        return None
    parts: list[bytes] = []
    rest = data
    while rest.startswith(MAGIC):
        if room <= 0:
            return Inflated(data=b"".join(parts), over_limit=True)
        stream = zlib.decompressobj(_WINDOW)
        part, broken = _run(stream, rest, room)
        parts.append(part)
        room -= len(part)
        if not stream.eof:
            return Inflated(data=b"".join(parts), over_limit=room <= 0, broken=broken or "is cut short")
        rest = stream.unused_data
    return Inflated(data=b"".join(parts), rest=rest)


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
