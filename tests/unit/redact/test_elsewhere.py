"""Coordinates of a planted place: moved in every way of writing them, others stay."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.redact.elsewhere import Elsewhere

PLACES = Elsewhere([("23.106400,113.324500,500", "23.523436,113.500195,500")])


@pytest.mark.parametrize(
    ("text", "made"),
    [
        (b'{"lat":23.1064,"lng":113.3245}', b'{"lat":23.5234,"lng":113.5002}'),
        (b"23.106400,113.324500", b"23.523436,113.500195"),
        (b"lat=23106400&lng=113324500", b"lat=23523436&lng=113500195"),
        (b"231064000", b"235234360"),
        (struct.pack("<dd", 23.1064, 113.3245), struct.pack("<dd", 23.1064 + 0.417036, 113.3245 + 0.175695)),
        (b"24.106400 and 113.9", b"24.106400 and 113.9"),
        (b"x-23.106400,113.324500", b"x-23.523436,113.500195"),
        (b"at-231064000", b"at-235234360"),
        (b"version 23.1 of 123.106400.1", b"version 23.1 of 123.106400.1"),
    ],
)
def test_what_lies_within_the_place_moves_with_it(text: bytes, made: bytes) -> None:
    """As long as before, by the same distance."""
    found = PLACES.moved(text)
    assert len(found) == len(made)
    if len(text) == 16:
        assert struct.unpack("<dd", found) == pytest.approx(struct.unpack("<dd", made))
    else:
        assert found == made


@given(st.binary(max_size=100))
def test_any_bytes_keep_their_length(data: bytes) -> None:
    """Also where doubles are looked for at every offset."""
    assert len(PLACES.moved(data)) == len(data)


def test_a_place_that_is_none_moves_nothing() -> None:
    """A planted value that does not read as a place."""
    assert Elsewhere([("at home", "elsewhere")]).moved(b"23.106400") == b"23.106400"
