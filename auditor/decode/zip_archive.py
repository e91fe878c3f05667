"""ZIP archives (APPNOTE 6.3.10): logs and exports are sent in them. Each member comes out under its name.

Members are read by their local headers, strictly forward, as a stream would be: what a central directory leaves out is found too.
"""

import zlib
from collections.abc import Iterator

from auditor.decode import signs
from auditor.decode.content_format import BrokenError, Inner, Opened, name_of
from auditor.decode.limits import Budget, OverLimitError

_LOCAL = b"PK\x03\x04"
_HEAD = 30
_STORED, _DEFLATED = 0, 8
_ENCRYPTED, _DESCRIBED = 1, 8
_MOST_MEMBERS = 10_000


class Zip:
    """An archive, recognised by the header of its first member."""

    signs = signs.BINARY

    def open(self, data: bytes, budget: Budget) -> Opened | None:
        """Takes the members out."""
        return Opened(inners=_members(data, budget)) if data.startswith(_LOCAL) and len(data) > _HEAD else None


def _members(data: bytes, budget: Budget) -> Iterator[Inner]:
    at = 0
    for _ in range(_MOST_MEMBERS):
        if at < 0 or not data.startswith(_LOCAL, at):
            return
        if len(data) < at + _HEAD:
            raise BrokenError("zip is cut short")
        flags, method = int.from_bytes(data[at + 6 : at + 8], "little"), int.from_bytes(data[at + 8 : at + 10], "little")
        size = int.from_bytes(data[at + 18 : at + 22], "little")
        start = at + _HEAD + int.from_bytes(data[at + 26 : at + 28], "little")
        name = data[at + _HEAD : start]
        start += int.from_bytes(data[at + 28 : at + 30], "little")
        path = name_of(name)
        if name:
            yield Inner(name, f"{path}.filename", "filename", (), at + _HEAD)
        if flags & _ENCRYPTED:
            raise BrokenError("zip: looks encrypted")
        if method == _DEFLATED:
            value, end = _inflated(data, start, budget)
            yield Inner(value, path, path, ("deflate",), -1, start)
            at = end if flags & _DESCRIBED else start + size
        elif method == _STORED and not (flags & _DESCRIBED and not size):
            yield Inner(data[start : start + size], path, path, (), start)
            at = start + size
        else:
            raise BrokenError(f"zip member of method {method} is not opened")
        if flags & _DESCRIBED:
            at = data.find(_LOCAL, at)
    else:
        raise OverLimitError(f"zip of more than {_MOST_MEMBERS} members")


def _inflated(data: bytes, start: int, budget: Budget) -> tuple[bytes, int]:
    """A member's content, and the offset behind its compressed bytes."""
    room = budget.room(len(data) - start)
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        value = stream.decompress(data[start:], room) if room else b""
    except zlib.error:
        raise BrokenError("zip is damaged") from None
    budget.spend(len(value))
    if len(value) >= room:
        raise OverLimitError(f"zip grows past the limit after {len(value)} bytes")
    if not stream.eof:
        raise BrokenError("zip is cut short")
    return value, len(data) - len(stream.unused_data)
