"""A session's folder, whole, half or faulty, as something to look at."""

from pathlib import Path

import pytest

from auditor.live.following import GONE_SECONDS, Following
from auditor.record import running
from auditor.record.journal import Journal, Kind
from auditor.record.phases import mark_phase


@pytest.fixture(autouse=True)
def nobody_records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def _record(folder: Path, *, ends: bool = False) -> None:
    with Journal(folder / "journal.ndjson", recorder="app-1") as journal:
        journal.add(Kind.STARTED, surface="app")
        if ends:
            journal.add(Kind.ENDED, reason="user")


def test_the_title_is_the_product_else_the_session(tmp_path: Path) -> None:
    (tmp_path / "session.toml").write_text('schema = 1\n[session]\nproduct = "O2\u202eNails"\napp_version = "4"\n')
    assert Following(tmp_path).title == "O2\\u202eNails 4"
    (tmp_path / "session.toml").write_text('schema = 1\n[session]\nname = "monday"\n')
    assert Following(tmp_path).title == "monday"


def test_a_faulty_session_file_is_told_and_does_not_stop_the_view(tmp_path: Path) -> None:
    (tmp_path / "session.toml").write_text("schema = 1\n[sesion]\n")
    _record(tmp_path)
    following = Following(tmp_path)
    assert following.look()
    assert "session" in following.trouble


def test_a_register_that_is_not_there_leaves_the_relation(tmp_path: Path) -> None:
    (tmp_path / "session.toml").write_text('schema = 1\n[session]\nregister = "nosuch"\n')
    assert Following(tmp_path).state._policy._register is None


def test_the_mark_of_a_phase_is_seen_before_a_recorder_tells_of_it(tmp_path: Path) -> None:
    _record(tmp_path)
    following = Following(tmp_path)
    following.look()
    assert following.phase() == (None, "")
    mark_phase(tmp_path, "print")
    assert following.phase()[0] == "print"


def test_a_recorder_that_vanished_is_told_apart_from_one_that_ended(tmp_path: Path) -> None:
    import time

    now = time.time_ns()
    _record(tmp_path)
    fresh = Following(tmp_path, clock=lambda: now)
    fresh.look()
    assert fresh.is_recording()
    late = Following(tmp_path, clock=lambda: now + (GONE_SECONDS + 60) * 10**9)
    late.look()
    assert not late.is_recording()
    assert late.quiet() == "recorder_gone"
    with running.announced(tmp_path):
        assert late.is_recording()
        assert late.quiet() == "no_client"
    _record(tmp_path, ends=True)
    late.look()
    assert late.quiet() == "no_recorder"
