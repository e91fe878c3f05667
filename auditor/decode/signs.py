"""What a value looks like at a glance: bytes go in, a set of bits comes out that says which formats are worth a try.

Most values of a message are short, plain words that hide nothing, so this glance is what the speed of decoding rests on.
"""

import re
from functools import lru_cache

PERCENT = 1
PLUS = 2
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
COMMAS = 32768

_SHORTEST = 4
_MEMO = 256

_PERCENT = re.compile(rb"%[0-9A-Fa-f]{2}|%u[0-9A-Fa-f]{4}")
_ENTITY = re.compile(rb"&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z]{2,10});")
_ESCAPE = re.compile(rb"\\(?:u\{?[0-9A-Fa-f]{2}|x[0-9A-Fa-f]{2}|[0-7]{3})")
_QUOTED = re.compile(rb"=(?:[0-9A-F]{2}|\r?\n)")
_BRACKET = re.compile(rb"\s*+(?:[\[{\"]|[\w$.]{1,64}\(\s*[\[{\"]|\d{1,5}[\[{]|\)\]\}'|data:|event:|for\s*\(;;\);)|\xef\xbb\xbf")
_BASE64 = re.compile(rb"[A-Za-z0-9+/_\-]{8}")
_HEX = re.compile(rb"[0-9A-Fa-f]{12}|[0-9A-Fa-f]{2}(?:[:, -][0-9A-Fa-f]{2}){7}|0x[0-9A-Fa-f]{2}")
_BASE32 = re.compile(rb"[A-Z2-7]{16}|[a-z2-7]{16}")
_BASE58 = re.compile(rb"[1-9A-HJ-NP-Za-km-z]{21,90}")
_LINES = re.compile(rb"\r?\n[^\r\n]")
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

_SINGLE = (
    (b"%", _PERCENT, PERCENT),
    (b"&", _ENTITY, ENTITY),
    (b"\\", _ESCAPE, ESCAPE),
    (b"=", _QUOTED, QUOTED),
    (b"\n", _LINES, LINES),
)


def signs_of(value: bytes) -> int:
    """The signs that a value shows; 0: it is plain and hides nothing."""
    if len(value) < _SHORTEST:
        return 0
    return _remembered(value) if len(value) <= _MEMO else _look(value)


def is_text(value: bytes) -> bool:
    """Whether the bytes are UTF-8 text without control characters."""
    if _CONTROL.search(value):
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
    found = 0 if is_text(value) else BINARY
    for byte, pattern, sign in _SINGLE:
        if byte in value and pattern.search(value):
            found |= sign
    if b"=" in value:
        found |= PAIRS
    if b"+" in value:
        found |= PLUS
    if b"," in value or b"\t" in value or b";" in value or b"|" in value:
        found |= COMMAS
    if b"<" in value:
        found |= ANGLE
    if value.count(b".") >= 2:
        found |= DOTTED
    if _BRACKET.match(value):
        found |= BRACKET
    return found | _runs(value)


def _runs(value: bytes) -> int:
    if not _BASE64.search(value):
        return HEX if _HEX.search(value) else 0
    found = BASE64
    if _HEX.search(value):
        found |= HEX
    if _BASE32.search(value):
        found |= BASE32
    if _BASE58.fullmatch(value):
        found |= BASE58
    return found
