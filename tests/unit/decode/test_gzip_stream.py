"""gzip: all members, and the words of the head."""

import time
from gzip import compress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.decode.content_format import BrokenError
from auditor.decode.gzip_stream import Gzip, inflate
from auditor.decode.limits import OverLimitError
from tests.unit.decode.messages import values

PLAIN = compress(b"a", mtime=0)
NAMED = PLAIN[:3] + b"\x08" + PLAIN[4:10] + b"3520.log\0" + PLAIN[10:]


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (compress(b"imei=3520", mtime=0), [b"imei=3520"]),
        (compress(b"a", mtime=0) + compress(b"b", mtime=0), [b"ab"]),
        (NAMED, [b"a", b"3520.log"]),
        (compress(b"a", mtime=0) + b"3520", [b"a", b"3520"]),
        (b"no gzip", None),
    ],
)
def test_values(data: bytes, found: list[bytes] | None) -> None:
    """What is found in a value; None where it is not of the format."""
    assert values(Gzip(), data) == found


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    """Values, nothing, or a reason: never another error."""
    try:
        values(Gzip(), data or b"x")
    except (BrokenError, OverLimitError) as fault:
        assert str(fault)


def test_a_bomb_ends_at_the_limit() -> None:
    """A member that grows out of proportion is stopped, and that is said."""
    with pytest.raises(OverLimitError, match="gzip grows past the limit"):
        values(Gzip(), compress(bytes(4_000_000)))


def test_many_members_cost_their_bytes() -> None:
    """Not the square of their number; each has a head of its own."""
    member = compress(b"ab", mtime=0)
    named = member[:3] + b"\x08" + member[4:10] + b"name\0" + member[10:]
    begun = time.process_time()
    inflated = inflate(member * 100_000 + named + b"rest", 1 << 20)
    assert time.process_time() - begun < 5
    assert inflated is not None
    assert (inflated.data, inflated.head, inflated.rest) == (b"ab" * 100_001, b"name", b"rest")
