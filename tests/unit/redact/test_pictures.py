"""Pictures that stand for pictures: as large, found as they are and by their looks, and unlike the planted one."""

import io
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from auditor.identify.pictures import Pictures, image_needles, looks_of
from auditor.model.content import Field, Piece
from auditor.model.session import PlantedImage, PlantedValue
from auditor.model.vocabulary import Part
from auditor.redact.pictures import StandIns
from tests.unit.redact.people import KEY

FORMATS = ["JPEG", "PNG", "GIF", "WEBP", "BMP"]


def drawn() -> Image.Image:
    dice = random.Random(1)
    picture = Image.new("RGB", (320, 240))
    pen = ImageDraw.Draw(picture)
    for _ in range(60):
        pen.ellipse([dice.randrange(300), dice.randrange(220), 320, 240], fill=tuple(dice.randrange(256) for _ in range(3)))
    return picture


def saved(picture: Image.Image, form: str) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, form)
    return buffer.getvalue()


def stand_ins(data: bytes) -> StandIns:
    return StandIns((PlantedImage(label="nail", data=data),), KEY)


def found(planted: bytes, sent: bytes) -> list[str]:
    """The variants under which a planted picture is seen in another."""
    pictures = Pictures(
        (PlantedImage(label="nail", data=planted),), (PlantedValue(label="nail", kind="image", value="", owner=""),)
    )
    piece = Piece(Part.BODY, "", sent)
    field = Field(part=Part.BODY, path="", key="", value=sent, encodings=(), piece=piece, offset=0)
    return [like.variant for like in pictures.found([field])]


@pytest.mark.parametrize("form", FORMATS)
def test_a_stand_in_is_a_picture_of_the_same_format_and_number_of_bytes(form: str) -> None:
    """And nobody would take one for the other."""
    data = saved(drawn(), form)
    made = stand_ins(data).of["nail"]
    assert len(made) == len(data)
    shown = Image.open(io.BytesIO(made))
    shown.load()
    assert shown.format == form
    assert looks_of(made) is not None
    assert found(data, made) == found(made, data) == []


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
@pytest.mark.parametrize("form", FORMATS)
def test_one_that_was_written_again_is_seen_as_the_picture_was(form: str, turned: int) -> None:
    """Another format, size and quality, turned by quarters: the same variant before and behind."""
    data = saved(drawn(), form)
    again = saved(drawn().resize((200, 150)).rotate(turned, expand=True), "JPEG")
    tool = stand_ins(data)
    made = tool.like("nail", again, turned)
    assert len(made) == len(again)
    assert found(tool.of["nail"], made) == found(data, again) == [f"image:looks:turned{turned}" if turned else "image:looks"]


@pytest.mark.parametrize("form", FORMATS)
def test_whole_and_cut_pictures_are_swapped_where_they_stand(form: str) -> None:
    data = saved(drawn(), form)
    tool = stand_ins(data)
    made = tool.of["nail"]
    half = len(data) // 2 - 40
    assert tool.swapped(b"a" + data + b"b" + data + b"c") == b"a" + made + b"b" + made + b"c"
    swapped = tool.swapped(b"head" + data[half:])
    assert len(swapped) == 4 + len(data) - half
    assert not any(needle.full in swapped for needle in image_needles(0, data))


@given(st.binary(min_size=1, max_size=300), st.binary(max_size=600))
def test_any_bytes_keep_their_length(planted: bytes, data: bytes) -> None:
    """A file that is no picture has a stand-in, too."""
    tool = stand_ins(planted)
    assert len(tool.of["nail"]) == len(planted)
    assert len(tool.swapped(data + planted)) == len(data) + len(planted)
    assert len(tool.like("nail", data)) == len(data)
