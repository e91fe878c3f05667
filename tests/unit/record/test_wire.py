"""The recording loop over a tap in memory: packets, losses and faults come when the test says so."""

import errno
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from struct import unpack_from
from threading import Event

import pytest

from auditor.errors import ExitCode
from auditor.record.counters import Counters
from auditor.record.journal import Fact, Kind
from auditor.record.kernel_filter import Target
from auditor.record.live_facts import PhaseAt
from auditor.record.pcapng_blocks import enhanced_packet
from auditor.record.recording import RecordResult, StopReason
from auditor.record.rotation import Rotation
from auditor.record.tap import Tap
from auditor.record.wire import WireRecording

PACKET = enhanced_packet(1_700_000_000_000_000_000, b"x" * 60, 60)


class MemoryTap:
    """A tap that gives packets in runs, and stops the recording when it has no more."""

    engine, interface, link_type, buffer_bytes = "memory", "mem0", 1, 1 << 22
    filter_text = "host 192.0.2.9"

    def __init__(self, stop: Event, runs: list[int], drops: int = 0) -> None:
        self.stop, self.runs, self.drops = stop, runs, drops
        self.counters = Counters()
        self.error: OSError | None = None
        self.up: bool | None = True
        self.is_closed = self.gate_is_closed = False

    def wait(self, seconds: float) -> bool:
        return True

    def drain(self, sink: list[bytes], most: int) -> int:
        if not self.runs:
            self.stop.set()
            if self.error and not self.gate_is_closed:
                raise self.error
            return 0
        count = self.runs.pop(0)
        sink.extend([PACKET] * count)
        self.counters = self.counters.wrote(count)
        return count

    def read_counters(self) -> Counters:
        self.counters = self.counters.read(self.counters.delivered - self.counters.received + self.drops, self.drops)
        self.drops = 0
        return self.counters

    def narrow(self, target: Target) -> bool:
        self.filter_text = str(target)
        return True

    def close_gate(self) -> None:
        self.gate_is_closed = True

    def is_up(self) -> bool | None:
        return self.up

    def close(self) -> None:
        self.is_closed = True


def record(folder: Path, runs: list[int], change: Callable[[MemoryTap], None] = lambda tap: None, **said: object) -> RecordResult:
    stop = Event()
    tap = MemoryTap(stop, runs)
    change(tap)
    checked: Tap = tap
    result = WireRecording(folder, checked, **said).run(stop)  # type: ignore[arg-type]
    assert tap.is_closed
    assert tap.gate_is_closed
    return result


def packets(folder: Path) -> int:
    data, at, count = (folder / "printer.pcapng").read_bytes(), 0, 0
    while at < len(data):
        kind, length = unpack_from("<II", data, at)
        count += kind == 6
        at += length
    assert at == len(data)
    return count


def journal(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / "journal.ndjson").read_bytes().splitlines()]


def test_what_the_tap_gives_is_in_the_file_and_counted(tmp_path: Path) -> None:
    result = record(tmp_path, [100, 1, 600])
    assert (result.packets, result.lost, result.exit) == (701, 0, ExitCode.PASS)
    assert packets(tmp_path) == 701


def test_what_the_kernel_dropped_is_lost_and_makes_it_inconclusive(tmp_path: Path) -> None:
    result = record(tmp_path, [100], lambda tap: setattr(tap, "drops", 7))
    assert (result.packets, result.lost, result.received, result.exit) == (100, 7, 107, ExitCode.INCONCLUSIVE)
    ended = journal(tmp_path)[-1]
    assert (ended["dropped"], ended["delivered"], ended["received"]) == (7, 100, 107)


@pytest.mark.parametrize(
    ("number", "stopped", "detail"),
    [
        (errno.ENOSPC, StopReason.DISK_FULL, "the disk is full"),
        (errno.EIO, StopReason.FAILED, "broken"),
        (errno.EPIPE, StopReason.FAILED, "broken"),
    ],
)
def test_an_error_of_the_system_ends_it_in_order(tmp_path: Path, number: int, stopped: StopReason, detail: str) -> None:
    result = record(tmp_path, [50], lambda tap: setattr(tap, "error", OSError(number, "broken")))
    assert (result.stopped, result.exit) == (stopped, ExitCode.INCONCLUSIVE)
    assert detail in result.detail
    assert journal(tmp_path)[-1]["reason"] == stopped
    assert packets(tmp_path) == result.packets


def test_an_interface_that_went_down_is_no_end(tmp_path: Path) -> None:
    result = record(tmp_path, [50], lambda tap: setattr(tap, "error", OSError(errno.ENETDOWN, "down")))
    assert result.stopped is StopReason.USER


def test_an_end_closes_the_phase_that_runs(tmp_path: Path) -> None:
    (tmp_path / ".phase").write_text("print")
    record(tmp_path, [1])
    assert "[[phase]]" in (tmp_path / "session.toml").read_text()
    assert not (tmp_path / ".phase").exists()


def test_nothing_is_left_of_the_reserve(tmp_path: Path) -> None:
    record(tmp_path, [1])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["journal.ndjson", "printer.pcapng", "session.toml"]


def test_a_session_file_that_was_broken_meanwhile_is_said_and_nothing_is_lost(tmp_path: Path) -> None:
    (tmp_path / ".phase").write_text("print")
    stop = Event()
    recording = WireRecording(tmp_path, MemoryTap(stop, [5]))
    (tmp_path / "session.toml").write_text("broken = ")
    result = recording.run(stop)
    assert "session.toml" in result.detail
    assert result.packets == 5


