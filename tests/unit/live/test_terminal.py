"""The terminal view at 80x24, driven by its keys; and its process beside a recording."""

import asyncio
import subprocess
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static

from auditor.live.following import Following
from auditor.live.terminal import LiveView
from auditor.record.journal import Journal, Kind
from auditor.record.phases import read_mark

FLOWS = (
    {"flow_id": "1", "host": "api.o2nails.com", "recipient": "first_party", "relation": "first_party", "phase": "print"},
    {"flow_id": "2", "host": "stats.jpush.cn", "recipient": "aurora", "relation": "undeclared", "phase": "print"},
    {"flow_id": "3", "host": "connectivitycheck.gstatic.com", "recipient": "google", "relation": "system", "phase": "print"},
)
type Steps = Callable[[Pilot[bool], LiveView], Coroutine[Any, Any, None]]


@pytest.fixture
def session(tmp_path: Path) -> Path:
    (tmp_path / "session.toml").write_text('schema = 1\n[session]\nproduct = "O2Nails"\napp_version = "4.2.0"\n')
    with Journal(tmp_path / "journal.ndjson", recorder="app-1") as journal:
        journal.add(Kind.STARTED, surface="app", engine="mitmproxy")
        for flow in FLOWS:
            journal.add(Kind.FLOW, surface="app", method="POST", state="ended", **flow)
    return tmp_path


def _play(session: Path, steps: Steps, *, stops: bool = False, language: str = "en") -> LiveView:
    view = LiveView(Following(session), scenario="short", language=language, stops=stops)

    async def run() -> None:
        async with view.run_test(size=(80, 24)) as pilot:
            await pilot.pause(0.2)
            await steps(pilot, view)

    asyncio.run(run())
    return view


def _text(view: LiveView, name: str) -> str:
    return str(view.query_one(f"#{name}", Static).render())


async def _until(pilot: Pilot[bool], holds: Callable[[], bool]) -> None:
    for _ in range(100):
        if holds():
            return
        await pilot.pause(0.05)
    raise AssertionError("it never came")


def test_it_shows_flows_the_pinned_item_and_its_policy_line(session: Path) -> None:
    async def steps(pilot: Pilot[bool], view: LiveView) -> None:
        await _until(pilot, lambda: "aurora" in _text(view, "rows"))
        assert "O2Nails 4.2.0" in _text(view, "head")
        assert "omitted app→aurora" in _text(view, "pinned")
        assert "gstatic" not in _text(view, "rows")
        assert "1 of OS noise hidden" in _text(view, "counted")
        await pilot.press("e")
        await _until(pilot, lambda: "no line of the policy names" in _text(view, "detail").replace("\n", " "))

    _play(session, steps)


def test_m_shows_the_noise_z_turns_to_chinese_and_the_filter_chooses(session: Path) -> None:
    async def steps(pilot: Pilot[bool], view: LiveView) -> None:
        await pilot.press("m")
        await _until(pilot, lambda: "google" in _text(view, "rows"))
        await pilot.press("z")
        await _until(pilot, lambda: "未声明" in _text(view, "rows"))
        await pilot.press("slash")
        await pilot.press(*"jpush")
        await pilot.press("enter")
        await _until(pilot, lambda: "google" not in _text(view, "rows"))
        assert "aurora" in _text(view, "rows")

    _play(session, steps)


def test_space_marks_the_next_phase_and_tells_what_to_do(session: Path) -> None:
    async def steps(pilot: Pilot[bool], view: LiveView) -> None:
        await pilot.press("space")
        await _until(pilot, lambda: "① cold start" in _text(view, "head"))
        await pilot.press("space")
        await _until(pilot, lambda: "② accept" in _text(view, "head"))

    _play(session, steps)
    mark = read_mark(session)
    assert mark is not None
    assert mark.id == "consented"


def test_a_note_goes_into_the_journal_and_its_letters_are_no_keys(session: Path) -> None:
    async def steps(pilot: Pilot[bool], view: LiveView) -> None:
        await pilot.press("n")
        await pilot.press(*"qmz")
        assert view.query_one("#ask", Input).value == "qmz"
        await pilot.press("enter")
        await _until(pilot, lambda: "qmz" in _text(view, "rows"))

    _play(session, steps)
    assert '"kind":"note"' in (session / "journal.ndjson").read_text()


def test_rows_can_be_walked_through(session: Path) -> None:
    async def steps(pilot: Pilot[bool], view: LiveView) -> None:
        await pilot.press("down")
        await pilot.press("down")
        await _until(pilot, lambda: "host api.o2nails.com" in _text(view, "detail"))
        await pilot.press("escape")
        await _until(pilot, lambda: "host stats.jpush.cn" in _text(view, "detail"))

    _play(session, steps)


@pytest.mark.parametrize(("key", "stops", "result"), [("q", True, True), ("q", False, False), ("ctrl+c", True, False)])
def test_only_q_beside_a_recording_ends_the_recording(session: Path, key: str, stops: bool, result: bool) -> None:
    async def steps(pilot: Pilot[bool], _view: LiveView) -> None:
        await pilot.press(key)

    assert _play(session, steps, stops=stops).return_value is result


def test_it_beeps_for_a_new_undeclared_recipient_and_not_for_what_was_there(
    session: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[int] = []
    monkeypatch.setattr(LiveView, "bell", lambda _self: rung.append(1))

    async def steps(pilot: Pilot[bool], view: LiveView) -> None:
        await _until(pilot, lambda: "aurora" in _text(view, "rows"))
        assert rung == []
        with Journal(session / "journal.ndjson", recorder="app-2") as journal:
            for number, relation in enumerate(("unknown", "declared", "undeclared", "undeclared")):
                host = f"{relation}.example"
                journal.add(
                    Kind.FLOW, flow_id=str(number), host=host, recipient=host, relation=relation, phase="print", state="begun"
                )
        await _until(pilot, lambda: bool(rung))
        assert rung == [1]

    _play(session, steps)


def test_without_a_screen_of_the_phone_the_view_says_why(session: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")

    async def steps(pilot: Pilot[bool], view: LiveView) -> None:
        await pilot.press("s")
        await _until(pilot, lambda: "adb is not installed" in _text(view, "guide"))

    _play(session, steps)


def test_a_fault_of_the_view_ends_it_without_a_traceback_on_the_screen(session: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    view = LiveView(Following(session), scenario="short", language="en", stops=True)
    monkeypatch.setattr(view.following, "phase", lambda: 1 / 0)

    view.run(headless=True)
    assert isinstance(view.fault, ZeroDivisionError)
    assert view.return_value is False


def test_its_process_does_not_claim_a_stop_when_it_cannot_run(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "auditor.live.terminal", str(tmp_path)], capture_output=True, check=False, timeout=60
    )
    assert done.returncode not in (0, 10)
