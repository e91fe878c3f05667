"""Whether a hit of a needle is what it stands for: a value, a needle and a place go in, the exact span or None comes out.

A digest may be truncated, digits must not be part of a longer number, a short word must stand alone. These edges are what keeps
planted values from being "found" in order numbers and hashes.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from auditor.identify.needles import Form, Needle

_ALNUM = frozenset(b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_DIGITS = frozenset(b"0123456789")
_HEX = frozenset(b"0123456789abcdefABCDEF")
_HEX_RUN = re.compile(rb"[0-9A-Fa-f]*+")
_BASE64_RUN = re.compile(rb"[A-Za-z0-9+/_-]*+")
_DIGIT_RUN = re.compile(rb"[0-9]*+")
_HEX_LIKE = re.compile(rb"[0-9A-Fa-f:\-._ ]{12,}")
_HEX_LETTER = re.compile(rb"[A-Fa-f]")
_TO_STANDARD = bytes.maketrans(b"-_", b"+/")
"""A needle is the start of a digest, which both alphabets of base64 may share: the rest is compared in one of them."""
_LONG_NUMBER = 10
_HEX_SIGNS = (b"0x", b"0X")
_CBOR = (0x40, 0x60)
_CBOR_SHORT = 24
_NO_TEXT = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SHORTEST_DIGEST = 12
_SHORTEST_RAW = 8


class Span(NamedTuple):
    """A confirmed hit."""

    start: int
    end: int
    variant: str
    exact: bool = True
    """Whether the case is the variant's own."""


def confirm(needle: Needle, value: bytes, start: int) -> Span | None:
    """The span of a needle whose pattern stands at `start`, or None where it is something else."""
    return _CHECKS[needle.form](needle, value, start)


def _text(needle: Needle, value: bytes, start: int) -> Span | None:
    end = start + len(needle.full)
    there = value[start:end]
    exact = there == needle.full
    if not exact and not (needle.caseless and there.lower() == needle.full.lower()):
        return None
    return Span(start, end, needle.variant, exact) if _stands_alone(value, start, end, needle.full) else None


def _stands_alone(value: bytes, start: int, end: int, full: bytes) -> bool:
    before = value[start - 1] if start else 0
    behind = value[end] if end < len(value) else 0
    if _is_counted(value, start, end):
        return True
    if value[start - 2 : start] in _HEX_SIGNS and _HEX_RUN.fullmatch(full):
        before = 0
    if full.isdigit():
        if before in _DIGITS or behind in _DIGITS or _is_fraction(value, start):
            return False
        return len(full) >= _LONG_NUMBER or (before not in _ALNUM and behind not in _ALNUM)
    if _HEX_LIKE.fullmatch(full) and _HEX_LETTER.search(full):
        return True
    if full[0] in _DIGITS and (before in _DIGITS or _is_fraction(value, start)):
        return False
    if full[-1] in _DIGITS and behind == 0x2E and value[end + 1 : end + 2].isdigit() and b"." in full:
        return False
    return not (before in _ALNUM and full[0] in _ALNUM) and not (behind in _ALNUM and full[-1] in _ALNUM)


def _is_counted(value: bytes, start: int, end: int) -> bool:
    """Whether the byte before says how many follow, alone (protobuf, Thrift) or with the type (CBOR): it may look like a letter.

    Only in bytes that are no text: there a letter is a letter.
    """
    size = end - start
    return (
        start > 0
        and value[start - 1] in (size, *(head + size for head in _CBOR if size < _CBOR_SHORT))
        and _NO_TEXT.search(value) is not None
    )


def _is_fraction(value: bytes, start: int) -> bool:
    """Whether the digits at `start` stand behind a decimal point."""
    return start > 1 and value[start - 1] == 0x2E and value[start - 2] in _DIGITS


def _imei(needle: Needle, value: bytes, start: int) -> Span | None:
    run = _DIGIT_RUN.match(value, start)
    length = len(run[0]) if run else 0
    if not 14 <= length <= 16 or (start and value[start - 1] in _DIGITS) or _is_fraction(value, start):
        return None
    return Span(start, start + length, f"{needle.variant}:{length}")


def _raw(needle: Needle, value: bytes, start: int) -> Span | None:
    end = start + len(needle.full)
    return Span(start, end, needle.variant) if value[start:end] == needle.full else None


