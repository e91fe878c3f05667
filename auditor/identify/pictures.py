"""Print images: a planted picture goes in; messages in which it was sent, as it is or converted, come out.

A file that was sent unchanged, or its digest, is found by needles. A picture that was written again (another format, quality or
size, turned by quarters, mirrored, cut a little) is told by its looks: the differences between neighbouring points of its
shrunken grey image, as bits.
Pictures are decoded within limits; what is larger or broken is not compared.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, pairwise, product
from typing import Any, NamedTuple

from auditor.identify.digests import digests
from auditor.identify.needles import Form, Needle, of_checksum, of_digest
from auditor.model.content import Field
from auditor.model.session import PlantedImage, PlantedValue

_MAGIC = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a", b"RIFF", b"BM")
_FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "BMP")
_SHORTEST = 64
_MOST_BYTES = 32 * 2**20
_MOST_POINTS = 40_000_000
_MOST_PICTURES = 20
"""Of one message."""
_ROWS = 16
_BITS = _ROWS * _ROWS
_LIKE = 26
"""Bits in which two pictures may differ, a tenth."""
_VERY_LIKE = 8
_PLAIN = 12
"""A picture with fewer bits set, or fewer not set, has no looks of its own."""
_NOISE = 3
"""Steps of grey that are no difference: what compression adds to even areas."""
_COLOURS = 4
_COLOUR_APART = 40.0
"""Mean difference of the colours of a 4 by 4 image, of 255."""
_STRETCH = 32
_SHRUNKEN = 128
_WHOLE = (0, 0, _SHRUNKEN, _SHRUNKEN)
_CUTS = (
    ("", _WHOLE),
    *((":cut", (edge, edge, _SHRUNKEN - edge, _SHRUNKEN - edge)) for edge in (4, 8)),
    *((":cut", box) for box in ((5, 0, 128, 128), (0, 5, 128, 128), (0, 0, 123, 128), (0, 0, 128, 123))),
)
"""What is left where a picture was cut by 3 or 6 % on all sides, or by 4 % on one."""
_GROUNDS = ("white", "black")
"""What shows where a picture is transparent: another writer fills it with one of these."""


class Looks(NamedTuple):
    """What tells a picture from others."""

    bits: int
    colours: tuple[int, ...]
    """Red, green and blue of each of 16 fields."""


class Likeness(NamedTuple):
    """A planted picture in a field."""

    field: Field
    value: int
    """Number of the planted value."""
    variant: str
    is_close: bool


def image_needles(number: int, data: bytes) -> Iterator[Needle]:
    """The file itself, by two stretches of it, and its digests."""
    for name, start in (("image:file", len(data) // 2), ("image:file:end", max(0, len(data) - _STRETCH - 16))):
        stretch = data[start : start + _STRETCH]
        if len(stretch) == _STRETCH and len(set(stretch)) > _STRETCH // 4:
            yield Needle(stretch, False, Form.RAW, number, name, (), stretch)
    for digest in digests(data, doubled=0):
        yield from of_digest(number, "image:digest", digest)
    yield from of_checksum(number, "image:digest", data)


class Pictures:
    """The looks of all planted pictures."""

    def __init__(self, images: Sequence[PlantedImage], values: Sequence[PlantedValue]) -> None:
        numbers = {entry.label: number for number, entry in enumerate(values) if entry.kind == "image"}
        self._planted: list[tuple[int, str, Looks]] = []
        for image in images:
            for turned, looks in _all_looks(image.data):
                self._planted.append((numbers[image.label], turned, looks))

    def found(self, fields: Iterable[Field]) -> Iterator[Likeness]:
        """Every field that holds a planted picture."""
        if not self._planted:
            return
        for field in islice(_plainest(fields), _MOST_PICTURES):
            looks = looks_of(field.value)
            if looks is not None:
                yield from self._like(field, looks)

    def _like(self, field: Field, looks: Looks) -> Iterator[Likeness]:
        distances = [
            (distance, number, turned)
            for number, turned, planted in self._planted
            if (distance := (looks.bits ^ planted.bits).bit_count()) <= _LIKE and _apart(looks, planted) <= _COLOUR_APART
        ]
        found: set[int] = set()
        for distance, number, turned in sorted(distances):
            if number not in found:
                found.add(number)
                yield Likeness(field, number, f"image:looks{turned}", distance <= _VERY_LIKE)


def _plainest(fields: Iterable[Field]) -> Iterator[Field]:
    """Fields that begin like a picture, without what the same place holds when read in another way: a form of one pair is also a
    text in percent-encoding, of which nobody knows where its parts stand."""
    read: dict[tuple[int, bytes], Field] = {}
    pictures = (field for field in fields if _SHORTEST <= len(field.value) <= _MOST_BYTES and field.value.startswith(_MAGIC))
    for field in sorted(pictures, key=lambda field: len(field.encodings)):
        plainest = read.setdefault((id(field.piece), field.value), field)
        if field.encodings == plainest.encodings or field.offset > plainest.offset:
            yield field


def content_of(data: bytes) -> str:
    """What a picture's keyed digest is made of: a name for its bytes."""
    return f"image sha256 {hashlib.sha256(data).hexdigest()}"


