"""Few binary bytes: what any format opens is never refused, of noise nearly all is."""

import gzip
import random
import zlib

import brotli
import lz4.frame
import msgpack
import pytest
import zstandard
from hypothesis import example, given
from hypothesis import strategies as st

from auditor.decode.hollow import is_hollow
from auditor.decode.signs import is_text, signs_of
from auditor.decode.triage_hollow import LONGEST, may_open

SMALL = (b"13800138000", b'{"a":"13800138000"}', b"imei=352099001761481")


def refused(value: bytes) -> bool:
    return not may_open(bytearray(value + bytes(LONGEST)), 0, len(value))


@pytest.mark.parametrize("text", SMALL)
@pytest.mark.parametrize(
    "pack",
    [
        gzip.compress,
        zlib.compress,
        brotli.compress,
        lz4.frame.compress,
        zstandard.compress,
        lambda text: zlib.compress(text, wbits=-15),
        lambda text: text.decode().encode("utf-16-le"),
        lambda text: text.decode().encode("utf-16"),
        lambda text: msgpack.packb({"a": text}),
        lambda text: b"\0" + len(text).to_bytes(4) + text,
        lambda text: b"\x0a" + bytes((len(text),)) + text + b"\x10\xff\x01",
        lambda text: b"\xaa\x55\x01" + len(text).to_bytes(2) + text,
        lambda text: b"\x7f\x01" + zlib.compress(text, wbits=-15),
        lambda text: b"\x7f\x01" + zlib.compress(text),
        lambda text: b"\xff\x01\xfe" + gzip.compress(text),
        lambda text: b"\xff\x01\xfe" + lz4.frame.compress(text),
        lambda text: b"\x80\x01" + text,
    ],
)
def test_what_a_format_may_open(text: bytes, pack: object) -> None:
    value: bytes = pack(text)  # type: ignore[operator]
    if len(value) <= LONGEST and not is_hollow(value, signs_of(value), 0):
        assert not refused(value)


@given(st.binary(min_size=6, max_size=LONGEST))
def test_what_is_not_hollow_is_never_refused(value: bytes) -> None:
    if not is_text(value) and not is_hollow(value, signs_of(value), 0):
        assert not refused(value)


ODD = b"=&%;<>?\\\"'{}[]()/:\n\r\t x1a0-A\x1f\x8b\x08\x04\x22\x28\xb5\x78\x9c\x80\x81\x0a\xff\x00\x01"


@example(b'\n"===\x1f')
@given(st.lists(st.sampled_from(ODD), min_size=6, max_size=30).map(bytes))
def test_nor_of_bytes_that_formats_know(value: bytes) -> None:
    if not is_text(value) and not is_hollow(value, signs_of(value), 0):
        assert not refused(value)


@pytest.mark.parametrize("size", [6, 9, 12, 15, 20, 32])
def test_noise_is_refused_and_formats_agree(size: int) -> None:
    rng = random.Random(size)
    values = [value for value in (rng.randbytes(size) for _ in range(1200)) if not is_text(value)]
    kept = [value for value in values if refused(value)]
    assert len(kept) > 0.8 * len(values)
    assert [value.hex() for value in kept if not is_hollow(value, signs_of(value), 0)] == []
