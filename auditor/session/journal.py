"""Reads `journal.ndjson`, what recorders wrote while they ran: lines in; whether they ended, erred or were tampered with, and
what passed through them, out.

Each recorder has a chain of its own: a record's `chain` is the SHA-256 of the link before it and of its own text without
`chain`. A cut last line is what a killed recorder leaves, and so is one that the next recorder ended with `TORN`; a broken
chain is damage.
"""

import datetime
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import msgspec

from auditor.model.journal import FIRST_LINK, TORN, next_link
from auditor.model.reading import Damage
from auditor.model.session import Phase

MAX_LINE = 1 << 20
"""Bytes of one record; recorders write far less."""

SAME = 1_000_000
"""Nanoseconds: session.toml keeps less of a time than the journal."""

ALIVE = 10_000_000_000
"""Nanoseconds without a record after which a recorder without an end counts as killed."""

_CHAIN = re.compile(rb',"chain":"([0-9a-f]{64})"\}$')


@dataclass(frozen=True, slots=True)
class ToldFlow:
    """A flow as its recorder told of it."""

    host: str | None = None
    has_ended: bool = False
    bytes_up: int | None = None
    bytes_down: int | None = None
    stream: str | None = None
    stream_sha256: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """An entry of the ledger of a phone's connections; names are masked."""

    recorder: str
    client: str
    hosts: tuple[str, ...]
    """With ports."""
    sni: str | None
    insight: str
    reason: str
    transport: str = "tcp"
    is_tls: bool = True
    """Whether the client began a handshake; old journals do not say it."""
    bytes_up: int | None
    bytes_down: int | None
    started: str
    """RFC 3339."""
    ended: str
    tls_version: str | None
    alpn: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorder:
    """One recorder's run."""

    name: str
    file: str | None
    """The capture file that it wrote, relative to the session."""
    engine: str
    is_filtered: bool
    """Whether it was told to leave flows out of its file."""
    has_ended: bool
    was_cut: bool
    """Whether it was killed, or ended by something else than its user."""
    file_sha256: str | None
    """Of its capture file, as it closed it; None where it did not say."""
    flows: Mapping[str, ToldFlow]
    connections: tuple[Connection, ...]
    last_phase: tuple[str, str] | None
    """The phase that ran at its last record, and since when."""
    last_record: str
    """When that was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalFacts:
    """What a journal says of the recordings."""

    damage: tuple[Damage, ...] = ()
    """At most one place: what follows a broken place proves nothing."""
    unfinished: tuple[str, ...] = ()
    """In words: recorders that never wrote their end, or were ended by something else than their user."""
    hook_errors: tuple[str, ...] = ()
    """Errors of the recording addon, in words."""
    recorders: tuple[Recorder, ...] = ()
    """In order of their first record."""


class _Record(msgspec.Struct, frozen=True, kw_only=True):
    recorder: str
    kind: str
    at: str = ""
    hook_errors: int = 0
    reason: str = "user"
    faults: list[str] = msgspec.field(default_factory=list)
    file: str | None = None
    engine: str | None = None
    options: dict[str, str] = msgspec.field(default_factory=dict)
    flow_id: str | None = None
    state: str | None = None
    host: str | None = None
    bytes_up: int | None = None
    bytes_down: int | None = None
    stream: str | None = None
    stream_sha256: str | None = None
    file_sha256: str | None = None
    client: str | None = None
    hosts: list[str] = msgspec.field(default_factory=list)
    sni: str | None = None
    insight: str | None = None
    transport: str = "tcp"
    is_tls: bool = True
    started: str | None = None
    ended: str | None = None
    tls_version: str | None = None
    alpn: str | None = None
    phase: str | None = None
    since: str | None = None


class _Run:
    """A recorder's run while its records are read."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.started: _Record | None = None
        self.ended: _Record | None = None
        self.flows: dict[str, ToldFlow] = {}
        self.connections: list[Connection] = []
        self.phase: tuple[str, str] | None = None
        self.last = ""

    def take(self, record: _Record) -> None:
        """The next record of the recorder."""
        self.last = record.at
        if record.kind == "started":
            self.started = record
        elif record.kind == "ended":
            self.ended = record
        elif record.kind == "flow" and record.flow_id:
            self.flows[record.flow_id] = ToldFlow(
                record.host, record.state == "ended", record.bytes_up, record.bytes_down, record.stream, record.stream_sha256
            )
        elif record.kind == "connection":
            self._connection(record)
        elif record.kind == "phase":
            self.phase = (record.phase, record.since) if record.phase and record.since else None

    def _connection(self, record: _Record) -> None:
        self.connections.append(
            Connection(
                recorder=self.name,
                client=record.client or "",
                hosts=tuple(record.hosts),
                sni=record.sni,
                insight=record.insight or "",
                reason=record.reason,
                transport=record.transport,
                is_tls=record.is_tls,
                bytes_up=record.bytes_up,
                bytes_down=record.bytes_down,
                started=record.started or record.at,
                ended=record.ended or record.at,
                tls_version=record.tls_version,
                alpn=record.alpn,
            )
        )

    def facts(self) -> Recorder:
        """The run, as far as it was told."""
        started = self.started
        return Recorder(
            name=self.name,
            file=started.file if started else None,
            engine=started.engine or "" if started else "",
            is_filtered=started is not None and started.options.get("save_stream_filter", "None") not in ("None", ""),
            has_ended=self.ended is not None,
            was_cut=self.ended is None or self.ended.reason != "user",
            file_sha256=self.ended.file_sha256 if self.ended else None,
            flows=self.flows,
            connections=tuple(self.connections),
            last_phase=self.phase,
            last_record=self.last,
        )


