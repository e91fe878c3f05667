"""Protocol Buffers without a schema."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.decode.content_format import BrokenError
from auditor.decode.limits import OverLimitError
from auditor.decode.protobuf_wire import Protobuf
from tests.unit.decode.messages import values


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"\x0a\x04\x33\x35\x32\x30", [b"3520"]),
        (b"\x0a\x06\x0a\x04\x33\x35\x32\x30", [b"3520"]),
        (b"\x09" + struct.pack("<d", 31.2304), [b"31.2304", b"4629483793794793367"]),
        (b"\x0d" + struct.pack("<f", 31.2304), [b"31.2304", b"1106892764"]),
        (b"\x0d" + struct.pack("<I", 0xC0A81F07), [b"-5.253788", b"3232243463"]),
        (b"\x0f\x01", None),
        (b"\x0a\x7f\x01", None),
    ],
)
def test_values(data: bytes, found: list[bytes] | None) -> None:
    """What is found in a value; None where it is not of the format."""
    assert values(Protobuf(), data) == found


def test_two_numbers_stand_beside_each_other() -> None:
    """A latitude and a longitude as doubles: what the same bytes are as whole numbers comes behind both."""
    lat, lon = b"\x09" + struct.pack("<d", 31.230416), b"\x11" + struct.pack("<d", 121.473701)
    assert values(Protobuf(), b"\x0a\x12" + lat + lon + b"\x10\x01")[:2] == [b"31.230416", b"121.473701"]


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    """Values, nothing, or a reason: never another error."""
    try:
        values(Protobuf(), data or b"x")
    except (BrokenError, OverLimitError) as fault:
        assert str(fault)
