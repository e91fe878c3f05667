"""Streams without a magic number: every real one may begin, of noise few do."""

import random
import zlib

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.decode.deflate_stream import inflate_raw
from auditor.decode.triage_packed import is_brotli, is_deflate, number

TEXTS = (
    b"13800138000",
    b'{"imei":"352099001761481"}',
    b"hello hello hello hello",
    b"aaaaaaaaaaaaaaaaaaaaaaaa",
    b"a,b;c\nd,e;f\n",
)


def deflated(text: bytes, level: int, strategy: int, *, flushed: bool = False) -> bytes:
    stream = zlib.compressobj(level, zlib.DEFLATED, -15, 9, strategy)
    if flushed:
        return (stream.compress(text) + stream.flush(zlib.Z_SYNC_FLUSH)).removesuffix(b"\0\0\xff\xff")
    return stream.compress(text) + stream.flush()


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("level", [0, 1, 9])
@pytest.mark.parametrize("strategy", [zlib.Z_DEFAULT_STRATEGY, zlib.Z_FIXED, zlib.Z_HUFFMAN_ONLY])
@pytest.mark.parametrize("flushed", [False, True])
def test_deflate_as_zlib_writes_it(text: bytes, level: int, strategy: int, flushed: bool) -> None:
    data = deflated(text, level, strategy, flushed=flushed)
    assert inflate_raw(data, 1000) is not None
    assert is_deflate(bytearray(b"head" + data), 4, 4 + len(data), 1)
    if not flushed:
        assert is_deflate(bytearray(b"head" + data + b"sum!"), 4, 8 + len(data), 0)


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("quality", [0, 1, 5, 11])
def test_brotli_as_its_library_writes_it(text: bytes, quality: int) -> None:
    data = brotli.compress(text, quality=quality)
    assert is_brotli(bytearray(data + bytes(8)), 0, len(data), 64, 1)


@given(st.binary(min_size=6, max_size=48))
def test_what_the_library_inflates_is_never_refused(data: bytes) -> None:
    inflated = inflate_raw(data, 4096)
    if inflated is not None and inflated.ended:
        assert is_deflate(bytearray(data + bytes(8)), 0, len(data), 1)


def test_random_streams_that_the_library_inflates_are_never_refused() -> None:
    rng = random.Random(5)
    seen = 0
    for _ in range(60_000):
        data = rng.randbytes(rng.randint(6, 24))
        inflated = inflate_raw(data, 4096)
        if inflated is not None and (inflated.ended or (inflated.data.isascii() and inflated.data.decode().isprintable())):
            seen += 1
            assert is_deflate(bytearray(data + bytes(8)), 0, len(data), 1), data.hex()
    assert seen > 5


def test_noise_is_refused() -> None:
    rng = random.Random(6)
    values = [bytearray(rng.randbytes(24) + bytes(8)) for _ in range(2000)]
    assert sum(is_deflate(value, 0, 24, 1) for value in values) < 40
    assert sum(is_brotli(value, 0, 24, 64, 1) for value in values) < 80


def test_a_stored_block_says_its_length_twice() -> None:
    good = bytearray(b"\x01\x08\x00\xf7\xff12345678" + bytes(8))
    assert is_deflate(good, 0, 13, 0)
    good[3] ^= 1
    assert not is_deflate(good, 0, 13, 0)


def test_numbers_in_both_orders() -> None:
    assert number(bytearray(b"\1\2\3"), 1, 2, 1) == 0x0203
    assert number(bytearray(b"\1\2\3"), 1, 2, 0) == 0x0302
