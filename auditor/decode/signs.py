"""What a value looks like at a glance: bytes go in, a set of bits comes out that says which formats are worth a try.

Most values of a message are short, plain words that hide nothing, so this glance is what the speed of decoding rests on.
"""

import re
from functools import lru_cache

from auditor.decode.mostly_text import is_mostly_text
from auditor.decode.noise import is_noise

PERCENT = 1
WIRE = 2
"""The value begins like a binary message whose tags, or tag and length, happen to be printable."""
ENTITY = 4
ESCAPE = 8
PAIRS = 16
BRACKET = 32
ANGLE = 64
DOTTED = 128
BASE64 = 256
HEX = 512
BASE32 = 1024
BASE58 = 2048
QUOTED = 4096
LINES = 8192
BINARY = 16384
STRANGE = 32768
"""Characters that look like digits and letters, or are not seen at all."""
ADDRESS = 65536
"""A URL that is worth taking apart. It shows no other sign, for whatever else it looks like is in its parts."""

NUMBERS = 131072
"""A list of numbers that may be bytes, within a text."""

_SHORTEST = 4
_SHORTEST_NUMBER = 12
_SHORTEST_RUN = 8
_MEMO = 256
_LONG = 1024
_LONG_TEXT = 65536
_OVERLAP = 256
"""Bytes that two blocks of a long text share, so that a word on their border stands in one of them."""
_LONG_BINARY = 2048
"""Longer values with control bytes in them are images, dumps and bombs: no text encoding spans those."""

_PERCENT = re.compile(rb"%[0-9A-Fa-f]{2}|%u[0-9A-Fa-f]{4}")
_ENTITY = re.compile(rb"&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z]{2,10});")
_ESCAPE = re.compile(
    rb"\\(?:u\{?[0-9A-Fa-f]{2}|x[0-9A-Fa-f]{2}|[0-7]{3}|[nrt](?=[A-Za-z0-9+/]{16})"
    rb"|(?:(?<=[A-Za-z0-9+/]{40}\\)|(?<==\\))(?:\\?r\\{1,2})?n)"
)
"""Line ends and tabs only where their letter is glued to a long word, or base64 or quoted-printable is folded: elsewhere they
are just that."""
_ADDRESS = re.compile(
    rb"(?=[!-~]*+\Z)(?!data:|event:)(?:[a-zA-Z][a-zA-Z0-9+.-]{1,20}://[^/?#]{0,255}(?:/++[^/?#]|[^?#]*+\?[^#]*?=[^&#])"
    rb"|/[^?#]*+\?[\w.\-\[\]%]{1,64}=[^&#])"
)
"""With a segment of a path or a value of a query in it; without a host, with both. Other formats know texts that begin with the
names of the two excepted."""
_LONGEST_ADDRESS = 1024
_NUMBERS = re.compile(rb"\[\s*+-?\d{1,3}(?:\s*+,\s*+-?\d{1,3}){5,}+\s*+\]")
_QUOTED = re.compile(rb"=(?:[0-9A-F]{2}|\r?\n)")
_BRACKET = re.compile(
    rb"\s*+(?:[\[{\"]|[\w$.]{1,64}\(\s*[\[{\"]|(?:(?:var|let|const)\s|window\.|self\.|this\.)\s{0,9}[\w$.]{1,64}\s{0,9}=\s{0,9}[\[{]|\d{1,9}(?:-\d{0,9})?(?:/[^,\s]{0,64},\d{0,9})?[\[{]|\)\]\}'|data:|event:|for\s*\(;;\);)|\xef\xbb\xbf"
)
_ASCII, _LEAD, _LEAD_OF_FOUR, _FOLLOWING, _NONE = b"albc "
_TO_UNITS = bytes(
    _ASCII
    if 0x20 <= byte < 0x80 or byte in b"\t\n\r"
    else _FOLLOWING
    if 0x80 <= byte < 0xC0
    else _LEAD
    if 0xC0 <= byte < 0xF0
    else _LEAD_OF_FOUR
    if byte == 0xF0
    else _NONE
    for byte in range(256)
)
_CHARACTERS = (b"lcc", b"lc", b"bccc")
"""Characters of UTF-8, once `_TO_UNITS` has named the classes: an expression takes ten times as long."""
_TEXT = b"a" * 6
_TO_WIDE = bytes(0x61 if 0x20 <= byte < 0x80 else 0x30 if byte == 0 else 0x20 for byte in range(256))
_FEWEST_ZEROS = 4
_WIDE = (b"a0a0a0a0", b"0a0a0a0a")
_COMPRESSED = (b"\x1f\x8b\x08", b"x\x01", b"x\x5e", b"x\x9c", b"x\xda", b"\x28\xb5\x2f", b"\x04\x22\x4d\x18", b"bplis")
"""How compressed data and property lists begin."""
_DIGESTS = frozenset({32, 40, 56, 64, 96, 128})
_BASE32 = re.compile(rb"[A-Z2-7]{16,}|[a-z2-7]{16,}")
_BASE58 = re.compile(rb"[1-9A-HJ-NP-Za-km-z]{21,90}")
_STRANGE = re.compile(
    rb"\xc2\xad|\xcd\x8f|\xd8\x9c|\xd9[\xa0-\xa9]|\xdb[\xb0-\xb9]|\xe0\xa5[\xa6-\xaf]|\xe0\xb9[\x90-\x99]|\xe1\xa0\x8e"
    rb"|\xe2\x80[\x8b-\x8f\xaa-\xae]|\xe2\x81[\xa0-\xb9]|\xe2\x82[\x80-\x89]|\xe2\x91[\xa0-\xb3]|\xef\xb8[\x80-\x8f]|\xef\xbb\xbf"
    rb"|\xef\xbc[\x90-\x99\xa1-\xba]|\xef\xbd[\x81-\x9a]|\xf0\x9d\x9f"
)
_STRANGE_BETWEEN = re.compile(rb"[0-9](?:\xc2\xa0|\xe2\x80[\x80-\x8a\x90-\x95\xaf]|\xe2\x88\x92|\xe3\x80\x80)[0-9]")
"""Apart from the others: of an expression whose branches all begin with a byte, the engine skips to those bytes."""
_LINES = re.compile(rb"\r?\n[^\r\n]")
_HEX_LITERALS = re.compile(rb"(?:0x[0-9A-Fa-f]{2}[, ]{1,2}){5}")
_FEWEST_LITERALS = 5
_SHORTEST_HEX = 12
_LONG_HEX = 96
"""Digits of what may be compressed without a magic number, within a text too."""
_WORD = re.compile(rb"[A-Za-z0-9+/_-]{8,}")
_PART = re.compile(rb"[A-Za-z0-9]{12,}")
"""Both for short values, of which an expression is done sooner than classes and a list of all words."""
_SHORTEST_BASE32 = 16
_SHORTEST_BASE58 = 21
_ALL_RUNS = HEX | BASE64 | BASE32
_LONGEST_BASE58 = 90
_HEX_DIGITS = b"0123456789ABCDEFabcdef"
_TO_PAIRS = bytes(0x68 if byte in _HEX_DIGITS else 0x2D if byte in b":, -" else 0x20 for byte in range(256))
_PAIRS = b"-".join([b"hh"] * 8)
"""Eight bytes in hex with separators, once `_TO_PAIRS` has named the classes: an expression takes fifty times as long."""
_ALNUM = bytes(byte for byte in range(0x80) if chr(byte).isalnum())
_TO_WORDS = bytes(byte if byte in _ALNUM + b"+/_-" else 0x20 for byte in range(256))
_TO_ALNUM = bytes(byte if byte in _ALNUM else 0x20 for byte in range(256))
_PLAIN = bytes(byte for byte in range(0x20, 0x7F) if chr(byte) not in '%&\\=<[{"')
_CONTROLS = bytes((*range(9), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F))
_SINGLE = (
    (b"%", _PERCENT, PERCENT),
    (b"&", _ENTITY, ENTITY),
    (b"\\", _ESCAPE, ESCAPE),
    (b"=", _QUOTED, QUOTED),
    (b"\n", _LINES, LINES),
    (b"[", _NUMBERS, NUMBERS),
)


