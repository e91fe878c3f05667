"""Brotli that nothing declares: believed where the stream ends with the value."""

import random
import zlib
from base64 import b64decode

import pytest
from brotli import compress
from hypothesis import given
from hypothesis import strategies as st

from auditor.decode.brotli_stream import Brotli
from auditor.decode.content_format import BrokenError
from auditor.decode.limits import OverLimitError
from tests.unit.decode.messages import values


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (compress(b"imei=352099001761481"), [b"imei=352099001761481"]),
        (compress(bytes(range(256))), [bytes(range(256))]),
        (compress(zlib.compress(b"imei=352099001761481")), [zlib.compress(b"imei=352099001761481")]),
        (compress(b"imei=352099001761481") + b"\0", None),
        (compress(b"imei=352099001761481")[:-2], None),
    ],
)
def test_values(data: bytes, found: list[bytes] | None) -> None:
    """What is found in a value; None where it is not of the format."""
    assert values(Brotli(), data) == found


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    """Values, nothing, or a reason: never another error."""
    try:
        values(Brotli(), data or b"x")
    except (BrokenError, OverLimitError) as fault:
        assert str(fault)


def test_noise_is_no_brotli() -> None:
    """Random bytes are left to what says that they are packed or encrypted."""
    random_bytes = random.Random(1).randbytes
    assert [size for size in range(4, 4000) if values(Brotli(), random_bytes(size % 60 + 4))] == []


CHANCE = b64decode("rONI6cd00mckFbnETR10GXYlJXx4JMhasD3gH+Bw+tWj5SqzVgEi/w==")
"""Forty random bytes of a session's header."""


def test_forty_bytes_that_grow_past_every_limit_are_chance_unless_they_begin_with_text() -> None:
    assert values(Brotli(), CHANCE) is None
    bomb = compress(b"imei=352099001761481 " + bytes(12_000_000))
    assert len(bomb) <= 64
    with pytest.raises(OverLimitError):
        values(Brotli(), bomb)
