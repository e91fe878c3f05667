"""What the encodings in letters make of a value: a stretch of a document goes in, its readings come out, compiled or uncompiled.

Base64, hex, base32 and base58 are read as their formats read them (`base64_text`, `hex_text` ...), or more readily: a reading
that holds text, or that another format may open, is left to these, and the answer is `OPEN`. All other readings are written down,
for a raw value may stand in them.
"""

from auditor.code_arrays import Bytes, Cells, Store
from auditor.decode.triage_hollow import LONGEST, is_magic, may_open
from auditor.decode.triage_packed import is_deflate

PLAIN, OPEN, ADDRESS = 0, 1, 2
"""Hides nothing but what is written down; must be opened; an address whose parts hide nothing else."""
ROWS, TEXT, NUMBER, BASE = 0, 1, 2, 3
"""Cells of the work: rows that are used, bytes of the readings that are used, the number of the string, where it begins."""
ROW_CELLS = 6
"""Number of the string, what it is, start and end of the run in it, start and end of the reading."""
BASE64, BASE64URL, HEX, BASE58, UNESCAPED = 3, 4, 5, 6, 7
"""What a row may be, besides `OPEN` and `ADDRESS`."""
_SHORTEST = 8
_SHORTEST_EMBEDDED = 14
"""With two signs of padding, which are cut off before."""
_SHORTEST_HEX = 12
_SHORTEST_BASE32 = 16
_SHORTEST_BASE58, _LONGEST_BASE58 = 21, 90
_LONGEST_DIGITS = 24
_SHORTEST_PACKED = 12
_FEWEST_ZEROS = 4
_LONGEST_WORD = 8
_TELLING_WORD = 12
_UPPER, _LOWER, _DIGIT, _DASH, _SLASH = 1, 2, 4, 8, 16
_SIGNS = _DASH | _SLASH
_ENDS = 1024
_LETTERS = _UPPER | _LOWER | _DIGIT
_WORD = _LETTERS | _SIGNS
_HEX, _BASE32_UPPER, _BASE32_LOWER, _BASE58 = 32, 64, 128, 256


def _class_of(byte: int) -> int:
    sign = chr(byte)
    return (
        (_UPPER if "A" <= sign <= "Z" else 0)
        | (_LOWER if "a" <= sign <= "z" else 0)
        | (_DIGIT if "0" <= sign <= "9" else 0)
        | (_DASH if sign in "-_" else 0)
        | (_SLASH if sign in "+/" else 0)
        | (_HEX if sign in "0123456789abcdefABCDEF" else 0)
        | (_BASE32_UPPER if sign in "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567" else 0)
        | (_BASE32_LOWER if sign in "abcdefghijklmnopqrstuvwxyz234567" else 0)
        | (_BASE58 if sign in "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz" else 0)
    )


_CLASSES = tuple(map(_class_of, range(256)))
_64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_VALUES_64 = tuple(max(0, _64.find(bytes((byte,)).translate(bytes.maketrans(b"-_", b"+/")))) for byte in range(256))
_VALUES_16 = tuple(int(chr(byte), 16) if _class_of(byte) & _HEX else 0 for byte in range(256))
_58 = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_VALUES_58 = tuple(max(0, _58.find(byte)) for byte in range(256))


def letters(data: Bytes, start: int, end: int, rows: Cells, text: Store, work: Cells) -> int:
    """`OPEN` or `PLAIN`. Room for the readings of the value must be there: four rows and six bytes for each eight of its own."""
    is_mixed, is_long = 0, 0
    at = start
    while at < end:
        begin, run = at, _run(data, at, end)
        at, kinds = run // _ENDS, run & _ENDS - 1
        if at - begin >= _SHORTEST:
            is_long = 1
            is_mixed |= kinds & (_UPPER | _LOWER) == _UPPER | _LOWER
        at += 1
    if _has_pairs(data, start, end):
        return OPEN
    if not is_long:
        return PLAIN
    at = start
    while at < end:
        begin, run = at, _run(data, at, end)
        at, kinds = run // _ENDS, run & _ENDS - 1
        if at - begin >= _SHORTEST and _word(data, start, end, begin, at, kinds, is_mixed, rows, text, work):
            return OPEN
        at += 1
    return PLAIN


def _run(data: Bytes, at: int, end: int) -> int:
    """Where a run of base64's signs in either alphabet ends, counted in `_ENDS`, and the classes of its signs."""
    kinds = 0
    while at < end and _CLASSES[data[at]] & _WORD:
        kinds |= _CLASSES[data[at]]
        at += 1
    return at * _ENDS + kinds


