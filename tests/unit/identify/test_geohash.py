"""Geohashes and digests of a planted place."""

import hashlib
import hmac
from functools import lru_cache
from random import Random

import pytest

from auditor.catalog.identifier_knowledge import load_identifier_knowledge
from auditor.identify.detector import Detector
from auditor.identify.geohash import geohash, place_needles
from auditor.identify.needles import Secrets
from auditor.model.session import PlantedValue, Subjects
from tests.unit.identify.sessions import KEY, in_body

LATITUDE, LONGITUDE = 31.042412, 121.421855
HERE = geohash(LATITUDE, LONGITUDE, 12)


def place(radius: int) -> PlantedValue:
    """The planted place."""
    return PlantedValue(label="home", kind="location", value=f"{LATITUDE},{LONGITUDE},{radius}", owner="persona")


@lru_cache(maxsize=1)
def detector() -> Detector:
    """A detector that knows the place."""
    return Detector.build(Subjects(identifiers=(place(60),)), KEY, load_identifier_knowledge())


def variants(body: str) -> list[str]:
    """Of the sightings of the place."""
    return [each.variant for each in in_body(body, detector()) if each.identifier == "home"]


@pytest.mark.parametrize(
    ("latitude", "longitude", "name"),
    [
        (57.64911, 10.40744, "u4pruydqqvj"),
        (42.605, -5.603, "ezs42"),
        (-25.382708, -49.265506, "6gkzwgjzn820"),
        (90, 180, "zzzzz"),
    ],
)
def test_known_geohashes(latitude: float, longitude: float, name: str) -> None:
    """Examples of geohash.org."""
    assert geohash(latitude, longitude, len(name)) == name


@pytest.mark.parametrize("length", range(5, 13))
@pytest.mark.parametrize("form", ['{{"gh": "{}"}}', "geohash={}&v=1", "a,{},b", '{{"g":"{}"}}'])
def test_each_length_is_found(form: str, length: int) -> None:
    """In quotes, in a form, in a list; in capitals too."""
    assert variants(form.format(HERE[:length])) == [f"location:geohash:{length}"]
    assert variants(form.format(HERE[:length].upper())) == [f"location:geohash:{length}"]


@pytest.mark.parametrize("radius", [20, 60, 500, 3000, 5000])
def test_every_position_within_the_radius(radius: int) -> None:
    """Its cell of nine characters begins with a cell that is looked for."""
    random = Random(3)
    cells = [needle.full.decode() for needle in place_needles(0, place(radius)) if needle.words == ()]
    for _ in range(40):
        north, east = (random.uniform(-0.7, 0.7) * radius / 111_195 for _ in "ab")
        name = geohash(LATITUDE + north, LONGITUDE + east / 0.8567, 9)
        assert any(name.startswith(cell) for cell in cells)
    assert len(cells) <= 250


@pytest.mark.parametrize(
    "body",
    [
        f'{{"file": "{HERE[:6]}.js"}}',
        f'{{"v": "x{HERE[:7]}"}}',
        f'{{"v": "{HERE[:7]}-4f"}}',
        f'{{"v": "{HERE[:9]}oo"}}',
        f'{{"v": "{geohash(LATITUDE + 0.02, LONGITUDE, 7)}"}}',
        f'{{"v": "{HERE}{HERE}"}}',
    ],
)
def test_what_only_looks_so(body: str) -> None:
    """Parts of names and longer runs, and the next quarter of the town."""
    assert variants(body) == []


@pytest.mark.parametrize(
    "text",
    [f"{LATITUDE},{LONGITUDE}", f"{LONGITUDE},{LATITUDE}", f"{LATITUDE:.4f}|{LONGITUDE:.4f}", f"{LATITUDE:.2f},{LONGITUDE:.2f}"],
)
@pytest.mark.parametrize("algorithm", ["md5", "sha256", "sm3"])
def test_digests_of_the_numbers(text: str, algorithm: str) -> None:
    """As planted or rounded, in either order."""
    body = f'{{"h":"{hashlib.new(algorithm, text.encode()).hexdigest()}"}}'
    assert variants(body) in (["location:lat,lon"], ["location:lon,lat"])


@pytest.mark.parametrize("text", [f"{LATITUDE},{LONGITUDE}", f"{LONGITUDE:.4f},{LATITUDE:.4f}"])
def test_digests_with_a_salt_or_a_key(text: str) -> None:
    """Of the likeliest writing, as of every other value."""
    made = {needle.full for needle in place_needles(0, place(500), Secrets(("pepper",), ("key",)))}
    assert hashlib.sha384(f"{text}|pepper".encode()).hexdigest().encode() in made
    assert hmac.digest(b"key", text.encode(), "sha256").hex().encode() in made
    assert hashlib.md5(hashlib.md5(text.encode()).hexdigest().encode()).digest() in made


def test_no_place_has_none() -> None:
    """Other kinds, words, and circles wider than cells that can be told from chance."""
    assert list(place_needles(0, PlantedValue(label="x", kind="serial", value="31.1,121.2", owner="phone"))) == []
    assert list(place_needles(0, PlantedValue(label="x", kind="location", value="home", owner="phone"))) == []
    assert [needle for needle in place_needles(0, place(50_000)) if needle.words == ()] == []
