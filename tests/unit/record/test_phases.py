import os
from pathlib import Path

import pytest

from auditor.errors import UsageError
from auditor.record.journal import Journal, Kind
from auditor.record.phases import Mark, PhaseWatch, end_phase, end_stale_phase, mark_phase, read_mark
from auditor.record.session_folder import open_session
from auditor.record.timestamps import iso_time
from auditor.session.files import read_session


def phases(folder: Path) -> list[tuple[str, int, int]]:
    said = read_session((folder / "session.toml").read_text(), "session.toml")
    return [(phase.id, phase.start, phase.end) for phase in said.phases]


def test_a_mark_is_the_phase_and_the_moment_it_was_set(tmp_path: Path) -> None:
    (tmp_path / ".phase").write_text("before_consent\n")
    os.utime(tmp_path / ".phase", ns=(5, 1_700_000_000_000_000_000))
    assert read_mark(tmp_path) == Mark("before_consent", 1_700_000_000_000_000_000)


@pytest.mark.parametrize("text", ["", "\n", "two words", "../x", "Capital", "x" * 65, "\x00", "print\nprint"])
def test_a_mark_that_is_no_id_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / ".phase").write_text(text)
    assert read_mark(tmp_path) is None


def test_no_file_is_no_mark(tmp_path: Path) -> None:
    assert read_mark(tmp_path) is None


def test_a_new_phase_ends_the_one_before_at_the_same_moment(tmp_path: Path) -> None:
    open_session(tmp_path)
    first = mark_phase(tmp_path, "before_consent")
    assert phases(tmp_path) == []
    second = mark_phase(tmp_path, "consented")
    end_phase(tmp_path, second.since + 1_000_000_000)
    microseconds = [(id_, start // 1000, end // 1000) for id_, start, end in phases(tmp_path)]
    assert microseconds == [
        ("before_consent", first.since // 1000, second.since // 1000),
        ("consented", second.since // 1000, second.since // 1000 + 1_000_000),
    ]
    assert not (tmp_path / ".phase").exists()
    assert not list(tmp_path.glob(".phase.*"))


def test_ending_without_a_phase_changes_nothing(tmp_path: Path) -> None:
    open_session(tmp_path)
    end_phase(tmp_path, 5)
    assert phases(tmp_path) == []


@pytest.mark.parametrize("phase", ["", "a b", "../x", "A", "-x", "é", "a\n"])
def test_what_is_no_id_is_refused(tmp_path: Path, phase: str) -> None:
    with pytest.raises(UsageError, match="is no id"):
        mark_phase(tmp_path, phase)


def test_a_session_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be written"):
        mark_phase(tmp_path / "gone", "print")


def test_a_watch_sees_each_change_once_and_looks_ten_times_a_second(tmp_path: Path) -> None:
    now = [0.0]
    watch = PhaseWatch(tmp_path, clock=lambda: now[0])
    assert not watch.look()
    (tmp_path / ".phase").write_text("print")
    assert not watch.look()
    now[0] = 0.2
    assert watch.look()
    assert watch.phase == "print"
    now[0] = 0.4
    assert not watch.look()
    (tmp_path / ".phase").unlink()
    now[0] = 0.6
    assert watch.look()
    assert watch.phase is None


def test_a_watch_without_a_session_sees_nothing() -> None:
    assert not PhaseWatch(None).look()


def killed_in(folder: Path, phase: str, since: int) -> None:
    """A journal of a recorder that was killed in a phase."""
    with Journal(folder / "journal.ndjson", "app-1", wall=lambda: since + 5_000_000_000) as journal:
        journal.add(Kind.STARTED)
        journal.add(Kind.PHASE, phase=phase, since=iso_time(since))


@pytest.mark.parametrize(
    ("phase", "seconds", "is_stale"),
    [("print", 60, True), ("print", 6, False), ("pay", 60, False)],
    ids=["killed a while ago", "may be alive", "another phase"],
)
def test_a_phase_that_a_killed_recorder_left_is_ended_when_that_was(
    tmp_path: Path, phase: str, seconds: int, is_stale: bool
) -> None:
    open_session(tmp_path)
    mark = mark_phase(tmp_path, "print")
    killed_in(tmp_path, phase, mark.since)
    end_stale_phase(tmp_path, mark.since + seconds * 1_000_000_000)
    assert (read_mark(tmp_path) is None) is is_stale
    said = read_session((tmp_path / "session.toml").read_text(), "session.toml").phases
    assert [(each.id, (each.end - each.start) // 1_000_000_000) for each in said] == ([("print", 5)] if is_stale else [])


def test_without_a_journal_a_phase_that_was_marked_before_stays(tmp_path: Path) -> None:
    open_session(tmp_path)
    mark = mark_phase(tmp_path, "print")
    end_stale_phase(tmp_path, mark.since + 10**12)
    assert read_mark(tmp_path) == mark
