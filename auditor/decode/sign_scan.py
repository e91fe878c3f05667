"""Which of many values may hide something, answered in one pass over all of them: values go in, the numbers of those come out.

A document holds hundreds of values and few of them hide anything. `signs.signs_of` says of one value what it looks like; this
says, at a gigabyte a second, of which values that question is worth asking. It leaves out no value
that shows a sign, but those that only look like an encoding in letters and were tried.
"""

from bisect import bisect_left
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import accumulate
from typing import Any, NamedTuple

from auditor.decode.base32_text import Base32
from auditor.decode.base58_text import Base58
from auditor.decode.base64_text import Base64
from auditor.decode.content_format import Inner, Opened
from auditor.decode.hex_text import Hex
from auditor.decode.limits import USUAL, Budget
from auditor.decode.signs import BASE32, BASE58, BASE64, HEX, is_text, signs_of

_BETWEEN = b'"'
_MOST = 4096
"""Hits after which the pass ends and every value is looked at: dense signs cost more to report than to look for."""
_FEW = 8
"""Hits up to which the quotes before each are counted."""
_LOOKS = 8
"""Looks at values for each that may be found."""
_GROUPS = (
    (
        rb"[%&=<\\\x00-\x08\x0a-\x1f\x7f]",
        rb'"\s*(?:[\w$.]{1,64}\(\s*)?[\[{]',
        rb'"\s*\d{1,5}(?:-\d{1,9})?(?:/[^,\s"]{0,64},)?[\[{]',
        rb'"\s*(?:\)\]\}\'|data:|event:|for\s*\(;;\);)',
        rb'"\xef\xbb\xbf',
        rb'"\s',
        rb"\[\s*-?\d{1,3}\s*,",
        rb"[0-9](?:\xc2\xa0|\xe2\x88\x92|\xe3\x80\x80)[0-9]|\xc2\xad|\xcd\x8f|[\xd8-\xdb][\x9c-\xb9]|\xe0[\xa5\xb9]|\xe1\xa0\x8e|\xe2[\x80-\x82\x91]|\xef[\xb8\xbb-\xbd]|\xf0\x9d",
        rb"0x[0-9A-Fa-f]{2}",
        rb"1[Ff]8[Bb]08|78(?:01|5[Ee]|9[Cc]|[Dd][Aa])|28[Bb]52[Ff]|04224[Dd]18|62706[Cc]6973",
    ),
    (
        rb"(?:[2-7][0-9A-Fa-f]|0[9ADad]|[CDEcde][0-9A-Fa-f](?:[89ABab][0-9A-Fa-f]){1,2}|[Ff]0(?:[89ABab][0-9A-Fa-f]){3}){6}",
        rb"[0-9A-Fa-f]{2}(?:[:, -][0-9A-Fa-f]{2}){7}",
        rb"(?:[2-7][0-9A-Fa-f]00){4}|(?:00[2-7][0-9A-Fa-f]){4}|[0-9A-Fa-f]{97}",
    ),
    (rb'"[0-9A-Fa-f]{12,}"', rb"[A-Z2-7]{16}|[a-z2-7]{16}", rb'"[1-9A-HJ-NP-Za-km-z]{21,90}"'),
    (rb"[A-Z][0-9+/_\-]*[a-z]", rb"[a-z][0-9+/_\-]*[A-Z]"),
)
"""Each sign of `signs`, or something wider. Values stand between quotes, which no value holds.

Four engines that each look for what is alike take half the time of one that looks for all.
"""
_LETTERS = (Base64(), Hex(), Base32(), Base58())
"""Encodings in letters, whose signs every file name and every word of both cases shows."""
_BY_LETTERS = BASE64 | HEX | BASE32 | BASE58
_BUDGET = Budget(USUAL)
"""None of them spends anything."""
_SHORT = 256
"""Bytes of a value that costs less to try than to hand over."""


def hiding_signs(value: bytes) -> int:
    """The signs of a value; none where it shows only those of encodings in letters and reads as none of these.

    To open such a value would give nothing, and most values that show a sign are such.
    """
    found = signs_of(value)
    if not found or not is_of_letters(value, found) or readings(value, found):
        return found
    return 0


def is_of_letters(value: bytes, found: int) -> bool:
    """Whether a short value shows these signs of encodings in letters and no others: `readings` is all that can be made of it."""
    return len(value) <= _SHORT and not found & ~_BY_LETTERS


@lru_cache(maxsize=16384)
def readings(value: bytes, found: int) -> tuple[Inner, ...]:
    """What the encodings in letters that these signs call for make of a short value."""
    inners: list[Inner] = []
    for member in _LETTERS:
        if member.signs & found and (opened := member.open(value, _BUDGET)):
            inners += opened.inners
    return tuple(inners)


class Letters:
    """The encodings in letters as one format of short values that show no other sign."""

    signs = _BY_LETTERS

    def open(self, data: bytes, budget: Budget) -> Opened | None:  # noqa: ARG002 - the family's interface
        """All that they make of it, which is known since the value was found worth opening."""
        inners = readings(data, signs_of(data))
        sure = any(inner.words[0].startswith("base64") and is_text(inner.value) for inner in inners)
        return Opened(inners=inners, whole=False, sure=sure) if inners else None


class Shown(NamedTuple):
    """The values that may hide something."""

    numbers: list[int]
    """In order."""
    is_cut: bool
    """Whether there were too many to look at; those behind the last were not."""


def showing(values: Sequence[bytes], most: int) -> Shown:
    """The first values that may hide something, at most so many. Values may not hold bytes that are no UTF-8."""
    found: list[int] = []
    for looked, number in enumerate(_suspects(values)):
        if len(found) >= most or looked >= _LOOKS * most:
            return Shown(found, True)
        if hiding_signs(values[number]):
            found.append(number)
    return Shown(found, False)


def _suspects(values: Sequence[bytes]) -> Sequence[int]:
    """Numbers of the values that are worth a look."""
    scan = _scanner()
    if scan is None or not values:
        return range(len(values))
    joined = b'"%b"' % _BETWEEN.join(values)
    ends = scan(joined)
    if not ends:
        return ()
    if len(ends) >= _MOST:
        return range(len(values))
    # The end lies behind a match, whose last byte is in the value or is the quote that ends it.
    if len(ends) <= _FEW and joined.count(_BETWEEN) == len(values) + 1:  # an escaped quote in a value would shift the numbers
        return sorted({joined.count(_BETWEEN, 0, end - 1) - 1 for end in ends})
    starts = list(accumulate([len(value) + 1 for value in values], initial=1))
    return sorted({bisect_left(starts, end) - 1 for end in ends})


@cache
def _scanner() -> Any:
    """A function from bytes to the ends of suspicious places; None where hyperscan is not there."""
    try:
        import hyperscan
    except ImportError:
        return None
    databases = [_compiled(hyperscan, group) for group in _GROUPS]

    def scan(data: bytes) -> list[int]:
        ends: list[int] = []

        def note(_number: int, _start: int, end: int, _flags: int, _context: Any) -> bool:
            ends.append(end)
            return len(ends) >= _MOST

        try:
            for database in databases:
                database.scan(data, match_event_handler=note)
        except hyperscan.error:
            if len(ends) < _MOST:
                raise
        return ends

    return scan


def _compiled(hyperscan: Any, patterns: tuple[bytes, ...]) -> Any:
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    count = len(patterns)
    database.compile(expressions=list(patterns), ids=[0] * count, elements=count, flags=[hyperscan.HS_FLAG_DOTALL] * count)
    return database
