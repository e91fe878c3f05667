"""LZ4 frames."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lz4.frame import compress

from auditor.decode.content_format import BrokenError
from auditor.decode.limits import OverLimitError
from auditor.decode.lz4_frame import Lz4
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
