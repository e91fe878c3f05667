"""ZIP archives (APPNOTE 6.3.10): logs and exports are sent in them. Each member comes out under its name.

Members are read by their local headers, strictly forward, as a stream would be: what a central directory leaves out is found too.
"""

import zlib
from collections.abc import Iterator

from auditor.decode import signs
from auditor.decode.content_format import BrokenError, Inner, Opened, name_of
from auditor.decode.inflated import until_its_end
from auditor.decode.limits import Budget, OverLimitError

_LOCAL, _CENTRAL, _END, _DESCRIPTOR = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06", b"PK\x07\x08"
_HEAD, _CENTRAL_HEAD, _END_HEAD = 30, 46, 22
_SHORTEST_EXTRA = 12
"""Bytes beside a name that may hold something; most are times."""
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
    """Names, contents and extra fields of members, and what stands between and behind them."""
    at = end = 0
    for _ in range(_MOST_MEMBERS):
        at = data.find(_LOCAL, end)
        if at < 0:
            yield from _behind(data, end)
            return
        if at > end and data[end : end + 4] != _DESCRIPTOR:
            yield Inner(data[end:at], "between", "", (), end)
        if len(data) < at + _HEAD:
            raise BrokenError("zip is cut short")
        yield from _words_of_head(data, at)
        value, end = _content(data, at, budget)
        yield value
    raise OverLimitError(f"zip of more than {_MOST_MEMBERS} members")


def _words_of_head(data: bytes, at: int) -> Iterator[Inner]:
    start, name = _name_of_member(data, at)
    if name:
        yield Inner(name, f"{name_of(name)}.filename", "filename", (), at + _HEAD)
    extra = data[at + _HEAD + len(name) : start]
    if len(extra) >= _SHORTEST_EXTRA:
        yield Inner(extra, f"{name_of(name)}.extra", "", (), start - len(extra))


def _name_of_member(data: bytes, at: int) -> tuple[int, bytes]:
    """Where a member's content begins, and its name."""
    start = at + _HEAD + _number(data, at + 26)
    return start + _number(data, at + 28), data[at + _HEAD : start]


def _number(data: bytes, at: int, size: int = 2) -> int:
    return int.from_bytes(data[at : at + size], "little")


def _content(data: bytes, at: int, budget: Budget) -> tuple[Inner, int]:
    """What a member holds, and the place behind it; of a packed one its own end counts, not the size that its head says."""
    flags, method, size = _number(data, at + 6), _number(data, at + 8), _number(data, at + 18, 4)
    start, name = _name_of_member(data, at)
    path = name_of(name)
    if flags & _ENCRYPTED:
        raise BrokenError("zip: looks encrypted")
    if method == _DEFLATED:
        value, end = _inflated(data, start, budget)
        return Inner(value, path, path, ("deflate",), -1, start), end
    if method == _STORED and not (flags & _DESCRIBED and not size):
        return Inner(data[start : start + size], path, path, (), start), min(start + size, len(data))
    raise BrokenError(f"zip member of method {method} is not opened")


def _behind(data: bytes, at: int) -> Iterator[Inner]:
    """Extra fields and comments of the central directory (sections 4.3.12 and 4.3.16), and whatever else there is."""
    at = max(at, data.find(_CENTRAL, at))
    while data.startswith(_CENTRAL, at):
        words = at + _CENTRAL_HEAD + _number(data, at + 28)
        at = words + _number(data, at + 30) + _number(data, at + 32)
        if at - words >= _SHORTEST_EXTRA:
            yield Inner(data[words:at], "extra", "", (), words)
    if data.startswith(_END, at):
        at += _END_HEAD
    if rest := data[at:].strip(b"\0"):
        yield Inner(rest, "behind", "", (), at + data[at:].find(rest))


def _inflated(data: bytes, at: int, budget: Budget) -> tuple[bytes, int]:
    """A member's content, and the offset behind its compressed bytes."""
    room = budget.room(len(data) - at)
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        value, at, has_room = until_its_end(stream, data, at, room)
    except zlib.error:
        raise BrokenError("zip is damaged") from None
    budget.spend(len(value))
    if not has_room:
        raise OverLimitError(f"zip grows past the limit after {len(value)} bytes")
    if not stream.eof:
        raise BrokenError("zip is cut short")
    return value, at - len(stream.unused_data)
