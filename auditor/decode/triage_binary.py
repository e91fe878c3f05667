"""Whether a few bytes are protobuf, MessagePack or CBOR to their end, whatever the values are. Compiled or uncompiled."""

from auditor.code_arrays import Store
from auditor.decode.triage_packed import number

_LARGEST_NUMBER = 20_000
_LARGE = 1 << 30
_END = 1 << 32
_LONGEST_VARINT = 10


def is_protobuf(data: Store, at: int, end: int) -> int:
    """Whether every byte belongs to a field (`protobuf_wire._Reader`)."""
    groups = 0
    while at < end:
        tag = _varint(data, at, end)
        if tag < 0:
            return 0
        at = tag // _END
        wire = tag & 7
        tag = (tag & _END - 1) >> 3
        if not tag or tag > _LARGEST_NUMBER:
            return 0
        if wire == 0 or wire == 2:
            value = _varint(data, at, end)
            if value < 0:
                return 0
            at = value // _END + (value & _END - 1 if wire == 2 else 0)
        elif wire == 1 or wire == 5:
            at += 8 if wire == 1 else 4
        elif wire == 3:
            groups += 1
        elif wire == 4 and groups:
            groups -= 1
        else:
            return 0
    return at == end and not groups


def _varint(data: Store, at: int, end: int) -> int:
    """A number, or 2**30 where it is larger, with the place behind it from 2**32 on; -1 where it does not end."""
    value = 0
    for index in range(min(_LONGEST_VARINT, end - at)):
        byte = data[at + index]
        value = min(_LARGE, value | (byte & 127) << 7 * min(index, 5))
        if byte < 128:
            return (at + index + 1) * _END | value
    return -1


def is_msgpack(data: Store, at: int, end: int) -> int:
    """Whether a map or an array fills the bytes (`messagepack._unit`)."""
    first = data[at]
    if first < 0x80 or (first > 0x9F and first < 0xDC) or first > 0xDF:
        return 0
    missing = 1
    while missing > 0:
        if at >= end:
            return 0
        step = _msgpack_unit(data, at, end)
        if step < 0:
            return 0
        at += step & _END - 1
        missing += step // _END - 1
        if missing > end - at or at > end:
            return 0
    return at == end


def _msgpack_unit(data: Store, at: int, end: int) -> int:
    """The bytes of a unit, with the units that stand in it from 2**32 on; -1 where it is none."""
    byte = data[at]
    if byte < 0x80 or byte >= 0xE0 or byte in (0xC0, 0xC2, 0xC3):
        return 1
    if byte < 0xA0:
        return (byte & 15) * (2 if byte < 0x90 else 1) * _END | 1
    if byte < 0xC0:
        return 1 + (byte & 31)
    if byte >= 0xCA and byte <= 0xD3:
        return 5 if byte == 0xCA else 9 if byte == 0xCB else 1 + (1 << (byte & 3))
    if byte >= 0xD4 and byte <= 0xD8:
        return 2 + (1 << byte - 0xD4)
    if byte == 0xC1:
        return -1
    width = 2 << (byte & 1) if byte >= 0xDC else 1 << (byte - 0xC4) % 3 if byte < 0xCA else 1 << byte - 0xD9
    if at + 1 + width > end:
        return -1
    count = min(_LARGE, number(data, at + 1, width, 1))
    if byte >= 0xDC:
        return count * (1 if byte < 0xDE else 2) * _END | 1 + width
    return 1 + width + count + (1 if byte >= 0xC7 and byte < 0xCA else 0)


def is_cbor(data: Store, at: int, end: int) -> int:
    """Whether a map or an array, tagged or not, fills the bytes (`cbor_items._unit`); of indefinite length: perhaps."""
    if data[at] < 0x80 or data[at] > 0xDB:
        return 0
    missing = 1
    while missing > 0:
        if at >= end:
            return 0
        major, info = data[at] >> 5, data[at] & 31
        if info > 27:
            return info == 31 and major in (4, 5) and holds(data, at, end, 0xFF)
        width = 1 << info - 24 if info >= 24 else 0
        if at + 1 + width > end:
            return 0
        value = number(data, at + 1, width, 1) if width else info
        at += 1 + width
        if major in (2, 3, 4, 5) and (value < 0 or value > end - at):
            return 0
        at += value if major in (2, 3) else 0
        missing += (value if major == 4 else 2 * value if major == 5 else 1 if major == 6 else 0) - 1
        if missing > end - at:
            return 0
    return at == end


def holds(data: Store, at: int, end: int, wanted: int) -> int:
    """Whether such a byte stands there."""
    for place in range(at, end):
        if data[place] == wanted:
            return 1
    return 0
