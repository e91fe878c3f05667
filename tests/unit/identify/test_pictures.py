"""The print image is found as it is, as its digest, and by its looks after it was converted; other pictures are not."""

import hashlib
import json
import struct
import time
import zlib
from base64 import b64encode
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from auditor.catalog.identifier_knowledge import load_identifier_knowledge
from auditor.identify.detector import Detector
from auditor.identify.pictures import looks_of
from auditor.model.session import PlantedImage, PlantedValue, Subjects
from auditor.model.sighting import Sighting
from tests.unit.identify.drawings import drawn, saved
from tests.unit.identify.sessions import KEY, in_body

PICTURE = drawn(1)
FLIP = Image.Transpose.FLIP_LEFT_RIGHT
FILE = saved(PICTURE)
SUBJECTS = Subjects(
    identifiers=(PlantedValue(label="nail art", kind="image", value="art.png", owner="persona"),),
    images=(PlantedImage(label="nail art", data=FILE),),
)
DETECTOR = Detector.build(SUBJECTS, KEY, load_identifier_knowledge())


def sent(data: bytes | str) -> list[Sighting]:
    """The sightings of the picture in a body."""
    return [seen for seen in in_body(data, DETECTOR) if seen.identifier == "nail art"]


def part(data: bytes) -> bytes:
    """A multipart body with a file."""
    head = b'--B\r\nContent-Disposition: form-data; name="file"; filename="x.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
    return head + data + b"\r\n--B--\r\n"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(FILE, id="as it is"),
        pytest.param(part(FILE), id="multipart"),
        pytest.param(json.dumps({"img": b64encode(FILE).decode()}), id="base64 in json"),
        pytest.param("data:image/png;base64," + b64encode(FILE).decode(), id="data url"),
        pytest.param(zlib.compress(FILE), id="compressed"),
        pytest.param(b"\x01\x02header" + FILE + b"tail", id="within other bytes"),
    ],
)
def test_the_file_itself(body: bytes | str) -> None:
    """One sighting, of high confidence, that shows nothing of the picture."""
    (seen,) = sent(body)
    assert (seen.kind, seen.match, seen.confidence, seen.masked) == ("image", "planted", "high", "image")
    assert seen.variant.startswith("image:file")


@pytest.mark.parametrize("name", ["md5", "sha1", "sha256"])
def test_its_digest(name: str) -> None:
    """A digest of the file's bytes is a sighting too."""
    (seen,) = sent(json.dumps({"hash": hashlib.new(name, FILE).hexdigest().upper()}))
    assert (seen.variant, seen.encodings) == ("image:digest", ("json", name))


@pytest.mark.parametrize(
    ("data", "variant"),
    [
        pytest.param(saved(PICTURE, "JPEG", quality=85), "image:looks", id="jpeg"),
        pytest.param(saved(PICTURE, "JPEG", quality=30), "image:looks", id="poor jpeg"),
        pytest.param(saved(PICTURE.resize((320, 240)), "JPEG"), "image:looks", id="half the size"),
        pytest.param(saved(PICTURE.resize((1280, 960)), "PNG"), "image:looks", id="twice the size"),
        pytest.param(saved(PICTURE, "WEBP", quality=70), "image:looks", id="webp"),
        pytest.param(saved(PICTURE, "BMP"), "image:looks", id="bmp"),
        pytest.param(saved(PICTURE.convert("P"), "GIF"), "image:looks", id="gif"),
        pytest.param(saved(PICTURE.rotate(90, expand=True), "JPEG"), "image:looks:turned90", id="turned"),
        pytest.param(saved(PICTURE, "PNG", compress_level=1), "image:looks", id="png of another writer"),
        pytest.param(saved(PICTURE.transpose(FLIP), "JPEG"), "image:looks:mirrored", id="mirrored"),
        pytest.param(saved(PICTURE.crop((20, 15, 620, 465)), "JPEG"), "image:looks:cut", id="cut on all sides"),
        pytest.param(saved(PICTURE.crop((0, 0, 614, 480)), "PNG"), "image:looks:cut", id="cut on the right"),
        pytest.param(
            saved(PICTURE.rotate(180).crop((38, 29, 602, 451)), "JPEG"), "image:looks:turned180:cut", id="turned and cut"
        ),
    ],
)
def test_its_looks(data: bytes, variant: str) -> None:
    """Written again in another format, quality or size, or turned; also within a form and base64."""
    for body in (data, part(data), json.dumps({"img": b64encode(data).decode()})):
        (seen,) = sent(body)
        assert seen.variant == variant
        assert seen.confidence in ("high", "medium")


