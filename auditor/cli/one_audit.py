"""The audit of one session, from its folder to its report folder. It runs here or in a worker."""

import hashlib
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from auditor import knowledge, pipeline
from auditor.attribute.address_table import AddressTable
from auditor.cli.choices import Choices
from auditor.cli.ending import Ending, failed, heard, say
from auditor.cli.options import fail_severity
from auditor.cli.progress import reading
from auditor.cli.report_folder import Sealing, baseline_audit, folder_name, locked, sealing, write_report
from auditor.cli.sessions import addresses, opened, portable, subjects, tell_inputs
from auditor.errors import AuditError, ExitCode
from auditor.fleet import dataset, workers
from auditor.fleet.storage import at_hand, is_address, publish
from auditor.knowledge import Knowledge
from auditor.model.audit import Audit
from auditor.model.session import Subjects, Waiver
from auditor.observe import Observations, Progress
from auditor.persona import persona_age
from auditor.report import audit_json
from auditor.report.dsse import key_id
from auditor.reuse import state as memory
from auditor.reuse.facts import stored
from auditor.reuse.keys import Keys, dated, facts_key, report_key
from auditor.session.digest_key import digest_key, known_key
from auditor.session.files import read_waivers
from auditor.session.folder import OpenedSession, read_text
from auditor.since import with_changes
from auditor.spread import Spread, here

if TYPE_CHECKING:
    import pyarrow as pa

DATA = "fleet/data"
"""Of a folder of reports: the rows of all its sessions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One session to audit: its folder or address, or the loose files that are one."""

    paths: tuple[str, ...]
    choices: Choices
    as_of: str
    fleet: bool = False
    """Whether its rows go into the datasets of many sessions too."""
    spread: bool = False
    """Whether its captures are tasks of their own; only in a worker."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """How it ended, and what was said meanwhile."""

    ending: Ending
    name: str
    said: tuple[str, ...] = ()
    report: str | None = None
    """Where the report is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ready:
    """Everything that one audit needs, read and checked."""

    entry: OpenedSession
    subjects: Subjects
    waivers: tuple[Waiver, ...]
    known: Knowledge
    sealed: Sealing
    baseline: Audit | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """How the captures are read, or what of them is known already."""

    progress: Progress | None
    spread: Spread
    seen: Observations | None
    kept: dict[str, bytes]
    """Gets the files of what was seen."""


def audited(job: Job) -> Done:
    """The work of a worker: one job, its words kept, never an exception."""
    copies: dict[str, str] = {}
    with heard() as voice:
        try:
            ending, name, report = _fetched(job, copies)
        except AuditError as error:
            ending, name, report = failed(error), job.paths[0], None
        except Exception as error:  # noqa: BLE001 - an error of this session's must not cost the others
            say(f"error: {job.paths[0]}: internal error ({type(error).__name__}); this is a fault of the tool")
            ending, name, report = Ending(ExitCode.INTERNAL, "internal error"), job.paths[0], None
    (reason,) = _placed((ending.reason,), copies)
    return Done(ending=replace(ending, reason=reason), name=name, said=_placed(voice.said, copies), report=report)


def _placed(said: Iterable[str], copies: Mapping[str, str]) -> tuple[str, ...]:
    """What was said of a copy, under the address that the user knows."""
    lines = tuple(said)
    for copy, address in copies.items():
        lines = tuple(line.replace(copy, address) for line in lines)
    return lines


def _fetched(job: Job, copies: dict[str, str]) -> tuple[Ending, str, str | None]:
    """Audits a session wherever it is, and puts its report wherever that is wanted. `copies` gets the place of a copy, and whose
    it is."""

    choices = job.choices
    with at_hand(job.paths[0]) as path, _at_hand_for(choices.out) as out:
        if path != job.paths[0]:
            copies[path] = job.paths[0].rstrip("/")
        entry = opened(
            [path, *job.paths[1:]],
            surface=choices.surface,
            background=list(choices.background),
            keylog=choices.keylog,
            quiet=choices.quiet,
        )[0]
        with _readers(job) as spread:
            table = addresses(choices.ip_asn)
            made: dict[str, pa.Table] = {}
            chosen = replace(choices, out=out)
            ending, folder, audit = report(portable(entry), chosen, job.as_of, table, spread, made, copies)
        if job.fleet:
            dataset.add(Path(out) / DATA, Path(folder), audit.session, made)
        if is_address(choices.out):
            folder = _published(Path(out), Path(folder).name, choices.out.rstrip("/"), audit.session.name)
            memory.forget_all(out)
    return ending, entry.session.name, folder


@contextmanager
def _at_hand_for(out: str) -> Iterator[str]:
    """Where a report is written first: where it is wanted, or in a folder that goes when it was sent from there."""
    if not is_address(out):
        yield out
        return
    with tempfile.TemporaryDirectory(prefix="auditor-") as temporary:
        yield temporary


@contextmanager
def _readers(job: Job) -> Iterator[Spread]:
    if not job.spread:
        yield here
        return
    with workers.inside() as cluster:
        yield workers.OnWorkers(cluster)


def _published(out: Path, name: str, address: str, session: str) -> str:
    """Puts what was written here into the storage where it is wanted."""
    publish(out / name, f"{address}/{name}")
    if (out / DATA).is_dir():
        publish(out / DATA, f"{address}/{DATA}", replaced=f"*/*/*/*/session={dataset.partition(session)}/*")
    return f"{address}/{name}"


