"""Protocol Buffers without a schema (the wire format of protobuf.dev, "Encoding"): strings, bytes, numbers and nested messages.

There is no magic: a value is believed to be a message where every byte of it belongs to a field with a usual number.
"""

import struct
from collections.abc import Iterator
from typing import NamedTuple

from auditor.decode import signs
from auditor.decode.content_format import Inner, Opened
from auditor.decode.limits import Budget

_VARINT, _FIXED64, _LENGTH, _FIXED32 = 0, 1, 2, 5
_BROKEN = {_FIXED64: ("<d", repr), _FIXED32: ("<f", "{:.7g}".format)}
"""How such a field is read as a broken number, and written with the digits that it has."""
_LARGEST_NUMBER = 20_000
_DEEPEST = 24
_LONGEST_VARINT = 10
_SHORTEST_TEXT = 3
_SMALL_NUMBER = 1000
_BLANK = b"\t\n\r"
_WORDS = ("protobuf",)


class _Item(NamedTuple):
    number: int
    wire: int
    start: int
    """Of the content, behind tag and length."""
    end: int
    value: int


class Protobuf:
    """A message in which everything parses and something is worth a look."""

    signs = signs.BINARY | signs.WIRE

    def open(self, data: bytes, budget: Budget) -> Opened | None:  # noqa: ARG002 - the family's interface
        """Takes a message apart."""
        items = _items(data, 0, len(data))
        if not items:
            return None
        return Opened(inners=_inners(data, items, "", 0), whole=data[0] in _BLANK or not signs.is_text(data), sure=False)


def _items(data: bytes, start: int, end: int) -> list[_Item]:
    """The fields of a message; none where the bytes are no message."""
    found: list[_Item] = []
    at = start
    while at < end:
        tag, at = _varint(data, at, end)
        number, wire = tag >> 3, tag & 7
        if at < 0 or not 0 < number <= _LARGEST_NUMBER:
            return []
        value = 0
        begin = at
        if wire == _VARINT:
            value, at = _varint(data, at, end)
        elif wire in (_FIXED64, _FIXED32):
            at += 8 if wire == _FIXED64 else 4
        elif wire == _LENGTH:
            value, begin = _varint(data, at, end)
            at = begin + value if begin >= 0 else -1
        else:
            return []
        if at < 0 or at > end:
            return []
        found.append(_Item(number, wire, begin, at, value))
    return found


def _varint(data: bytes, at: int, end: int) -> tuple[int, int]:
    """A number and the offset behind it; the offset is -1 where it does not end."""
    value = shift = 0
    for place in range(at, min(end, at + _LONGEST_VARINT)):
        byte = data[place]
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, place + 1
        shift += 7
    return 0, -1


def _inners(data: bytes, items: list[_Item], path: str, depth: int) -> Iterator[Inner]:
    """The values of a message. Whole numbers that may be broken ones come last: the two parts of a position stand together."""
    doubtful: list[Inner] = []
    for item in items:
        below = f"{path}.{item.number}" if path else f"{item.number}"
        if item.wire == _VARINT:
            if item.value >= _SMALL_NUMBER:
                yield Inner(str(item.value).encode(), below, "", _WORDS, -1, item.start)
        elif item.wire in _BROKEN:
            broken, whole = _fixed(data[item.start : item.end], item.wire)
            name = str(item.number)  # of the two parts of a position it is all that differs
            yield Inner(broken or whole, below, name, _WORDS, -1, item.start)
            doubtful += [Inner(whole, below, "", _WORDS, -1, item.start)] if broken else []
        elif item.wire == _LENGTH and item.end > item.start:
            yield from _bytes(data, item, below, depth)
    yield from doubtful


def _fixed(raw: bytes, wire: int) -> tuple[bytes, bytes]:
    """Eight or four bytes as a broken number, empty where it is none that a client sends, and as a whole one."""
    form, written = _BROKEN[wire]
    number: float = struct.unpack(form, raw)[0]
    return written(number).encode() if 1e-3 < abs(number) < 1e9 else b"", str(int.from_bytes(raw, "little")).encode()


def _bytes(data: bytes, item: _Item, path: str, depth: int) -> Iterator[Inner]:
    """Text before a nested message before plain bytes."""
    value = data[item.start : item.end]
    if signs.is_text(value):
        if len(value) >= _SHORTEST_TEXT:
            yield Inner(value, path, "", _WORDS, item.start)
        return
    nested = _items(data, item.start, item.end) if depth < _DEEPEST else []
    if nested:
        yield from _inners(data, nested, path, depth + 1)
    else:
        yield Inner(value, path, "", _WORDS, item.start)
