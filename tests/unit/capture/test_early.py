"""A large capture is read before this process is ready for it: the same table, whoever is alive, and whatever the paths are."""

import gzip
import os
import signal
from contextlib import suppress
from pathlib import Path

import pytest

from auditor.capture import early
from auditor.capture.reader import ReadOptions
from auditor.cli.app import main
from auditor.errors import DamagedError
from tests.unit.capture.reading_of import reader_of
from tests.unit.capture.test_sibling import _wire
from tests.unit.capture.wire import pcapng


@pytest.fixture(autouse=True)
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every capture counts as large, every machine has two cores."""
    monkeypatch.setattr(early, "LARGE", 1)
    monkeypatch.setattr(early, "cores", lambda: 2)


@pytest.mark.parametrize("form", ["pcap", "pcapng"])
def test_the_table_is_the_same(form: str, tmp_path: Path) -> None:
    path, wire = tmp_path / "a", _wire()
    path.write_bytes(wire.pcap() if form == "pcap" else pcapng(wire.frames))
    reader = reader_of(path)
    heard: list[int] = []
    with early.begun([str(path)]) as begun:
        assert begun is not None
        options = ReadOptions(meanwhile=lambda: None, progress=heard.append, beside=begun.inbox)
        both = reader.read(str(path), options)
    assert both.table.equals(reader.read(str(path), ReadOptions()).table)
    assert sum(heard) == path.stat().st_size


def test_a_reader_that_dies_costs_nothing_but_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.pcap"
    path.write_bytes(_wire().pcap())
    made: list[int] = []
    fork = os.fork

    def noted() -> int:
        made.append(fork())
        return made[-1]

    monkeypatch.setattr(os, "fork", noted)

    def kill() -> None:
        with suppress(ProcessLookupError, ChildProcessError):  # this is done a second time without it
            os.kill(made[0], signal.SIGKILL)
            os.waitid(os.P_PID, made[0], os.WEXITED | os.WNOWAIT)

    with early.begun([str(path)]) as begun:
        assert begun is not None
        both = reader_of(path).read(str(path), ReadOptions(meanwhile=kill, beside=begun.inbox))
    assert both.table.equals(reader_of(path).read(str(path), ReadOptions()).table)


def test_what_is_damaged_is_told_as_ever(tmp_path: Path) -> None:
    path = tmp_path / "a.pcap"
    path.write_bytes(_wire().pcap()[:20])
    with early.begun([str(path)]) as begun:
        assert begun is not None
        with pytest.raises(DamagedError, match="the file header is cut"):
            reader_of(path).read(str(path), ReadOptions(meanwhile=lambda: None, beside=begun.inbox))


@pytest.mark.parametrize("kind", ["two", "folder", "missing", "compressed", "other", "empty", "pipe", "\0"])
def test_what_is_no_large_packet_capture_is_not_begun(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "a.pcap"
    data = {"compressed": gzip.compress(_wire().pcap()), "other": b"{}", "empty": b"", "two": _wire().pcap()}
    if kind in data:
        path.write_bytes(data[kind])
    elif kind == "pipe":
        os.mkfifo(path)
    paths = {"two": [str(path)] * 2, "folder": [str(tmp_path)], "\0": ["\0"]}
    with early.begun(paths.get(kind, [str(path)])) as begun:
        assert begun is None


def test_one_core_begins_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(early, "cores", lambda: 1)
    path = tmp_path / "a.pcap"
    path.write_bytes(_wire().pcap())
    with early.begun([str(path)]) as begun:
        assert begun is None


def test_nobody_need_listen_to_it(tmp_path: Path) -> None:
    path = tmp_path / "a.pcap"
    path.write_bytes(_wire().pcap())
    with pytest.raises(KeyError), early.begun([str(path)]):
        raise KeyError


def test_the_command_says_the_same(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.pcap"
    path.write_bytes(_wire().pcap())
    words = ["flows", str(path), "--format", "ndjson", "--quiet"]
    said = [(main(words), capfdbinary.readouterr())]
    monkeypatch.setattr(early, "cores", lambda: 1)
    said.append((main(words), capfdbinary.readouterr()))
    assert said[0] == said[1]
    assert said[0][1].out.count(b"\n") == 16
