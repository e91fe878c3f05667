"""Base32 in both cases, with and without padding."""

from base64 import b32encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.decode.base32_text import Base32, _decoded
from auditor.decode.content_format import BrokenError
from auditor.decode.limits import OverLimitError
from tests.unit.decode.messages import values


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b32encode(b"imei=352099001761481"), [b"imei=352099001761481"]),
        (b32encode(b"imei=352099001761481").lower().rstrip(b"="), [b"imei=352099001761481"]),
        (b32encode(b"\x08\x07\x12\x0f352099001761481\xff\xff"), [b"\x08\x07\x12\x0f352099001761481\xff\xff"]),
        (b"x " + b32encode(b"\x08\x07\x12\x0f352099001761481\xff\xff"), None),
        (b"ABCDEFGH", None),
        (b"not base32 at all", None),
    ],
)
def test_values(data: bytes, found: list[bytes] | None) -> None:
    """What is found in a value; None where it is not of the format."""
    assert values(Base32(), data) == found


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    """Values, nothing, or a reason: never another error."""
    try:
        values(Base32(), data or b"x")
    except (BrokenError, OverLimitError) as fault:
        assert str(fault)


@given(st.binary(min_size=5, max_size=200))
def test_values_are_those_of_the_library(data: bytes) -> None:
    """Of every length."""
    assert _decoded(b32encode(data).rstrip(b"=")) == data
