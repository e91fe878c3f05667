"""A tap in, a capture file and a journal out: the recording loop of packets.

The loop only moves bytes. It wakes at least five times a second, so that whatever kills it, the file holds all but the last
moment; each interval's losses stand in the file and in the journal.
"""

import errno
import platform
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from threading import Event

from auditor.errors import UsageError
from auditor.record import phases, session_folder
from auditor.record.capture_file import CaptureFile
from auditor.record.counters import Counters
from auditor.record.headroom import Headroom
from auditor.record.journal import NAME as JOURNAL_NAME
from auditor.record.journal import Journal, Kind
from auditor.record.pcapng_blocks import interface_description, interface_statistics, is_packet, section_header
from auditor.record.recording import RecordResult, StopReason, tool_version
from auditor.record.tap import Tap
from auditor.record.timestamps import iso_time

WAKE_SECONDS = 0.2
GATHER_SECONDS = 0.002
"""A pause after a short run of packets, so that the next is longer: each wake-up costs as much as three packets."""
INTERVAL_SECONDS = 10.0
_BATCH = 512
_SHORT = 64
_FLUSH_BLOCKS = 2048
_DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_LINK_LOST = frozenset({errno.ENETDOWN, errno.ENODEV, errno.ENXIO})


class WireRecording:
    """One recording while it runs: the tap, the file, the journal, and what is counted."""

    def __init__(self, folder: Path, tap: Tap, surface: str = "printer") -> None:
        """Makes the session where there is none, and opens the file and the journal.

        Raises:
            UsageError: the folder or a file in it cannot be written, or its disk is full.
        """
        session_folder.open_session(folder)
        self.folder = folder
        self.tap = tap
        self.headroom = Headroom(folder)
        self.started = time.time_ns()
        self.name = session_folder.free_name(folder, surface, ".pcapng")
        self.file = CaptureFile(folder / self.name, _head(tap))
        session_folder.list_capture(folder, self.name, surface)
        self.journal = Journal(folder / JOURNAL_NAME, f"{surface}-{self.started:x}")
        self.phases = phases.PhaseWatch(folder)
        self.counted = Counters()
        """Totals at the last interval's end."""
        self.interval_began = time.monotonic()
        self.gaps: list[str] = []
        self._begin_journal(surface)

    def _begin_journal(self, surface: str) -> None:
        self.journal.add(
            Kind.STARTED,
            tool=f"traffic-auditor {tool_version()}",
            surface=surface,
            file=self.name,
            interface=self.tap.interface,
            engine=self.tap.engine,
            filter=self.tap.filter_text,
            buffer=self.tap.buffer_bytes,
        )
        self.journal.sync()

    def run(self, stop: Event) -> RecordResult:
        """Records until the end; whatever ends it, the file and the journal are closed in order."""
        try:
            reason, detail = self._loop(stop)
            if reason is StopReason.USER:
                self._drain_queue()
        except OSError as error:
            reason, detail = self._why(error)
        return self._finish(reason, detail)

    def _loop(self, stop: Event) -> tuple[StopReason, str]:
        tended = time.monotonic()
        while not stop.is_set():
            if self.tap.wait(WAKE_SECONDS) and self._take() < _SHORT:
                time.sleep(GATHER_SECONDS)
            now = time.monotonic()
            if now - tended >= WAKE_SECONDS or len(self.file.pending) >= _FLUSH_BLOCKS:
                tended = now
                self._tend(now)
                if self._is_gone():
                    return StopReason.INTERFACE_GONE, f"the interface {self.tap.interface} is gone"
        return StopReason.USER, ""

    def _take(self) -> int:
        """Takes what waits, at most a batch; gives the number of packets."""
        try:
            return self.tap.drain(self.file.pending, _BATCH)
        except OSError as error:
            if error.errno not in _LINK_LOST:
                raise
        self.gaps.append(f"the interface {self.tap.interface} went down")
        self.journal.add(Kind.INTERFACE, interface=self.tap.interface, state="down")
        return 0

    def _is_gone(self) -> bool:
        """Whether the interface was taken away; the one that went down may come again."""
        return self.tap.is_up() is None

    def _tend(self, now: float) -> None:
        """What is due a few times a second."""
        self.file.flush()
        if self.phases.look():
            mark = self.phases.mark
            self.journal.add(Kind.PHASE, phase=mark.id if mark else None, since=iso_time(mark.since) if mark else None)
        if now - self.interval_began >= INTERVAL_SECONDS:
            self.interval_began = now
            self._end_interval()
        self.journal.tick()

    def _end_interval(self) -> None:
        """Puts the totals into the file, and what the interval added into the journal."""
        totals = self.tap.read_counters()
        part = totals.since(self.counted)
        self.counted = totals
        self.file.pending.append(interface_statistics(time.time_ns(), self.started, totals))
        self.journal.add(Kind.LOSS, received=part.received, dropped=part.dropped, delivered=part.delivered)

    def _drain_queue(self) -> None:
        """Reads what the kernel still holds."""
        self.tap.close_gate()
        while self._take():
            if len(self.file.pending) >= _FLUSH_BLOCKS:
                self.file.flush()
        self.file.flush()

    def _why(self, error: OSError) -> tuple[StopReason, str]:
        """What an error of the system means for the recording."""
        if error.errno in _DISK_FULL:
            return StopReason.DISK_FULL, f"{self.folder}: the disk is full"
        return StopReason.FAILED, f"{self.folder / self.name}: {error.strerror or error}"

    def _finish(self, reason: StopReason, detail: str) -> RecordResult:
        """Writes the last counts and closes everything; what cannot be written any more is counted as lost."""
        self.tap.close_gate()
        self.headroom.release()
        unwritten = sum(is_packet(block) for block in self.file.pending)
        self.file.pending.clear()
        totals = self.tap.read_counters().wrote(-unwritten)
        faults = [detail, *self.gaps]
        last = interface_statistics(time.time_ns(), self.started, totals)
        steps: tuple[Callable[[], None], ...] = (
            partial(self._close_file, last),
            partial(self._close_journal, reason, totals),
            partial(phases.end_phase, self.folder, time.time_ns()),
        )
        for step in steps:
            try:
                step()
            except (OSError, UsageError) as error:
                faults.append(str(error))
        self.tap.close()
        return RecordResult(
            files=(str(self.folder / self.name),),
            stopped=reason,
            packets=totals.delivered,
            bytes_written=self.file.size,
            lost=totals.received - totals.delivered,
            received=totals.received,
            engine=self.tap.engine,
            detail="; ".join(dict.fromkeys(fault for fault in faults if fault)),
        )

    def _close_file(self, last: bytes) -> None:
        self.file.pending.append(last)
        try:
            self.file.flush()
        finally:
            self.file.close()

    def _close_journal(self, reason: StopReason, totals: Counters) -> None:
        part = totals.since(self.counted)
        self.journal.add(Kind.LOSS, received=part.received, dropped=part.dropped, delivered=part.delivered)
        self.journal.add(
            Kind.ENDED,
            reason=reason,
            file=self.name,
            received=totals.received,
            dropped=totals.dropped,
            delivered=totals.delivered,
            hook_errors=0,
        )
        self.journal.close()


def _head(tap: Tap) -> tuple[bytes, bytes]:
    """The blocks that a file opens with."""
    system = f"{platform.system()} {platform.release()}"
    return (
        section_header(f"traffic-auditor {tool_version()}", system),
        interface_description(tap.link_type, tap.interface, tap.filter_text, system),
    )
