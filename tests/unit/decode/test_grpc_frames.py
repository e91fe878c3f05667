"""Length-prefixed messages."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.decode.content_format import BrokenError
from auditor.decode.grpc_frames import Grpc
from auditor.decode.limits import OverLimitError
from auditor.decode.message import decode
from tests.unit.decode.messages import body, values


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"\0\0\0\0\x03abc\1\0\0\0\x02de", [b"abc", b"de"]),
        (b"\0\0\0\0\x09abc", None),
        (b"\x07\0\0\0\x03abc", None),
    ],
)
def test_values(data: bytes, found: list[bytes] | None) -> None:
    """What is found in a value; None where it is not of the format."""
    assert values(Grpc(), data) == found


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    """Values, nothing, or a reason: never another error."""
    try:
        values(Grpc(), data or b"x")
    except (BrokenError, OverLimitError) as fault:
        assert str(fault)


def test_frames_without_end() -> None:
    """Megabytes of zeros are two million empty frames: so many are read, and it is said that there are more."""
    begun = time.process_time()
    found = decode(body(b"\0\0\0\0\x03abc" + bytes(10 << 20)))
    assert time.process_time() - begun < 2
    assert "request body: more than 100000 frames of grpc" in found.unread
    assert b"abc" in [field.value for field in found.fields]
    assert "grpc" not in str(decode(body(bytes(10 << 20))).unread)
