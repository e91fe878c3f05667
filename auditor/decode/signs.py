"""What a value looks like at a glance: bytes go in, a set of bits comes out that says which formats are worth a try.

Most values of a message are short, plain words that hide nothing, so this glance is what the speed of decoding rests on.
"""

import re
from functools import lru_cache

PERCENT = 1
WIRE = 2
"""The value begins like a binary message whose tags happen to be white space."""
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

_SHORTEST = 4
_SHORTEST_NUMBER = 12
_SHORTEST_RUN = 8
_MEMO = 256
_LONG = 1024
_LONG_BINARY = 2048
"""Longer values with control bytes in them are images, dumps and bombs: no text encoding spans those."""

_PERCENT = re.compile(rb"%[0-9A-Fa-f]{2}|%u[0-9A-Fa-f]{4}")
_ENTITY = re.compile(rb"&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z]{2,10});")
_ESCAPE = re.compile(rb"\\(?:u\{?[0-9A-Fa-f]{2}|x[0-9A-Fa-f]{2}|[0-7]{3})")
_QUOTED = re.compile(rb"=(?:[0-9A-F]{2}|\r?\n)")
_BRACKET = re.compile(
    rb"\s*+(?:[\[{\"]|[\w$.]{1,64}\(\s*[\[{\"]|\d{1,5}(?:-\d{1,9})?(?:/[^,\s]{0,64},)?[\[{]|\)\]\}'|data:|event:|for\s*\(;;\);)|\xef\xbb\xbf"
)
_BASE64 = re.compile(rb"(?<![a-z0-9+/_\-])(?=[A-Za-z0-9+/_\-]{8})[a-z0-9+/_\-]{0,60}[A-Z]")
"""Eight characters or more with a capital: base64 without one holds no text."""
_HEX = re.compile(
    rb"(?:[2-7][0-9A-Fa-f]|0[9ADad]|[CDEcde][0-9A-Fa-f](?:[89ABab][0-9A-Fa-f]){1,2}|[Ff]0(?:[89ABab][0-9A-Fa-f]){3}){6}"
    rb"|[0-9A-Fa-f]{2}(?:[:, -][0-9A-Fa-f]{2}){7}|0x[0-9A-Fa-f]{2}"
    rb"|1[Ff]8[Bb]08|78(?:01|5[Ee]|9[Cc]|[Dd][Aa])|28[Bb]52[Ff]|04224[Dd]18|62706[Cc]6973"
)
"""Hex of text, of bytes with separators, or of compressed data."""
_HEX_WHOLE = re.compile(rb"(?:[0-9A-Fa-f]{2}){9,}")
_DIGESTS = frozenset({32, 40, 56, 64, 96, 128})
_BASE32 = re.compile(rb"[A-Z2-7]{16}|[a-z2-7]{16}")
_BASE58 = re.compile(rb"[1-9A-HJ-NP-Za-km-z]{21,90}")
_LINES = re.compile(rb"\r?\n[^\r\n]")
_HEX_RUN = re.compile(rb"[0-9A-Fa-f]{12}|0x|[0-9A-Fa-f]{2}(?:[:, -][0-9A-Fa-f]{2}){7}")
_HEX_PAIRS = re.compile(rb"0x[0-9A-Fa-f]{2}|[0-9A-Fa-f]{2}(?:[:, -][0-9A-Fa-f]{2}){7}")
_SHORTEST_PAIR = 2
_SHORTEST_BASE32 = 16
_SHORTEST_BASE58 = 21
_TO_WORDS = bytes(byte if (chr(byte).isalnum() and byte < 0x80) or byte in b"+/_-" else 0x20 for byte in range(256))
_PLAIN = bytes(byte for byte in range(0x20, 0x7F) if chr(byte).isalnum() or chr(byte) in " .:-_/")
_CONTROLS = bytes((*range(9), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F))
_SINGLE = (
    (b"%", _PERCENT, PERCENT),
    (b"&", _ENTITY, ENTITY),
    (b"\\", _ESCAPE, ESCAPE),
    (b"=", _QUOTED, QUOTED),
    (b"\n", _LINES, LINES),
)


def signs_of(value: bytes) -> int:
    """The signs that a value shows; 0: it is plain and hides nothing."""
    size = len(value)
    if size < _SHORTEST or (size < _SHORTEST_NUMBER and value.isdigit()):
        return 0
    return _remembered(value) if size <= _MEMO else _look(value)


def structure_of(value: bytes) -> int:
    """Of a long value, only the signs that its beginning shows: a document explains itself and saves the look at all of it."""
    if len(value) <= _LONG or not _BRACKET.match(value):
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
    found = _special(value, special) if special else 0
    if value[0] in b"\t\n\r":
        found |= WIRE
    if len(value) < _SHORTEST_RUN or (found & BINARY and len(value) > _LONG_BINARY):
        return found
    longest = max(map(len, value.translate(_TO_WORDS).split()), default=0)
    return found | _runs(value, longest) if longest >= _SHORTEST_PAIR else found


def _special(value: bytes, special: bytes) -> int:
    """The signs of characters that plain words do not have; `special` is the value without the others."""
    found = 0
    if not special.isascii() or special.translate(None, _CONTROLS) != special:
        found = 0 if is_text(value) else BINARY
    for byte, pattern, sign in _SINGLE:
        if byte in special and pattern.search(value):
            found |= sign
    if b"=" in special:
        found |= PAIRS
    if b"<" in special:
        found |= ANGLE
    if _BRACKET.match(value):
        found |= BRACKET
    return found


def _runs(value: bytes, longest: int) -> int:
    """The signs of runs; most text has no run that is long enough, which costs no expression to see."""
    found = 0
    if longest < _SHORTEST_RUN:
        return HEX if _HEX_PAIRS.search(value) else 0
    if _HEX_RUN.search(value) and _is_hex(value):
        found |= HEX
    if value != value.lower() and value != value.upper() and _BASE64.search(value):
        found |= BASE64 | (DOTTED if b"eyJ" in value else 0)
    if longest >= _SHORTEST_BASE32 and _BASE32.search(value):
        found |= BASE32
    if longest >= _SHORTEST_BASE58 and _BASE58.fullmatch(value):
        found |= BASE58
    return found


def _is_hex(value: bytes) -> bool:
    return bool(_HEX.search(value) or (len(value) not in _DIGESTS and _HEX_WHOLE.fullmatch(value)))
