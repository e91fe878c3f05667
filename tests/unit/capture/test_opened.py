"""Compressed captures: what decompresses is read, damage is named, memory stays bounded."""

import gzip
import io
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from auditor.capture import opened
from auditor.capture.opened import head, open_capture
from auditor.errors import DamagedError

TEXT = bytes(range(256)) * 4_000
CODECS: dict[str, Callable[[bytes], bytes]] = {"gzip": gzip.compress, "zstd": zstandard.compress, "plain": bytes}


def _read_in_blocks(path: Path, size: int = 1_000) -> tuple[bytes, DamagedError | None]:
    got = bytearray()
    with open_capture(str(path)) as stream:
        try:
            while block := stream.read(size):
                got += block
        except DamagedError as error:
            return bytes(got), error
    return bytes(got), None


@pytest.mark.parametrize("name", CODECS)
def test_reads_the_same_bytes_whatever_the_compression(name: str, tmp_path: Path) -> None:
    path = tmp_path / "x.pcap"
    path.write_bytes(CODECS[name](TEXT))
    assert _read_in_blocks(path) == (TEXT, None)
    assert open_capture(str(path)).read() == TEXT


@pytest.mark.parametrize("name", ["gzip", "zstd"])
def test_reads_members_one_after_another(name: str, tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(CODECS[name](TEXT) + CODECS[name](b"") + CODECS[name](b"end"))
    assert _read_in_blocks(path) == (TEXT + b"end", None)


def test_allows_zero_padding_behind_gzip(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(gzip.compress(TEXT) + bytes(600))
    assert _read_in_blocks(path) == (TEXT, None)


@pytest.mark.parametrize("name", ["gzip", "zstd"])
def test_gives_what_stands_before_a_cut_and_then_names_the_damage(name: str, tmp_path: Path) -> None:
    path = tmp_path / "x"
    noise = b"".join(zlib.crc32(bytes([n % 251, n // 251])).to_bytes(4, "big") for n in range(60_000))
    whole = CODECS[name](noise)
    path.write_bytes(whole[: len(whole) // 2])
    got, error = _read_in_blocks(path)
    assert noise.startswith(got) and len(got) > len(noise) // 4
    assert error is not None and error.source is not None
    assert error.source.where == f"byte {len(got)} of the decompressed data"
    assert "ends early" in error.what


@pytest.mark.parametrize("name", ["gzip", "zstd"])
def test_names_trailing_rubbish_as_damage(name: str, tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(CODECS[name](TEXT) + b"rubbish behind the end")
    got, error = _read_in_blocks(path)
    assert got == TEXT
    assert error is not None and "damaged" in error.what


@pytest.mark.parametrize("name", ["gzip", "zstd"])
def test_stops_a_bomb(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opened, "FREE_OUTPUT", 1_000_000)
    path = tmp_path / "x"
    path.write_bytes(CODECS[name](bytes(64_000_000)))
    total = 0
    with open_capture(str(path)) as stream, pytest.raises(DamagedError, match="times its size"):
        while block := stream.read(65_536):
            total += len(block)
    assert total < 64_000_000


def test_one_step_of_a_bomb_stays_small() -> None:
    codec = opened._Zstd()
    data = zstandard.compress(bytes(1 << 30))
    biggest = len(codec.step(data))
    for _ in range(20):
        biggest = max(biggest, len(codec.step(b"")))
    assert biggest <= 64 * 1024 * 1024


@given(st.sampled_from(["gzip", "zstd"]), st.binary(max_size=300), st.integers(0, 400), st.binary(max_size=6))
def test_returns_or_raises_damaged_error_on_any_bytes(name: str, data: bytes, at: int, change: bytes) -> None:
    whole = bytearray(CODECS[name](data))
    whole[at : at + len(change)] = change
    codec = opened._Gzip() if name == "gzip" else opened._Zstd()
    stream = opened.Decompressed(io.BytesIO(bytes(whole)), "x", codec)
    try:
        while stream.read(64):
            pass
    except DamagedError as error:
        assert error.source is not None


def test_head_is_decompressed_and_bounded(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(gzip.compress(TEXT))
    assert head(str(path), 100) == TEXT[:100]
    assert len(head(str(path))) == opened.HEAD_SIZE


def test_closing_twice_and_reading_nothing_are_harmless(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(gzip.compress(TEXT))
    stream = open_capture(str(path))
    assert stream.read(0) == b""
    assert stream.readable()
    buffer = bytearray(10)
    assert stream.readinto(buffer) == 10  # type: ignore[attr-defined]
    assert (bytes(buffer), stream.tell()) == (TEXT[:10], 10)
    stream.close()
    stream.close()


def test_what_stands_before_a_wrong_checksum_is_given(tmp_path: Path) -> None:
    path = tmp_path / "x.pcap.gz"
    path.write_bytes(gzip.compress(TEXT[:9_000])[:-8] + bytes(8))
    data, fault = _read_in_blocks(path)
    assert (data, fault and fault.what) == (TEXT[:9_000], "the compressed data is damaged: incorrect data check")


def test_a_frame_to_be_skipped_may_come_first(tmp_path: Path) -> None:
    """As pzstd writes it (RFC 8878 section 3.1.2)."""
    path = tmp_path / "x.pcap.zst"
    path.write_bytes(b"\x50\x2a\x4d\x18\4\0\0\0size" + zstandard.compress(TEXT))
    assert _read_in_blocks(path) == (TEXT, None)