def _embedded(needle: Needle, value: bytes, start: int) -> Span | None:
    end = start + len(needle.full)
    there = value[start:end]
    matches = there.lower() == needle.full if needle.caseless else there == needle.full
    if matches and needle.behind and value[end : end + 1] not in _each(needle.behind):
        return None
    digit = _CODED_DIGIT.get(needle.words[0])
    if digit and ((digit(there[:2]) and digit(value[start - 2 : start])) or (digit(there[-2:]) and digit(value[end : end + 2]))):
        return None  # a part of a longer number
    return Span(start, end, needle.variant) if matches else None


_CODED_DIGIT: dict[str, Callable[[bytes], object]] = {
    "hex": re.compile(rb"3[0-9]").fullmatch,
    "utf16": re.compile(rb"\0[0-9]|[0-9]\0").fullmatch,
}
"""Whether two bytes are a digit in that encoding."""


@lru_cache(maxsize=256)
def _each(characters: bytes) -> frozenset[bytes]:
    return frozenset(bytes([character]) for character in characters)


def _hex_digest(needle: Needle, value: bytes, start: int) -> Span | None:
    return _run_of_digest(needle, value, start, _HEX_RUN, lower=True)


def _hex_end(needle: Needle, value: bytes, start: int) -> Span | None:
    """The last characters of a digest, as many as stand there, where they stand alone; the whole one is found by its start."""
    full, end = needle.full, start + _SHORTEST_DIGEST
    first = start
    while first and value[first - 1] in _HEX and end - first < len(full):
        first -= 1
    there = value[first:end].lower()
    alone = _is_apart(value, first, end)
    if len(there) >= len(full) or not alone or not full.endswith(there):
        return None
    return Span(first, end, f"{needle.variant}:last{len(there)}")


def _base64_digest(needle: Needle, value: bytes, start: int) -> Span | None:
    return _run_of_digest(needle, value, start, _BASE64_RUN, lower=False)


def _run_of_digest(needle: Needle, value: bytes, start: int, runs: re.Pattern[bytes], *, lower: bool) -> Span | None:
    """The whole digest wherever it stands, or its start where that stands alone."""
    full = needle.full if lower else needle.full.translate(_TO_STANDARD)
    there = value[start : start + len(full)]
    if (there.lower() if lower else there.translate(_TO_STANDARD)) == full:
        return Span(start, start + len(full), needle.variant)
    run = runs.match(value, start, start + len(full))
    length = len(run[0]) if run else 0
    part = value[start : start + length]
    end = start + length
    alone = _is_apart(value, start, end)
    if length < _SHORTEST_DIGEST or not alone or not full.startswith(part.lower() if lower else part.translate(_TO_STANDARD)):
        return None
    return Span(start, end, f"{needle.variant}:first{length}")


def _is_apart(value: bytes, start: int, end: int) -> bool:
    """Whether no letter or digit stands beside the run."""
    before = start > 0 and value[start - 1] in _ALNUM
    behind = end < len(value) and value[end] in _ALNUM
    return not (before or behind) or _is_counted(value, start, end)


def _hex_middle(needle: Needle, value: bytes, start: int) -> Span | None:
    end = start + len(needle.full)
    alone = _is_apart(value, start, end)
    return Span(start, end, needle.variant) if alone else None


def _raw_digest(needle: Needle, value: bytes, start: int) -> Span | None:
    end = start + len(needle.full)
    if value[start:end] == needle.full:
        return Span(start, end, needle.variant)
    if start == 0 and len(value) >= _SHORTEST_RAW and needle.full.startswith(value):
        return Span(0, len(value), f"{needle.variant}:first{len(value)}bytes")
    return None


def _checksum(needle: Needle, value: bytes, start: int) -> Span | None:
    span = _hex_middle(needle, value, start)
    return None if _is_fraction(value, start) else span


_CHECKS: dict[Form, Callable[[Needle, bytes, int], Span | None]] = {
    Form.TEXT: _text,
    Form.EXACT: _text,
    Form.IMEI: _imei,
    Form.RAW: _raw,
    Form.HEX_DIGEST: _hex_digest,
    Form.HEX_END: _hex_end,
    Form.HEX_MIDDLE: _hex_middle,
    Form.RAW_DIGEST: _raw_digest,
    Form.BASE64_DIGEST: _base64_digest,
    Form.CHECKSUM: _checksum,
    Form.EMBEDDED: _embedded,
}
