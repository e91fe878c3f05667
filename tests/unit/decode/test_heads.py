"""Where a payload behind an unknown head begins and ends."""

import json
import struct
import zlib
from collections.abc import Callable
from random import Random

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.decode.heads import announced, packed, spans
from tests.unit.decode.messages import read

TEXT = json.dumps({"os": "android", "imei": "352099001761481", "名": "小蓝"}, ensure_ascii=False).encode()


def raw_deflate(data: bytes) -> bytes:
    """Without a header or a checksum."""
    stream = zlib.compressobj(wbits=-15)
    return stream.compress(data) + stream.flush()


HEADS = {
    "magic and big length": lambda size: b"MYP1" + struct.pack(">II", 7, size),
    "length alone": lambda size: struct.pack(">I", size),
    "little and a flag": lambda size: b"\xeb\x90" + struct.pack("<H", size) + b"\x01",
    "short": lambda size: b"\x10\x02" + struct.pack(">H", size),
}


@pytest.mark.parametrize("tail", [b"", b"\r\n", b"\x12\x34", b"\1\2\3\4"])
@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS.keys())
@pytest.mark.parametrize("payload", [TEXT, raw_deflate(TEXT), brotli.compress(TEXT), TEXT.decode().encode("utf-16-le")])
def test_a_length_says_where(payload: bytes, head: Callable[[int], bytes], tail: bytes) -> None:
    """Of two bytes or four, in either order, with a checksum behind the payload: the payload is among the spans, and is read."""
    before = head(len(payload))
    data = before + payload + tail
    assert (len(before), len(before) + len(payload)) in announced(data)
    assert any("352099001761481" in value.decode(errors="replace") for _, value, words in read(data) if words)


@pytest.mark.parametrize("pack", [raw_deflate, brotli.compress])
@pytest.mark.parametrize("head", [b"\x02\x7f\x01\x99", b"HL\0\x01\x02\x03\x99\x98\x97"])
def test_compressed_text_without_a_length(pack: Callable[[bytes], bytes], head: bytes) -> None:
    """Text that ends where the bytes end, short and longer than the proof."""
    for text in (TEXT, TEXT * 300):
        run = pack(text)
        start, end = packed(head + run) or (0, 0)
        assert len(head) - 1 <= start <= len(head)  # a byte before Brotli may be read as an empty block of it
        assert end == len(head + run)
        assert any(b"352099001761481" in value for _, value, words in read(head + run) if words)


@pytest.mark.parametrize("data", [b"", b"\0", TEXT, b"\x01" * 40, zlib.compress(TEXT)[:30], b"\x0b" + bytes(range(40))])
def test_no_payload(data: bytes) -> None:
    """Text, cut runs and bytes that say nothing."""
    assert packed(data) is None
    assert announced(TEXT) == []


def test_noise_holds_no_compressed_text() -> None:
    """Of some thousand random values none."""
    random = Random(7)
    assert [data for data in (random.randbytes(random.randint(12, 90)) for _ in range(2000)) if packed(data)] == []


@given(st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    """Spans lie within the bytes, behind at least one of them, and are few."""
    found = list(spans(data, thorough=True))
    assert len(found) <= 4
    assert all(0 < start < end <= len(data) for start, end in found)
