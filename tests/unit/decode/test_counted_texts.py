"""Texts behind their own length, in records of every kind."""

import struct
import time
from base64 import b32encode, b64encode
from collections.abc import Callable
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.decode.counted_texts import SHORTEST, counted
from auditor.decode.framed import _TEXT
from tests.unit.decode.messages import read


def varint(number: int) -> bytes:
    """Seven bits a byte, the lowest first."""
    return bytes([number]) if number < 0x80 else bytes([number & 0x7F | 0x80]) + varint(number >> 7)


def tars(text: bytes) -> bytes:
    """A struct of TARS: the tag and the type are one printable byte, and so is the length."""
    size = b"7" + struct.pack(">I", len(text)) if len(text) > 255 else b"6" + bytes([len(text)])
    return b"\x06\x0a58a29960ae\x16\x053.1.7#\0\0\x01\x9a\xcc\x53\x36\x05" + size + text + b"F\x07android"


RECORDS: tuple[Callable[[bytes], bytes], ...] = (
    tars,
    lambda text: b"\x0b\0\1" + struct.pack(">I", len(text)) + text + b"\x0a\0\2\0\0\1\x9a\xdc\xef\x92\xa2\0",  # Thrift
    lambda text: b"\x02u" + varint(2 * len(text)) + text + b"\x0azh_CN\x18",  # Avro
    lambda text: b"\2net\0\5\0\0\0wifi\0\2k\0" + struct.pack("<I", len(text) + 1) + text + b"\0\0",  # BSON
    lambda text: b"\xac\xed\0\5t" + struct.pack(">H", len(text)) + text + b"q\0~",  # Java
    lambda text: b"\x01\2" + struct.pack("<H", len(text)) + text + b"\xff\1",
    lambda text: b"\x92\x01z" + varint(len(text)) + text + b"\xff",
)


def texts(data: bytes) -> list[bytes]:
    """All that are found in all runs."""
    return [data[start:end] for run in _TEXT.finditer(data) for start, end in counted(data, *run.span())]


@pytest.mark.parametrize("record", RECORDS)
def test_a_text_is_cut_where_its_length_says(record: Callable[[bytes], bytes]) -> None:
    """Of every length, also one that is a printable byte or that another one near it seems to say."""
    for size in (*range(SHORTEST, 140), 200, 255, 256, 300, 1000, 5000):
        text = b64encode(Random(size).randbytes(size))[:size]
        assert text in texts(record(text)), size


@pytest.mark.parametrize("record", RECORDS)
@pytest.mark.parametrize(
    "encode", [b64encode, b32encode, lambda data: b64encode(data).rstrip(b"="), lambda data: data.hex().encode()]
)
def test_what_is_encoded_in_a_record_is_opened(record: Callable[[bytes], bytes], encode: Callable[[bytes], bytes]) -> None:
    """Twice encoded, for once would be found by the letters alone."""
    for size in range(16, 40):
        text = b"imei=352099001761481" + b"x" * size
        assert any(text in value for _, value, _ in read(record(encode(b64encode(text))))), size


def test_several_texts_in_one_run() -> None:
    """Each says how long it is, in printable bytes."""
    values = [b"a" * 40, b"b" * 50, b"c" * 60]
    data = b"\x01" + b"".join(bytes([len(value)]) + value for value in values) + b"\x01"
    assert set(values) <= set(texts(data))


def test_words_are_no_heads_of_each_other() -> None:
    """A sentence of which nothing says how long it is stays as it stands."""
    assert texts(b"\x01\xff The quick brown fox\xff\x01") == []


@pytest.mark.parametrize("letters", [b" ", b" !", b"0123", b"\x20\x10"])
def test_numbers_at_every_place_cost_their_length_once(letters: bytes) -> None:
    """Bytes each of which may be a length are not followed again from each place."""
    data = b"\x01" + (letters * 65536)[:65000] + b"\x01"
    began = time.process_time()
    texts(data)
    assert time.process_time() - began < 2


@given(st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    """Parts of the run, never an error."""
    for run in _TEXT.finditer(data):
        assert all(run.start() <= start < end <= run.end() for start, end in counted(data, *run.span()))
