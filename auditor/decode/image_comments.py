"""Texts in images: PNG and JPEG bytes go in; comments, Exif and XMP come out, and what stands behind the image's end.

No viewer shows any of it. The picture itself is not looked at here (`identify.pictures` does that).
"""

import zlib
from collections.abc import Iterator

from auditor.decode import signs
from auditor.decode.content_format import BrokenError, Inner, Opened
from auditor.decode.limits import Budget, OverLimitError

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"
_END = b"\xff\xd9"
_MOST_CHUNKS = 4096
_MOST_TEXT = 2**20
_COMMENT, _FIRST_APP, _LAST_APP, _SCAN = 0xFE, 0xE1, 0xEF, 0xDA


class ImageComments:
    """PNG (W3C, section 11) and JPEG (ITU-T T.81, annex B)."""

    signs = signs.BINARY

    def open(self, data: bytes, budget: Budget) -> Opened | None:
        """The texts within and the bytes behind."""
        if data.startswith(_PNG):
            return Opened(inners=_of_png(data, budget))
        return Opened(inners=_of_jpeg(data)) if data.startswith(_JPEG) else None


def _of_png(data: bytes, budget: Budget) -> Iterator[Inner]:
    at = len(_PNG)
    for _ in range(_MOST_CHUNKS):
        size, kind, start = int.from_bytes(data[at : at + 4]), data[at + 4 : at + 8], at + 8
        if len(kind) < 4:
            return
        chunk, at = data[start : start + size], start + size + 4
        if kind == b"tEXt":
            yield from _named(*chunk.partition(b"\0"), start)
        elif kind in (b"zTXt", b"iCCP"):
            name, _, packed = chunk.partition(b"\0")
            yield from _packed(name, packed[1:], start, budget)
        elif kind == b"iTXt":
            yield from _international(chunk, start, budget)
        elif kind == b"eXIf" and chunk:
            yield Inner(chunk, "eXIf", "", (), start)
        elif kind == b"IEND":
            if data[at:].strip(b"\0"):
                yield Inner(data[at:], "behind", "", (), at)
            return
    raise OverLimitError(f"image of more than {_MOST_CHUNKS} parts")


def _named(name: bytes, _: bytes, text: bytes, at: int) -> Iterator[Inner]:
    if text:
        key = name.decode("latin-1")[:79]
        yield Inner(text, key, key, (), at + len(name) + 1)


def _packed(name: bytes, data: bytes, at: int, budget: Budget) -> Iterator[Inner]:
    stream = zlib.decompressobj()
    try:
        text = stream.decompress(data, max(1, min(budget.room(len(data)), _MOST_TEXT)))
    except zlib.error as error:
        raise BrokenError("zlib is damaged in an image's text") from error
    budget.spend(len(text))
    if text:
        key = name.decode("latin-1")[:79]
        yield Inner(text, key, key, ("zlib",), -1, at)
    if stream.unconsumed_tail:
        raise OverLimitError(f"zlib grows past the limit after {len(text)} bytes")


def _international(chunk: bytes, at: int, budget: Budget) -> Iterator[Inner]:
    """Name, two flags, language, translated name, text."""
    name, _, rest = chunk.partition(b"\0")
    is_packed, parts = rest[:1] == b"\1", rest[2:].split(b"\0", 2)
    if len(parts) < 3:
        return
    if is_packed:
        yield from _packed(name, parts[2], at, budget)
    else:
        yield from _named(name, b"", parts[2], at + len(chunk) - len(parts[2]) - len(name) - 1)


def _of_jpeg(data: bytes) -> Iterator[Inner]:
    at = 2
    for _ in range(_MOST_CHUNKS):
        if data[at : at + 1] != b"\xff" or at + 4 > len(data):
            break
        kind, size, start = data[at + 1], int.from_bytes(data[at + 2 : at + 4]), at + 4
        if kind == _SCAN or size < 2:
            break
        chunk, at = data[start : start + size - 2], start + size - 2
        if chunk and (kind == _COMMENT or _FIRST_APP <= kind <= _LAST_APP):
            # Exif and XMP name themselves before a zero byte; what follows is TIFF or XML.
            head, _, rest = chunk.partition(b"\0")
            text = rest.lstrip(b"\0") if kind != _COMMENT and len(head) < 64 and rest else chunk
            name = "comment" if kind == _COMMENT else f"app{kind - 0xE0}"
            yield Inner(text, name, "", (), start + len(chunk) - len(text))
    end = data.rfind(_END)
    if end >= at and data[end + 2 :].strip(b"\0"):
        yield Inner(data[end + 2 :], "behind", "", (), end + 2)
