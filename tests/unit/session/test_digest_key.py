"""The key of the digests: the one that is named, else the session's, else the user's; made when missing, never guessable."""

import os
import stat
from pathlib import Path

import pytest

from auditor.errors import UsageError
from auditor.model.session import Session
from auditor.session.digest_key import NAME, SIZE, digest_key, passing_key


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state" / "auditor" / "digest.key"


def _session(folder: Path | None) -> Session:
    return Session(name="s", folder=None if folder is None else str(folder))


def test_a_session_gets_a_key_of_its_own_that_only_its_owner_can_read(tmp_path: Path, state: Path) -> None:
    key = digest_key(_session(tmp_path), None)
    assert len(key) == SIZE
    assert digest_key(_session(tmp_path), None) == key == (tmp_path / NAME).read_bytes()
    assert stat.S_IMODE((tmp_path / NAME).stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [NAME]
    assert not state.exists()


def test_keys_of_two_sessions_differ(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert digest_key(_session(tmp_path / "a"), None) != digest_key(_session(tmp_path / "b"), None)


@pytest.mark.parametrize("folder", [None, Path("/proc/self")])
def test_loose_files_and_read_only_sessions_use_the_user_s_key(folder: Path | None, state: Path) -> None:
    key = digest_key(_session(folder), None)
    assert state.read_bytes() == key
    assert stat.S_IMODE(state.stat().st_mode) == 0o600
    assert stat.S_IMODE(state.parent.stat().st_mode) == 0o700
    assert digest_key(_session(folder), None) == key


def test_a_named_key_goes_before_all_others_and_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "named").write_bytes(bytes(range(SIZE)))
    (tmp_path / "s").mkdir()
    assert digest_key(_session(tmp_path / "s"), str(tmp_path / "named")) == bytes(range(SIZE))
    assert not list((tmp_path / "s").iterdir())


@pytest.mark.parametrize("size", [0, SIZE - 1, SIZE + 1])
def test_a_file_of_another_size_is_no_key(size: int, tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(bytes(size))
    for session, named in ((_session(tmp_path), None), (_session(None), str(tmp_path / NAME))):
        with pytest.raises(UsageError, match="is no digest key: 32 bytes are needed"):
            digest_key(session, named)


def test_a_named_key_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nowhere: cannot be read: No such file"):
        digest_key(_session(None), str(tmp_path / "nowhere"))


def test_a_relative_state_folder_is_ignored_as_the_specification_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    key = digest_key(_session(None), None)
    assert (tmp_path / ".local" / "state" / "auditor" / "digest.key").read_bytes() == key
    assert not (tmp_path / "relative").exists()


def test_without_a_place_for_a_key_the_error_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("x")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    with pytest.raises(UsageError, match="name one with --digest-key FILE"):
        digest_key(_session(None), None)
    monkeypatch.delenv("XDG_STATE_HOME")
    monkeypatch.delenv("HOME")
    monkeypatch.setattr(os, "getuid", lambda: 987_654)
    with pytest.raises(UsageError, match="there is no home folder"):
        digest_key(_session(None), None)


def test_a_passing_key_is_new_each_time_and_nowhere_kept(tmp_path: Path, state: Path) -> None:
    assert passing_key(None) != passing_key(None)
    assert not state.exists()
    (tmp_path / "named").write_bytes(bytes(SIZE))
    assert passing_key(str(tmp_path / "named")) == bytes(SIZE)
