"""tshark is asked about whole recordings, and its absence or failure says nothing."""

import gzip
import shutil
from pathlib import Path

import pytest

from auditor.capture.tshark import Tshark, joined
from tests.unit.capture.wire import START, Wire, pcap, pcapng

FRAMES = [
    (START + number, frame)
    for number, (_, frame) in enumerate(Wire().connect().open().up(b"GET / HTTP/1.1\r\nHost: a.example\r\n\r\n").wire.frames)
]


@pytest.mark.parametrize("form", [pcap, pcapng])
def test_files_are_joined_into_one_capture(tmp_path: Path, form: object) -> None:
    """Of pcap files only the first keeps its header; pcapng sections simply follow each other; compression is undone."""
    assert callable(form)
    whole, first, second = form(FRAMES), form(FRAMES[:2]), form(FRAMES[2:])
    (tmp_path / "1").write_bytes(gzip.compress(first))
    (tmp_path / "2").write_bytes(second)
    found = b"".join(joined((str(tmp_path / "1"), str(tmp_path / "2"))))
    assert found == (whole if form is pcap else first + second)


@pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
def test_packets_are_numbered_over_all_files(tmp_path: Path) -> None:
    """Also where it must read from a pipe."""
    (tmp_path / "1").write_bytes(pcap(FRAMES[:2]))
    (tmp_path / "2").write_bytes(pcap(FRAMES[2:]))
    tool = str(shutil.which("tshark"))
    said = Tshark(tool, (str(tmp_path / "1"), str(tmp_path / "2")), None).says("-T", "fields", "-e", "frame.number")
    assert [int(line) for line in said.split()] == list(range(1, len(FRAMES) + 1))
    said = Tshark(tool, (str(tmp_path / "1"),), None).says("-T", "fields", "-e", "frame.number")
    assert len(said.split()) == 2


def test_a_program_that_cannot_be_run_says_nothing(tmp_path: Path) -> None:
    """Not there, or no program."""
    path = tmp_path / "1"
    path.write_bytes(pcap(FRAMES))
    assert Tshark(str(tmp_path / "nothing"), (str(path),), None).says("-v") == ""
    assert Tshark("/bin/false", (str(path), str(path)), None).says("-v") == ""
