"""The command `auditor live`: which session it takes, and what it says where it cannot show anything."""

import io
import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from auditor.cli.app import main
from auditor.cli.live import has_terminal, language_here
from auditor.record.running import announced


@pytest.fixture(autouse=True)
def nobody_records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["live"], "no recording runs (start one with `auditor record app`"),
        (["live", "nosuch"], "nosuch: there is no such folder"),
        (["live", ".", "--scenario", "realease"], "there is no scenario 'realease'"),
        (["live", "."], "the view needs a terminal (use --page"),
        (["live", ".", "--page", "--host", "203.0.113.7"], "cannot listen on 203.0.113.7:0"),
        (["live", ".", "--page", "--host", "0.0.0.0"], "--host 0.0.0.0 is every address (name the one"),
        (["live", ".", "--prot", "1"], "--port"),
    ],
)
def test_what_cannot_be_shown_is_one_line_and_2(argv: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(argv) == 2
    said = capsys.readouterr().err
    assert message in said
    assert "Traceback" not in said


def test_several_recordings_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        state = tmp_path / "state" / "auditor" / "running"
        with announced(tmp_path / "a"):
            (state / str(child.pid)).write_text(str(tmp_path / "b"))
            assert main(["live"]) == 2
    finally:
        child.kill()
        child.wait()
    assert f"several recordings run (name one: {tmp_path / 'a'}, {tmp_path / 'b'})" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN", "LC_ALL": "C"}, "en"),
        ({}, "en"),
        ({"LC_ALL": "", "LANG": "zh_TW"}, "zh"),
    ],
)
def test_the_environment_chooses_the_language(
    environment: dict[str, str], language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert language_here() == language


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_page_is_served_until_it_is_told_to_stop(number: signal.Signals, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "auditor", "live", str(tmp_path), "--page"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        url = process.stdout.readline().strip()
        assert httpx.get(url, trust_env=False).status_code == 200
        process.send_signal(number)
        assert process.wait(timeout=20) == 0
        assert process.stderr.read().splitlines()[-1] == "exit 0 (done): the page is closed"


class Terminal(io.StringIO):
    """A stream that a person sits at."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("closed", "has"), [("stdin", False), ("stdout", False), (None, True)])
def test_a_stream_that_was_closed_is_no_terminal(closed: str | None, has: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Python leaves None in the place of a stream that the caller closed."""
    for name in ("stdin", "stdout"):
        monkeypatch.setattr(sys, name, None if name == closed else Terminal())
    assert has_terminal() is has
