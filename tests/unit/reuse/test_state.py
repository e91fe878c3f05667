"""What is remembered of reports."""

from pathlib import Path

import pytest

from auditor.reuse import state
from auditor.reuse.keys import Keys

KEYS = Keys(facts="f", report="r", dated="d")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A folder of reports with one."""
    (tmp_path / "out" / "a" / "tables").mkdir(parents=True)
    (tmp_path / "out" / "a" / "audit.json").write_text("{}")
    (tmp_path / "out" / "a" / "tables" / "flows.parquet").write_text("x")
    return tmp_path / "out"


def _remembered(out: Path) -> state.State:
    state.remember(str(out), "a", KEYS, "2026-11-22", ["error: x"], {"flows.parquet": b"facts"})
    found = state.read(str(out), "a")
    assert found is not None
    return found


def test_what_is_remembered_is_read_back_and_the_owners_only(out: Path) -> None:
    found = _remembered(out)
    assert (found.facts, found.said, sorted(found.files)) == ("f", ["error: x"], ["audit.json", "tables/flows.parquet"])
    folder = state.place(str(out), "a")
    assert folder.stat().st_mode & 0o077 == 0
    assert all(path.stat().st_mode & 0o077 == 0 for path in folder.iterdir())


@pytest.mark.parametrize(
    ("keys", "as_of", "stands"),
    [
        (KEYS, None, True),
        (KEYS, "2026-11-22", True),
        (KEYS, "2026-11-23", False),
        (Keys(facts="f", report="other", dated="d"), None, False),
        (Keys(facts="f", report="r", dated="other"), None, False),
    ],
)
def test_a_report_stands_while_nothing_changed(out: Path, keys: Keys, as_of: str | None, stands: bool) -> None:
    assert state.stands(_remembered(out), out / "a", keys, as_of) is stands


@pytest.mark.parametrize("change", ["changed", "added", "gone"])
def test_a_report_that_was_touched_does_not_stand(out: Path, change: str) -> None:
    found = _remembered(out)
    file = out / "a" / ("new.txt" if change == "added" else "audit.json")
    file.unlink() if change == "gone" else file.write_text("other")
    assert not state.stands(found, out / "a", KEYS, None)


def test_a_decision_that_somebody_signed_does_not_count_as_a_change(out: Path) -> None:
    found = _remembered(out)
    (out / "a" / "signoff.jsonl").write_text("signed")
    assert state.stands(found, out / "a", KEYS, None)


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'{"facts": 1}', b"\xff"])
def test_a_state_that_is_none_is_nothing(out: Path, data: bytes) -> None:
    _remembered(out)
    (state.place(str(out), "a") / state.STATE_FILE).write_bytes(data)
    assert state.read(str(out), "a") is None


def test_what_was_seen_counts_only_for_the_same_session(out: Path) -> None:
    found = _remembered(out)
    assert state.seen(found, str(out), "a", Keys(facts="other", report="r", dated="d")) == (None, {})
    assert state.seen(found, str(out), "a", KEYS) == (None, {})  # the files are no tables


def test_reports_that_are_gone_are_forgotten(out: Path) -> None:
    _remembered(out)
    (out / "b").mkdir()
    for path in sorted((out / "a").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    (out / "a").rmdir()
    state.remember(str(out), "b", KEYS, "2026-11-22", [], {})
    state.forget_gone(str(out))
    assert state.read(str(out), "a") is None
    assert state.read(str(out), "b") is not None
    state.forget_all(str(out))
    assert not state.place(str(out), "b").parent.exists()


def test_nothing_is_forgotten_where_nothing_is_known(tmp_path: Path) -> None:
    state.forget_gone(str(tmp_path / "nowhere"))
    state.forget_all(str(tmp_path / "nowhere"))


def test_what_a_killed_run_left_beside_is_written_over(out: Path) -> None:
    left = state.place(str(out), ".a.new")
    left.mkdir(parents=True)
    (left / "half").write_text("x")
    assert _remembered(out).facts == "f"
    assert [path.name for path in left.parent.iterdir()] == ["a"]


def test_where_nothing_can_be_written_nothing_is_remembered(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "cache_folder", lambda: Path("/dev/null"))
    state.remember(str(out), "a", KEYS, "2026-11-22", [], {})
    assert state.read(str(out), "a") is None
