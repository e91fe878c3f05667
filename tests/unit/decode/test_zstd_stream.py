"""Zstandard: all frames, and what skippable ones hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from zstandard import compress

from auditor.decode.content_format import BrokenError
from auditor.decode.limits import OverLimitError
from auditor.decode.zstd_stream import Zstd
from tests.unit.decode.messages import values


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (compress(b"imei=3520"), [b"imei=3520"]),
        (compress(b"a" * 9) + compress(b"imei"), [b"aaaaaaaaaimei"]),
        (b"\x50\x2a\x4d\x18\x04\0\0\x003520" + compress(b"x" * 9), [b"xxxxxxxxx", b"3520"]),
        (b"no frame", None),
    ],
)
def test_values(data: bytes, found: list[bytes] | None) -> None:
    """What is found in a value; None where it is not of the format."""
    assert values(Zstd(), data) == found


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    """Values, nothing, or a reason: never another error."""
    try:
        values(Zstd(), data or b"x")
    except (BrokenError, OverLimitError) as fault:
        assert str(fault)


def test_a_cut_frame_is_told() -> None:
    """What stands before the cut comes out, and the cut is said."""
    with pytest.raises(BrokenError, match="zstd is cut short"):
        values(Zstd(), compress(bytes(range(256)) * 40)[:-3])
