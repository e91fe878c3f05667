"""Capture files become facts: each file is read once, its messages are looked through as they pass, and nothing of them is kept.

This is the run of the first three stages (capture, decode, identify) over one session. A file that cannot be read never costs
the others: its outcome is a fact like the rest.
"""

import hashlib
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from auditor import recorded
from auditor.capture import formats, mitm
from auditor.capture.early import Begun
from auditor.capture.plain_text import is_plain_text
from auditor.capture.reader import Reader, ReadOptions
from auditor.errors import AuditError, CaptureError, DamagedError, Source, UnknownFormatError
from auditor.file_digest import Hashing, sha256
from auditor.model.arrow import array_of, from_arrow, saying
from auditor.model.content import Field, Message
from auditor.model.device import LocalFacts
from auditor.model.journal import NAME
from auditor.model.loss import Loss
from auditor.model.reading import Damage, Reading
from auditor.model.session import CaptureFile, Phase, Session
from auditor.model.sighting import Sighting
from auditor.model.tables import OBSERVED, SIGHTINGS
from auditor.model.vocabulary import Outcome, Surface
from auditor.read_once import ReadOnce
from auditor.session.journal import JournalFacts, read_journal
from auditor.spread import Spread, here

if TYPE_CHECKING:
    import pyarrow as pa

    from auditor.beside import Held
    from auditor.identify.detector import Detector

PACKET_FORMATS = ("pcap", "pcapng")
PLAIN_TEXT = "plain text"
"""Format of an input that holds what a key log had opened."""

type Progress = Callable[[str, int], None]
"""Gets a capture's name and the number of bytes read since the last call."""

type Watch = Callable[[Message, tuple[Field, ...]], None]
"""Gets each message with its fields while it passes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One input file after it was read."""

    capture: CaptureFile
    sha256: str | None
    outcome: Outcome
    format: str | None
    surface: Surface | None
    flows: int
    damage: tuple[Damage, ...] = ()
    notes: tuple[str, ...] = ()
    losses: tuple[Loss, ...] = ()
    loss_known: bool = False
    hook_errors: tuple[str, ...] = ()
    error: AuditError | None = None

    @property
    def errors(self) -> tuple[AuditError, ...]:
        """What a user must hear of this file, four lines at most."""
        if self.error:
            return (self.error,)
        shown = self.damage[:3] if len(self.damage) > 4 else self.damage
        found = [DamagedError(entry.what, Source(self.capture.name, entry.where)) for entry in shown]
        more = len(self.damage) - len(shown)
        return (*found, DamagedError(f"and {more} more damaged places", Source(self.capture.name))) if more else tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Observations:
    """Everything that was seen in one session, before anybody asks who is behind it."""

    flows: "pa.Table"
    """The table `OBSERVED` with `capture`, `surface`, `phase` and `background`."""
    sightings: "pa.Table"
    """The table `SIGHTINGS`, still without recipient; capture names in the clear."""
    inputs: tuple[Input, ...]
    network: LocalFacts = field(default_factory=LocalFacts)
    """The devices of the local network and what they ask of each other, masked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """What each capture of a session is looked through for."""

    session: Session
    detector: "Detector | None"
    progress: Progress | None
    hashed: bool
    torn: frozenset[str]
    """Captures whose recorder was killed."""
    watch: Watch | None
    once: ReadOnce | None
    alone: bool
    """Whether other processes do other captures already."""
    meanwhile: Callable[[], object] | None
    """What is left to do while another process reads."""
    begun: Begun | None = None
    """What reads one of the captures already."""

    def __call__(self, capture: CaptureFile) -> "tuple[Input, pa.Table | None, list[Mapping[str, Any]]]":
        """One capture."""
        return _observe_file(capture, self)


def observe(
    session: Session,
    detector: "Detector | None",
    progress: Progress | None = None,
    *,
    hashed: bool = True,
    spread: Spread = here,
    watch: Watch | None = None,
    once: ReadOnce | None = None,
    meanwhile: Callable[[], object] | None = None,
    begun: Begun | None = None,
) -> Observations:
    """Reads every capture of a session. Without a detector only flows are wanted; not `hashed`, no digest of the files either.
    Progress is heard of where this process does the work itself; so it must for a `watch`, and for what was heard `once`.
    `meanwhile` is for the readers (`ReadOptions`), with a detector for who looks (`beside.Lookers`). `begun`: what
    reads one of the captures already."""
    flows, sightings, inputs = [], [], []
    journal, told = _journal(session)
    heard = progress if spread is here else None
    torn = frozenset(recorded.killed_files(told))
    look = _Look(
        session=session,
        detector=detector,
        progress=heard,
        hashed=hashed,
        torn=torn,
        watch=watch,
        once=once,
        alone=spread is not here,
        meanwhile=meanwhile,
        begun=begun,
    )
    for entry, read_flows, rows in spread(look, session.captures):
        if read_flows is not None:
            entry = _compared(entry, told, read_flows)
        inputs += [entry, *_beside(entry.capture, session)]
        if read_flows is not None and len(read_flows):
            flows.append(read_flows)
            sightings.extend(rows)
    if journal is not None:
        blind = _blind(journal.capture, told, session, flows)
        inputs.append(replace(journal, flows=len(blind)))
        if len(blind):
            flows.append(blind)
    return Observations(
        flows=_joined(flows),
        sightings=SIGHTINGS.of_rows(sightings),
        inputs=tuple(inputs),
    )


def _beside(capture: CaptureFile, session: Session) -> tuple[Input, ...]:
    """The plain text that stands in the place of a key log: it holds content, so its digest is published like a capture's."""
    import os

    if not capture.keylog or session.folder is None or not is_plain_text(capture.keylog):
        return ()
    beside = CaptureFile(path=capture.keylog, name=os.path.relpath(capture.keylog, session.folder), surface=None)
    digest = sha256(capture.keylog)
    return (Input(capture=beside, sha256=digest, outcome=Outcome.READ, format=PLAIN_TEXT, surface=None, flows=0),)


