"""PDF (ISO 32000-1 section 7.3.8): a document goes in, its packed streams come out: texts, metadata, attachments.

A text may be drawn letter by letter, which nobody reads here; what stands in a stream in one piece is found.
"""

import re
import zlib
from collections.abc import Iterator

from auditor.decode import signs
from auditor.decode.content_format import BrokenError, Inner, Opened
from auditor.decode.inflated import until_its_end
from auditor.decode.limits import Budget, OverLimitError

_MAGIC = b"%PDF"
_STREAM = re.compile(rb"\bstream\r?\n")
_DICTIONARY = 2_048
"""Bytes before a stream in which its filters are looked for."""
_PICTURES = re.compile(rb"/(?:DCT|JPX|CCITTFax|JBIG2)(?:Decode)?\b|/Subtype\s*/Image\b|/FontFile|/Length[123]\s")
_MOST = 10_000


class PdfStreams:
    """A document, recognised by its first bytes."""

    signs = signs.BINARY

    def open(self, data: bytes, budget: Budget) -> Opened | None:
        """Takes the compression off its streams."""
        if not data.startswith(_MAGIC):
            return None
        if re.search(rb"/Encrypt\b", data):
            raise BrokenError("pdf: looks encrypted")
        return Opened(inners=_streams(data, budget), whole=False)


def _streams(data: bytes, budget: Budget) -> Iterator[Inner]:
    before = 0
    for number, match in enumerate(_STREAM.finditer(data)):
        if number >= _MOST:
            raise OverLimitError(f"pdf of more than {_MOST} streams")
        head = data[max(before, match.start() - _DICTIONARY) : match.start()]
        before, start = match.end(), match.end()
        if b"/Filter" not in head or _PICTURES.search(head):
            continue
        if not re.search(rb"/Filter\s*\[?\s*/(?:FlateDecode|Fl)\s*(?:\]|/(?!\w+Decode)|>>|\s)", head):
            raise BrokenError("pdf: a filter that is not opened")
        value, is_whole = _inflated(data, start, budget)
        if value:
            yield Inner(value, f"stream[{number}]", "", ("zlib",), -1, start)
        if not is_whole:
            raise OverLimitError(f"pdf grows past the limit after {len(value)} bytes")


def _inflated(data: bytes, start: int, budget: Budget) -> tuple[bytes, bool]:
    """What a stream holds, and whether that is all."""
    room = budget.room(len(data) - start)
    stream = zlib.decompressobj()
    try:
        value, _, _ = until_its_end(stream, data, start, room)
    except zlib.error:
        raise BrokenError("pdf is damaged") from None
    budget.spend(len(value))
    return value, stream.eof
