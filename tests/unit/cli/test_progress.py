"""Progress on standard error: nothing when quiet, plain lines elsewhere than on a terminal."""

import sys

import pytest

from auditor.cli import progress


def test_quiet_or_without_standard_error_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    with progress.reading(True) as found:
        assert found is None
    monkeypatch.setattr(sys, "stderr", None)
    with progress.reading(False) as found:
        assert found is None


def test_lines_come_at_most_every_few_seconds(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with progress.reading(False) as found:
        assert found is not None
        found("x", 1_000_000)
        assert capsys.readouterr().err == ""
        monkeypatch.setattr(progress, "EVERY", 0.0)
        found("x\x1b", 2_000_000)
    assert capsys.readouterr().err == "reading x\\x1b: 3 MB so far\n"
