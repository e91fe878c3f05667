"""Positions in every usual writing, within the radius of a planted place and not outside."""

import json
import struct

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.identify.locations import distance, planted_places
from auditor.model.content import Piece
from auditor.model.session import PlantedValue
from auditor.model.vocabulary import Part
from tests.unit.identify.sessions import in_body, sight

NORTH, EAST = 23.1066, 113.3244
PLACED = f"{NORTH},{EAST}"


def document(value: object) -> bytes:
    """A JSON document."""
    return json.dumps(value).encode()


@pytest.mark.parametrize(
    ("body", "variant"),
    [
        (document({"lat": NORTH, "lng": EAST}), "location:lat+lon"),
        (document({"loc": {"longitude": str(EAST), "latitude": str(NORTH)}}), "location:lat+lon"),
        (document({"纬度": NORTH, "经度": EAST}), "location:lat+lon"),
        (document({"lat": int(NORTH * 1e6), "lng": int(EAST * 1e6)}), "location:lat+lon"),
        (document({"lat": int(NORTH * 1e5), "lng": int(EAST * 1e5)}), "location:lat+lon"),
        (document({"la": NORTH, "lo": EAST}), "location:lat,lon"),
        (document({"x": EAST, "w": NORTH}), "location:lon,lat"),
        (document({"v": [{"b": str(EAST), "a": str(NORTH), "t": "x"}]}), "location:lon,lat"),
        (document({"d": document({"i": 1.5, "q": str(NORTH), "r": str(EAST)}).decode()}), "location:lat,lon"),
        (f"i=7&q={NORTH}&r={EAST}".encode(), "location:lat,lon"),
        (document({"p": PLACED}), "location:lat,lon"),
        (document({"p": f"{EAST} {NORTH}"}), "location:lon,lat"),
        (document({"g": f"POINT({EAST} {NORTH})"}), "location:lon,lat"),
        (document({"u": f"geo:{PLACED}"}), "location:lat,lon"),
        (document({"p": f"{NORTH}°N, {EAST}°E"}), "location:lat,lon"),
        (document({"p": f"N{NORTH} E{EAST}"}), "location:lat,lon"),
        (document({"p": f"+{NORTH}/+{EAST}"}), "location:lat,lon"),
        (document({"p": "23°06'23.8\"N 113°19'27.8\"E"}), "location:dms"),
        (document({"p": "23°6'24\"N, 113°19'28\"E"}), "location:dms"),
        (document({"p": "23°06.3960'N 113°19.4640'E"}), "location:dms"),
        ("p=23°06.396′N,113°19.464′E".encode(), "location:dms"),
        (b"$GPGGA,092750.000,2306.396,N,11319.464,E,1,8,1.03,61.7,M", "location:nmea"),
        (document({"n": "$GPGGA,092750.00,2306.396,N,11319.464,E,1,08,1.0,61.7,M,0.0,M,,*47"}), "location:nmea"),
        (document({"coordinates": [EAST, NORTH]}), "location:lon,lat"),
        (document({"coordinates": [str(EAST), str(NORTH), "12.5"]}), "location:lon,lat"),
        (json.dumps({"c": [EAST, NORTH]}, indent=8).encode(), "location:lon,lat"),
        (f"lat={NORTH}&lng={EAST}".encode(), "location:lat+lon"),
        (f"loc={NORTH}%2C{EAST}&v=1".encode(), "location:lat,lon"),
        (f'<wpt lat="{NORTH}" lon="{EAST}"/>'.encode(), "location:lat+lon"),
        (cbor2.dumps({"lat": NORTH, "lon": EAST}), "location:lat+lon"),
        (b"\x09" + struct.pack("<d", NORTH) + b"\x11" + struct.pack("<d", EAST), "location:lat,lon"),
        (b"\x0a\x0c\x08\x02\x15" + struct.pack("<f", EAST) + b"\x1d" + struct.pack("<f", NORTH), "location:lon,lat"),
    ],
)
def test_writings(body: bytes, variant: str) -> None:
    """Names, pairs in both orders, whole numbers, letters, degrees with minutes, arrays, forms, XML, CBOR, protobuf."""
    found = {(seen.identifier, seen.variant) for seen in in_body(body) if seen.kind == "location"}
    assert ("location", variant) in found


