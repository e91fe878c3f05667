"""Escapes of programming languages outside JSON: `\\u0031`, `\\u{31}`, `\\x31`, of CSS `\\000031`, octal `\\061`.

Where these stand, or a folded base64 or quoted-printable text shows its lines' ends so, the escapes of signs are undone as well.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from auditor.decode import signs
from auditor.decode.content_format import Inner, Opened
from auditor.decode.limits import Budget

_ESCAPE = re.compile(
    r"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})|\\u([0-9a-fA-F]{4})|\\u\{([0-9a-fA-F]{1,6})\}"
    r"|\\x([0-9a-fA-F]{2})|\\0000([2-7][0-9a-fA-F])\s?|\\([0-3][0-7]{2})|\\([nrt\"'/\\])"
)
_SINGLE = {"n": "\n", "r": "\r", "t": "\t"}
"""What letters stand for behind a backslash; signs stand for themselves."""
_SURROGATES = range(0xD800, 0xE000)


class UnicodeEscapes:
    """Text with escapes."""

    signs = signs.ESCAPE

    def open(self, data: bytes, budget: Budget) -> Opened | None:  # noqa: ARG002 - the family's interface
        """Takes the encoding off."""
        return Opened(inners=_inners(data), sure=False)


def without_backslashes(data: bytes) -> bytes:
    """A text with what its escapes stand for."""
    return _ESCAPE.sub(_character, data.decode(errors="surrogateescape")).encode(errors="surrogateescape")


def _inners(data: bytes) -> Iterator[Inner]:
    value = without_backslashes(data)
    if value != data:
        yield Inner(value, words=("unicode",))


def _character(match: re.Match[str]) -> str:
    return _meant(match[0])


@lru_cache(maxsize=8192)
def _meant(escape: str) -> str:
    """What an escape stands for; remembered, for a text has few different ones and many of each."""
    match = _ESCAPE.fullmatch(escape)
    if match is None:
        return escape
    high, low, unit, braced, byte, style, octal, single = match.groups()
    if single:
        return _SINGLE.get(single, single)
    if high:
        return chr(0x10000 + ((int(high, 16) - 0xD800) << 10) + int(low, 16) - 0xDC00)
    number = int(octal, 8) if octal else int(unit or braced or byte or style, 16)
    if number in _SURROGATES or number > 0x10FFFF:
        return escape
    # A byte escape of 80 or more is a byte of UTF-8, which this error handler's code points stand for.
    return chr(0xDC00 + number) if number >= 0x80 and (byte or octal) else chr(number)
