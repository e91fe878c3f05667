import os
import subprocess
import sys
from pathlib import Path

import pytest

from auditor.errors import UsageError
from auditor.record.running import announced, running_session, running_sessions, state_folder


@pytest.fixture
def session(tmp_path: Path) -> Path:
    folder = tmp_path / "session ä"
    folder.mkdir()
    return folder


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state" / "running"


def test_a_recording_is_found_while_it_runs(session: Path, state: Path) -> None:
    with announced(session, state):
        assert running_sessions(state) == (session,)
        assert (state.stat().st_mode & 0o777) == 0o700
    assert running_sessions(state) == ()


def test_what_a_killed_recorder_left_is_passed_over_and_removed(session: Path, state: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    state.mkdir(parents=True)
    for name in (str(gone.pid), "0", "00", "99999999999999999999999"):
        (state / name).write_text(str(session))
    assert running_sessions(state) == ()
    assert list(state.iterdir()) == []


def test_the_recording_that_runs_is_the_one_that_is_meant(session: Path, state: Path) -> None:
    with announced(session, state):
        assert running_session(state) == session


def test_two_recorders_of_one_session_are_one(session: Path, state: Path) -> None:
    with announced(session, state):
        (state / str(os.getppid())).write_text(str(session))
        assert running_sessions(state) == (session,)


def test_without_a_recording_or_with_several_it_says_what_to_do(session: Path, state: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no recording runs"):
        running_session(state)
    with announced(session, state):
        (state / str(os.getppid())).write_text(str(tmp_path))
        with pytest.raises(UsageError, match=f"several recordings run .name one: {tmp_path}, {session}"):
            running_session(state)


def test_a_state_folder_that_cannot_be_written_stops_nothing(session: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with announced(session, tmp_path / "file" / "running"):
        pass


def test_the_state_folder_follows_xdg_and_else_the_users_home() -> None:
    assert state_folder({"XDG_STATE_HOME": "/x/y"}) == Path("/x/y/auditor/running")
    assert state_folder({"HOME": "/wrong"}).parts[-4:] == (".local", "state", "auditor", "running")
