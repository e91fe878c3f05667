"""A wrong phase put right: in session.toml without touching anything else, in the mark that runs, and told in the journal."""

import json
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.errors import UsageError
from auditor.record.correction import LAST, Wish, correct, recorded_phases
from auditor.record.journal import Journal, Kind
from auditor.record.phases import mark_phase, read_mark
from auditor.session.files import read_session
from auditor.session.journal import read_journal

SESSION = """\
schema = 1  # a comment of mine

[session]
name = "monday"  # [[phase]]
tester = '''
[[phase]]
id = "no phase"
'''

[[phase]]
id = "consented"  # was it?
start = 2026-11-22T10:00:00Z
end = "2026-11-22T10:01:00Z"

  [[phase]]
  id = 'print'
  start = "2026-11-22T10:02:00.000000001Z"
  end = 2026-11-22T18:03:00+08:00
"""


@pytest.fixture
def session(tmp_path: Path) -> Path:
    (tmp_path / "session.toml").write_text(SESSION.replace('[[phase]]\nid = "no phase"\n', "a test\n"))
    (tmp_path / "session.toml").chmod(0o600)
    return tmp_path


def _lines(folder: Path) -> list[str]:
    return (folder / "session.toml").read_text().split("\n")


def test_phases_are_listed_with_the_one_that_runs(session: Path) -> None:
    mark_phase(session, "pay")
    phases = recorded_phases(session)
    assert [(phase.number, phase.id, phase.end is None) for phase in phases] == [
        (1, "consented", False),
        (2, "print", False),
        (3, "pay", True),
    ]
    assert phases[0].line.startswith("  1  consented        2026-11-22T10:00:00.000000000Z")
    assert phases[1].end == "2026-11-22T10:03:00.000000000Z"


@pytest.mark.parametrize("which", ["1", "consented"])
def test_only_the_value_changes_and_comments_stay(session: Path, which: str) -> None:
    before = _lines(session)
    was, now = correct(session, which, Wish(id="declined"))
    assert (was.id, now.id) == ("consented", "declined")
    changed = [(old, new) for old, new in zip(before, _lines(session), strict=True) if old != new]
    assert changed == [('id = "consented"  # was it?', 'id = "declined"  # was it?')]
    assert stat.S_IMODE((session / "session.toml").stat().st_mode) == 0o600


def test_times_are_corrected_and_the_session_still_reads(session: Path) -> None:
    correct(session, LAST, Wish(start="2026-11-22T18:01:30.5+08:00", end="2026-11-22T10:04:00Z"))
    phase = read_session((session / "session.toml").read_text(), "x").phases[1]
    assert (phase.end - phase.start) == 149_500_000_000


def test_the_phase_that_runs_keeps_its_beginning(session: Path) -> None:
    since = mark_phase(session, "consented").since
    was, now = correct(session, LAST, Wish(id="declined"))
    mark = read_mark(session)
    assert mark is not None
    assert (mark.id, mark.since, was.start, now.end) == ("declined", since, now.start, None)


def test_the_beginning_of_the_phase_that_runs_can_be_moved(session: Path) -> None:
    mark_phase(session, "print")
    correct(session, "3", Wish(start="2026-11-22T10:05:00.123456789Z"))
    mark = read_mark(session)
    assert mark is not None
    assert mark.since % 1_000_000_000 == 123_456_789


def test_a_correction_is_told_in_the_journal_which_stays_whole(session: Path) -> None:
    with Journal(session / "journal.ndjson", recorder="app-1") as journal:
        journal.add(Kind.STARTED, surface="app")
        journal.add(Kind.ENDED, reason="user")
    correct(session, "1", Wish(id="declined"))
    data = (session / "journal.ndjson").read_bytes()
    record = json.loads(data.splitlines()[-1])
    assert (record["kind"], record["was"], record["now"]) == ("correction", "consented", "declined")
    assert (read_journal(data).damage, read_journal(data).unfinished) == ((), ())


def test_without_a_journal_none_is_made(session: Path) -> None:
    correct(session, "1", Wish(id="declined"))
    assert not (session / "journal.ndjson").exists()


@pytest.mark.parametrize(
    ("which", "wish", "message"),
    [
        ("9", Wish(id="pay"), "there is no phase '9'"),
        ("prnt", Wish(id="pay"), "there is no phase 'prnt'"),
        ("1", Wish(id="Bad Id"), "is no id"),
        ("1", Wish(id='x"\n[[phase]]'), "is no id"),
        ("1", Wish(end="yesterday"), "is no time"),
        ("1", Wish(end="2026-11-22T10:01:00"), "does not say its offset"),
        ("1", Wish(end="2026-11-22T09:00:00Z"), "would end before it starts"),
    ],
)
def test_what_makes_no_sense_changes_nothing(session: Path, which: str, wish: Wish, message: str) -> None:
    before = _lines(session)
    with pytest.raises(UsageError, match=message):
        correct(session, which, wish)
    assert _lines(session) == before


def test_a_phase_that_runs_has_no_end_yet(session: Path) -> None:
    mark_phase(session, "pay")
    with pytest.raises(UsageError, match="still runs"):
        correct(session, LAST, Wish(end="2099-01-01T00:00:00Z"))


def test_an_id_that_two_phases_have_is_no_name(session: Path) -> None:
    correct(session, "2", Wish(id="consented"))
    with pytest.raises(UsageError, match="several phases are 'consented'"):
        correct(session, "consented", Wish(id="pay"))


def test_a_file_that_only_looks_like_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "session.toml").write_text(SESSION)
    with pytest.raises(UsageError, match="cannot be changed there for sure"):
        correct(tmp_path, "1", Wish(id="declined"))
    assert (tmp_path / "session.toml").read_text() == SESSION


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("phase = 3\n", "no list of tables"),
        ("[[phase\n", "cannot be read"),
        (None, "is no session"),
        ("schema = 1\n", "no phase is"),
    ],
)
def test_a_session_that_cannot_be_read_is_told(tmp_path: Path, text: str | None, message: str) -> None:
    if text is not None:
        (tmp_path / "session.toml").write_text(text)
    with pytest.raises(UsageError, match=message):
        correct(tmp_path, LAST, Wish(id="pay"))


@given(st.text(max_size=12), st.sampled_from(["1", "2", "last"]), st.text(max_size=30))
def test_any_words_correct_or_are_refused(which: str, fallback: str, time: str) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "session.toml").write_text(SESSION.replace('[[phase]]\nid = "no phase"\n', "a test\n"))
        for wish, place in ((Wish(id=which), fallback), (Wish(end=time), which), (Wish(start=time), fallback)):
            try:
                correct(folder, place, wish)
            except UsageError:
                continue
        assert len(recorded_phases(folder)) == 2
