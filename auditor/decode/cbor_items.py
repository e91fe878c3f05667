"""CBOR (RFC 8949): maps and arrays of definite or indefinite length that fill the value exactly."""

import struct

from auditor.decode import signs
from auditor.decode.content_format import Opened
from auditor.decode.limits import Budget
from auditor.decode.messagepack import NotThisError, Unit, leaves

_SELF_DESCRIBED = b"\xd9\xd9\xf7"
_ARRAY, _MAP, _TAG, _SIMPLE = 4, 5, 6, 7
_FLOATS = {25: ">e", 26: ">f", 27: ">d"}
_MOST_TAGS = 8
_BREAK, _OPEN = 0xFF, 31
_MAY_BE_OPEN = (2, 3, _ARRAY, _MAP)
"""Kinds of items whose length may be unknown at their beginning (section 3.2)."""


class Cbor:
    """A map or an array, tagged or not."""

    signs = signs.BINARY

    def open(self, data: bytes, budget: Budget) -> Opened | None:
        """Takes it apart."""
        if not (0x80 <= data[0] <= 0xBF or 0xC0 <= data[0] <= 0xDB):
            return None
        start = len(_SELF_DESCRIBED) if data.startswith(_SELF_DESCRIBED) else 0
        opened = leaves(data[start:], _unit, "cbor", budget)
        if opened is None or not start:
            return opened
        moved = [inner._replace(at=inner.at + start if inner.at >= 0 else -1, near=inner.near + start) for inner in opened.inners]
        return opened._replace(inners=moved)


def _unit(data: bytes, at: int) -> Unit:
    """Reads one item, over any tags before it.

    Raises:
        NotThisError: not well-formed.
    """
    for _ in range(_MOST_TAGS):
        major, info = data[at] >> 5, data[at] & 31
        value, behind = _argument(data, at, info)
        if major != _TAG:
            break
        at = behind
    else:
        raise NotThisError
    if data[at] == _BREAK:
        return Unit("break", at, at + 1)
    if major <= 1:
        return Unit("number", at, behind, value if major == 0 else -1 - value)
    if major <= 3 and info == _OPEN:
        return Unit("open text", at, behind)
    if major <= 3:
        return Unit("bytes" if major == 2 else "text", behind, behind + value)
    if major in (_ARRAY, _MAP):
        if info == _OPEN:
            return Unit("open array" if major == _ARRAY else "open map", at, behind)
        return Unit("array" if major == _ARRAY else "map", at, behind, value)
    if info in _FLOATS:
        return Unit("number", at, behind, struct.unpack_from(_FLOATS[info], data, at + 1)[0])
    return Unit("other", at, behind)


def _argument(data: bytes, at: int, info: int) -> tuple[int, int]:
    """The argument of an initial byte (section 3) and the offset behind it."""
    if info < 24:
        return info, at + 1
    if info <= 27:
        width = 1 << (info - 24)
        if at + 1 + width > len(data):
            raise NotThisError
        return int.from_bytes(data[at + 1 : at + 1 + width]), at + 1 + width
    if info == _OPEN and (data[at] >> 5 in _MAY_BE_OPEN or data[at] == _BREAK):
        return 0, at + 1
    raise NotThisError