def read_journal(data: bytes) -> JournalFacts:
    """The facts of a whole journal."""
    links: dict[str, str] = {}
    open_recorders: dict[str, str] = {}
    errors: list[str] = []
    cut: list[str] = []
    lines = data.split(b"\n")
    runs: dict[str, _Run] = {}
    torn = bool(lines.pop())  # empty where the file ends with a whole line
    for number, line in enumerate(lines, 1):
        if line.endswith(TORN):
            torn = True
            continue
        try:
            record = _record(line, links)
        except ValueError as error:
            damage = (Damage(f"line {number}", str(error)),)
            unfinished = (*open_recorders.values(), *cut)
            return JournalFacts(damage=damage, unfinished=unfinished, hook_errors=tuple(errors), recorders=_told(runs))
        runs.setdefault(record.recorder, _Run(record.recorder)).take(record)
        if record.kind == "started":
            open_recorders[record.recorder] = f"{record.recorder} has no end record"
        elif record.kind == "ended":
            open_recorders.pop(record.recorder, None)
            if record.hook_errors:
                errors.append(f"{record.recorder}: {record.hook_errors} errors while recording")
            if record.reason != "user" or record.faults:
                cut.append(
                    f"{record.recorder} was ended by {record.reason}{': ' if record.faults else ''}{'; '.join(record.faults)}"
                )
    if torn and not open_recorders:
        open_recorders[""] = "a record was cut off"
    return JournalFacts(unfinished=(*open_recorders.values(), *cut), hook_errors=tuple(errors), recorders=_told(runs))


def _told(runs: dict[str, _Run]) -> tuple[Recorder, ...]:
    return tuple(run.facts() for run in runs.values() if run.started is not None)


def left_phases(data: bytes, known: Collection[tuple[str, int]] = ()) -> tuple[Phase, ...]:
    """Phases that were running when their recorder was killed: nobody ended them, so they end with its last record.

    `known`: ids and starts of those that session.toml has, where somebody may have corrected them.
    """
    found: dict[tuple[str, int], Phase] = {}
    for run in read_journal(data).recorders:
        if run.has_ended or run.last_phase is None:
            continue
        start, end = nanoseconds(run.last_phase[1]), nanoseconds(run.last_record)
        name = run.last_phase[0]
        if start is None or end is None or any(other == name and abs(at - start) < SAME for other, at in known):
            continue
        before = found.get((name, start))
        found[name, start] = Phase(id=name, start=start, end=max(start, end, before.end if before else 0))
    return tuple(found.values())


def stale_since(data: bytes, phase: str, since: int, now: int) -> int | None:
    """When a phase that still stands in `.phase` really ended: with the last record of the recorder that was killed in it.

    None where no killed recorder ran it; one whose last record is only seconds old may be alive.
    """
    ends = []
    for run in read_journal(data).recorders:
        last = nanoseconds(run.last_record)
        start = nanoseconds(run.last_phase[1]) if run.last_phase and run.last_phase[0] == phase else None
        if not run.has_ended and last is not None and start is not None and abs(start - since) < SAME and now - last > ALIVE:
            ends.append(last)
    return max(ends, default=None)


def nanoseconds(text: str) -> int | None:
    """UTC nanoseconds of a time as the journal writes it; None where it is none."""
    try:
        seconds = datetime.datetime.fromisoformat(text[:19] + "+00:00").timestamp()
        return int(seconds) * 1_000_000_000 + int(text[20:29].ljust(9, "0"))
    except (ValueError, OverflowError):
        return None


def _record(line: bytes, links: dict[str, str]) -> _Record:
    """The next record of its chain.

    Raises:
        ValueError: it is none, or does not follow what stands before it.
    """
    if len(line) > MAX_LINE:
        raise ValueError(f"a record is longer than {MAX_LINE} bytes")
    sealed = _CHAIN.search(line)
    if sealed is None:
        raise ValueError("no record of a journal")
    try:
        record = msgspec.json.decode(line, type=_Record)
    except msgspec.MsgspecError as error:
        raise ValueError(f"no record of a journal: {error}") from None
    body = line[: sealed.start()] + b"}"
    link = next_link(body, links.get(record.recorder, FIRST_LINK))
    if link != sealed[1].decode():
        raise ValueError("the chain of records is broken here: a record was changed, added or taken away")
    links[record.recorder] = link
    return record
