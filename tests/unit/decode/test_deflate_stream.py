"""zlib by its header; raw deflate by using up its bytes."""

from zlib import Z_SYNC_FLUSH, compress, compressobj

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.decode.content_format import BrokenError
from auditor.decode.deflate_stream import RawDeflate, Zlib
from auditor.decode.limits import OverLimitError
from tests.unit.decode.messages import values


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (compress(b"imei=3520"), [b"imei=3520"]),
        (compress(b"a" * 9) + b"tail", [b"aaaaaaaaa", b"tail"]),
        (b"no zlib", None),
    ],
)
def test_values(data: bytes, found: list[bytes] | None) -> None:
    """What is found in a value; None where it is not of the format."""
    assert values(Zlib(), data) == found


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    """Values, nothing, or a reason: never another error."""
    try:
        values(Zlib(), data or b"x")
    except (BrokenError, OverLimitError) as fault:
        assert str(fault)


@pytest.mark.parametrize("flush", [4, Z_SYNC_FLUSH], ids=["ended", "as websockets send it"])
def test_raw(flush: int) -> None:
    """Raw deflate with its end, or with the end taken off."""
    stream = compressobj(wbits=-15)
    data = (stream.compress(b"imei=352099001761481") + stream.flush(flush)).removesuffix(b"\0\0\xff\xff")
    assert values(RawDeflate(), data) == [b"imei=352099001761481"]
    assert values(RawDeflate(), b"plain text that is none") is None
