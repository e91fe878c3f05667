import os
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from threading import Event

import pytest

from auditor.errors import ExitCode, UsageError
from auditor.record.recording import RecordResult, StopReason
from auditor.record.session import PrinterProcess, SessionResult, record_session
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
