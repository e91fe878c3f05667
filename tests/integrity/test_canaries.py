"""Forty canaries in all encodings: none in any output, message or temporary file, and none in a session that was redacted."""

import tempfile
from pathlib import Path

import pytest

from auditor.cli.app import main
from tests.integrity.canaries import CANARIES, CAPTURES, betrayed, everything, session


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own for temporary files and for the user's state."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    for name in ("TMPDIR", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return folder


def test_the_canaries_are_forty_and_the_search_finds_each(tmp_path: Path) -> None:
    """In every capture of the session: else the other tests would prove nothing."""
    files = everything(session(tmp_path / "canaries"))
    assert len(CANARIES) == 40
    for name in CAPTURES:
        assert len(betrayed(files[name])) > 25, name
    assert betrayed(files["subjects.toml"]) == {one.label for one in CANARIES}


@pytest.mark.timeout(300)
def test_no_output_betrays_a_canary(tmp_path: Path, temporary: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Report in all formats, a table, messages, errors over damaged captures; and every file is its owner's only."""
    folder, out = session(tmp_path / "canaries"), tmp_path / "out"
    formats = [
        word
        for name in ("json", "html", "md", "xlsx", "sarif", "junit", "parquet", "csv", "lists")
        for word in ("--format", name)
    ]
    assert main(["audit", str(folder), "--out", str(out), "--as-of", "2026-11-22", *formats]) in (1, 3)
    for name in CAPTURES:
        (folder / name).write_bytes((folder / name).read_bytes()[:-40])
    assert main(["sightings", str(folder), "--subjects", str(folder / "subjects.toml"), "--format", "csv"]) == 2
    said = capfd.readouterr()
    files = {**everything(out), **everything(temporary)}
    files |= {"standard output": said.out.encode(), "standard error": said.err.encode()}
    assert {name: labels for name, data in files.items() if (labels := betrayed(data))} == {}
    assert [
        str(path) for path in out.rglob("*") if path.is_file() and path.stat().st_mode & 0o077 and ".lock" not in path.name
    ] == []


@pytest.mark.timeout(300)
def test_a_redacted_session_holds_no_canary_and_the_same_findings(
    tmp_path: Path, temporary: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Looked for by other means than those of the tool; all findings are there, and nothing stays in temporary folders."""
    folder, out = session(tmp_path / "canaries"), tmp_path / "shared"
    assert main(["redact", str(folder), "-o", str(out), "--as-of", "2026-11-22"]) == 0
    said = capfd.readouterr()
    files = everything(out)
    assert set(files) == {*CAPTURES, "session.toml", "subjects.toml", "waivers.toml", "redaction.md"}
    files |= {"standard output": said.out.encode(), "standard error": said.err.encode(), **everything(temporary)}
    assert {name: labels for name, data in files.items() if (labels := betrayed(data))} == {}
    assert b"Somebody" not in files["session.toml"]
    assert [str(path) for path in out.rglob("*") if path.stat().st_mode & 0o077] == []
