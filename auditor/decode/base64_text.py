"""Base64 and base64url (RFC 4648 sections 4 and 5), with and without padding, as a whole value or as runs within a text."""

import re
from base64 import b64decode
from binascii import Error, a2b_base64
from bisect import bisect_right
from collections.abc import Iterator
from itertools import chain, islice

from auditor.decode import jwt_text, signs
from auditor.decode.alone import is_alone
from auditor.decode.content_format import Inner, Opened
from auditor.decode.limits import Budget
from auditor.decode.opacity import is_even
from auditor.decode.telling import is_telling

_STANDARD = re.compile(rb"[A-Za-z0-9+/]{8,}+={0,2}")
_URL = re.compile(rb"[A-Za-z0-9_-]{8,}+={0,2}")
_END = re.compile(rb"[A-Za-z0-9_-]*+={0,2}")
_BEGUN = re.compile(rb"(?<![A-Za-z0-9_-])(?:[A-Za-z0-9]{0,7}[_-])+\Z")
_LONGEST_BEGINNING = 32
"""Letters before a run that are too few to be one, up to its own first sign."""
_FOLDED = re.compile(rb"[A-Za-z0-9+/]{40,80}+\r?\n[ \t]*+(?:[A-Za-z0-9+/]{40,80}+\r?\n[ \t]*+)*+[A-Za-z0-9+/]{0,80}+={0,2}")
"""Lines of one base64 text, as MIME (RFC 2045 section 6.8), PEM and property lists fold it."""
_FOLD = re.compile(rb"\n(?:(?<=[A-Za-z0-9+/]{40}\n)|(?<=[A-Za-z0-9+/]{40}\r\n))")
"""The end of a line that may be such a text's first."""
_SIGNS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_RETURN = 0x0D
_LONGEST_LINE = 80
_LEAST_EMBEDDED = 16
_LEAST_FOLDED = 60
_LEAST_TEXT = 24
"""Bytes of text that no chance makes of other letters."""
_LONG = 65536
_MOST_RUNS = 20_000
_UPPER = re.compile(rb"[A-Z]")
_LOWER_OR_DIGIT = re.compile(rb"[a-z0-9]")
_DIGESTS = frozenset({16, 20, 28, 32, 48, 64})
_NO_LETTERS = b"+/-_"
_URL_ONLY = (b"-", b"_")
_WORDS, _WORDS_OF_URL = ("base64",), ("base64url",)
_TO_STANDARD = bytes.maketrans(b"-_", b"+/")
_DATA_URL = b";base64,"
"""What stands before the base64 of a data URL (RFC 2397)."""


class Base64:
    """Base64 in any of its spellings."""

    signs = signs.BASE64

    def open(self, data: bytes, budget: Budget) -> Opened | None:  # noqa: ARG002 - the family's interface
        """Decodes the whole value, or each run in it that holds something readable."""
        noise: list[int] = []
        inners = tuple(islice(_inners(data, noise), _MOST_RUNS))
        if not inners and not noise:
            return None
        cut = f"looks encrypted or packed, {sum(noise)} bytes" if noise else ""
        cut = f"more than {_MOST_RUNS} runs of base64" if len(inners) >= _MOST_RUNS else cut
        return Opened(inners=inners, whole=False, cut=cut, sure=any(signs.is_text(inner.value) for inner in inners))


