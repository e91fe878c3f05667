"""Report folders in, what each says of its session out; what is no report is named, and does not cost the others."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from auditor.fleet.storage import StorageError, below, is_address, is_there, read_bytes
from auditor.report.audit_json import SCHEMA_VERSION

DOCUMENT = "audit.json"
SEAL = "manifest.json"
TABLES = "tables"


class _Session(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    product: str = ""
    app_version: str = ""
    firmware: str = ""
    region: str = ""
    topology: str = ""
    started: str | None = None


class _Verdict(msgspec.Struct, frozen=True, kw_only=True):
    result: str
    exit: int
    reasons: list[str]


class _Waiver(msgspec.Struct, frozen=True, kw_only=True):
    rule: str
    party: str
    identifier: str
    surface: str
    owner: str
    expires: str
    state: str
    findings: list[str]


class _Finding(msgspec.Struct, frozen=True, kw_only=True):
    severity: str
    status: str


class _Input(msgspec.Struct, frozen=True, kw_only=True):
    path: str
    background: bool = False


class _Document(msgspec.Struct, frozen=True, kw_only=True):
    """What a fleet needs of audit.json; the rest is passed over."""

    as_of: str
    session: _Session
    verdict: _Verdict
    findings: list[_Finding]
    waivers: list[_Waiver]
    flow_count: int
    sighting_count: int
    inputs: tuple[_Input, ...] = ()
    schema: int = SCHEMA_VERSION


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiverUse:
    """A waiver of one session."""

    rule: str
    party: str
    identifier: str
    surface: str
    owner: str
    expires: str
    state: str
    findings: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One audited session of the fleet."""

    path: str
    """Its report folder."""
    session: str
    product: str
    app_version: str
    firmware: str
    region: str
    topology: str
    as_of: str
    started: str | None
    """ISO 8601; the session's first moment."""
    verdict: str
    reason: str
    flows: int
    sightings: int
    open_findings: int
    high_findings: int
    """Open ones of severity high or critical."""
    waivers: tuple[WaiverUse, ...]
    background: tuple[str, ...]
    """Captures of the idle phone: what they hold says nothing of what was tested."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A folder that was named and is no report, or a damaged one."""

    path: str
    why: str


def reports_in(paths: tuple[str, ...]) -> tuple[tuple[Report, ...], tuple[Unread, ...]]:
    """Every report behind the paths: report folders, or folders of report folders; sorted by path, each once, however often and
    by whatever name it is given."""
    found: dict[str, Report] = {}
    unread: dict[str, Unread] = {}
    places: dict[str, str] = {}
    for folder in (folder for named in paths for folder in _folders(named, unread)):
        places.setdefault(folder if is_address(folder) else os.path.realpath(folder), folder)
    for path in places.values():
        entry = _report(path)
        if isinstance(entry, Report):
            found[path] = entry
        else:
            unread[path] = entry
    return tuple(found[path] for path in sorted(found)), tuple(unread[path] for path in sorted(unread))


def table_of(report: Report, name: str) -> str:
    """The path of one of its tables."""
    return f"{report.path}/{TABLES}/{name}.parquet"


def _folders(path: str, unread: dict[str, Unread]) -> Iterator[str]:
    """The folder itself where it is a report, else the reports in it, else the folder (which is then named as none)."""
    root = path.rstrip("/") or path
    try:
        inside = _inside(root) if not _is_file(f"{root}/{DOCUMENT}") else []
    except StorageError as error:
        unread[root] = Unread(path=root, why=error.what)
        return
    yield from inside or [root]


def _inside(root: str) -> list[str]:
    """The reports in a folder; one whose document is gone is known by its seal."""
    if is_address(root):
        return [f"{root}/{name}" for name in below(root, (DOCUMENT, SEAL))]
    folder = Path(root)
    if not folder.is_dir():
        return []
    return [str(entry) for entry in sorted(folder.iterdir()) if (entry / DOCUMENT).is_file() or (entry / SEAL).is_file()]


def _is_file(path: str) -> bool:
    return is_there(path) if is_address(path) else Path(path).is_file()


def _report(path: str) -> Report | Unread:
    try:
        data = read_bytes(f"{path}/{DOCUMENT}")
    except OSError as error:
        return Unread(path=path, why=f"cannot be read: {error.strerror or error}")
    except StorageError as error:
        return Unread(path=path, why=error.what)
    if data is None:
        return Unread(path=path, why="is no report folder: it holds no audit.json")
    try:
        document = msgspec.json.decode(data, type=_Document)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        return Unread(path=path, why=f"its audit.json is damaged: {error}")
    if document.schema != SCHEMA_VERSION:
        why = f"its audit.json has schema {document.schema}, this version reads schema {SCHEMA_VERSION}; audit the session again"
        return Unread(path=path, why=why)
    return _from(path, document)


def _from(path: str, document: _Document) -> Report:
    session, verdict = document.session, document.verdict
    still_open = [finding for finding in document.findings if finding.status == "open"]
    return Report(
        path=path,
        session=session.name,
        product=session.product,
        app_version=session.app_version,
        firmware=session.firmware,
        region=session.region,
        topology=session.topology,
        as_of=document.as_of,
        started=session.started,
        verdict=verdict.result,
        reason=verdict.reasons[0] if verdict.reasons else "",
        flows=document.flow_count,
        sightings=document.sighting_count,
        open_findings=len(still_open),
        high_findings=sum(finding.severity in ("high", "critical") for finding in still_open),
        waivers=tuple(
            WaiverUse(
                rule=entry.rule,
                party=entry.party,
                identifier=entry.identifier,
                surface=entry.surface,
                owner=entry.owner,
                expires=entry.expires,
                state=entry.state,
                findings=len(entry.findings),
            )
            for entry in document.waivers
        ),
        background=tuple(entry.path for entry in document.inputs if entry.background),
    )
