"""Hexadecimal text: runs, prefixes, separators; digests stay."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.decode.content_format import BrokenError
from auditor.decode.hex_text import Hex
from auditor.decode.limits import OverLimitError
from tests.unit.decode.messages import values


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"imei=3520".hex().encode(), [b"imei=3520"]),
        (b"0x" + b"imei=3520".hex().encode(), [b"imei=3520"]),
        (b"696d65693d333532".upper(), [b"imei=352"]),
        (b"69:6d:65:69:3d:33:35:32", [b"imei=352"]),
        (b"0x69, 0x6d, 0x65, 0x69, 0x3d, 0x33", [b"imei=3"]),
        (b"69 6d 65 69 3d 33 35 32 30 ", [b"imei=3520"]),
        (b"69 6d 65 69 3d 33 35 32 30 3520", [b"imei=3520"]),
        (b"0x1696d65693d3335", [b"imei=35"]),  # of an odd number of digits the first is none of the run
        (b"a 1696d65693d3335:", [b"imei=35"]),
        (b"d41d8cd98f00b204e9800998ecf8427e", None),
        (b"352099001761481", None),
        (b"4333453238374430", [b"C3E287D0"]),
        (b"v1\n" + b"\xa1\x61v\x4f352099001761481\xff".hex().encode() + b"\n", [b"\xa1\x61v\x4f352099001761481\xff"]),
        ((b"\x01\x02" * 10 + b"352099001761481\x02").hex().encode()[8:], [b"\x01\x02" * 8 + b"352099001761481\x02"]),
        ((b"\x01\0\0\0\x3b\x1f\x8b\x08" + b"\xe3" * 56).hex().encode(), [b"\x01\0\0\0\x3b\x1f\x8b\x08" + b"\xe3" * 56]),
        ("imei=35209900".encode("utf-16").hex().encode(), ["imei=35209900".encode("utf-16")]),
    ],
)
def test_values(data: bytes, found: list[bytes] | None) -> None:
    """What is found in a value; None where it is not of the format."""
    assert values(Hex(), data) == found


@pytest.mark.parametrize("data", [b"69 " * 200_000 + b"6969", b"6" * 600_001, b"0x69, " * 100_000 + b"0x6"])
def test_long_runs_cost_their_length_once(data: bytes) -> None:
    """A run of hundreds of kilobytes that ends badly is not tried again from each of its places."""
    began = time.process_time()
    values(Hex(), data)
    assert time.process_time() - began < 10


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    """Values, nothing, or a reason: never another error."""
    try:
        values(Hex(), data or b"x")
    except (BrokenError, OverLimitError) as fault:
        assert str(fault)
