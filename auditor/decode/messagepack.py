"""MessagePack (msgpack.org, "spec.md"): maps and arrays that fill the value exactly. Read by hand: no recursion past a limit."""

import struct
from collections.abc import Callable
from typing import NamedTuple

from auditor.decode import signs
from auditor.decode.content_format import Inner, Opened, name_of
from auditor.decode.limits import Budget

_DEEPEST = 64
_LONGEST_PATH = 400
_SMALL_NUMBER = 1000
_SHORTEST = 3
_SHORTEST_NAME = 12
_LEAST_STREAM = 64
"""Bytes of several documents that no other bytes are by chance."""
_NO_CHANCE = 16
"""Leaves in good order that no other bytes give by chance."""
_ITEMS_A_FIELD = 3
"""Items for each field that there is room for: a record of `true` and small numbers has few leaves, and costs as much to read."""


class NotThisError(Exception):
    """The bytes are not of this format."""


class _FullError(Exception):
    """There are more items than there is room for."""


class Unit(NamedTuple):
    """One item: a value, or the head of a container with the number of items in it."""

    kind: str
    """text, bytes, number, array, map, other; in CBOR also `open array`, `open map`, `open text`, and `break`, their end."""
    start: int
    end: int
    value: int | float = 0
    """The number, or the container's count."""


class MessagePack:
    """A map or an array."""

    signs = signs.BINARY

    def open(self, data: bytes, budget: Budget) -> Opened | None:
        """Takes it apart."""
        first = data[0]
        if not (0x80 <= first <= 0x9F or 0xDC <= first <= 0xDF):
            return None
        return leaves(data, _unit, "msgpack", budget)


def leaves(data: bytes, read: Callable[[bytes, int], Unit], word: str, budget: Budget) -> Opened | None:
    """The leaves of one container that fills the data; None where the bytes are something else.

    Where there are more items than there is room for, the first of them: so many in good order are no chance.
    """
    found: list[Inner] = []
    try:
        walk = _Walk(data, read, word, found, _ITEMS_A_FIELD * budget.room_for_fields())
        end = walk.visit(0, "$", "", 0)
        while len(data) >= _LEAST_STREAM and end < len(data):  # documents one behind the other, as logs are sent
            end = walk.document(end)
    except (NotThisError, IndexError, struct.error):
        return None
    except _FullError:
        cut = f"more than {budget.limits.fields} values"
        return Opened(inners=found, sure=False, cut=cut) if len(found) >= _NO_CHANCE else None
    return Opened(inners=found, sure=False) if found and end == len(data) else None