def _compared(entry: Input, told: JournalFacts, flows: "pa.Table") -> Input:
    """The input with what its recorder's journal says otherwise; what a killed recorder left is torn and no damage."""
    from pathlib import Path

    if not told.recorders:
        return entry
    folder = Path(entry.capture.path).parent
    sizes = recorded.sizes_of(from_arrow(flows))
    agreement = recorded.compare(entry.capture.name, told, sizes, lambda name: sha256(str(folder / name)), entry.sha256)
    damage, notes = (*entry.damage, *agreement.damage), (*entry.notes, *agreement.notes)
    outcome = Outcome.DAMAGED if agreement.damage else entry.outcome
    return replace(entry, damage=damage, notes=notes, outcome=outcome)


def _blind(capture: CaptureFile, told: JournalFacts, session: Session, flows: "list[pa.Table]") -> "pa.Table":
    """Connections that no capture shows, because the proxy could not look into them, as flows of the journal."""
    known: set[tuple[str, int]] = set()
    for table in flows:
        clients = table.select(["client_ip", "client_port"]).drop_null()
        known.update(zip(clients["client_ip"].to_pylist(), clients["client_port"].to_pylist(), strict=True))
    return _in_session(OBSERVED.arrow(recorded.blind_flows(told, frozenset(known))), capture, Surface.APP, session)


def _journal(session: Session) -> tuple[Input | None, JournalFacts]:
    """The journal of the session's recorders, where they left one."""
    from pathlib import Path

    if session.folder is None:
        return None, JournalFacts()
    path = Path(session.folder) / NAME
    if not path.is_file():
        return None, JournalFacts()
    capture = CaptureFile(path=str(path), name=NAME, surface=None)
    try:
        data = path.read_bytes()
    except OSError as error:
        what = CaptureError(f"cannot be read: {error.strerror or error}", Source(NAME))
        return _unread(capture, Outcome.DAMAGED, what), JournalFacts()
    facts = read_journal(data)
    outcome = Outcome.DAMAGED if facts.damage else Outcome.TORN if facts.unfinished else Outcome.READ
    made = Input(
        capture=capture,
        sha256=hashlib.sha256(data).hexdigest(),
        outcome=outcome,
        format="journal",
        surface=None,
        flows=0,
        damage=facts.damage,
        notes=(*facts.unfinished, *recorded.ladder(facts)),
        hook_errors=facts.hook_errors,
    )
    return made, facts


