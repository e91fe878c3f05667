"""A tap in, capture files and a journal out: the recording loop of packets.

The loop only moves bytes. It wakes at least five times a second, so that whatever kills it, the file holds all but the last
moment; each interval's losses stand in the file and in the journal.
"""

import errno
import os
import platform
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from threading import Event

from auditor.errors import UsageError
from auditor.model.journal import NAME as JOURNAL_NAME
from auditor.record import phases, session_folder
from auditor.record.counters import Counters
from auditor.record.headroom import Headroom
from auditor.record.journal import Journal, Kind
from auditor.record.live_facts import LiveFacts
from auditor.record.pcapng_blocks import interface_description, interface_statistics, is_packet, section_header
from auditor.record.recording import RecordResult, StopReason, tool_version
from auditor.record.rotation import FileSeries, FinishedFile, Rotation
from auditor.record.tap import Tap
from auditor.record.timestamps import iso_time
from auditor.record.watchdog import Watchdog, WatchEvent

WAKE_SECONDS = 0.2
GATHER_SECONDS = 0.002
"""A pause after a short run of packets, so that the next is longer: each wake-up costs as much as three packets."""
INTERVAL_SECONDS = 10.0
COUNTING_SECONDS = 1.0
EAGER_SECONDS = 3600.0
"""So long the totals are journalled every second, for whoever watches; later once an interval: a bench may run for weeks."""
_BATCH = 512
_SHORT = 64
_FLUSH_BLOCKS = 2048
_DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_LINK_LOST = frozenset({errno.ENETDOWN, errno.ENODEV, errno.ENXIO})


