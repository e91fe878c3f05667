"""The views beside a recording: what `--view` needs, and that a page comes and goes with it."""

import threading
import time
from pathlib import Path

import pytest

from auditor.cli.view import viewed
from auditor.errors import UsageError
from auditor.live.own_ports import page_ports


def test_without_a_terminal_there_is_no_view_and_the_recording_does_not_begin(tmp_path: Path) -> None:
    with (
        pytest.raises(UsageError, match="needs a terminal"),
        viewed(str(tmp_path), threading.Event(), None, view=True, page=False, scenario="short"),
    ):
        raise AssertionError("it began")


def test_a_list_of_phases_that_is_none_is_told_before_anything_begins(tmp_path: Path) -> None:
    with (
        pytest.raises(UsageError, match="no scenario"),
        viewed(str(tmp_path), threading.Event(), None, view=True, page=False, scenario="long"),
    ):
        raise AssertionError("it began")


def test_a_page_comes_and_goes_with_the_recording(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    told: list[tuple[str, ...]] = []
    with viewed(str(tmp_path), threading.Event(), told.append, view=False, page=True, scenario="short") as ready:
        ready(("127.0.0.1:8080",))
        end = time.monotonic() + 20
        while not page_ports() and time.monotonic() < end:
            time.sleep(0.05)
        assert len(page_ports()) == 1
    assert page_ports() == frozenset()
    assert told == [("127.0.0.1:8080",)]
