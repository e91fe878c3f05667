"""LZ4 frames."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lz4.frame import compress

from auditor.decode.content_format import BrokenError
from auditor.decode.limits import OverLimitError
from auditor.decode.lz4_frame import Lz4, inflate
from tests.unit.decode.messages import values


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (compress(b"imei=3520"), [b"imei=3520"]),
        (b"no frame", None),
    ],
)
def test_values(data: bytes, found: list[bytes] | None) -> None:
    """What is found in a value; None where it is not of the format."""
    assert values(Lz4(), data) == found


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    """Values, nothing, or a reason: never another error."""
    try:
        values(Lz4(), data or b"x")
    except (BrokenError, OverLimitError) as fault:
        assert str(fault)


def test_many_frames_cost_their_bytes() -> None:
    """Not the square of their number."""
    begun = time.process_time()
    inflated = inflate(compress(b"ab") * 60_000 + b"rest", 1 << 20)
    assert time.process_time() - begun < 5
    assert inflated is not None
    assert (len(inflated.data), inflated.rest) == (120_000, b"rest")
