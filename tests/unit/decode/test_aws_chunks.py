"""Uploads to a bucket in signed chunks: the object comes out, and what stands beside it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.decode.aws_chunks import inflate

ROOM = 1 << 20


def chunk(data: bytes, more: bytes = b"") -> bytes:
    """One chunk with a signature."""
    return b"%x%s\r\n%s\r\n" % (len(data), more or b";chunk-signature=" + b"a" * 64, data)


def test_the_object_comes_out_without_sizes_and_signatures() -> None:
    """Trailers are its rest, extensions of another kind its head."""
    found = inflate(chunk(b"hello ") + chunk(b"world", b";x=y") + b"0\r\nx-amz-trailer: z\r\n\r\n", ROOM)
    assert found is not None
    assert (found.data, found.head, found.rest, found.broken) == (b"hello world", b";x=y", b"x-amz-trailer: z", "")


@pytest.mark.parametrize("data", [b"", b"hello", b"5 hello", b"{}", b"zz\r\n", b";chunk-signature=1\r\n"])
def test_other_bodies_are_not_of_this_coding(data: bytes) -> None:
    """No size, no chunk."""
    assert inflate(data, ROOM) is None


def test_what_is_cut_or_damaged_is_said_and_kept() -> None:
    """Up to the last whole byte."""
    whole = chunk(b"hello") + chunk(b"world")
    cut = inflate(whole[:-4], ROOM)
    assert cut is not None
    assert (cut.data, cut.broken) == (b"hellowor", "is cut short")
    lying = inflate(b"2\r\nhello\r\n0\r\n\r\n", ROOM)
    assert lying is not None
    assert lying.broken == "is damaged"
    open_end = inflate(chunk(b"hello"), ROOM)
    assert open_end is not None
    assert open_end.broken == "is cut short"


def test_it_stops_at_the_limit() -> None:
    """And says so."""
    found = inflate(chunk(b"x" * 100) * 3, 150)
    assert found is not None
    assert found.over_limit


@given(st.lists(st.binary(min_size=1, max_size=40), max_size=6), st.binary(max_size=30))
def test_any_chunks_come_back_and_any_bytes_are_survived(parts: list[bytes], noise: bytes) -> None:
    """Also sizes of sixteen digits."""
    found = inflate(b"".join(map(chunk, parts)) + chunk(b""), ROOM)
    assert found is not None
    assert found.data == b"".join(parts)
    inflate(noise, ROOM)
    inflate(b"ffffffffffffffff\r\n" + noise, ROOM)
