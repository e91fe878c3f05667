"""Hexadecimal text in both cases: a plain run, `0x...`, or pairs with separators."""

import re
from collections.abc import Iterator
from itertools import chain, islice

from auditor.decode import signs
from auditor.decode.alone import is_alone
from auditor.decode.content_format import Inner, Opened
from auditor.decode.limits import Budget
from auditor.decode.telling import is_telling
from auditor.decode.utf16_text import is_wide

_RUN = re.compile(
    rb"(?:0[xX])?(?P<plain>[0-9A-Fa-f]{12,}+)"
    rb"|(?:(?:[0-9A-Fa-f]{2}[:, -]){8,}+(?:[0-9A-Fa-f]{2}(?![0-9A-Fa-f]))?"
    rb"|(?:[0-9A-Fa-f]{2}[:, -]){7}[0-9A-Fa-f]{2}(?![0-9A-Fa-f]))"
)
"""Runs are taken without a way back: each step of it costs fifty bytes of memory for every byte of the run. Of an odd number of
digits the first is none of the run."""
_C_STYLE = re.compile(rb"0x[0-9A-Fa-f]{2}[, ]{1,2}(?:0x[0-9A-Fa-f]{2}[, ]{1,2}){4,}+(?:0x[0-9A-Fa-f]{2})?")
_SEPARATORS = b":, -"
_WORDS = ("hex",)
_TELLING = re.compile(
    rb"\A(?:.{0,9}(?:\x1f\x8b\x08|\x28\xb5\x2f\xfd|\x04\x22\x4d\x18)"
    rb"|bplist|PK\x03\x04|x[\x01\x5e\x9c\xda]|\xff\xfe|\xfe\xff)|[ -~]{12}",
    re.DOTALL,
)
"""Compressed data, also behind the head of a frame, or a word that is too long for a digest: its length may be one's."""
_OF_DIGITS = re.compile(rb"(?:3\d|4[1-6])+")
"""Any even count of digits reads as hex; only "313233343536" and its like hold a number, or the capitals of one in hex."""
_MOST_RUNS = 20_000
_DIGESTS = frozenset({16, 20, 28, 32, 48, 64})
_LONGEST_WORD = 8
_LONG = 49
"""Bytes within a text that may be compressed without a magic number."""


class Hex:
    """Hexadecimal text that holds something readable. Digests stay: they are looked for as hex."""

    signs = signs.HEX

    def open(self, data: bytes, budget: Budget) -> Opened | None:  # noqa: ARG002 - the family's interface
        """Decodes every run that yields text, compressed data or, as a whole value, structured bytes."""
        inners = tuple(islice(_inners(data), _MOST_RUNS))
        cut = f"more than {_MOST_RUNS} runs of hex" if len(inners) >= _MOST_RUNS else ""
        return Opened(inners=inners, whole=False, cut=cut, sure=False) if inners else None


def _inners(data: bytes) -> Iterator[Inner]:
    literals = ((run.start(), run[0]) for run in _C_STYLE.finditer(data)) if b"0x" in data else ()
    for start, run in chain(_runs(data), literals):
        digits = run.replace(b"0x", b"").removeprefix(b"0X").translate(None, _SEPARATORS)
        if digits.isdigit() and len(digits) < 24 and not _OF_DIGITS.fullmatch(digits):
            continue
        value = bytes.fromhex(digits.decode())
        if _is_kept(value, whole=is_alone(data, start, start + len(run))):
            yield Inner(value, "", None, _WORDS, -1, start)


def _is_kept(value: bytes, *, whole: bool) -> bool:
    """Whether it holds something, or is all that there is and no digest."""
    if len(value) not in _DIGESTS and ((whole and len(value) > _LONGEST_WORD) or (len(value) >= _LONG and is_telling(value))):
        return True
    return signs.is_text(value) or is_wide(value) or bool(_TELLING.search(value))


def _runs(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Where each run begins, and the run."""
    for run in _RUN.finditer(data):
        start, end = run.span("plain")
        yield (start + 1, data[start + 1 : end]) if (end - start) % 2 else (run.start(), run[0])
