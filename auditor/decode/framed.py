"""What begins behind a head that nobody knows: binary bytes go in, the compressed run or the document in them comes out.

Devices put a length, a command and a counter of their own before what they send. Only what proves itself is taken: a magic number
whose run inflates, a document that is text between its brackets, a payload whose length the head says, text that was compressed
without a magic number (`heads`). The head itself is searched as it stands.
"""

import re
import zlib
from base64 import urlsafe_b64decode
from collections.abc import Callable
from itertools import islice

import lz4.frame
import re2
import zstandard

from auditor.decode import gzip_stream, lz4_frame, signs, zstd_stream
from auditor.decode.content_format import Inner, Opened
from auditor.decode.counted_texts import counted
from auditor.decode.heads import SHORTEST, spans
from auditor.decode.limits import Budget
from auditor.decode.mostly_text import is_mostly_text
from auditor.decode.signs import is_text

_TRIED, _TRIED_IN_TEXT = 64, 1_000
"""Beginnings that are tried in one value and prove nothing: each costs as much as inflating a few bytes. In a text, which nobody
says is unread, there may be more."""
_MOST_TEXTS = 64
_PROOF = 4096
"""Compressed bytes that are tried."""
_INFLATED = 65536
_GZIP_OR_ZLIB = 47
"""zlib's number for "either header, largest window"."""
_LATIN_1 = re2.Options()
_LATIN_1.encoding = re2.Options.Encoding.LATIN1
_BEGINNINGS = (
    rb"\x1f\x8b\x08|\x28\xb5\x2f\xfd|\x04\x22\x4d\x18|x[\x01\x5e\x9c\xda]|bplist00|PK\x03\x04|[\[{][\t\n\r ]*[\[{\"]|<\?xml"
)
_BEGINNING = re2.compile(_BEGINNINGS, _LATIN_1)
_BEGINNING_OF_SHORT = re.compile(_BEGINNINGS)
_SHORT = 128
"""Bytes up to which the engine of `re` is done before the other has begun."""
_SMALL = 2048
"""Bytes of a message whose runs of text are values of their own."""
_MIDDLING = 65536
"""Bytes of one in which those are of which it says how long they are."""
FIRST = 64
"""Values of a message that are looked at for compressed text: each costs as much as inflating a few bytes at sixteen places."""
_TEXT = re.compile(rb"[\t\n\r -~]{16,}")
_NO_TEXT = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_BEHIND = {ord("{"): b"}", ord("["): b"]", ord("<"): b">"}
_SHORTEST = 8
_BASE64 = re.compile(rb"([A-Za-z0-9+/_-]{24,})={0,2}\s*")
_GROUP = 4
_TO_URL = bytes.maketrans(b"+/", b"-_")


class Framed:
    """Runs and documents behind a head; of several the first ones."""

    signs = signs.BINARY

    def open(self, data: bytes, budget: Budget) -> Opened | None:
        """Finds where they begin."""
        told = tuple(spans(data, thorough=budget.opened <= FIRST)) if len(data) > SHORTEST else ()
        runs, cut = _runs(data)
        found = [run for run in runs if all(run.at != start for start, _ in told)]
        if SHORTEST < len(data) <= _MIDDLING:
            found += _texts(data, found)
        found += [Inner(data[start:end], at=start) for start, end in told]
        return Opened(inners=found, whole=False, cut=cut) if found or cut else None


def _runs(data: bytes) -> tuple[list[Inner], str]:
    """Documents, and the first compressed run: what stands behind its end is found when it is opened. Also what was left out."""
    found: list[Inner] = []
    at, missed, end = 1, 0, 0
    is_text_mostly = is_mostly_text(data[:_MIDDLING])
    most = _TRIED_IN_TEXT if is_text_mostly else _TRIED
    beginning = _BEGINNING_OF_SHORT if len(data) <= _SHORT else _BEGINNING
    while missed < most and (match := beginning.search(data, at)):
        start = match.start()
        at = start + 1
        if data[start] in _BEHIND:
            end = end if start < end else _end_of_text(data, start)
            behind = data.rfind(_BEHIND[data[start]], start, end) + 1
            if behind - start >= _SHORTEST:
                found.append(Inner(data[start:behind], at=start))
                at = behind
                continue
        elif _proves(data[start : start + _PROOF]):
            return [*found, Inner(data[start:], at=start)], ""
        missed += 1
    return found, f"more than {most} beginnings of formats" if missed >= most and is_text_mostly else ""


def _end_of_text(data: bytes, start: int) -> int:
    end = _NO_TEXT.search(data, start)
    return end.start() if end else len(data)


def _texts(data: bytes, runs: list[Inner]) -> list[Inner]:
    """Runs of text beside those: base64 of bytes is told from words by being all that there is of a value."""
    taken = [(run.at, run.at + len(run.value)) for run in runs]
    found: list[Inner] = []
    for text in islice(_TEXT.finditer(data), _MOST_TEXTS):
        if len(text[0]) == len(data) or any(start < text.end() and text.start() < end for start, end in taken):
            continue
        told = [Inner(data[start:end], at=start) for start, end in counted(data, *text.span())]
        found += told or ([_behind_head(text[0], text.start())] if len(data) <= _SMALL else [])
    return found


def _behind_head(text: bytes, start: int) -> Inner:
    """Without printable bytes of a head before base64."""
    skipped = _before_base64(text)
    return Inner(text[skipped:], at=start + skipped)


def _before_base64(text: bytes) -> int:
    """Characters before base64 of text: it is of groups of four, so only one way to cut them off gives text."""
    run = _BASE64.fullmatch(text)
    ways = (skipped for skipped in range(_GROUP) if run and is_text(_decoded(run[1][skipped:])))
    return next(ways, 0)


def _decoded(run: bytes) -> bytes:
    whole = run[: len(run) // _GROUP * _GROUP]
    return urlsafe_b64decode(whole.translate(_TO_URL))


def _proves(data: bytes) -> bool:
    """Whether what a magic number promises is there, as far as these bytes tell."""
    for magic, check in _CHECKS.items():
        if data.startswith(magic):
            return check(data)
    return True


def _is_deflated(data: bytes) -> bool:
    """gzip or zlib: inflates without a fault, and to the end where the bytes end."""
    stream = zlib.decompressobj(_GZIP_OR_ZLIB)
    try:
        out = stream.decompress(data, _INFLATED)
    except zlib.error:
        return False
    return bool(out) and (stream.eof or bool(stream.unconsumed_tail) or len(data) == _PROOF)


def _is_zstd(data: bytes) -> bool:
    try:
        zstandard.get_frame_parameters(data)
    except zstandard.ZstdError:
        return False
    return True


def _is_lz4(data: bytes) -> bool:
    try:
        lz4.frame.get_frame_info(data)
    except (RuntimeError, ValueError):
        return False
    return True


_CHECKS: dict[bytes, Callable[[bytes], bool]] = {
    gzip_stream.MAGIC: _is_deflated,
    zstd_stream.MAGIC: _is_zstd,
    lz4_frame.MAGIC: _is_lz4,
    b"x": _is_deflated,
}