def signs_of(value: bytes) -> int:
    """The signs that a value shows; 0: it is plain and hides nothing."""
    size = len(value)
    if size < _SHORTEST or (size < _SHORTEST_NUMBER and value.isdigit()):
        return 0
    return _remembered(value) if size <= _MEMO else _look(value)


def signs_in_binary(value: bytes) -> int:
    """The signs of long words in a long value with binary in it. `signs_of` leaves them out, for dumps and records would cost
    much: they are worth a look only where no format explains such a value, and most of it is text."""
    if len(value) <= _LONG_BINARY or not is_mostly_text(value[:_LONG_TEXT]):
        return 0
    return _runs(value) if len(value) <= _LONG_TEXT else _runs_of_long(value)


def structure_of(value: bytes) -> int:
    """The signs that the beginning shows: a long document explains itself and saves the look at all of it, and of a short message
    the first field says how long it is."""
    if len(value) <= _MEMO:
        return WIRE if len(value) > _SHORTEST and value[0] & 7 == 2 and value[1] == len(value) - 2 else 0
    if len(value) <= _LONG or not _BRACKET.match(value) or b"\0" in value[:_MEMO]:
        return 0
    return BRACKET


def is_text(value: bytes) -> bool:
    """Whether the bytes are UTF-8 text without control characters."""
    if len(value.translate(None, _CONTROLS)) != len(value):
        return False
    if value.isascii():
        return True
    try:
        value.decode()
    except UnicodeDecodeError:
        return False
    return True


@lru_cache(maxsize=65536)
def _remembered(value: bytes) -> int:
    return _look(value)


