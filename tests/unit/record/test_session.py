import os
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest

from auditor.errors import ExitCode, UsageError
from auditor.record.recording import RecordResult, StopReason
from auditor.record.session import PrinterProcess, SessionResult, record_session
from tests.unit.record.forking import interrupt_forks
from tests.unit.record.results import WHOLE


def record(stop: Event, ready: Callable[[], None]) -> RecordResult:
    """A recorder that records until it is asked to stop."""
    ready()
    stop.wait(20)
    return replace(WHOLE, packets=7)


def test_a_child_records_until_it_is_asked_to_end() -> None:
    child = PrinterProcess(record)
    assert child.end() == replace(WHOLE, packets=7)


def test_an_error_before_it_records_is_the_parents() -> None:
    def refuse(stop: Event, ready: Callable[[], None]) -> RecordResult:
        raise UsageError("there is no interface 'wlan7'", fix="there are: lo")

    with pytest.raises(UsageError, match=r"^there is no interface 'wlan7' \(there are: lo\)$"):
        PrinterProcess(refuse)


def test_an_end_without_a_result_is_a_recording_that_failed() -> None:
    def die(stop: Event, ready: Callable[[], None]) -> RecordResult:
        ready()
        os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(20)
        return WHOLE

    result = PrinterProcess(die).end()
    assert (result.stopped, result.exit) == (StopReason.FAILED, ExitCode.INCONCLUSIVE)
    assert "ended with -9" in result.detail


def test_a_child_that_ends_of_its_own_keeps_its_result() -> None:
    def gone(stop: Event, ready: Callable[[], None]) -> RecordResult:
        ready()
        return replace(WHOLE, stopped=StopReason.INTERFACE_GONE, detail="the interface wlan0 is gone")

    child = PrinterProcess(gone)
    time.sleep(0.2)
    assert child.end().stopped is StopReason.INTERFACE_GONE


@pytest.mark.parametrize(
    ("app", "printer", "code"),
    [
        (WHOLE, WHOLE, ExitCode.PASS),
        (replace(WHOLE, detail="x"), WHOLE, ExitCode.INCONCLUSIVE),
        (WHOLE, replace(WHOLE, lost=1), ExitCode.INCONCLUSIVE),
    ],
)
def test_a_session_is_whole_when_both_are(app: RecordResult, printer: RecordResult, code: ExitCode) -> None:
    result = SessionResult(app=app, printer=printer)
    assert result.exit is code
    assert result.files == ("a.pcapng", "a.pcapng")
    assert result.reason.startswith("app: 10 packets recorded")


def test_without_the_printer_the_phone_is_not_recorded() -> None:
    def never(stop: Event) -> RecordResult:
        raise AssertionError("the phone's recorder was started")

    with pytest.raises(UsageError, match="wlan77"):
        record_session(never, "wlan77", "/nowhere", stop=Event())


def test_when_the_phones_recorder_does_not_start_the_printers_ends() -> None:
    child = PrinterProcess(record)
    process = child._process
    child.end()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_ctrl_c_while_it_begins_leaves_no_recorder_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody knows the child's number then: it would record until the machine is switched off."""
    children = interrupt_forks(monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        PrinterProcess(record)
    with pytest.raises(ChildProcessError):
        os.waitpid(children[0], 0)


def test_ctrl_c_while_it_waits_for_the_child_ends_that(tmp_path: Path) -> None:
    """A child listens for a device, half a minute perhaps, before it records."""

    def listen(stop: Event, ready: Callable[[], None]) -> RecordResult:
        (tmp_path / "number").write_text(str(os.getpid()))
        os.kill(os.getppid(), signal.SIGINT)
        time.sleep(60)
        return WHOLE

    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        PrinterProcess(listen)
    assert time.monotonic() - begun < 30
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "number").read_text()), 0)


def test_where_there_is_no_room_for_a_process_nobody_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The number 0 is all processes of this terminal."""

    def refuse() -> int:
        raise BlockingIOError

    killed: list[int] = []
    monkeypatch.setattr(os, "fork", refuse)
    monkeypatch.setattr(os, "kill", lambda number, _: killed.append(number))
    with pytest.raises(BlockingIOError):
        PrinterProcess(record)
    assert killed == []