class _Walk:
    """Goes through nested containers."""

    def __init__(self, data: bytes, read: Callable[[bytes, int], Unit], word: str, found: list[Inner], room: int) -> None:
        self.room = room
        """Items that may still be read."""
        self.data = data
        self.read = read
        self.words = (word,)
        self.found = found

    def document(self, at: int) -> int:
        """One more container behind the last."""
        if not self.read(self.data, at).kind.endswith(("array", "map")):
            raise NotThisError
        return self.visit(at, "$", "", 0)

    def visit(self, at: int, path: str, key: str, depth: int) -> int:
        """One item; gives the offset behind it."""
        unit = self.read(self.data, at)
        if unit.end > len(self.data) or depth > _DEEPEST:
            raise NotThisError
        if self.room <= 0:
            raise _FullError
        self.room -= 1
        if unit.kind.endswith(("array", "map")):
            return self._container(unit, path, key, depth)
        if unit.kind == "open text":
            value, end = self._chunks(unit.end)
            self.found.append(Inner(value, path, key, self.words, -1, at))
            return end
        if unit.kind == "number" and abs(unit.value) >= _SMALL_NUMBER:
            self.found.append(Inner(str(unit.value).encode(), path, key, self.words, -1, at))
        elif unit.kind == "number" and isinstance(unit.value, float):
            self.found.append(Inner(repr(unit.value).encode(), path, key, self.words, -1, at))
        elif unit.kind in ("text", "bytes") and unit.end - unit.start >= _SHORTEST:
            self.found.append(Inner(self.data[unit.start : unit.end], path, key, self.words, unit.start))
        return unit.end

    def _container(self, unit: Unit, path: str, key: str, depth: int) -> int:
        at = unit.end
        is_open = unit.kind.startswith("open")
        count = len(self.data) if is_open else int(unit.value)
        if count > len(self.data):
            raise NotThisError
        for index in range(count):
            if is_open and self.read(self.data, at).kind == "break":
                return at + 1
            name, below = key, f"{path}[{index}]"
            if unit.kind.endswith("map"):
                name, at = self._name(at, path)
                below = f"{path}.{name}"
            at = self.visit(at, below if len(below) < _LONGEST_PATH else path, name, depth + 1)
        return at

    def _chunks(self, at: int) -> tuple[bytes, int]:
        """A string in chunks, and the place behind it."""
        parts: list[bytes] = []
        while (unit := self.read(self.data, at)).kind in ("text", "bytes"):
            if unit.end > len(self.data):
                raise NotThisError
            parts.append(self.data[unit.start : unit.end])
            at = unit.end
        if unit.kind != "break":
            raise NotThisError
        return b"".join(parts), unit.end

    def _name(self, at: int, path: str) -> tuple[str, int]:
        """A name as paths show it, which may itself be a value in disguise, and the place behind it."""
        unit = self.read(self.data, at)
        if unit.end > len(self.data) or unit.kind.endswith(("array", "map")):
            raise NotThisError
        if unit.kind == "number":
            return str(unit.value), unit.end
        raw, end = self._chunks(unit.end) if unit.kind == "open text" else (self.data[unit.start : unit.end], unit.end)
        if len(raw) >= _SHORTEST_NAME and signs.signs_of(raw):
            self.found.append(Inner(raw, path, "", self.words, -1, at))
        return name_of(raw), end


_FIXED = {
    0xCA: ("number", ">f"),
    0xCB: ("number", ">d"),
    0xCC: ("number", ">B"),
    0xCD: ("number", ">H"),
    0xCE: ("number", ">I"),
    0xCF: ("number", ">Q"),
    0xD0: ("number", ">b"),
    0xD1: ("number", ">h"),
    0xD2: ("number", ">i"),
    0xD3: ("number", ">q"),
}
_SIZED = {
    0xC4: ("bytes", 1, 0),
    0xC5: ("bytes", 2, 0),
    0xC6: ("bytes", 4, 0),
    0xC7: ("bytes", 1, 1),
    0xC8: ("bytes", 2, 1),
    0xC9: ("bytes", 4, 1),
    0xD9: ("text", 1, 0),
    0xDA: ("text", 2, 0),
    0xDB: ("text", 4, 0),
}
_COUNTED = {0xDC: ("array", 2), 0xDD: ("array", 4), 0xDE: ("map", 2), 0xDF: ("map", 4)}


def _unit(data: bytes, at: int) -> Unit:
    """Reads one item.

    Raises:
        NotThisError: the byte has no meaning.
    """
    first = data[at]
    if first <= 0x7F or first >= 0xE0:
        return Unit("number", at, at + 1, first if first <= 0x7F else first - 256)
    if first <= 0x9F:
        return Unit("map" if first <= 0x8F else "array", at, at + 1, first & 15)
    if first <= 0xBF:
        return Unit("text", at + 1, at + 1 + (first & 31))
    if first in (0xC0, 0xC2, 0xC3):
        return Unit("other", at, at + 1)
    if first in _FIXED:
        kind, form = _FIXED[first]
        size = struct.calcsize(form)
        return Unit(kind, at, at + 1 + size, struct.unpack_from(form, data, at + 1)[0])
    return _long(data, at, first)


def _long(data: bytes, at: int, first: int) -> Unit:
    if first in _SIZED:
        kind, width, extra = _SIZED[first]
        start = at + 1 + width
        return Unit(kind, start + extra, start + extra + int.from_bytes(data[at + 1 : start]))
    if first in _COUNTED:
        kind, width = _COUNTED[first]
        return Unit(kind, at, at + 1 + width, int.from_bytes(data[at + 1 : at + 1 + width]))
    if 0xD4 <= first <= 0xD8:
        return Unit("bytes", at + 2, at + 2 + (1 << (first - 0xD4)))
    raise NotThisError