@pytest.mark.parametrize("part", [Part.QUERY, Part.HEADER, Part.URL_PATH])
def test_parts(part: Part) -> None:
    """A pair is seen wherever it stands."""
    assert any(seen.identifier == "location" for seen in sight(Piece(part, "x", f"/a/{PLACED}/b".encode())))


@pytest.mark.parametrize(
    "value",
    [
        {"lat": NORTH + 0.02, "lng": EAST},
        {"p": f"{NORTH + 0.02},{EAST}"},
        {"p": f"S{NORTH} E{EAST}"},
        {"x": EAST + 0.02, "w": NORTH},
        {"x": {"y": EAST}, "w": NORTH},
        {"size": [113.32, 640.5]},
        {"v": f"1{PLACED}1"},
    ],
)
def test_near_misses(value: object) -> None:
    """Outside the radius, in the other hemisphere, under other names, as part of other numbers: no planted place."""
    assert [seen for seen in in_body(document(value)) if seen.identifier == "location"] == []


def test_planted_places() -> None:
    """The radius is given or usual; what is no place is left out."""
    values = [PlantedValue(label="l", kind="location", value=text, owner="phone") for text in ("1.5,2.5,30", "1.5, 2.5", "here")]
    assert [(place.value, place.radius) for place in planted_places(values)] == [(0, 30.0), (1, 500.0)]


def test_distance() -> None:
    """A degree of latitude is about 111 kilometres, and the way around the world has no seam."""
    assert distance(0, 0, 1, 0) == pytest.approx(111_195, rel=0.001)
    assert distance(0, 179.999, 0, -179.999) < 300


@given(st.text("0123456789.,-+NSEW°'\" []", max_size=60))
def test_any_text(text: str) -> None:
    """Whatever looks like numbers gives positions or none."""
    in_body(document({"location": text, "lat": text}))
    in_body(text)


@pytest.mark.parametrize(
    ("name", "confidence"),
    [("gps", "high"), ("经纬度", "high"), ("position", "medium"), ("coordinates", "medium"), ("offset", None)],
)
def test_names_that_also_mean_a_place_on_a_screen_are_less_sure(name: str, confidence: str | None) -> None:
    """Two numbers under `position` may be an icon's; those of a planted place are sure under any name."""
    found = [seen.confidence for seen in in_body(document({name: "51.4779,103.8514"})) if seen.kind == "location"]
    assert found == ([confidence] if confidence else [])
    assert [seen.confidence for seen in in_body(document({name: PLACED})) if seen.kind == "location"] == ["high"]


def test_names_of_whole_numbers() -> None:
    """Ten-millionths under names that say so."""
    found = in_body(document({"latitudeE7": int(NORTH * 1e7), "longitudeE7": int(EAST * 1e7)}))
    assert [(seen.identifier, seen.variant) for seen in found] == [("location", "location:lat+lon")]


@pytest.mark.parametrize(("north", "east"), [("lat", "lng"), ("X-Latitude", "X-Longitude"), ("User-Lat", "User-Lon")])
def test_in_two_headers(north: str, east: str) -> None:
    """Apps put the position beside their tokens, each number in a header of its own."""
    found = sight(
        Piece(Part.HEADER, north, b"31.23041"), Piece(Part.HEADER, "Accept", b"*/*"), Piece(Part.HEADER, east, b"121.47370")
    )
    assert [(sighting.kind, sighting.confidence) for sighting in found] == [("location", "high")]


def test_in_one_header() -> None:
    found = sight(Piece(Part.HEADER, "X-Location", b"31.23041,121.47370"))
    assert [(sighting.kind, sighting.confidence) for sighting in found] == [("location", "high")]