def _has_pairs(data: Bytes, start: int, end: int) -> int:
    """Whether eight bytes stand there in hex with separators."""
    pairs, at = 0, start
    while at + 1 < end:
        if not (_CLASSES[data[at]] & _HEX and _CLASSES[data[at + 1]] & _HEX):
            pairs = 0
            at += 1
            continue
        pairs += 1
        if pairs == 8:
            return 1
        at += 2
        if at < end and data[at] not in (0x3A, 0x2C, 0x20, 0x2D):
            pairs = 0
            at -= 1
        else:
            at += 1
    return 0


def _word(
    data: Bytes, start: int, end: int, begin: int, stop: int, kinds: int, mixed: int, rows: Cells, text: Store, work: Cells
) -> int:
    """One long run of base64's signs in either alphabet."""
    size = stop - begin
    if mixed:
        if not kinds & _SIGNS:
            if _base64(data, start, end, begin, stop, rows, text, work):
                return OPEN
        elif _of_alphabet(data, start, end, begin, stop, _DASH, rows, text, work) or _of_alphabet(
            data, start, end, begin, stop, _SLASH, rows, text, work
        ):
            return OPEN
    if size >= _SHORTEST_HEX and _parts(data, start, end, begin, stop, rows, text, work):
        return OPEN
    if _SHORTEST_BASE58 <= size <= _LONGEST_BASE58 and not kinds & _SIGNS:
        return _base58(data, start, end, begin, stop, rows, text, work)
    return PLAIN


def _of_alphabet(
    data: Bytes, start: int, end: int, begin: int, stop: int, others: int, rows: Cells, text: Store, work: Cells
) -> int:
    """The runs of one alphabet in a word that has signs, which ends them where they are of the other."""
    at = begin
    while at < stop:
        first = at
        while at < stop and not _CLASSES[data[at]] & others:
            at += 1
        if at - first >= _SHORTEST:
            if _base64(data, start, end, first, at, rows, text, work):
                return OPEN
            if data[first] == 0x2B and at - first > _SHORTEST and _base64(data, start, end, first + 1, at, rows, text, work):
                return OPEN
        at += 1
    return PLAIN


def _base64(data: Bytes, start: int, end: int, begin: int, stop: int, rows: Cells, text: Store, work: Cells) -> int:
    """A run of base64."""
    size, kinds, word = stop - begin, 0, BASE64
    is_whole = begin == start and stop >= end - 1
    if size % 4 == 1 or (
        size < _SHORTEST_EMBEDDED
        and not is_whole
        and begin > start
        and data[begin - 1] not in (0x22, 0x3D, 0x3A, 0x20, 0x2C, 0x2B)
    ):
        return PLAIN
    made = work[TEXT]
    held, bits = 0, 0
    for place in range(begin, stop):
        byte = data[place]
        kinds |= _CLASSES[byte]
        held = (held << 6 | _VALUES_64[byte]) & 0xFFFFFF
        bits += 6
        if bits >= 8:
            bits -= 8
            text[made] = held >> bits & 255
            made += 1
    if not kinds & _UPPER or not kinds & (_LOWER | _DIGIT):
        return PLAIN
    if kinds & _DASH:
        word = BASE64URL
    length = made - work[TEXT]
    is_kept = is_whole or length in (16, 20, 28, 32, 48, 64)
    return _reading(begin, stop, word, length, is_kept, rows, text, work)


def _reading(begin: int, stop: int, word: int, length: int, is_kept: int, rows: Cells, text: Store, work: Cells) -> int:
    """What the bytes behind the last reading are: worth opening, to be kept, or nothing."""
    at = work[TEXT]
    if is_text(text, at, at + length):
        return OPEN
    if not is_kept:
        return length < 4 or may_be_telling(text, at, length)
    if length > LONGEST or may_open(text, at, length):
        return OPEN
    row = ROW_CELLS * work[ROWS]
    rows[row] = work[NUMBER]
    rows[row + 1] = word
    rows[row + 2] = begin - work[BASE]
    rows[row + 3] = stop - work[BASE]
    rows[row + 4] = at
    rows[row + 5] = at + length
    text[at + length] = 0
    text[at + length + 1] = 0
    work[ROWS] += 1
    work[TEXT] = at + length + 2
    return PLAIN


def is_text(data: Bytes, at: int, end: int) -> int:
    """Whether the bytes are UTF-8 (RFC 3629 section 4) without control characters."""
    missing, low, high = 0, 0x80, 0xBF
    while at < end:
        byte = data[at]
        at += 1
        if missing:
            if byte < low or byte > high:
                return 0
            missing, low, high = missing - 1, 0x80, 0xBF
        elif byte < 0x80:
            if (byte < 0x20 and byte not in (9, 10, 13)) or byte == 0x7F:
                return 0
        elif byte < 0xC2 or byte > 0xF4:
            return 0
        else:
            missing = 1 if byte < 0xE0 else 2 if byte < 0xF0 else 3
            low = 0xA0 if byte == 0xE0 else 0x90 if byte == 0xF0 else 0x80
            high = 0x9F if byte == 0xED else 0x8F if byte == 0xF4 else 0xBF
    return not missing


