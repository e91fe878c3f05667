"""A live scan as a process: its lines come through, and its death is told."""

import sys
import time
from collections.abc import Callable

from auditor.record.flow_scan import FlowScan, Line

TALKS = 'import sys\nprint(\'{"record": "sighting", "flow_id": "a"}\', flush=True)\nsys.stdin.read()\nprint(\'{"record": "skipped"}\')'
BREAKS_OFF = "print('no JSON'); print('[1]'); raise SystemExit(3)"
STAYS = "import time\ntime.sleep(60)"


def scan(code: str) -> tuple[FlowScan, list[Line]]:
    told: list[Line] = []
    return FlowScan((sys.executable, "-c", code), told.append), told


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_lines_come_while_it_runs_and_the_last_ones_before_it_has_ended() -> None:
    made, told = scan(TALKS)
    wait_until(lambda: bool(told))
    made.stop()
    assert told == [{"record": "sighting", "flow_id": "a"}, {"record": "skipped"}]


def test_a_scan_that_breaks_off_is_told() -> None:
    made, told = scan(BREAKS_OFF)
    wait_until(lambda: bool(told))
    assert "broke off" in str(told[0]["reason"])
    made.stop()
    assert "ended with 3" in str(told[1]["reason"])


def test_a_scan_that_does_not_end_is_ended(monkeypatch: object) -> None:
    from auditor.record import flow_scan

    flow_scan.STOP_SECONDS, before = 0.2, flow_scan.STOP_SECONDS
    try:
        made, told = scan(STAYS)
        made.stop()
    finally:
        flow_scan.STOP_SECONDS = before
    assert "ended with -9" in str(told[0]["reason"])