def report(
    entry: OpenedSession,
    choices: Choices,
    as_of: str,
    table: AddressTable | None,
    spread: Spread = here,
    made: "dict[str, pa.Table] | None" = None,
    copies: Mapping[str, str] = MappingProxyType({}),
) -> tuple[Ending, str, Audit]:
    """Audits an opened session and writes its report folder: how it ended, the folder, and the result document.

    Where nothing changed since the report that is there was made, that report stands; else `made` gets its tables. What is said
    of a session that is a copy is remembered under its address.

    Raises:
        AuditError: an option or a file of the session is wrong, or the report cannot be written.
    """

    ready = _ready(entry, choices)
    name = folder_name(entry.session.name)
    folder = Path(choices.out) / name
    _forget_gone(choices.out)
    with locked(choices.out, entry.session.name, "choose another --out"), reading(choices.quiet) as progress:
        keys = _keys(ready, choices, as_of)
        state = memory.read(choices.out, name)
        if state is not None and memory.stands(state, folder, keys, choices.as_of):
            return _standing(state, folder, ready, choices)
        seen, kept = memory.seen(state, choices.out, name, keys)
        audited = _audited(ready, as_of, table, choices, _Reading(progress=progress, spread=spread, seen=seen, kept=kept))
        memory.forget(choices.out, name)
        write_report(audited, choices.out, choices.formats, choices.lang, ready.sealed)
        with heard() as voice:
            tell_inputs(audited.inputs)
        said = _placed(voice.said, copies)
        memory.remember(choices.out, name, keys, as_of, list(said), kept)
    if made is not None:
        made.update(audited.tables.by_name)
    for line in said:
        say(line)
    return _ending(audited.audit, ready.entry.errors), str(folder), audited.audit


@cache
def _forget_gone(out: str) -> None:
    """Once in each process: it looks at all reports of the folder."""
    memory.forget_gone(out)


def _standing(state: memory.State, folder: Path, ready: _Ready, choices: Choices) -> tuple[Ending, str, Audit]:
    """The report that is there, as if it had just been written."""
    audit = audit_json.decode((folder / audit_json.FILE).read_bytes(), str(folder / audit_json.FILE))
    for line in state.said:
        say(line)
    if not choices.quiet:
        say(f"{audit.session.name}: nothing changed since its report was written, as of {audit.as_of}")
    return _ending(audit, ready.entry.errors), str(folder), audit


def _keys(ready: _Ready, choices: Choices, as_of: str) -> Keys:

    session, known = ready.entry.session, ready.known
    facts = facts_key(session, digest_key(session, choices.digest_key), ready.subjects, known.identifiers)
    judged_by = (known.sha256, known.register, ready.waivers, ready.baseline, choices.fail_on, _sha256(choices.ip_asn))
    signed = ready.sealed.key and key_id(ready.sealed.key.public_key())
    shown_as = (choices.formats, choices.lang, ready.sealed.waivers_sha256, signed)
    errors = tuple(error.what for error in ready.entry.errors)
    return Keys(
        facts=facts,
        report=report_key(facts, judged_by, shown_as, errors),
        dated=dated(ready.waivers, persona_age(ready.subjects, session, as_of), as_of),
    )


def _sha256(path: str | None) -> str | None:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest() if path else None


def _audited(ready: _Ready, as_of: str, table: AddressTable | None, choices: Choices, reading: _Reading) -> pipeline.Audited:
    options = pipeline.Options(
        as_of=as_of,
        key=digest_key(ready.entry.session, choices.digest_key),
        fail_on=fail_severity(choices.fail_on),
        baseline=frozenset(row.id for row in ready.baseline.findings) if ready.baseline else None,
        addresses=table,
        progress=reading.progress,
        seen=reading.seen,
        keep=lambda observed, mask: reading.kept.update(stored(observed, mask) or {}),
        spread=reading.spread,
    )
    errors = tuple(error.what for error in ready.entry.errors)
    audited = pipeline.audit(ready.entry.session, ready.subjects, ready.waivers, ready.known, options, errors)
    return replace(audited, audit=with_changes(audited.audit, ready.baseline))


def _ending(audit: Audit, errors: Iterable[AuditError]) -> Ending:
    """The verdict as an end. `errors` of the session are told with their places, which the document does not hold."""
    verdict = audit.verdict
    placed = {error.what: f"{error.source}: {error.what}" for error in errors if error.source}
    reason = placed.get(verdict.reasons[0], verdict.reasons[0])
    return Ending(ExitCode(verdict.exit), reason, verdict.result.value if verdict.exit in (0, 1, 3) else None)


def _ready(entry: OpenedSession, choices: Choices) -> _Ready:
    known_key(entry.session, choices.digest_key)  # what is no key is told before anything is made
    waivers = entry.waivers
    if choices.waivers:
        waivers = read_waivers(read_text(choices.waivers), choices.waivers, knowledge.rule_ids())
    planted = subjects(choices.subjects, entry)
    if not planted.identifiers and not choices.quiet:
        say(f"warning: {entry.session.name}: no values are planted, so identifiers are found by checked patterns only")
    own_waivers = f"{entry.session.folder}/waivers.toml" if entry.session.folder else None
    return _Ready(
        entry=entry,
        subjects=planted,
        waivers=waivers,
        known=knowledge.load(choices.register_name or entry.session.register, choices.catalog),
        sealed=sealing(choices.waivers or own_waivers, choices.key),
        baseline=baseline_audit(choices.baseline),
    )
