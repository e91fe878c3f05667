"""Whether a hit of a needle is what it stands for: a value, a needle and a place go in, the exact span or None comes out.

A digest may be truncated, digits must not be part of a longer number, a short word must stand alone. These edges are what keeps
planted values from being "found" in order numbers and hashes.
"""

import re
from collections.abc import Callable
from enum import Enum
from typing import NamedTuple

from auditor.identify.needles import Form, Needle
from auditor.identify.stretches import surroundings

_ALNUM = frozenset(b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_DIGITS = frozenset(b"0123456789")
_HEX = frozenset(b"0123456789abcdefABCDEF")
_HEX_RUN = re.compile(rb"[0-9A-Fa-f]*+")
_BASE64_RUN = re.compile(rb"[A-Za-z0-9+/_-]*+")
_DIGIT_RUN = re.compile(rb"[0-9]*+")
_UUID = re.compile(rb"[0-9A-Fa-f]{8}(-?)[0-9A-Fa-f]{4}(?:\1[0-9A-Fa-f]{4}){3}[0-9A-Fa-f]{8}(?![0-9A-Fa-f])")
VERSION, VARIANT = 12, 16
"""The hex digits of a UUID that say what it is made of (RFC 9562 section 4); of the second the upper half."""
_HEX_LIKE = re.compile(rb"[0-9A-Fa-f:\-._ ]{12,}")
_HEX_LETTER = re.compile(rb"[A-Fa-f]")
_TO_STANDARD = bytes.maketrans(b"-_", b"+/")
"""A needle is the start of a digest, which both alphabets of base64 may share: the rest is compared in one of them."""
_LONG_NUMBER = 10
_LONG_TOKEN = 16
_LETTER = re.compile(rb"[A-Za-z]")
_LONG_TEXT = 8
_TEXTS = frozenset({Form.TEXT, Form.EXACT, Form.IMEI, Form.EMBEDDED})
_TAG = 2
"""Letters before a value in encoded text that are what an offset of one or two characters makes."""
_WITHIN_NAMES = frozenset(b"-_+")
_COUNTRY = re.compile(rb"\.[A-Za-z]{2}(?![0-9A-Za-z])")
_HEX_SIGNS = (b"0x", b"0X")
_CBOR = (0x40, 0x60)
_CBOR_SHORT = 24
_NO_TEXT = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_GEOHASH = re.compile(rb"[0-9b-hjkmnp-zB-HJKMNP-Z]{5,12}(?![0-9A-Za-z])")
_LONG_GEOHASH = 8
_TELLING = re.compile(rb"(?=.*[0-9])(?=.*[g-zG-Z])")
_AROUND = frozenset(bytes([byte]) for byte in b"\"'=:,;&|\t\r\n<>[](){}") | {b""}
_AROUND_LONG = _AROUND | {b" ", b"/"}
_IMEI_CORE = ("imei:14", "imeisv:14")
"""Fourteen digits that one or two more may follow, which tell the check digit or the software's version."""
_SHORTEST_DIGEST = 12
_SHORTEST_RAW = 8


class Span(NamedTuple):
    """A confirmed hit."""

    start: int
    end: int
    variant: str
    exact: bool = True
    """Whether the case is the variant's own."""
    sure: bool = True
    """Whether it stands alone, and not within a longer run of letters and digits."""


class Standing(Enum):
    """How a text stands among its neighbours."""

    ALONE = 1
    GLUED = 2
    """Letters or digits stand beside it, and it is so long and mixed that it is hardly chance."""
    PART = 3
    """It is a part of another number, word or address."""


def confirm(needle: Needle, value: bytes, start: int) -> Span | None:
    """The span of a needle whose pattern stands at `start`, or None where it is something else."""
    return _CHECKS[needle.form](needle, value, start)


def within(needle: Needle, value: bytes, start: int) -> Span | None:
    """The span of a long text in whatever longer word it stands: no sign of the value, but nothing to be shown."""
    end = start + len(needle.full)
    if needle.form not in _TEXTS or len(needle.full) < _LONG_TEXT or value[start:end].lower() != needle.full.lower():
        return None
    return Span(start, end, needle.variant, sure=False)


def _text(needle: Needle, value: bytes, start: int) -> Span | None:
    end = start + len(needle.full)
    there = value[start:end]
    exact = there == needle.full
    if not exact and not (needle.caseless and there.lower() == needle.full.lower()):
        return None
    standing = _standing(value, start, end, needle.full)
    return None if standing is Standing.PART else Span(start, end, needle.variant, exact, standing is Standing.ALONE)


def _standing(value: bytes, start: int, end: int, full: bytes, tag: int = 0) -> Standing:
    """How a text stands there. Up to `tag` letters before it count as glued to it, not as the beginning of a longer word."""
    if _is_counted(value, start, end):
        return Standing.ALONE
    if full.isdigit():
        return Standing.ALONE if _is_whole_number(value, start, end) else Standing.PART
    before = value[start - 1] if start and not _has_hex_sign(value, start, full) else 0
    behind = value[end] if end < len(value) else 0
    begins, ends = before in _ALNUM and full[0] in _ALNUM, behind in _ALNUM and full[-1] in _ALNUM
    if _HEX_LIKE.fullmatch(full) and _HEX_LETTER.search(full):
        return Standing.GLUED if begins or ends else Standing.ALONE
    if ends or _is_cut_number(value, start, end, full) or _is_longer_address(value, start, end, full):
        return Standing.PART
    if begins:
        return Standing.GLUED if _is_tagged(value, start, tag) else Standing.PART
    return Standing.GLUED if _may_be_longer_name(value, start, full) else Standing.ALONE


def _is_whole_number(value: bytes, start: int, end: int) -> bool:
    """Whether digits are no part of a longer number, and few digits no part of a word or a price either."""
    before, behind = value[max(0, start - 1) : start], value[end : end + 1]
    if before.isdigit() or behind.isdigit() or _is_fraction(value, start):
        return False
    if end - start >= _LONG_NUMBER:
        return True
    has_decimals = behind == b"." and value[end + 1 : end + 2].isdigit()
    return not (before.isalnum() or behind.isalnum() or has_decimals)


def _has_hex_sign(value: bytes, start: int, full: bytes) -> bool:
    return value[max(0, start - 2) : start] in _HEX_SIGNS and _HEX_RUN.fullmatch(full) is not None


def _is_cut_number(value: bytes, start: int, end: int, full: bytes) -> bool:
    """Whether the text begins or ends within a number, like an address of IPv4 within one of five parts."""
    if full[0] in _DIGITS and (value[max(0, start - 1) : start].isdigit() or _is_decimal(value, start, full)):
        return True
    return full[-1] in _DIGITS and b"." in full and value[end : end + 1] == b"." and value[end + 1 : end + 2].isdigit()


def _is_decimal(value: bytes, start: int, full: bytes) -> bool:
    """Whether the text begins with decimals; not so one that is long and no number, like the last part of a token, which stands
    behind a point."""
    return _is_fraction(value, start) and (len(full) < _LONG_TOKEN or not _LETTER.search(full))


def _is_longer_address(value: bytes, start: int, end: int, full: bytes) -> bool:
    """Whether a mail address goes on: a further label of two letters behind it, a further part of the name before it."""
    if b"@" not in full[:-1]:
        return False
    return _COUNTRY.match(value, end) is not None or (start > 1 and value[start - 1] == 0x2E and value[start - 2] in _ALNUM)


def _may_be_longer_name(value: bytes, start: int, full: bytes) -> bool:
    """Whether what stands before a mail address is joined to it with a sign that the name of another mailbox may have as well."""
    return b"@" in full[:-1] and start > 1 and value[start - 1] in _WITHIN_NAMES and value[start - 2] in _ALNUM


def _is_tagged(value: bytes, start: int, tag: int) -> bool:
    """Whether the letters before a text are so few that they may be a mark of what follows."""
    first = start
    while first and value[first - 1] in _ALNUM and start - first <= tag:
        first -= 1
    return start - first <= tag and value[first:start].isalpha()


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
    """A stretch of encoded text, as far as what is encoded beside it makes it no part of a longer number or word."""
    end = start + len(needle.full)
    there = value[start:end]
    if not (there.lower() == needle.full if needle.caseless else there == needle.full):
        return None
    if not needle.text:
        return Span(start, end, needle.variant)
    around = surroundings(needle.words[0], value, start, end, needle.text)
    if around is None:
        return None
    plain, at = around
    if _NO_TEXT.search(needle.text) or (needle.variant.endswith(_IMEI_CORE) and _imei(needle, plain, at)):
        return Span(start, end, needle.variant)
    standing = _standing(plain, at, at + len(needle.text), needle.text, tag=_TAG)
    return None if standing is Standing.PART else Span(start, end, needle.variant, sure=standing is Standing.ALONE)


def _hex_digest(needle: Needle, value: bytes, start: int) -> Span | None:
    return _run_of_digest(needle, value, start, _HEX_RUN, lower=True) or _uuid_digest(needle, value, start)


def _uuid_digest(needle: Needle, value: bytes, start: int) -> Span | None:
    """A UUID made of a digest, in which one digit and a half are not the digest's."""
    match = _UUID.match(value, start)
    if match is None or not _is_apart(value, start, match.end()):
        return None
    there, full = match[0].replace(b"-", b"").lower(), needle.full[:32]
    kept = [at for at in range(32) if at not in (VERSION, VARIANT)]
    is_its = all(there[at] == full[at] for at in kept) and (int(there[16:17], 16) ^ int(full[16:17], 16)) & 3 == 0
    return Span(start, match.end(), f"{needle.variant}:uuid") if is_its and len(full) == len(there) else None


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
    """Whether no letter or digit stands beside the run, but what says that it is hex."""
    before = start > 0 and value[start - 1] in _ALNUM and value[max(0, start - 2) : start] not in _HEX_SIGNS
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


def _geohash(needle: Needle, value: bytes, start: int) -> Span | None:
    """A run of a geohash's letters that stands as a value does, and is neither a word nor a number nor short hex."""
    run = _GEOHASH.match(value, start)
    length = len(run[0]) if run else 0
    longer = length > len(needle.full)
    if not run or (longer and needle.form is Form.GEOHASH):
        return None
    around = _AROUND_LONG if length >= _LONG_GEOHASH else _AROUND
    before, behind = value[start - 1 : start] if start else b"", value[run.end() : run.end() + 1]
    if before not in around or behind not in around or (length < _LONG_GEOHASH and not _TELLING.search(run[0])):
        return None
    return Span(start, run.end(), f"{needle.variant}:{length}")


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
    Form.UUID_DIGEST: _uuid_digest,
    Form.RAW_DIGEST: _raw_digest,
    Form.BASE64_DIGEST: _base64_digest,
    Form.CHECKSUM: _checksum,
    Form.GEOHASH: _geohash,
    Form.GEOHASH_START: _geohash,
    Form.EMBEDDED: _embedded,
}
