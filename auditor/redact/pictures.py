"""Pictures that stand for pictures: a planted picture in, another of the same format, size and number of bytes out.

It shows a mosaic whose colours nobody without the key can foretell; noise behind its end fills the bytes up. So an audit finds
it as it is, by its digests and, where it was written again, by its looks, just as it found the picture that it stands for.
"""

import io
import warnings
from collections.abc import Mapping
from typing import Any

from auditor.identify.pictures import image_needles
from auditor.model.session import PlantedImage
from auditor.redact.dice import Dice

_FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "BMP")
_FIELDS = 8
"""Of the mosaic, in each direction: as coarse as what tells pictures apart."""
_HEAD = 16
"""Bytes of what is no picture that stay: they say what it claims to be."""
_MOST_POINTS = 40_000_000


class StandIns:
    """The stand-in of each planted picture, by its label."""

    def __init__(self, images: tuple[PlantedImage, ...], key: bytes) -> None:
        """`key` is secret: with it the way back could be searched."""
        self._key = key
        self._planted = {image.label: image.data for image in images}
        self.of: Mapping[str, bytes] = {label: self.like(label, data) for label, data in self._planted.items()}

    def like(self, label: str, data: bytes, turned: int = 0) -> bytes:
        """The stand-in of a picture that was written again: its mosaic in the format, size and bytes of `data`.

        `turned` are the degrees by which the picture is turned there.
        """
        dice = Dice(self._key, f"picture {label}")
        mosaic = bytes(dice.below(256) for _ in range(3 * _FIELDS * _FIELDS))
        made = _written(data, mosaic, turned) or data[:_HEAD]
        return made + Dice(self._key, f"behind {label} {len(data)}").noise(len(data) - len(made))

    def swapped(self, data: bytes) -> bytes:
        """The bytes with every planted picture that stands in them as it is, whole or in part, replaced where it stands."""
        for label, old in self._planted.items():
            new = self.of[label]
            data = data.replace(old, new)
            out, done = [], 0
            for start, end, at in _stretches(data, old):
                begin = max(start, done)
                out += [data[done:begin], new[at + begin - start : at + end - start]] if begin < end else []
                done = max(done, end)
            data = b"".join((*out, data[done:]))
        return data


def _stretches(data: bytes, picture: bytes) -> list[tuple[int, int, int]]:
    """Where parts of the picture stand: start, end, and the place in the picture of the first byte, sorted.

    They are found by what the detector looks for, and reach as far as the bytes are the same.
    """
    found: list[tuple[int, int, int]] = []
    for needle in image_needles(0, picture):
        place = picture.find(needle.full)
        at = data.find(needle.full) if place >= 0 else -1
        while at >= 0:
            back = _common(data[:at][::-1], picture[:place][::-1])
            end = at + _common(data[at:], picture[place:])
            found.append((at - back, end, place - back))
            at = data.find(needle.full, end)
    return sorted(found)


def _common(one: bytes, other: bytes) -> int:
    """How many bytes are the same from the front."""
    size = min(len(one), len(other))
    if one[:size] == other[:size]:
        return size
    return next(at for at in range(size) if one[at] != other[at])


def _written(data: bytes, mosaic: bytes, turned: int) -> bytes | None:
    """The mosaic as a picture like `data` that takes no more bytes; None where that is no picture, or too small for one."""
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            shown = Image.open(io.BytesIO(data), formats=_FORMATS)
            if shown.width * shown.height > _MOST_POINTS or shown.format is None:
                return None
            width, height, form = shown.width, shown.height, shown.format
    except Exception:  # noqa: BLE001 - decoders of pictures raise whatever they like; what they refuse is no picture
        return None
    fields = Image.frombytes("RGB", (_FIELDS, _FIELDS), mosaic).rotate(turned)
    while width >= _FIELDS and height >= _FIELDS:
        made = _saved(fields.resize((width, height), Image.Resampling.NEAREST), form)
        if len(made) <= len(data):
            return made
        width, height = width // 2, height // 2
    return None


def _saved(picture: Any, form: str) -> bytes:
    buffer = io.BytesIO()
    picture.quantize(64).save(buffer, form) if form == "GIF" else picture.save(buffer, form)
    return buffer.getvalue()
