"""All that a live view shows, brought up to date event by event: events in, rows and counts to show out. No clock, no file.

Every event is counted. Rows are listed up to a budget for each second of the recording's own time, and more of those that a
person should look at: above it a view would only flicker. What is not listed is counted, and the views say so.
"""

from collections import Counter, OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from msgspec.structs import replace

from auditor.live.classes import Policy, RowClass
from auditor.live.events import Event
from auditor.live.rows import BLIND_INSIGHTS, UNSEEN_INSIGHTS, Row, blind_row, completed, note_row, sighting_row, traffic_row

ROWS_KEPT = 100_000
PLAIN_A_SECOND = 100
"""Rows of one second that are listed although nothing is wrong with them."""
FLAGGED_A_SECOND = 100
"""Rows of one second that are listed because something is."""
DISTINCT_KEPT = 20_000
"""Hosts, recipients and open flows that are told apart; more than that is somebody's attack on the view."""


@dataclass(slots=True, kw_only=True)
class Recipient:
    """What one recipient got so far."""

    flows: int = 0
    row_class: RowClass = RowClass.CLEAR
    is_early: bool = False


@dataclass(slots=True, kw_only=True)
class Tally:
    """Counts over the whole recording, exact whatever is listed."""

    flows: int = 0
    sightings: int = 0
    noise: int = 0
    unlisted: int = 0
    """Rows that the budget left out of the list."""
    forgotten: int = 0
    """Rows that the list let go of because it was full."""
    lost: int = 0
    """Packets."""
    skipped: int = 0
    """Messages that the recorder did not scan."""
    hook_errors: int = 0
    records: int = 0
    alarms: int = 0
    """Reasons to beep: first contact with an undeclared recipient, first contact of any before consent."""
    printer_packets: int = 0
    printer_bytes: int = 0
    recipients: dict[str, Recipient] = field(default_factory=dict)
    identifiers: Counter[str] = field(default_factory=Counter)
    insights: Counter[str] = field(default_factory=Counter)