def looks_of(data: bytes) -> Looks | None:
    """The looks of a picture; None where it is none, too large, broken, or too plain to be told from others."""
    picture = _opened(data)
    return _looks(picture) if picture is not None else None


def _all_looks(data: bytes) -> Iterator[tuple[str, Looks]]:
    """The looks of a picture, of the same mirrored, turned by quarters and cut a little at the edges, on white and on black."""
    from PIL import Image

    seen: set[Looks] = set()
    for ground in _GROUNDS:
        picture = _opened(data, ground)
        for mirrored, degrees in product(("", ":mirrored"), (0, 90, 180, 270)) if picture is not None else ():
            shown = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if mirrored else picture
            shown = shown.rotate(degrees, expand=True)
            for cut, box in _CUTS:
                looks = _looks(shown, box)
                if looks is not None and looks not in seen:
                    seen.add(looks)
                    yield f"{mirrored}{f':turned{degrees}' if degrees else ''}{cut}", looks


def _opened(data: bytes, ground: str = _GROUNDS[0]) -> Any:
    """The picture, decoded and shrunken, on that ground; None where that cannot be or would cost too much."""
    import io
    import warnings

    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            picture = Image.open(io.BytesIO(data), formats=_FORMATS)
            if picture.width * picture.height > _MOST_POINTS:
                return None
            picture.draft("RGB", (256, 256))
            if not picture.has_transparency_data:
                return picture.convert("RGB").resize((_SHRUNKEN, _SHRUNKEN), Image.Resampling.BOX)
            clear = picture.convert("RGBA").resize((_SHRUNKEN, _SHRUNKEN), Image.Resampling.BOX)
            return Image.alpha_composite(Image.new("RGBA", clear.size, ground), clear).convert("RGB")
    except Exception:  # noqa: BLE001 - decoders of pictures raise whatever they like; a broken one looks like nothing
        return None


def _looks(picture: Any, box: tuple[int, int, int, int] = _WHOLE) -> Looks | None:
    """Of the part of a shrunken picture within these edges."""
    from PIL import Image

    grey = picture.convert("L").resize((_ROWS + 1, _ROWS), Image.Resampling.BOX, box=box).tobytes()
    bits = 0
    for row in range(_ROWS):
        line = grey[row * (_ROWS + 1) : (row + 1) * (_ROWS + 1)]
        for left, right in pairwise(line):
            bits = bits << 1 | (left > right + _NOISE)
    if not _PLAIN <= bits.bit_count() <= _BITS - _PLAIN:
        return None
    return Looks(bits, tuple(picture.resize((_COLOURS, _COLOURS), Image.Resampling.BOX, box=box).tobytes()))


def _apart(one: Looks, other: Looks) -> float:
    return sum(abs(a - b) for a, b in zip(one.colours, other.colours, strict=True)) / len(one.colours)