def _inners(data: bytes, noise: list[int]) -> Iterator[Inner]:
    """The runs that hold something. `noise` gets the lengths of long ones that hold nothing but noise."""
    for start, end in _folded(data) if b"\n" in data else ():
        lines = data[start:end].strip()  # the last line's end may belong to it
        parts = lines.split()
        inner = _inner(b"".join(parts), start, whole=len(lines) == len(data.strip()) or _are_even(parts))
        if inner:
            yield inner
    tokens = jwt_text.starts(data)
    told: list[int] = []
    """Starts of the runs that hold something for certain, and their ends."""
    standard = list(_STANDARD.finditer(data))
    behind = {run.start(): run.end() for run in standard}
    until = 0
    is_mixed = len(data.translate(None, _NO_LETTERS)) < len(data)  # without any of these signs both alphabets give the same runs
    others = (run for run in _url_runs(data, told) if behind.get(run.start(), -1) < run.end()) if is_mixed else ()
    for run in chain(standard, others):  # a run that goes on behind a plus or a slash is more than its beginning
        start = run.start()
        if start in tokens:
            continue
        whole = _is_whole(data, start, run.end())
        if len(run[0]) < _LEAST_EMBEDDED and not whole and data[start - 1 : start] not in b'"=: ,':
            continue
        if run.re is _STANDARD:
            until = max(until, _end_of_url(data, run))
            if start < until:
                continue
        inner = _inner(run[0], start, whole=whole)
        if inner is None and run[0].startswith(b"+"):
            inner = _inner(run[0][1:], start + 1, whole=False)  # UTF-7 (RFC 2152): a plus before, wide characters within
        if run.re is _STANDARD and (_is_all(data, run, inner.value) if inner else _is_noise(run[0])):
            told += run.span()
            noise += [] if inner else [len(run[0]) * 3 // 4]
        if inner:
            yield inner


def _are_even(lines: list[bytes]) -> bool:
    """Whether all lines but the last are of one length, in groups of four: a folded value, which no list of paths looks like."""
    width = len(lines[0])
    return width % 4 == 0 and width >= len(lines[-1]) and {len(line) for line in lines[:-1]} == {width}


def _is_whole(data: bytes, start: int, end: int) -> bool:
    """Whether a run stands alone, or behind what says that it is base64; a sign may follow it."""
    if end >= len(data) - 1:
        return start == 0 or data.endswith(_DATA_URL, 0, start) or is_alone(data, start, end)
    return is_alone(data, start, end)


def _goes_on(data: bytes, run: re.Match[bytes]) -> bool:
    """Whether a sign of base64url follows it, and none is before: asked of every part, a long run would cost its square."""
    return data[run.end() : run.end() + 1] in _URL_ONLY and data[run.start() - 1 : run.start()] not in _URL_ONLY


def _end_of_url(data: bytes, run: re.Match[bytes]) -> int:
    """Behind the base64url that a run is only a part of, the first or behind a beginning too short to be one; else 0."""
    begun = _BEGUN.search(data, max(0, run.start() - _LONGEST_BEGINNING), run.start())
    start = begun.start() if begun else run.start()
    if not begun and not _goes_on(data, run):
        return 0
    longer = _URL.match(data, start)
    if longer is None or longer.end() < run.end() or longer.span() == run.span():
        return 0
    whole = _is_whole(data, start, longer.end())
    inner = _inner(longer[0], start, whole=whole)
    return longer.end() if inner is not None and ((whole and not begun) or signs.is_text(inner.value)) else 0


def _folded(data: bytes) -> Iterator[tuple[int, int]]:
    """Start and end of each text in lines. They are looked for from their first line's end, for a line is short and a run may not
    be: tried from each of its letters, a run of megabytes costs eighty steps a byte."""
    at = 0
    while fold := _FOLD.search(data, at):
        end = fold.start() - (data[fold.start() - 1] == _RETURN)
        line = data[max(at, end - _LONGEST_LINE) : end]
        block = _FOLDED.match(data, end - len(line) + len(line.rstrip(_SIGNS)))
        at = block.end() if block else fold.end()
        if block and len(block[0]) > _LEAST_FOLDED:
            yield block.span()


def _url_runs(data: bytes, told: list[int]) -> Iterator[re.Match[bytes]]:
    """Runs of the other alphabet, but none that begins within a run of which all is known."""
    at = 0
    while run := _URL.search(data, at):
        at = run.end()
        number = bisect_right(told, run.start())
        if number % 2:
            at = _END.match(data, told[number]).end()  # type: ignore[union-attr]  # it matches everywhere
        else:
            yield run


def _is_all(data: bytes, run: re.Match[bytes], value: bytes) -> bool:
    """Whether what a run holds is no chance, so that no part of it is a value of its own: a text, or more than a digest.

    Bytes may go on behind a sign of the other alphabet.
    """
    return (len(value) > max(_DIGESTS) and not _goes_on(data, run)) or (len(value) >= _LEAST_TEXT and signs.is_text(value))


def _is_noise(run: bytes) -> bool:
    """Whether a long run holds bytes as even as ciphertext: what stands between two of its signs then is a part of it."""
    return len(run) >= _LONG and is_even(b64decode(run[:_LONG]))


def _inner(run: bytes, at: int, *, whole: bool) -> Inner | None:
    """The decoded run where it holds something: text, a digest, compressed data; as a whole value any structured bytes."""
    bare = run.rstrip(b"=").translate(_TO_STANDARD)
    if len(bare) % 4 == 1 or not _UPPER.search(run) or not _LOWER_OR_DIGIT.search(run):
        return None
    try:
        value = a2b_base64(bare + b"=" * (-len(bare) % 4))
    except Error:
        return None
    if not whole and len(value) not in _DIGESTS and not is_telling(value):
        return None
    return Inner(value, "", None, _WORDS_OF_URL if b"-" in run or b"_" in run else _WORDS, -1, at)