class WireRecording:
    """One recording while it runs: the tap, the files, the journal, and what is counted."""

    def __init__(
        self,
        folder: Path,
        tap: Tap,
        surface: str = "printer",
        rotation: Rotation | None = None,
        live: LiveFacts | None = None,
        earlier: Sequence[bytes] = (),
    ) -> None:
        """Makes the session where there is none, and opens the file and the journal. `earlier` are blocks of packets that the
        tap has counted already.

        Raises:
            UsageError: the folder or a file in it cannot be written, or its disk is full.
        """
        session_folder.open_session(folder)
        self.folder = folder
        self.tap = tap
        self.surface = surface
        self.headroom = Headroom(folder)
        self.files = FileSeries(folder, surface, file_head(tap), rotation or Rotation())
        if not self.files.rotation.rotates:
            session_folder.list_capture(folder, self.files.names[0], surface)
        self.started = time.time_ns()
        self.journal = Journal(folder / JOURNAL_NAME, f"{surface}-{self.started:x}")
        self.phases = phases.PhaseWatch(folder)
        self.marks: list[tuple[int, str | None]] = []
        """When each phase began that was seen here, and its id."""
        self.watchdog = Watchdog(tap.interface, wall=self.started, monotonic=time.monotonic_ns())
        self.counted = Counters()
        """Totals at the last interval's end."""
        self.file_began = (self.started, Counters())
        """When the file that is written began, and the totals by then."""
        self.interval_began = time.monotonic()
        self.began = self.counted_at = self.interval_began
        self.shown = Counters()
        """The totals that were journalled last."""
        self.faults: list[str] = []
        self.live = live
        self.files.file.pending += earlier
        self._begin_journal()
        self._show_file()

    def _begin_journal(self) -> None:
        self.journal.add(
            Kind.STARTED,
            tool=f"traffic-auditor {tool_version()}",
            surface=self.surface,
            file=self.files.names[0],
            interface=self.tap.interface,
            engine=self.tap.engine,
            filter=self.tap.filter_text,
            buffer=self.tap.buffer_bytes,
        )
        self.journal.sync()

    def _show_file(self) -> None:
        """Hands the file that is written to the dissector."""
        if self.live is not None:
            self.live.show(os.open(self.files.file.path, os.O_RDONLY))

    def run(self, stop: Event) -> RecordResult:
        """Records until the end; whatever ends it, the files and the journal are closed in order."""
        try:
            reason = self._loop(stop)
            if reason is StopReason.USER:
                self._drain_queue()
            self.files.file.flush()
        except (OSError, UsageError) as error:
            reason = self._why(error)
        return self._finish(reason)

    def _loop(self, stop: Event) -> StopReason:
        tended = time.monotonic()
        while not stop.is_set():
            if self.tap.wait(WAKE_SECONDS) and self._take() < _SHORT:
                time.sleep(GATHER_SECONDS)
            now = time.monotonic()
            if now - tended >= WAKE_SECONDS or len(self.files.file.pending) >= _FLUSH_BLOCKS:
                tended = now
                if not self._tend(now):
                    self.faults.append(f"the interface {self.tap.interface} is gone")
                    return StopReason.INTERFACE_GONE
        return StopReason.USER

    def _take(self) -> int:
        """Takes what waits, at most a batch; gives the number of packets."""
        try:
            return self.tap.drain(self.files.file.pending, _BATCH)
        except OSError as error:
            if error.errno not in _LINK_LOST:
                raise
        return 0  # the watchdog hears of it from the interface itself

    def _tend(self, now: float) -> bool:
        """What is due a few times a second. False when the interface is gone."""
        self.files.file.flush_behind()
        if self.phases.look():
            mark = self.phases.mark
            self.marks.append((mark.since if mark else time.time_ns(), mark.id if mark else None))
            self.journal.add(Kind.PHASE, phase=mark.id if mark else None, since=iso_time(mark.since) if mark else None)
        self._hear_live_facts()
        if now - self.counted_at >= (COUNTING_SECONDS if now - self.began < EAGER_SECONDS else INTERVAL_SECONDS):
            self.counted_at = now
            self._count()
        if now - self.interval_began >= INTERVAL_SECONDS:
            self.interval_began = now
            self._end_interval()
        if self.files.is_due:
            self._rotate()
        up = self.tap.is_up()
        wall, monotonic = time.time_ns(), time.monotonic_ns()
        events = self.watchdog.look(wall=wall, monotonic=monotonic, delivered=self.tap.counters.delivered, up=bool(up))
        for event in events:
            self._note(event)
        self.journal.check()
        return up is not None

    def _hear_live_facts(self) -> None:
        """Journals what the dissector found; its end is a fact, not a fault: nothing of the capture depends on it."""
        if self.live is None:
            return
        for kind, facts in self.live.poll(self._phase_at):
            self.journal.add(kind, **facts)
        if self.live.why_ended:
            self._end_live_facts()

    def _phase_at(self, at: int) -> str | None:
        """The phase that ran at a time in UTC nanoseconds."""
        return next((phase for since, phase in reversed(self.marks) if since <= at), None)

    def _end_live_facts(self) -> None:
        """The dissector's last records, and how it ended."""
        live, self.live = self.live, None
        if live is None:
            return
        for kind, facts in live.end(self._phase_at):
            self.journal.add(kind, **facts)
        if live.untold:
            self.journal.add(Kind.SKIPPED, contacts=live.untold, reason="more different contacts than are told")
        if live.why_ended:
            self.journal.add(Kind.WATCH, trouble="dissector", text=f"no live facts from here on: {live.why_ended}", seconds=0.0)

    def _count(self) -> None:
        """Totals so far, for whoever watches; nothing when they are what they were."""
        totals = self.tap.read_counters()
        if totals != self.shown:
            self.shown = totals
            self.journal.add(
                Kind.COUNTERS,
                surface=self.surface,
                packets=totals.delivered,
                bytes=self.files.total + self.files.file.size,
                received=totals.received,
                dropped=totals.dropped,
            )

    def _note(self, event: WatchEvent) -> None:
        self.journal.add(Kind.WATCH, trouble=event.trouble, text=event.text, seconds=event.seconds)
        if event.spoils:
            self.faults.append(event.text)

    def _end_interval(self) -> None:
        """Puts the file's totals into the file, and what the interval added into the journal."""
        totals = self.tap.read_counters()
        part = totals.since(self.counted)
        self.counted = totals
        self.files.file.pending.append(self._statistics(totals))
        self.journal.add(Kind.LOSS, received=part.received, dropped=part.dropped, delivered=part.delivered)

    def _statistics(self, totals: Counters) -> bytes:
        began, before = self.file_began
        return interface_statistics(time.time_ns(), began, totals.since(before))

    def _rotate(self) -> None:
        """Closes the file with its counts and begins the next."""
        self._end_interval()
        self.interval_began = time.monotonic()
        self.files.file.flush()
        self._tell(self.files.close(), "closed")
        for done in self.files.begin_next():
            self._tell(done, "removed")
        self._show_file()
        self.file_began = (time.time_ns(), self.counted)

    def _tell(self, done: FinishedFile, state: str) -> None:
        self.journal.add(Kind.FILE, file=done.name, state=state, bytes=done.size, sha256=done.sha256)

    def _drain_queue(self) -> None:
        """Reads what the kernel still holds."""
        self.tap.close_gate()
        while self._take():
            if len(self.files.file.pending) >= _FLUSH_BLOCKS:
                self.files.file.flush_behind()

    def _why(self, error: OSError | UsageError) -> StopReason:
        """What an error means for the recording."""
        if isinstance(error, OSError) and error.errno in _DISK_FULL:
            self.faults.append(f"{self.folder}: the disk is full")
            return StopReason.DISK_FULL
        self.faults.append(f"{self.folder}: {error}")
        return StopReason.FAILED

    def _finish(self, reason: StopReason) -> RecordResult:
        """Writes the last counts and closes everything; what cannot be written any more is counted as lost."""
        self.tap.close_gate()
        pending = self.files.file.pending
        unwritten = sum(is_packet(block) for block in pending)
        pending.clear()
        totals = self._last_counters().wrote(-unwritten)
        steps: tuple[Callable[[], None], ...] = (
            self.headroom.release,
            partial(self._close_file, totals),
            self._end_live_facts,
            partial(self._close_journal, reason, totals),
            partial(phases.end_phase, self.folder, time.time_ns()),
            self._list_ring,
        )
        for step in steps:
            try:
                step()
            except (OSError, UsageError) as error:
                self.faults.append(str(error))
        self.tap.close()
        return RecordResult(
            files=tuple(str(self.folder / name) for name in self.files.names),
            stopped=reason,
            packets=totals.delivered,
            bytes_written=self.files.total,
            lost=totals.received - totals.delivered,
            received=totals.received,
            engine=self.tap.engine,
            detail="; ".join(dict.fromkeys(self.faults)),
        )

    def _last_counters(self) -> Counters:
        try:
            return self.tap.read_counters()
        except OSError as error:
            self.faults.append(error.strerror or str(error))
            return self.tap.counters

    def _close_file(self, totals: Counters) -> None:
        if self.files.file.is_closed:
            return
        self.files.file.pending.append(self._statistics(totals))
        try:
            self.files.file.flush()
        finally:
            self._tell(self.files.close(), "closed")

    def _close_journal(self, reason: StopReason, totals: Counters) -> None:
        part = totals.since(self.counted)
        self.journal.add(Kind.LOSS, received=part.received, dropped=part.dropped, delivered=part.delivered)
        self.journal.add(
            Kind.ENDED,
            reason=reason,
            received=totals.received,
            dropped=totals.dropped,
            delivered=totals.delivered,
            faults=list(dict.fromkeys(self.faults)),
            hook_errors=0,
        )
        self.journal.close()

    def _list_ring(self) -> None:
        if self.files.rotation.rotates:
            for name in self.files.names:
                session_folder.list_capture(self.folder, name, self.surface)


def file_head(tap: Tap) -> tuple[bytes, bytes]:
    """The blocks that a file opens with."""
    system = f"{platform.system()} {platform.release()}"
    return (
        section_header(f"traffic-auditor {tool_version()}", system),
        interface_description(tap.link_type, tap.interface, tap.filter_text, system),
    )