def _look(value: bytes) -> int:
    special = value.translate(None, _PLAIN)
    if special and _is_address(value, special):
        return ADDRESS
    found = _special(value, special) if special else 0
    if value[0] in b"\t\n\r":
        found |= WIRE
    if found & BINARY and is_noise(value):
        return found & (BINARY | WIRE)
    size = len(value)
    if size < _SHORTEST_RUN or (found & BINARY and size > _LONG_BINARY):
        return found
    return found | (_runs(value) if size <= _LONG_TEXT else _runs_of_long(value))


def _is_address(value: bytes, special: bytes) -> bool:
    """Whether it is a URL with a query or with escapes."""
    if len(value) > _LONGEST_ADDRESS or (b"=" not in special and not (b"%" in special and _PERCENT.search(value))):
        return False
    return bool(_ADDRESS.match(value))


def _special(value: bytes, special: bytes) -> int:
    """The signs of characters that plain text does not have; `special` is the value without the others."""
    found = 0
    if not special.isascii() or special.translate(None, _CONTROLS) != special:
        found = 0 if is_text(value) else BINARY
        if not found and (_STRANGE.search(value) or _STRANGE_BETWEEN.search(value)):
            found = STRANGE
    for byte, pattern, sign in _SINGLE:
        if byte in special and pattern.search(value):
            found |= sign
    if b"=" in special:
        found |= PAIRS
    if b"<" in special:
        found |= ANGLE
    if (b"{" in special or b"[" in special or b'"' in special) and _BRACKET.match(value):
        found |= BRACKET
    return found


def _runs(value: bytes) -> int:
    """The signs of long words. Most text has none, and then no expression needs to look at it."""
    is_hex = (len(value) >= len(_PAIRS) and _PAIRS in value.translate(_TO_PAIRS)) or (b"0x" in value and _has_literals(value))
    found = HEX if is_hex else 0
    words, parts = _long_words(value)
    if words and not value.islower() and _have_both_cases(words):
        found |= BASE64 | (DOTTED if b"eyJ" in value else 0)
    for part in parts:
        if not found & HEX and _is_hex(part, value):
            found |= HEX
        if len(part) >= _SHORTEST_BASE32 and not found & BASE32 and _BASE32.fullmatch(part):
            found |= BASE32
    for word in words:
        if _SHORTEST_BASE58 <= len(word) <= _LONGEST_BASE58 and _BASE58.fullmatch(word):
            return found | BASE58
    return found


def _long_words(value: bytes) -> tuple[list[bytes], list[bytes]]:
    """The long runs of base64's signs in either alphabet, and the longer ones of letters and digits."""
    if len(value) <= _MEMO:
        words = _WORD.findall(value)
        return words, _PART.findall(value) if words else words
    words = [word for word in value.translate(_TO_WORDS).split() if len(word) >= _SHORTEST_RUN]
    return words, [part for part in value.translate(_TO_ALNUM).split() if len(part) >= _SHORTEST_HEX] if words else words


def _have_both_cases(words: list[bytes]) -> bool:
    """Whether a word has capitals and small letters."""
    for word in words:  # noqa: SIM110 - a generator costs more than most words
        if word != word.lower() and word != word.upper():
            return True
    return False


def _has_literals(value: bytes) -> bool:
    """Whether bytes stand there as a program writes them."""
    between = value.count(b",0x") + value.count(b" 0x")
    return between >= _FEWEST_LITERALS - 1 and bool(_HEX_LITERALS.search(value))


def _is_hex(part: bytes, value: bytes) -> bool:
    """Whether a run is hex and worth decoding: it is all of a value and no digest, or holds text or compressed data."""
    digits = part[2:] if part[:2] in (b"0x", b"0X") else part
    if len(digits) < _SHORTEST_HEX or digits.translate(None, _HEX_DIGITS):
        return False
    text, size = digits.decode(), len(digits)
    is_all = len(part) == len(value) and (digits == part or part[:2] == b"0x")
    if size not in _DIGESTS and ((is_all and size % 2 == 0) or size > _LONG_HEX):
        return True
    return _is_worth(bytes.fromhex(text[: size - size % 2])) or _is_worth(bytes.fromhex(text[1 : size - (size - 1) % 2]))


def _is_worth(value: bytes) -> bool:
    """Whether text, wide text or compressed data begin anywhere in the bytes."""
    units = value.translate(_TO_UNITS)
    for character in _CHARACTERS:
        units = units.replace(character, b"a")
    if _TEXT in units:
        return True
    if value.count(0) >= _FEWEST_ZEROS:
        classes = value.translate(_TO_WIDE)
        if _WIDE[0] in classes or _WIDE[1] in classes:
            return True
    for beginning in _COMPRESSED:  # noqa: SIM110 - a generator costs more than most values
        if beginning in value:
            return True
    return False


def _runs_of_long(value: bytes) -> int:
    """The same for a long value, whose words would fill the memory: block by block, until every sign is there."""
    found = 0
    for start in range(0, len(value), _LONG_TEXT):
        found |= _runs(value[max(0, start - _OVERLAP) : start + _LONG_TEXT])
        if found & _ALL_RUNS == _ALL_RUNS:
            break
    return (found & _ALL_RUNS) | (DOTTED if found & BASE64 and b"eyJ" in value else 0)
