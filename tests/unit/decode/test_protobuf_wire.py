"""Protocol Buffers without a schema."""

import struct
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.decode.content_format import BrokenError
from auditor.decode.limits import OverLimitError
from auditor.decode.message import decode
from auditor.decode.protobuf_wire import Protobuf
from tests.unit.decode.messages import body, values


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
    assert (values(Protobuf(), b"\x0a\x12" + lat + lon + b"\x10\x01") or [])[:2] == [b"31.230416", b"121.473701"]


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    """Values, nothing, or a reason: never another error."""
    try:
        values(Protobuf(), data or b"x")
    except (BrokenError, OverLimitError) as fault:
        assert str(fault)


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"\x0a\x03abc\x13\x0a\x04imei\x14", [b"abc", b"imei"]),
        (b"\x0a\x03abc\x13\x0a\x04imei\x1c", None),
        (b"\x0a\x03abc\x13\x0a\x04imei", None),
        (b"\x0a\x03abc\x14", None),
        (b"\x0a\x03abc\x12\x0f" + bytes(map(int, "352099001761481")), [b"abc", b"352099001761481"]),
        (b"\x0a\x03abc\x11" + struct.pack("<d", 352099001761481.0), [b"abc", b"352099001761481"]),
    ],
)
def test_groups_and_numbers_in_odd_writing(data: bytes, found: list[bytes] | None) -> None:
    """Groups end as they began; digits one by one, and whole numbers as JavaScript has them."""
    seen = values(Protobuf(), data)
    assert seen is None if found is None else seen is not None and set(found) <= set(seen)


def test_fields_without_end() -> None:
    """Eight million small numbers are read as far as there is room, and it is said that there are more."""
    begun = time.process_time()
    assert decode(body(b"\x08\x01" * (1 << 22) + b"\x0a\x0fimei=352099")).unread == ("request body: more than 100000 values",)
    assert decode(body(b"\x0a\x03abc" + b"\x08\x01" * (1 << 22))).unread == ("request body: more than 100000 values",)
    assert time.process_time() - begun < 20