class LiveState:
    """The recording as far as its journal tells."""

    def __init__(self, policy: Policy) -> None:
        self.tally = Tally()
        self.phase: str | None = None
        self.phase_since = ""
        self.started = ""
        """When the first recorder began; empty before."""
        self.last_at = ""
        """The last record of any kind."""
        self.last_traffic = ""
        self.pinned: Row | None = None
        """The newest that no line of the policy explains."""
        self.revision = 0
        self.inspected: set[str] = set()
        self.unseen: set[str] = set()
        self._policy = policy
        self._rows: OrderedDict[int, Row] = OrderedDict()
        """By number, the one that was changed last at the end."""
        self._open: OrderedDict[tuple[str, str], int | None] = OrderedDict()
        """Number of the row of each flow that runs; None where it is not listed."""
        self._recorders: dict[str, str] = {}
        """Surface of each recorder that has not ended."""
        self._alarmed: set[tuple[str, bool]] = set()
        self._second = ""
        self._listed = [0, 0]
        self._numbers = 0

    @property
    def is_recording(self) -> bool:
        """Whether a recorder began and has not told of its end."""
        return bool(self._recorders)

    @property
    def blind_hosts(self) -> int:
        """Hosts whose content nobody saw."""
        return len(self.unseen - self.inspected)

    @property
    def decrypted(self) -> float | None:
        """Share of the hosts whose content was seen; None before the first."""
        known = len(self.unseen | self.inspected)
        return len(self.inspected) / known if known else None

    def rows(self) -> Iterator[Row]:
        """The listed rows, the one that was changed last first."""
        return reversed(self._rows.values())

    def news(self, revision: int) -> list[Row]:
        """Rows that changed after the revision, the oldest change first."""
        found = []
        for row in self.rows():
            if row.revision <= revision:
                break
            found.append(row)
        return found[::-1]

    def take(self, events: Iterable[Event]) -> None:
        """Brings everything up to date."""
        for event in events:
            self.tally.records += 1
            if event.at:
                self.last_at = event.at
            _TAKERS.get(event.kind, LiveState._count)(self, event)

    # Kinds of record

    def _started(self, event: Event) -> None:
        self._recorders[event.recorder] = event.surface or "app"
        self.started = self.started or event.at
        self._note(event)

    def _ended(self, event: Event) -> None:
        self._recorders.pop(event.recorder, None)
        self._note(event)

    def _phase(self, event: Event) -> None:
        is_new = (event.phase, event.since or event.at) != (self.phase, self.phase_since)
        self.phase, self.phase_since = event.phase, event.since or event.at
        if is_new:  # phone and printer each tell of it
            self._note(event)

    def _loss(self, event: Event) -> None:
        self.tally.lost += max(event.lost or 0, 0)
        if event.lost:
            self._note(event)

    def _count(self, event: Event) -> None:
        self.tally.skipped = max(self.tally.skipped, event.skipped or 0)
        if event.surface == "printer" or self._recorders.get(event.recorder) == "printer":
            self.tally.printer_packets = max(self.tally.printer_packets, event.packets or 0)
            self.tally.printer_bytes = max(self.tally.printer_bytes, event.bytes or 0)

    def _hook_error(self, event: Event) -> None:
        self.tally.hook_errors += 1
        self._note(event)

    def _watch(self, event: Event) -> None:
        if event.trouble in ("down", "clock_step"):
            self._note(event)

    def _note(self, event: Event) -> None:
        self._list(note_row(event, self._numbers, self.revision + 1), always=True)

    def _flow(self, event: Event) -> None:
        event = self._with_surface(event)
        self.last_traffic = event.at or self.last_traffic
        key = (event.recorder, event.flow_id or "")
        if event.flow_id and key in self._open:
            self._complete(event, key)
            return
        row = traffic_row(event, self._policy, self._numbers, self.revision + 1)
        self.tally.flows += 1
        self.tally.noise += row.is_noise
        if row.host and row.method and len(self.inspected) < DISTINCT_KEPT:
            self.inspected.add(row.host)
        number = self._meet(row)
        if row.is_open and event.flow_id:
            self._open[key] = number
            while len(self._open) > DISTINCT_KEPT:
                self._open.popitem(last=False)

    def _complete(self, event: Event, key: tuple[str, str]) -> None:
        number = self._open[key] if event.state == "begun" else self._open.pop(key)
        before = self._rows.get(number) if number is not None else None
        if before is not None and number is not None:
            self.revision += 1
            self._rows[number] = completed(before, event, self._policy, self.revision)
            self._rows.move_to_end(number)

    def _contact(self, event: Event) -> None:
        self._flow(replace(event, surface=event.surface or "printer", flow_id=None))

    def _sighting(self, event: Event) -> None:
        event = self._with_surface(event)
        self.tally.sightings += 1
        row = sighting_row(event, self._policy, self._numbers, self.revision + 1)
        if row.ident_kind in self.tally.identifiers or len(self.tally.identifiers) < DISTINCT_KEPT:
            self.tally.identifiers[row.ident_kind] += 1
        self._list(row)

    def _connection(self, event: Event) -> None:
        insight = event.insight if event.insight in BLIND_INSIGHTS else "inspected"
        self.tally.insights[insight] += 1
        row = blind_row(event, self._numbers, self.revision + 1)
        if insight == "inspected":
            if row.host and len(self.inspected) < DISTINCT_KEPT:
                self.inspected.add(row.host)
            return
        self.last_traffic = event.at or self.last_traffic
        if insight in UNSEEN_INSIGHTS and row.host and len(self.unseen) < DISTINCT_KEPT:
            self.unseen.add(row.host)
        if insight != "unfinished":
            self._list(row)

    # What follows from a row

    def _with_surface(self, event: Event) -> Event:
        return event if event.surface else replace(event, surface=self._recorders.get(event.recorder, "app"))

    def _meet(self, row: Row) -> int | None:
        """Counts a contact of its recipient, lists it, and says under which number."""
        known = self.tally.recipients.get(row.recipient)
        is_first = known is None and len(self.tally.recipients) < DISTINCT_KEPT
        if known is None:
            known = Recipient(row_class=row.row_class)
            if is_first:
                self.tally.recipients[row.recipient] = known
        known.flows += 1
        known.is_early = known.is_early or row.is_early
        if row.is_unexplained:
            known.row_class = row.row_class
        alarm = (row.recipient, row.is_early)
        if (row.is_early or row.relation == "undeclared") and alarm not in self._alarmed and len(self._alarmed) < DISTINCT_KEPT:
            self._alarmed.add(alarm)
            self.tally.alarms += 1
        return self._list(replace(row, is_first=True) if is_first else row)

    def _list(self, row: Row, *, always: bool = False) -> int | None:
        """Puts a row into the list, as far as the budget of its second goes; the newest unexplained one is pinned in any case."""
        listed = always or self._is_within_budget(row)
        if row.is_unexplained:
            self.pinned = row if listed else replace(row, number=-1)
        if not listed:
            self.tally.unlisted += 1
            return None
        self.revision += 1
        self._numbers += 1
        self._rows[row.number] = row
        if len(self._rows) > ROWS_KEPT:
            self._rows.popitem(last=False)
            self.tally.forgotten += 1
        return row.number

    def _is_within_budget(self, row: Row) -> bool:
        second = row.at[:19]
        if second != self._second:
            self._second, self._listed = second, [0, 0]
        budget = FLAGGED_A_SECOND if row.is_unexplained else PLAIN_A_SECOND
        self._listed[row.is_unexplained] += 1
        return self._listed[row.is_unexplained] <= budget


_TAKERS = {
    "started": LiveState._started,
    "ended": LiveState._ended,
    "phase": LiveState._phase,
    "flow": LiveState._flow,
    "contact": LiveState._contact,
    "sighting": LiveState._sighting,
    "connection": LiveState._connection,
    "loss": LiveState._loss,
    "watch": LiveState._watch,
    "hook_error": LiveState._hook_error,
    "note": LiveState._note,
    "correction": LiveState._note,
    "device": LiveState._note,
}