def test_one_that_reads_in_two_ways_is_told_once() -> None:
    """A form of one pair is also a text in percent-encoding; two copies stay two."""
    data = b64encode(saved(PICTURE, "JPEG", quality=85)).decode()
    (seen,) = sent(f"img={quote(data, safe='')}")
    assert seen.encodings == ("form", "base64")
    assert len(sent(json.dumps({"imgs": [data, data]}))) == 2


def test_a_transparent_picture_on_another_ground() -> None:
    """A design of shapes on nothing is found where it was filled with white or black."""
    design = drawn(7).convert("RGBA")
    hole = Image.new("L", design.size, 255)
    hole.paste(0, (100, 80, 500, 300))
    design.putalpha(hole)
    images = (PlantedImage(label="nail art", data=saved(design)),)
    detector = Detector.build(Subjects(identifiers=SUBJECTS.identifiers, images=images), KEY, load_identifier_knowledge())
    for ground in ("white", "black"):
        filled = Image.alpha_composite(Image.new("RGBA", design.size, ground), design).convert("RGB")
        (seen,) = in_body(saved(filled, "JPEG"), detector)
        assert seen.variant == "image:looks"


def test_other_pictures_are_not_taken_for_it() -> None:
    """Of a hundred others none, nor a plain one."""
    assert [seed for seed in range(2, 102) if sent(saved(drawn(seed, (160, 120)), "JPEG"))] == []
    assert looks_of(saved(drawn(1).resize((1, 1)).resize((64, 64)))) is None


def test_all_sightings_share_one_digest() -> None:
    """However it was sent, the keyed digest is of the file, not of its path."""
    digests = {sent(body)[0].digest for body in (FILE, saved(PICTURE, "JPEG"), hashlib.md5(FILE).hexdigest())}
    assert len(digests) == 1
    moved = Subjects(
        identifiers=(PlantedValue(label="nail art", kind="image", value="elsewhere/b.png", owner="persona"),),
        images=SUBJECTS.images,
    )
    other = Detector.build(moved, KEY, load_identifier_knowledge())
    assert {seen.digest for seen in in_body(FILE, other)} == digests


def bomb(width: int, height: int) -> bytes:
    """A PNG that claims to be that large."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(3_000_000))) + chunk(b"IEND", b"")


def test_bombs_cost_nothing() -> None:
    """A picture of a thousand million points is not decoded, and one that lies about its size does no harm."""
    start = time.process_time()
    assert looks_of(bomb(60_000, 60_000)) is None
    looks_of(bomb(6_000, 6_000))
    assert time.process_time() - start < 5


@given(st.binary(max_size=200), st.integers(0, 2000), st.integers(0, 255))
def test_broken_pictures(tail: bytes, at: int, byte: int) -> None:
    """Damage anywhere gives looks or none."""
    wounded = bytearray(saved(drawn(3, (40, 30))) + tail)
    wounded[at % len(wounded)] = byte
    looks_of(bytes(wounded))


def test_without_images_nothing_is_decoded() -> None:
    """Where no picture was planted, Pillow is not even asked."""
    none = Detector.build(Subjects(), KEY, load_identifier_knowledge())
    assert in_body(FILE, none) == ()
