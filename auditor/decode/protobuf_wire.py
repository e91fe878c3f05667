"""Protocol Buffers without a schema (the wire format of protobuf.dev, "Encoding"): strings, bytes, numbers and nested messages.

There is no magic: a value is believed to be a message where every byte of it belongs to a field with a usual number.
"""

import struct
from collections.abc import Iterator
from typing import NamedTuple

from auditor.decode import signs
from auditor.decode.content_format import Inner, Opened
from auditor.decode.limits import Budget, OverLimitError

_VARINT, _FIXED64, _LENGTH, _GROUP, _END_GROUP, _FIXED32 = 0, 1, 2, 3, 4, 5
_ITEMS_A_FIELD = 3
"""Fields that are read for each value that there is room for: most of small numbers give none."""
_FEWEST_DIGITS = 14
_LARGEST_WHOLE = 2**53
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

    def open(self, data: bytes, budget: Budget) -> Opened | None:
        """Takes a message apart."""
        reader = _Reader(data, _ITEMS_A_FIELD * budget.room_for_fields())
        items = reader.items(0, len(data))
        if not items:
            return None
        is_whole = data[0] in _BLANK or not signs.is_text(data)
        return Opened(inners=reader.inners(items, budget.limits.fields), whole=is_whole, sure=False)


class _Reader:
    """Reads the fields of one message and of those within it, so many at most."""

    def __init__(self, data: bytes, room: int) -> None:
        self.data = data
        self.room = room

    def inners(self, items: list[_Item], most: int) -> Iterator[Inner]:
        """The values.

        Raises:
            OverLimitError: there are more fields than there is room for.
        """
        yield from _inners(self, items, "", 0)
        if self.room <= 0:
            raise OverLimitError(f"more than {most} values")

    def items(self, start: int, end: int) -> list[_Item]:
        """The fields of a message; none where the bytes are no message. Those of a group stand among the others."""
        found: list[_Item] = []
        groups: list[int] = []
        at = start
        while at < end and self.room > 0:
            self.room -= 1
            item, at = _item(self.data, at, end)
            if item is None or (item.wire == _END_GROUP and (not groups or groups.pop() != item.number)):
                return []
            groups += [item.number] if item.wire == _GROUP else []
            found.append(item)
        return [] if groups and at >= end else found


def _item(data: bytes, at: int, end: int) -> tuple[_Item | None, int]:
    """A field, and the place behind it; none where the bytes are no field."""
    tag, at = _varint(data, at, end)
    number, wire = tag >> 3, tag & 7
    if at < 0 or not 0 < number <= _LARGEST_NUMBER:
        return None, end
    value, begin = 0, at
    if wire == _VARINT:
        value, at = _varint(data, at, end)
    elif wire in _BROKEN:
        at += 8 if wire == _FIXED64 else 4
    elif wire == _LENGTH:
        value, begin = _varint(data, at, end)
        at = begin + value if begin >= 0 else -1
    elif wire not in (_GROUP, _END_GROUP):
        return None, end
    if at < 0 or at > end:
        return None, end
    return _Item(number, wire, begin, at, value), at


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


def _inners(reader: _Reader, items: list[_Item], path: str, depth: int) -> Iterator[Inner]:
    """The values of a message. Whole numbers that may be broken ones come last: the two parts of a position stand together."""
    doubtful: list[Inner] = []
    for item in items:
        below = f"{path}.{item.number}" if path else f"{item.number}"
        if item.wire == _VARINT:
            if item.value >= _SMALL_NUMBER:
                yield Inner(str(item.value).encode(), below, "", _WORDS, -1, item.start)
        elif item.wire in _BROKEN:
            broken, whole = _fixed(reader.data[item.start : item.end], item.wire)
            name = str(item.number)  # of the two parts of a position it is all that differs
            yield Inner(broken or whole, below, name, _WORDS, -1, item.start)
            doubtful += [Inner(whole, below, "", _WORDS, -1, item.start)] if broken else []
        elif item.wire == _LENGTH and item.end > item.start:
            yield from _bytes(reader, item, below, depth)
    yield from doubtful


def _fixed(raw: bytes, wire: int) -> tuple[bytes, bytes]:
    """Eight or four bytes as a broken number, empty where it is none that a client sends, and as a whole one."""
    form, written = _BROKEN[wire]
    number: float = struct.unpack(form, raw)[0]
    if 1e9 <= number < _LARGEST_WHOLE and number.is_integer():  # JavaScript has no other numbers
        return b"", str(int(number)).encode()
    return written(number).encode() if 1e-3 < abs(number) < 1e9 else b"", str(int.from_bytes(raw, "little")).encode()


def _bytes(reader: _Reader, item: _Item, path: str, depth: int) -> Iterator[Inner]:
    """Text before a nested message before plain bytes; small numbers in a row may be the digits of one."""
    value = reader.data[item.start : item.end]
    if signs.is_text(value):
        if len(value) >= _SHORTEST_TEXT:
            yield Inner(value, path, "", _WORDS, item.start)
        return
    if len(value) >= _FEWEST_DIGITS and max(value) <= 9:
        yield Inner(bytes(0x30 + digit for digit in value), path, "", _WORDS, -1, item.start)
    nested = reader.items(item.start, item.end) if depth < _DEEPEST else []
    if nested:
        yield from _inners(reader, nested, path, depth + 1)
    else:
        yield Inner(value, path, "", _WORDS, item.start)
