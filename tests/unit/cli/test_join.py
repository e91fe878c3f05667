"""QR codes on a terminal; no secret anywhere else."""

import io
import sys
from pathlib import Path

import pytest

from auditor.cli.join import drawn, show_ways
from auditor.record.app_join import JoinWay

SECRET = JoinWay(title="WireGuard: scan it", text="[Interface]\nPrivateKey = c2VjcmV0\n", is_secret=True)
OPEN = JoinWay(title="proxy", text="http://192.168.4.1:8080")


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_code_can_be_read_back_as_squares() -> None:
    lines = drawn(OPEN.text).splitlines()
    assert len(lines) > 10
    assert any(sign in "".join(lines) for sign in "▀▄█")


def test_without_a_terminal_the_key_goes_into_a_file_and_nowhere_else(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    show_ways((SECRET, OPEN), str(tmp_path))
    said = capsys.readouterr()
    assert said.out == ""
    assert "c2VjcmV0" not in said.err
    (path,) = tmp_path.iterdir()
    assert str(path) in said.err
    assert "c2VjcmV0" in path.read_text()
    assert "proxy: http://192.168.4.1:8080" in said.err


def test_on_a_terminal_codes_are_drawn_and_the_key_is_no_text(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    show_ways((SECRET, OPEN), str(tmp_path))
    assert "█" in screen.getvalue()
    assert "c2VjcmV0" not in screen.getvalue()
    assert "http://192.168.4.1:8080" in screen.getvalue()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    show_ways((SECRET,), "/proc/nowhere")
    assert "no file for the configuration" in capsys.readouterr().err