def _joined(tables: "list[pa.Table]") -> "pa.Table":
    import pyarrow as pa

    if not tables:
        tables = [_in_session(OBSERVED.of_rows(), CaptureFile(path="", name="", surface=None), Surface.APP, None)]
    return pa.concat_tables(tables).combine_chunks() if len(tables) > 1 else tables[0]


def _observe_file(capture: CaptureFile, look: _Look) -> tuple[Input, "pa.Table | None", list[Mapping[str, Any]]]:
    torn, progress = capture.name in look.torn, look.progress
    try:
        # A recorder that was killed early leaves an empty flow file, with the messages of open streams beside it.
        reader = mitm.READER if torn and recorded.is_empty(capture.path) else formats.recognise(capture.path)
    except CaptureError as error:
        named = type(error)(error.what, replace(error.source or Source(""), path=capture.name), error.fix)
        return _unread(capture, _outcome(capture, error), named), None, []
    hashing = Hashing(capture.path) if look.hashed else None
    surface = capture.surface or reader.surface
    listener = _Listener(capture, look, surface, look.detector) if look.detector else None
    options = ReadOptions(
        inspect=listener,
        keylog=capture.keylog,
        progress=(lambda size: progress(capture.name, size)) if progress else None,
        meanwhile=None if listener else look.meanwhile,
        beside=look.begun.inbox if look.begun and look.begun.path == capture.path else None,
    )
    try:
        if look.meanwhile and not listener and reader.name not in PACKET_FORMATS:  # the others know when
            look.meanwhile()
        reading = _read(reader, capture, options, look.once)
        if listener:
            listener.end()
    except CaptureError as error:
        named = type(error)(error.what, replace(error.source or Source(""), path=capture.name), error.fix)
        entry = replace(_unread(capture, Outcome.DAMAGED, named), format=reader.name, surface=surface)
        return entry, None, []
    finally:
        if listener:
            listener.close()
    entry = Input(
        capture=capture,
        sha256=hashing.digest() if hashing else None,
        outcome=reading.outcome,
        format=reading.format,
        surface=surface,
        flows=len(reading.table),
        damage=reading.damage,
        notes=reading.notes,
        losses=reading.losses,
        loss_known=reading.loss_known,
    )
    if torn and reading.damage:
        notes = recorded.without_damage_of(reading.notes, reading.damage)
        entry = replace(entry, outcome=Outcome.TORN, damage=(), notes=notes)
    return entry, _placed(reading, capture, look.session, surface, listener), listener.rows if listener else []


def _read(reader: Reader, capture: CaptureFile, options: ReadOptions, once: ReadOnce | None) -> Reading:
    """The capture's reading, of the first pass where that kept what it heard."""
    heard = once.again(capture) if once and options.inspect else None
    if heard is None or options.inspect is None:
        return reader.read(capture.path, options)
    heard.tell(options.inspect)
    return heard.reading


def _outcome(capture: CaptureFile, error: CaptureError) -> Outcome:
    if not os.path.lexists(capture.path):
        return Outcome.MISSING
    if isinstance(error, DamagedError):
        return Outcome.DAMAGED
    return Outcome.UNKNOWN_FORMAT if isinstance(error, UnknownFormatError) else Outcome.UNREADABLE


def _unread(capture: CaptureFile, outcome: Outcome, error: AuditError) -> Input:
    digest = None if outcome is Outcome.MISSING else sha256(capture.path)
    return Input(capture=capture, sha256=digest, outcome=outcome, format=None, surface=capture.surface, flows=0, error=error)


