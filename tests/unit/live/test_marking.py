"""Phases, notes and pictures that a view tells the recording."""

import stat
from pathlib import Path

import pytest

from auditor.errors import UsageError
from auditor.live.marking import LONGEST_NOTE, begin_phase, keep_note, keep_screenshot
from auditor.record.journal import Journal, Kind
from auditor.record.phases import read_mark
from auditor.session.journal import read_journal


@pytest.fixture
def session(tmp_path: Path) -> Path:
    (tmp_path / "session.toml").write_text("schema = 1\n")
    with Journal(tmp_path / "journal.ndjson", recorder="app-1") as journal:
        journal.add(Kind.STARTED, surface="app")
        journal.add(Kind.ENDED, reason="user")
    return tmp_path


def _adb(folder: Path, script: str) -> str:
    path = folder / "adb"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o700)
    return str(path)


def test_a_note_is_in_the_journal_which_stays_whole(session: Path) -> None:
    keep_note(session, "  tapped \n twice \x1b[2J ", "print")
    text = (session / "journal.ndjson").read_text()
    assert '"text":"tapped twice \\u001b[2J","phase":"print"' in text
    assert read_journal(text.encode()).damage == ()


def test_a_note_has_a_bound_and_an_empty_one_is_none(session: Path) -> None:
    keep_note(session, "x" * 9000)
    assert f'"text":"{"x" * LONGEST_NOTE}"' in (session / "journal.ndjson").read_text()
    with pytest.raises(UsageError, match="empty"):
        keep_note(session, " \n ")


def test_there_is_no_note_where_nothing_is_recorded(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no recording"):
        keep_note(tmp_path, "hello")
    assert not (tmp_path / "journal.ndjson").exists()


def test_a_phase_begins_and_what_is_no_id_does_not(session: Path) -> None:
    begin_phase(session, "print")
    mark = read_mark(session)
    assert mark is not None
    assert mark.id == "print"
    with pytest.raises(UsageError, match="is no id"):
        begin_phase(session, "../etc")


def test_a_picture_is_its_owners_and_noted(session: Path) -> None:
    name = keep_screenshot(session, _adb(session, r"printf '\211PNG\r\n\032\nrest'"))
    assert stat.S_IMODE((session / name).stat().st_mode) == 0o600
    assert f"screenshot {name}" in (session / "journal.ndjson").read_text()


@pytest.mark.parametrize(
    ("script", "message"),
    [("echo no picture", "no picture came"), ("echo 'error: no devices/emulators found' >&2; exit 1", "no phone is connected")],
)
def test_no_picture_says_why(session: Path, script: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        keep_screenshot(session, _adb(session, script))
