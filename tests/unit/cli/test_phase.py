"""The command `auditor phase`: marks, lists and corrects."""

import json
from pathlib import Path

import pytest

from auditor.cli.app import main
from auditor.record.phases import read_mark
from auditor.record.running import announced


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    folder = tmp_path / "today"
    folder.mkdir()
    (folder / "session.toml").write_text("schema = 1\n")
    return folder


def test_a_wrong_mark_is_corrected_with_few_words(session: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with announced(session):
        assert main(["phase", "consented"]) == 0
        assert main(["phase", "declined", "--edit"]) == 0
        assert main(["phase", "--edit"]) == 0
    mark = read_mark(session)
    assert mark is not None
    assert mark.id == "declined"
    said = capsys.readouterr()
    assert said.out.splitlines()[-1].split()[1] == "declined"
    assert "phase 1 in" in said.err
    assert "was consented and is declined" in said.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["phase"], "the name of the phase is missing"),
        (["phase", "print", "--of", "2"], "--of, --start and --end are for --edit"),
        (["phase", "print", "--edit", "--session", "nosuch"], "nosuch: there is no such folder"),
        (["phase", "--edit"], "no recording runs (start one with `auditor record app`, or name a session folder)"),
        (["phase", "print"], "no recording runs (start one with `auditor record app`, or name a session folder)"),
        (["phase", "print", "--session", "nosuch"], "nosuch: there is no such folder"),
        (["phase", "Print!", "--session", "."], "is no id"),
        (["phase", "print", "--edt"], "--edit"),
    ],
)
def test_wrong_words_are_one_line_and_2(
    words: list[str], message: str, session: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    assert message in capsys.readouterr().err


def test_a_mark_where_nobody_records_is_told(session: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A session that is named needs no announced recording; without one the mark may mark nothing."""
    assert main(["phase", "print", "--session", str(session)]) == 0
    assert "nobody is known to record into" in capsys.readouterr().err
    with announced(session):
        assert main(["phase", "pay", "--session", str(session)]) == 0
    assert "warning:" not in capsys.readouterr().err
    mark = read_mark(session)
    assert mark is not None
    assert mark.id == "pay"


def test_a_session_without_phases_says_so(session: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["phase", "--edit", "--session", str(session)]) == 0
    assert capsys.readouterr().out == "no phase is recorded\n"


def test_a_note_is_kept_at_its_moment_and_planted_values_in_it_are_masked(tmp_path: Path) -> None:
    (tmp_path / "session.toml").write_text("schema = 1\n")
    (tmp_path / "subjects.toml").write_text(
        'schema = 1\n[[identifier]]\nlabel = "a"\nkind = "imei"\nvalue = "356938035643809"\nowner = "phone"\n'
    )
    (tmp_path / "journal.ndjson").write_bytes(b"")
    assert main(["phase", "--note", "it showed 356938035643809 twice", "--session", str(tmp_path)]) == 0
    (record,) = map(json.loads, (tmp_path / "journal.ndjson").read_bytes().splitlines())
    assert record["kind"] == "note"
    assert "356938035643809" not in record["text"]
    assert record["text"].endswith(" twice")


def test_a_screenshot_comes_from_adb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in for adb, as everywhere in the tests."""
    program = tmp_path / "bin" / "adb"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\nprintf '\\211PNG\\r\\n\\032\\nrest'\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")
    session = tmp_path / "today"
    session.mkdir()
    (session / "session.toml").write_text("schema = 1\n")
    (session / "journal.ndjson").write_bytes(b"")
    assert main(["phase", "--screenshot", "--session", str(session)]) == 0
    (picture,) = (session / "screenshots").iterdir()
    assert picture.read_bytes().startswith(b"\x89PNG")