def may_be_telling(data: Store, at: int, length: int) -> int:
    """Whether bytes within a text, no text themselves, may be no chance: compressed, wide, an image. Of a long run: perhaps."""
    if length > LONGEST or is_magic(data, at, length):
        return 1
    if length >= _SHORTEST_PACKED and is_deflate(data, at, at + length, 0):
        return 1
    zeros = 0
    for place in range(at, at + length):
        zeros += data[place] == 0
    return zeros >= _FEWEST_ZEROS


def _parts(data: Bytes, start: int, end: int, begin: int, stop: int, rows: Cells, text: Store, work: Cells) -> int:
    """The runs of letters and digits in a word: base32, and hex also within them."""
    at = begin
    while at < stop:
        kinds, first, hex_from = 0, at, at
        same = _BASE32_UPPER | _BASE32_LOWER
        while at < stop and not _CLASSES[data[at]] & _SIGNS:
            if not _CLASSES[data[at]] & _HEX:
                if at - hex_from >= _SHORTEST_HEX and _hex(data, start, end, hex_from, at, kinds, rows, text, work):
                    return OPEN
                kinds, hex_from = 0, at + 1
            kinds |= _CLASSES[data[at]]
            same &= _CLASSES[data[at]]
            at += 1
        if at - hex_from >= _SHORTEST_HEX and _hex(data, start, end, hex_from, at, kinds, rows, text, work):
            return OPEN
        if at - first >= _SHORTEST_BASE32 and same:
            return OPEN
        at += 1
    return PLAIN


def _hex(data: Bytes, start: int, end: int, begin: int, stop: int, kinds: int, rows: Cells, text: Store, work: Cells) -> int:
    """A run of hex, whose first digit is none of it where their number is odd: what is all of a value is read, of others what may
    hold something readable is opened."""
    size = stop - begin
    first = begin + size % 2
    at, length = work[TEXT], size // 2
    is_number = size < _LONGEST_DIGITS and not kinds & (_UPPER | _LOWER)
    for index in range(length):
        byte = _VALUES_16[data[first + 2 * index]] << 4 | _VALUES_16[data[first + 2 * index + 1]]
        text[at + index] = byte
        if is_number and (byte < 0x30 or byte > 0x46 or (byte > 0x39 and byte < 0x41)):
            return PLAIN
    if first == start and stop == end and length > _LONGEST_WORD and length not in (16, 20, 28, 32, 48, 64):
        return _reading(begin, stop, HEX, length, 1, rows, text, work)
    return length > LONGEST or is_text(text, at, at + length) or _tells(text, at, at + length)


def _tells(data: Store, at: int, end: int) -> int:
    """Whether bytes begin like compressed or wide text, or hold a word (`hex_text._TELLING`)."""
    run, zeros = 0, 0
    for place in range(at, end):
        byte = data[place]
        following = data[place + 1] if place + 1 < end else 0
        zeros += byte == 0
        run = run + 1 if byte >= 0x20 and byte < 0x7F else 0
        if run >= _TELLING_WORD or zeros >= _FEWEST_ZEROS:
            return 1
        if byte in (0x1F, 0x28, 0x04) and following in (0x8B, 0xB5, 0x22):
            return 1
    first, second = data[at], data[at + 1]
    return (first == 0x78 and second in (0x01, 0x5E, 0x9C, 0xDA)) or (first == 0x62 and second == 0x70) or first >= 0xFE


def _base58(data: Bytes, start: int, end: int, begin: int, stop: int, rows: Cells, text: Store, work: Cells) -> int:
    """A word that may be base58 of a digest or of text."""
    size, length, base = stop - begin, 0, work[TEXT]
    for place in range(begin, stop):
        if not _CLASSES[data[place]] & _BASE58:
            return PLAIN
        carry = _VALUES_58[data[place]]
        for index in range(length):
            carry += 58 * text[base + index]
            text[base + index] = carry & 255
            carry = carry >> 8
        if carry:
            text[base + length] = carry
            length += 1
    zeros = 0
    while zeros < size and data[begin + zeros] == 0x31:
        text[base + length] = 0
        length += 1
        zeros += 1
    for index in range(length // 2):
        byte = text[base + index]
        text[base + index] = text[base + length - 1 - index]
        text[base + length - 1 - index] = byte
    if length in (16, 20, 28, 32, 48, 64):
        return _reading(begin, stop, BASE58, length, 1, rows, text, work)
    return begin == start and stop == end and is_text(text, base, base + length)
