"""Pieces know where their bytes stand; messages know their headers."""

import pytest

from auditor.model.content import Message, Piece, Place
from auditor.model.vocabulary import Direction, Part


@pytest.mark.parametrize(
    ("places", "offset", "expected"),
    [
        ((), 120, "message 3 +120"),
        ((Place(0, 812, 14),), 0, "packet 812 +14"),
        ((Place(0, 812, 14),), 5, "packet 812 +19"),
        ((Place(0, 812, 54), Place(1_460, 814, 54)), 1_459, "packet 812 +1513"),
        ((Place(0, 812, 54), Place(1_460, 814, 54)), 1_460, "packet 814 +54"),
        ((Place(10, 812, 54),), 5, "message 3 +5"),
        ((Place(0, 2, 0, "message"),), 7, "message 2 +7"),
    ],
)
def test_a_location_is_that_of_the_run_that_holds_the_byte(places: tuple[Place, ...], offset: int, expected: str) -> None:
    assert Piece(Part.BODY, "", b"x" * 3_000, places).locate(3, offset) == expected


def test_a_header_is_found_in_any_case_and_cookies_are_none() -> None:
    pieces = (
        Piece(Part.COOKIE, "Cookie", b"c"),
        Piece(Part.HEADER, "Content-Type", b"a"),
        Piece(Part.HEADER, "content-type", b"b"),
    )
    message = Message(flow_id="1", number=0, direction=Direction.UP, at=None, host=None, protocol="http", pieces=pieces)
    assert message.header("CONTENT-TYPE") == b"a"
    assert message.header("cookie") is None
