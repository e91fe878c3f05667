"""Whether raw deflate or Brotli may begin somewhere in a few bytes: neither has a magic number. Compiled or uncompiled.

A stream is followed as far as that is cheap: deflate with the fixed code to its end, the head of a block with codes of its own,
Brotli's first head. Whatever could be a stream is one here; the libraries have the last word.
"""

from auditor.code_arrays import Store

_ALL = 0xFFFF
_CUT = -2
"""A symbol that goes on behind the end."""
_MAYBE, _NEVER = -1, 0
"""What following a block says where it does not say where the next begins."""
_MADE = 1 << 32
"""Bytes that were made so far are counted in these, beside the bit that comes next."""
_LEAST_CUT = 4
_LEAST = 8
_TAIL = 4
_LENGTH_EXTRA = (0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0)
_LENGTH_BASE = (3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258)
_DISTANCE_BASE = (
    1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193,
    12289, 16385, 24577,
)  # fmt: skip
"""RFC 1951 section 3.2.5."""


def number(data: Store, at: int, width: int, big: int) -> int:
    """A number of that many bytes."""
    value = 0
    for index in range(width):
        value = value << 8 | data[at + index if big else at + width - 1 - index]
    return value


def _bits(data: Store, bit: int, count: int) -> int:
    """So many bits from a place that is counted in bits, the lowest first; they must be there."""
    value = 0
    for index in range(count):
        value |= (data[bit + index >> 3] >> (bit + index & 7) & 1) << index
    return value


def is_deflate(data: Store, at: int, end: int, may_be_cut: int) -> int:
    """Whether raw deflate (RFC 1951) may begin here that ends within these bytes, or that is text and lacks only its end, for
    permessage-deflate takes off zeros."""
    state, last = 8 * at, 0
    while not last:
        bit = state & _MADE - 1
        if bit + 3 > 8 * end:
            return 0
        last = _bits(data, bit, 1)
        kind = _bits(data, bit + 1, 2)
        if kind == 2:
            return _is_dynamic(data, bit + 3, 8 * end)
        if kind == 3:
            return 0
        state = _stored(data, state + 3, end) if kind == 0 else _fixed(data, state + 3, 8 * end, last and may_be_cut)
        if state <= 0:
            return state == _MAYBE
    behind = (state & _MADE - 1) + 7 >> 3
    for place in range(behind, end):
        if data[place] not in (0, 0xFF) and end - behind > _TAIL:
            return 0
    return state // _MADE >= _LEAST


def _stored(data: Store, state: int, end: int) -> int:
    """Follows a block that is not compressed (section 3.2.4); the state behind it."""
    start = (state & _MADE - 1) + 7 >> 3
    made = state // _MADE
    if start + 4 > end:
        return _MAYBE if made and start == end else _NEVER
    length = number(data, start, 2, 0)
    if length ^ _ALL != number(data, start + 2, 2, 0) or start + 4 + length > end:
        return _NEVER
    made += length
    if start + 4 + length == end:
        return _MAYBE if made else _NEVER
    return made * _MADE + 8 * (start + 4 + length)


def _fixed(data: Store, state: int, until: int, may_be_cut: int) -> int:
    """Follows a block with the fixed code (section 3.2.6); the state behind it."""
    bit, made = state & _MADE - 1, state // _MADE
    while True:
        symbol = _fixed_symbol(data, bit, until)
        if symbol < 0:
            return _MAYBE if symbol == _CUT and may_be_cut and made >= _LEAST_CUT else _NEVER
        bit += symbol >> 16
        symbol &= _ALL
        if symbol == 256:
            return made * _MADE + bit
        if symbol < 256:
            made += 1
            if symbol < 0x20 and symbol not in (9, 10, 13):
                may_be_cut = 0
            continue
        copied = _copy(data, bit, until, symbol - 257, made)
        if copied < 0:
            return _MAYBE if copied == _CUT and may_be_cut and made >= _LEAST_CUT else _NEVER
        bit += copied & _ALL
        made += copied >> 16


def _fixed_symbol(data: Store, bit: int, until: int) -> int:
    """A symbol of the fixed code, with its bits from 65536 on; -1 where it is none, -2 where it is cut."""
    if bit + 7 > until:
        return _CUT
    code = 0
    for index in range(7):
        code = code << 1 | _bits(data, bit + index, 1)
    if code < 0x18:
        return 7 << 16 | 256 + code
    if bit + 8 > until:
        return _CUT
    code = code << 1 | _bits(data, bit + 7, 1)
    if code < 0xC0:
        return 8 << 16 | code - 0x30
    if code < 0xC8:
        return 8 << 16 | 280 + code - 0xC0 if code < 0xC6 else -1
    if bit + 9 > until:
        return _CUT
    return 9 << 16 | (code << 1 | _bits(data, bit + 8, 1)) - 0x190 + 144


def _copy(data: Store, bit: int, until: int, length: int, made: int) -> int:
    """Length and distance: the bits that they take, with the bytes that they make from 65536 on; -1, -2 likewise."""
    extra = _LENGTH_EXTRA[length]
    if bit + extra + 5 > until:
        return _CUT
    copied = _LENGTH_BASE[length] + _bits(data, bit, extra)
    code = 0
    for index in range(5):
        code = code << 1 | _bits(data, bit + extra + index, 1)
    if code > 29:
        return -1
    more = code // 2 - 1 if code > 3 else 0
    if bit + extra + 5 + more > until:
        return _CUT
    if _DISTANCE_BASE[code] + _bits(data, bit + extra + 5, more) > made:
        return -1
    return copied << 16 | extra + 5 + more


def _is_dynamic(data: Store, bit: int, until: int) -> int:
    """Whether the head of a block with codes of its own (section 3.2.7) is sound."""
    if bit + 14 > until:
        return 0
    count = _bits(data, bit + 10, 4) + 4
    if _bits(data, bit, 5) > 29 or _bits(data, bit + 5, 5) > 29 or bit + 14 + 3 * count > until:
        return 0
    filled = 0
    for index in range(count):
        length = _bits(data, bit + 14 + 3 * index, 3)
        filled += 128 >> length if length else 0
    return filled == 128


def is_brotli(data: Store, at: int, end: int, growth: int, metadata: int) -> int:
    """Whether Brotli (RFC 7932 sections 9.1 and 9.2) may begin here that makes at most so many times its bytes; perhaps behind
    metadata."""
    bit = 8 * at
    if _bits(data, bit, 1) == 0:
        bit += 1
    elif _bits(data, bit + 1, 3) != 0:
        bit += 4
    elif _bits(data, bit + 4, 3) == 1:
        return 0
    else:
        bit += 7
    last = _bits(data, bit, 1)
    bit += 1
    if last:
        if _bits(data, bit, 1):
            return 0
        bit += 1
    nibbles = _bits(data, bit, 2)
    if nibbles:
        return metadata and nibbles == 3 and not last and _bits(data, bit + 2, 3) == 0
    length = _bits(data, bit + 2, 16) + 1
    bit += 18
    if length > growth * (end - at):
        return 0
    return last or not _bits(data, bit, 1) or (bit + 8 >> 3) + length <= end
