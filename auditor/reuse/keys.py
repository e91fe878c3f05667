"""What a report depends on, as digests: the same digests mean the same report.

Everything that could change a byte of it is in: the files of the session, the options, what the tool knows, and the tool's own
source. Only the date is apart, because most dates change nothing.
"""

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from auditor.judge.waivers import WARNING_DAYS
from auditor.model.session import Session, Waiver
from auditor.session.folder import holds_reports
from auditor.version import VERSION

_PACKAGE = Path(__file__).resolve().parents[1]
LEFT_OUT = frozenset({"waivers.toml", "session.key"})
"""Files of a session that do not change what was seen: the judgement's key has the waivers, the facts' key the key's digest."""


@dataclass(frozen=True, slots=True)
class Keys:
    """Of one session."""

    facts: str
    """What was seen depends on it: captures, planted values, phases, how identifiers are found."""
    report: str
    """The report depends on it: the facts, and what they are judged by."""
    dated: str
    """What the date changes beside itself."""


def facts_key(session: Session, key: bytes, *parts: object) -> str:
    """Over the session's files, the digests' key, the tool, and whatever else is given."""
    captures = tuple(replace(entry, path="", keylog=entry.keylog and "named") for entry in session.captures)
    portable = replace(session, folder=None, register="", captures=captures)
    digest = hashlib.sha256(_encoded((VERSION, tool_sha256(), hashlib.sha256(key).hexdigest(), portable, parts)))
    for path in session_files(session):
        digest.update(os.fsencode(_name(path, session.folder)) + b"\0" + _sha256(path).encode())
    return digest.hexdigest()


def report_key(facts: str, *parts: object) -> str:
    """Over the facts' key and whatever they are judged by."""
    return hashlib.sha256(_encoded((facts, parts))).hexdigest()


def dated(waivers: Iterable[Waiver], persona_age: int | None, as_of: str) -> str:
    """What changes with the date: which waivers count or are about to end, and how old the persona is."""
    import datetime

    today = datetime.date.fromisoformat(as_of)
    states = []
    for waiver in waivers:
        days = (datetime.date.fromisoformat(waiver.expires) - today).days
        states.append((waiver.rule, waiver.party, waiver.surface, waiver.identifier, days < 0, days <= WARNING_DAYS))
    return hashlib.sha256(_encoded((sorted(states), persona_age))).hexdigest()


def session_files(session: Session) -> tuple[Path, ...]:
    """Every file that what was seen can depend on: all of the session's folder, and the captures and key logs elsewhere, with
    what stands beside them in the same rotated set."""
    from auditor.capture.rotated import rotated_set

    found: set[Path] = set()
    for capture in session.captures:
        found.update(Path(name) for name in rotated_set(capture.path) if os.path.isfile(name))
        if capture.keylog and os.path.isfile(capture.keylog):
            found.add(Path(capture.keylog))
    if session.folder is not None:
        found.update(_files_of(Path(session.folder)))
    return tuple(sorted(found))


def _files_of(folder: Path) -> Iterator[Path]:
    """Every file of a session, reports that were written into it left out."""
    for root, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not holds_reports(Path(root, name))]
        yield from (path for name in names if _counts(path := Path(root, name)) and os.path.isfile(path))


def _counts(path: Path) -> bool:
    """Hidden files are nobody's, unless the session lists them."""
    return path.name not in LEFT_OUT and not path.name.startswith(".")


def _name(path: Path, folder: str | None) -> str:
    """A file's name that does not depend on where its session is."""
    return path.relative_to(folder).as_posix() if folder and path.is_relative_to(folder) else path.name


@cache
def tool_sha256() -> str:
    """Over the tool's own files, templates and words too: a version number does not change with each line of them. What the
    catalog says has a digest of its own."""
    digest = hashlib.sha256()
    for path in sorted(_PACKAGE.rglob("*")):
        place = path.relative_to(_PACKAGE)
        if path.suffix != ".pyc" and (path.suffix == ".py" or place.parts[0] != "catalog") and path.is_file():
            digest.update(place.as_posix().encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _sha256(path: Path) -> str:
    """Of a file that cannot be read, why: the audit says so, and says it until the file can be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        return f"unread: {error.errno}"


def _encoded(parts: Any) -> bytes:
    return msgspec.json.encode(parts, order="deterministic")
