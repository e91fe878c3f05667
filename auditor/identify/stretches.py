"""What stands around a stretch of encoded text: the stretch and its surroundings go in, the plain text of both comes out.

An encoding turns groups of bytes into groups of characters, so the characters beside a stretch say what stands beside the value:
`MTIz` within `MTIzNA==` is 123 within 1234. A stretch may begin within a group; each number of characters of that group that may
come before it is tried, for only one gives the value.
"""

import re
from base64 import b32decode, b64decode
from binascii import unhexlify
from collections.abc import Callable, Iterator
from typing import NamedTuple

_FROM_URL = bytes.maketrans(b"-_", b"+/")
_WIDE = re.compile(rb"(?s)\0(.)|(.)\0|..")


class Coding(NamedTuple):
    """How an encoding makes groups of characters."""

    characters: int
    """Of a group."""
    size: int
    """Bytes of a group."""
    before: tuple[int, ...]
    """How many characters of its first group may stand before a stretch."""
    alphabet: re.Pattern[bytes]
    """A run of its characters."""
    decode: Callable[[bytes], bytes]


def _narrow(data: bytes) -> bytes:
    """The characters below 256 of UTF-16 in either order; others as a byte that is no ASCII."""
    return _WIDE.sub(lambda pair: pair[1] or pair[2] or b"\xff", data)


_BASE64 = Coding(4, 3, (0, 2, 3), re.compile(rb"[0-9A-Za-z+/_-]*"), lambda data: b64decode(data.translate(_FROM_URL)))
_CODINGS = {
    "base64": _BASE64,
    "base64url": _BASE64,
    "base32": Coding(8, 5, (0, 2, 4, 5, 7), re.compile(rb"[2-7A-Za-z]*"), lambda data: b32decode(data.upper())),
    "hex": Coding(2, 1, (0,), re.compile(rb"(?:[0-9A-Fa-f]{2})*"), unhexlify),
    "utf16": Coding(2, 1, (0,), re.compile(rb"(?s)(?:..)*"), _narrow),
}
_AROUND = 3
"""Bytes that are wanted on either side, at least."""


def surroundings(word: str, value: bytes, start: int, end: int, text: bytes) -> tuple[bytes, int] | None:
    """Plain text around the stretch from `start` to `end`, and where in it `text` begins.

    None where the stretch is of another text, or of an encoding that is not taken apart here.
    """
    coding = _CODINGS.get(word)
    if word == "utf16" and start % 2:
        value, start, end = b"\0" + value, start + 1, end + 1
    for plain in _readings(coding, value, start, end) if coding else ():
        at = plain.find(text)
        if at >= 0:
            return plain, at
    return None


def _readings(coding: Coding, value: bytes, start: int, end: int) -> Iterator[bytes]:
    """The plain text for each way in which groups may lie; what is missing of a group counts as zeros."""
    reach = -(-_AROUND // coding.size) * coding.characters
    found = coding.alphabet.match(value, end, end + reach + coding.characters)
    behind = found[0] if found else b""
    for before in coding.before:
        run = _before(coding, value, start, before, reach) + value[start:end] + behind
        size = len(run) * coding.size // coding.characters
        yield coding.decode(run + b"A" * (-len(run) % coding.characters))[:size]


def _before(coding: Coding, value: bytes, start: int, before: int, reach: int) -> bytes:
    """The rest of the group before a stretch, and whole groups before that where they stand there."""
    for length in range(before + reach, before - 1, -coding.characters):
        run = value[max(0, start - length) : start]
        if len(run) == length and coding.alphabet.fullmatch(run):
            return run
    return b"A" * before
