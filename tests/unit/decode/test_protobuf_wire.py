"""Protocol Buffers without a schema."""

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
        (b"\x0f\x01", None),
        (b"\x0a\x7f\x01", None),
    ],
)
def test_values(data: bytes, found: list[bytes] | None) -> None:
    """What is found in a value; None where it is not of the format."""
    assert values(Protobuf(), data) == found


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    """Values, nothing, or a reason: never another error."""
    try:
        values(Protobuf(), data or b"x")
    except (BrokenError, OverLimitError) as fault:
        assert str(fault)
