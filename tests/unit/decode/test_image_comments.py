"""Texts in images and behind them."""

import io
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from auditor.decode.content_format import BrokenError
from auditor.decode.image_comments import ImageComments
from auditor.decode.limits import OverLimitError
from auditor.decode.message import decode
from tests.unit.decode.messages import body, read, values

SECRET = b"352099001761481"
NOTE = '{"imei":"352099001761481"}'


def picture(kind: str, **options: object) -> bytes:
    """A small picture."""
    file = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(file, kind, **options)
    return file.getvalue()


def noted(*, packed: bool, international: bool) -> bytes:
    """A PNG with a text in it."""
    info = PngInfo()
    info.add_itxt("note", NOTE, zip=packed) if international else info.add_text("note", NOTE, zip=packed)
    return picture("png", pnginfo=info)


def with_exif(kind: str) -> bytes:
    """A picture whose maker note says something."""
    exif = Image.Exif()
    exif[0x010E] = NOTE
    return picture(kind, exif=exif)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(noted(packed=False, international=False), id="tEXt"),
        pytest.param(noted(packed=True, international=False), id="zTXt"),
        pytest.param(noted(packed=False, international=True), id="iTXt"),
        pytest.param(noted(packed=True, international=True), id="iTXt, packed"),
        pytest.param(picture("png") + NOTE.encode(), id="behind a PNG"),
        pytest.param(picture("png") + zlib.compress(NOTE.encode()), id="packed behind a PNG"),
        pytest.param(picture("jpeg", comment=NOTE.encode()), id="JPEG comment"),
        pytest.param(picture("jpeg", xmp=b"<x:xmpmeta><d imei='352099001761481'/></x:xmpmeta>"), id="XMP"),
        pytest.param(picture("jpeg") + NOTE.encode(), id="behind a JPEG"),
        pytest.param(picture("jpeg") + zlib.compress(NOTE.encode()), id="packed behind a JPEG"),
    ],
)
def test_texts_are_taken_apart(data: bytes) -> None:
    """Each way to say something in an image or behind it; nothing is said to be unread."""
    assert SECRET in [value for _, value, _ in read(data)]
    assert decode(body(data)).unread == ()


@pytest.mark.parametrize("kind", ["png", "jpeg"])
def test_exif(kind: str) -> None:
    """Exif comes out as it stands."""
    assert any(SECRET in value for value in values(ImageComments(), with_exif(kind)) or ())


def test_plain_pictures_say_nothing() -> None:
    """A picture without any text is a leaf of its own."""
    for data in (picture("png"), picture("jpeg"), picture("gif")):
        assert [value for _, value, _ in read(data)][-1] == data


@given(st.sampled_from((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"")), st.binary(max_size=200))
def test_any_bytes(start: bytes, rest: bytes) -> None:
    """Whatever the bytes: values, or a fault of the family's kinds."""
    try:
        values(ImageComments(), start + rest)
    except (BrokenError, OverLimitError) as fault:
        assert str(fault)