class _Listener:
    """Looks each message of one file through and keeps what was found, never the message."""

    def __init__(self, capture: CaptureFile, look: _Look, surface: Surface, detector: "Detector") -> None:
        from auditor.beside import Lookers  # flows alone need no decoders

        size = os.path.getsize(capture.path) if os.path.isfile(capture.path) else 0
        self._lookers = Lookers(detector, look.watch, alone=look.alone, size=size, meanwhile=look.meanwhile)
        self._rows: dict[tuple[object, ...], Mapping[str, Any]] = {}
        self.unread: dict[str, dict[str, None]] = {}
        self._fixed = {"capture": capture.name, "surface": surface}
        self._session = look.session

    @property
    def rows(self) -> list[Mapping[str, Any]]:
        """One row for each value, location and direction."""
        return list(self._rows.values())

    def __call__(self, message: Message) -> None:
        """One message."""
        self._hear(self._lookers.give(message))

    def end(self) -> None:
        """There are no more messages."""
        self._hear(self._lookers.end())

    def close(self) -> None:
        """Nobody looks at messages any more."""
        self._lookers.close()

    def _hear(self, looked: "Iterable[Held]") -> None:
        for held in looked:
            for sighting in held.sightings:
                self._keep(sighting)
            for part in held.unread:
                self.unread.setdefault(held.flow_id, {})[part] = None

    def _keep(self, sighting: Sighting) -> None:
        """Keeps a sighting unless the same was seen: runs of a stream overlap, so that no value is lost where they meet."""
        key = (sighting.flow_id, sighting.location, sighting.direction, sighting.kind, sighting.digest)
        known = self._rows.get(key)
        if known is not None and (known["path"] or not sighting.path):
            return
        row = {name: getattr(sighting, name) for name in sighting.__slots__}
        row.update(path=sighting.path or None, variant=sighting.variant or None)
        self._rows[key] = {**row, **self._fixed, "phase": self._session.phase_at(sighting.at)}


def _placed(reading: Reading, capture: CaptureFile, session: Session, surface: Surface, listener: _Listener | None) -> "pa.Table":
    """The flows with what only the session knows of them."""
    flows = OBSERVED.arrow(reading.table)
    if listener and listener.unread:
        flows = saying(flows, {"unread": _with_unread(flows, listener.unread)})
    if capture.app:
        flows = saying(flows, {"app": array_of(flows, "app").fill_null(capture.app)})
    return _in_session(flows, capture, surface, session)


def _with_unread(flows: "pa.Table", unread: dict[str, dict[str, None]]) -> "pa.Array":
    import pyarrow as pa

    values = [
        list(dict.fromkeys([*(known or ()), *unread.get(flow, ())]))
        for flow, known in zip(flows["flow_id"].to_pylist(), flows["unread"].to_pylist(), strict=True)
    ]
    return pa.array(values, pa.list_(pa.string()))


def _in_session(flows: "pa.Table", capture: CaptureFile, surface: Surface, session: Session | None) -> "pa.Table":
    """The flows with the columns that are not the capture's own."""
    import pyarrow as pa

    same = {"capture": capture.name, "surface": str(surface)}
    columns = {name: pa.repeat(pa.scalar(text, pa.string()), len(flows)) for name, text in same.items()}
    columns["phase"] = _phases(array_of(flows, "started"), session.phases if session else ())
    return saying(flows, {**columns, "background": pa.repeat(pa.scalar(capture.background), len(flows))})


def _phases(started: "pa.Array", phases: tuple[Phase, ...]) -> "pa.Array":
    """The phase in which each flow started."""
    import pyarrow as pa
    import pyarrow.compute as pc

    found = pa.nulls(len(started), pa.string())
    times = started.cast(pa.int64())
    latest_first = sorted(phases, key=lambda entry: -entry.start)
    for phase in latest_first[::-1]:  # so that of several the one counts that `Session.phase_at` names
        is_within = pc.and_(pc.greater_equal(times, phase.start), pc.less(times, phase.end))
        found = pc.if_else(is_within.fill_null(False), phase.id, found)
    return found
