"""Characters and their escapes: which look like others, and what JSON's and percent escapes stand for. Compiled or uncompiled."""

from auditor.code_arrays import Bytes, Store

_QUOTE, _BACKSLASH = 0x22, 0x5C


def unescape(data: Bytes, start: int, end: int, plain: Store) -> int:
    """Writes a string without its escapes (RFC 8259 section 7); its length, -1 where JSON knows no such escape."""
    at, made = start, 0
    while at < end:
        byte = data[at]
        at += 1
        if byte == _BACKSLASH:
            if at >= end:
                return -1
            byte = data[at]
            at += 1
            if byte == 0x75:
                unit = _unit(data, at, end)
                at += 4
                if unit >= 0xD800 and unit < 0xDC00 and at + 6 <= end and data[at] == _BACKSLASH and data[at + 1] == 0x75:
                    low = _unit(data, at + 2, end)
                    if low < 0xDC00 or low > 0xDFFF:
                        return -1
                    unit = 0x10000 + ((unit - 0xD800) << 10) + low - 0xDC00
                    at += 6
                if unit < 0 or (unit >= 0xD800 and unit < 0xE000):
                    return -1
                made = _put(plain, made, unit)
                continue
            if byte not in (_QUOTE, _BACKSLASH, 0x2F):
                return -1
        plain[made] = byte
        made += 1
    return made


def _unit(data: Bytes, at: int, end: int) -> int:
    """Four hex digits; -1 where they are not there."""
    value = 0
    if at + 4 > end:
        return -1
    for place in range(at, at + 4):
        byte = data[place]
        if not is_hex(byte):
            return -1
        value = value << 4 | (byte & 15) + (9 if byte > 0x39 else 0)
    return value


def _put(plain: Store, at: int, code: int) -> int:
    """Writes a character in UTF-8; the place behind it."""
    if code < 0x80:
        plain[at] = code
        return at + 1
    if code < 0x800:
        plain[at] = 0xC0 | code >> 6
        plain[at + 1] = 0x80 | code & 63
        return at + 2
    if code < 0x10000:
        plain[at] = 0xE0 | code >> 12
        plain[at + 1] = 0x80 | code >> 6 & 63
        plain[at + 2] = 0x80 | code & 63
        return at + 3
    plain[at] = 0xF0 | code >> 18
    plain[at + 1] = 0x80 | code >> 12 & 63
    plain[at + 2] = 0x80 | code >> 6 & 63
    plain[at + 3] = 0x80 | code & 63
    return at + 4


def has_escape(data: Bytes, start: int, end: int) -> int:
    """Whether a percent sign begins an escape."""
    for place in range(start, end - 2):
        if data[place] == 0x25 and (data[place + 1] == 0x75 or (is_hex(data[place + 1]) and is_hex(data[place + 2]))):
            return 1
    return 0


def is_hex(byte: int) -> bool:
    """Whether it is a digit of base 16."""
    return (byte >= 0x30 and byte <= 0x39) or (byte | 32 >= 0x61 and byte | 32 <= 0x66)


def is_strange(data: Bytes, start: int, end: int) -> int:
    """Whether there are characters that look like digits and letters, or are not seen (`signs._STRANGE`), or no characters."""
    at = start
    while at < end:
        byte = data[at]
        if byte < 0x80:
            at += 1
            continue
        length = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
        if byte < 0xC2 or byte > 0xF4 or at + length > end:
            return 1
        for place in range(at + 1, at + length):
            if data[place] & 0xC0 != 0x80:
                return 1
        is_digit = at > start and data[at - 1] >= 0x30 and data[at - 1] <= 0x39
        if length == 2 and (byte in (0xCD, 0xD8, 0xD9, 0xDB) or (byte == 0xC2 and _is_strange_latin(data[at + 1], is_digit))):
            return 1
        if length == 3 and _is_strange_of_three(byte, data[at + 1], data[at + 2], is_digit):
            return 1
        if length == 4 and byte == 0xF0 and data[at + 1] == 0x9D:
            return 1
        at += length
    return 0


def _is_strange_latin(second: int, is_digit: int) -> bool:
    return second == 0xAD or (second == 0xA0 and is_digit != 0)


def _is_strange_of_three(byte: int, second: int, third: int, is_digit: int) -> int:
    """The same of a character of three bytes."""
    if byte == 0xE0:
        return second in (0xA5, 0xB9)
    if byte == 0xE1:
        return second == 0xA0
    if byte == 0xE2:
        return _is_strange_sign(second, third, is_digit)
    if byte == 0xE3:
        return second == 0x80 and third == 0x80 and is_digit
    return byte == 0xEF and (second in (0xB8, 0xBB) or (second == 0xBC and _is_wide(third)) or (second == 0xBD and third < 0x9B))


def _is_wide(third: int) -> bool:
    return (third >= 0x90 and third <= 0x99) or third >= 0xA1


def _is_strange_sign(second: int, third: int, is_digit: int) -> int:
    if second in (0x81, 0x82, 0x91):
        return 1
    if second == 0x88:
        return third == 0x92 and is_digit
    if second != 0x80:
        return 0
    return is_digit or (third >= 0x8B and third <= 0x8F) or (third >= 0xAA and third <= 0xAE)
