"""Formats are recognised by content, never by name; what is no capture, and what is damaged, is said apart."""

import gzip
import os
from pathlib import Path
from typing import Any

import pytest
import zstandard

from auditor.capture.formats import READERS, recognise
from auditor.errors import DamagedError, UnknownFormatError
from auditor.model.vocabulary import Surface
from tests.unit.capture.flow_files import flow_file, http_state
from tests.unit.capture.har_files import entry, har_file

SAMPLES = {
    "pcap": b"\xd4\xc3\xb2\xa1\2\0\4\0" + bytes(8) + b"\xff\xff\0\0\1\0\0\0",
    "pcapng": bytes.fromhex("0a0d0d0a1c0000004d3c2b1a01000000ffffffffffffffff1c000000"),
    "har": har_file(entry()),
    "mitmproxy": flow_file([http_state()]),
}
SURFACES = {"pcap": Surface.PRINTER, "pcapng": Surface.PRINTER, "har": Surface.APP, "mitmproxy": Surface.APP}


def test_the_samples_are_of_readers_that_are_there() -> None:
    """Readers of rows exported by other tools have their samples in test modules of their own."""
    assert set(SAMPLES) <= {reader.name for reader in READERS}


@pytest.mark.parametrize("ending", [".txt", ".pcap", ".har", "", ".mitm.gz"])
@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstandard.compress])
def test_the_content_decides_whatever_the_name_and_the_compression(name: str, ending: str, pack: Any, tmp_path: Path) -> None:
    path = tmp_path / f"x{ending}"
    path.write_bytes(pack(SAMPLES[name]))
    reader = recognise(str(path))
    assert (reader.name, reader.surface) == (name, SURFACES[name])


@pytest.mark.parametrize("name", SAMPLES)
def test_only_one_reader_takes_a_file(name: str) -> None:
    assert [reader.name for reader in READERS if reader.recognises(SAMPLES[name])] == [name]


NEAR_MISSES = (
    b"just text\n",
    b'{"entries": []}',
    b'{"logs": {}}',
    b"12:34",
    b"\xd4\xc3\xb2",
    b"PK\x03\x04",
    b"<html>",
    b"\n\r\r\n",
    b"5:hello,",
    bytes(100),
)


@pytest.mark.parametrize("data", NEAR_MISSES)
def test_a_near_miss_has_no_known_format(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.pcap"
    path.write_bytes(data)
    with pytest.raises(UnknownFormatError, match="has no known capture format"):
        recognise(str(path))


@pytest.mark.parametrize("data", [b"", gzip.compress(b""), zstandard.compress(b"")])
def test_nothing_at_all_is_damaged(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.mitm"
    path.write_bytes(data)
    with pytest.raises(DamagedError, match="byte 0: is empty: 0 bytes"):
        recognise(str(path))


def test_compression_that_is_broken_from_the_start_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"\x1f\x8b\x08rubbish rubbish rubbish")
    with pytest.raises(DamagedError, match="damaged"):
        recognise(str(path))


def test_what_is_no_file_is_said_without_opening_it(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path, what in ((tmp_path, "no regular file"), (pipe, "no regular file"), (tmp_path / "missing", "does not exist")):
        with pytest.raises(UnknownFormatError, match=what):
            recognise(str(path))


def test_names_that_no_file_can_have_do_not_exist() -> None:
    for path in ("", "a\0b", "x" * 5_000):
        with pytest.raises(UnknownFormatError):
            recognise(path)