def test_a_surface_names_file_and_journal(tmp_path: Path) -> None:
    result = record(tmp_path, [1], surface="app")
    assert result.files == (str(tmp_path / "app.pcapng"),)
    assert journal(tmp_path)[0]["surface"] == "app"


def test_the_files_of_a_ring_are_listed_at_the_end(tmp_path: Path) -> None:
    result = record(tmp_path, [1], rotation=Rotation(max_seconds=60))
    (path,) = result.files
    assert f'path = "{Path(path).name}"' in (tmp_path / "session.toml").read_text()


class Facts:
    """Live facts that are there already."""

    def __init__(self, *found: tuple[Kind, dict[str, Fact]], dies: bool = False) -> None:
        self.found, self.dies = list(found), dies
        self.why_ended, self.untold = "", 0
        self.shown: list[bytes] = []
        self.ended = False

    def show(self, descriptor: int) -> None:
        self.shown.append(os.read(descriptor, 4))
        os.close(descriptor)

    def poll(self, phase_at: PhaseAt) -> list[tuple[Kind, dict[str, Fact]]]:
        found, self.found = self.found, []
        self.why_ended = "it ended" if self.dies else ""
        return found

    def end(self, phase_at: PhaseAt) -> list[tuple[Kind, dict[str, Fact]]]:
        self.ended = True
        return [(Kind.DEVICE, {"vendor": "late"})]


def test_what_the_dissector_says_is_journalled_before_the_end(tmp_path: Path) -> None:
    facts = Facts((Kind.CONTACT, {"host": "a.example"}))
    record(tmp_path, [5], live=facts)
    kinds = [(entry["kind"], entry.get("host") or entry.get("vendor")) for entry in journal(tmp_path)]
    assert ("contact", "a.example") in kinds or ("device", "late") in kinds
    assert kinds.index(("device", "late")) < len(kinds) - 1
    assert kinds[-1][0] == "ended"
    assert facts.shown == [b"\n\r\r\n"]
    assert facts.ended


def test_a_dissector_that_dies_costs_the_capture_nothing(tmp_path: Path) -> None:
    facts = Facts(dies=True)
    stop = Event()
    tap = MemoryTap(stop, [1] * 40)
    tap.wait = lambda seconds: time.sleep(0.02) or True  # type: ignore[method-assign, func-returns-value]
    result = WireRecording(tmp_path, tap, live=facts).run(stop)  # type: ignore[arg-type]
    assert (result.exit, result.packets) == (ExitCode.PASS, 40)
    assert [entry["trouble"] for entry in journal(tmp_path) if entry["kind"] == "watch"] == ["dissector"]


def test_each_file_of_a_ring_is_shown(tmp_path: Path) -> None:
    facts = Facts()
    stop = Event()
    tap = MemoryTap(stop, [300] * 12)
    tap.wait = lambda seconds: time.sleep(0.05) or True  # type: ignore[method-assign, func-returns-value]
    result = WireRecording(tmp_path, tap, rotation=Rotation(max_bytes=1 << 16), live=facts).run(stop)  # type: ignore[arg-type]
    assert len(facts.shown) == len(result.files) > 1


def test_packets_of_before_the_recording_stand_first_and_are_counted(tmp_path: Path) -> None:
    stop = Event()
    tap = MemoryTap(stop, [3])
    tap.counters = Counters(received=2, delivered=2)
    result = WireRecording(tmp_path, tap, earlier=[PACKET, PACKET]).run(stop)
    assert (result.packets, result.received, result.lost, packets(tmp_path)) == (5, 5, 0, 5)


def test_totals_are_journalled_while_it_runs_and_only_when_they_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("auditor.record.wire.COUNTING_SECONDS", 0.0)
    stop = Event()
    tap = MemoryTap(stop, [7])
    later = iter([False, False, True])
    tap.wait = lambda seconds: time.sleep(0.25) or next(later, True)  # type: ignore[method-assign, func-returns-value]
    WireRecording(tmp_path, tap).run(stop)
    found = [entry for entry in journal(tmp_path) if entry["kind"] == "counters"]
    assert [entry["packets"] for entry in found] == [7]
    assert found[0]["surface"] == "printer"


def test_a_contact_belongs_to_the_phase_in_which_it_began(tmp_path: Path) -> None:
    (tmp_path / ".phase").write_text("print")
    stop = Event()
    recording = WireRecording(tmp_path, MemoryTap(stop, [1]))
    recording._tend(0)
    since = recording.marks[0][0]
    assert [recording._phase_at(at) for at in (since - 1, since, since + 1)] == [None, "print", "print"]
    recording.run(stop)


def test_a_folder_that_was_taken_away_is_a_fault_and_the_rest_is_closed_in_order(tmp_path: Path) -> None:
    stop = Event()
    recording = WireRecording(tmp_path, MemoryTap(stop, [5]))

    def refuse() -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    recording.headroom.release = refuse  # type: ignore[method-assign]
    result = recording.run(stop)
    assert (result.packets, result.exit) == (5, ExitCode.INCONCLUSIVE)
    assert "Permission denied" in result.detail
    assert packets(tmp_path) == 5
    assert journal(tmp_path)[-1]["kind"] == "ended"
