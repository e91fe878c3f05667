"""Paths as given on the command line to sessions, with the files that each holds."""

import os
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from pathlib import Path

from auditor import named_file
from auditor.capture.rotated import is_continuation, rotated_set
from auditor.errors import AuditError, CaptureError, ConfigError, Fault, Source, UsageError
from auditor.model.journal import NAME as JOURNAL
from auditor.model.session import CaptureFile, Phase, PolicyText, Session, Subjects, UnderTest, Waiver
from auditor.model.vocabulary import Surface
from auditor.session import files
from auditor.session.journal import left_phases
from auditor.session.planted_files import not_looked_for, with_images

SESSION_FILES = frozenset(
    {"session.toml", "subjects.toml", "waivers.toml", "session.key", "journal.ndjson", "README.md", "truth.json"}
)
"""Files of a session folder that are no captures."""
OTHER_FILES = frozenset({".toml", ".md", ".txt", ".key", ".pem", ".log", ".lock", ".png", ".jpg", ".jpeg", ".pdf"})
"""Endings that a capture never has; such files are passed over unless they are listed or named."""
MAX_TEXT = 16 * 1024 * 1024
"""Bytes of a file that the user writes."""
MAX_POLICY = 64 << 20
"""Bytes of a file of the policy's text."""

"""Where a shell shows the pipes that it opened itself; for any other pipe nobody may be writing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedSession:
    """A session with everything that its folder says."""

    session: Session
    subjects: Subjects
    waivers: tuple[Waiver, ...]
    warnings: tuple[str, ...]
    errors: tuple[AuditError, ...]
    """What is wrong with the folder but does not stop the audit of the rest."""


def read_text(path: str) -> str:
    """A file that the user writes, as text.

    Raises:
        UsageError: missing, unreadable or not UTF-8.
    """
    data = named_file.read(path, MAX_TEXT, fix="give a text file")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError("is not UTF-8 text", Source(path, f"byte {error.start}")) from None


def shown(path: str) -> str:
    """A path as text that every output can hold: bytes of a name that are no UTF-8 become escapes."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def open_sessions(
    paths: tuple[str, ...],
    *,
    surface: Surface | None = None,
    background: tuple[str, ...] = (),
    keylog: str | None = None,
    rules: Callable[[], tuple[str, ...]] = tuple,
) -> tuple[OpenedSession, ...]:
    """One session for each folder; the loose files of a call are one session, named after the first. `rules` gives what a waiver
    may name, and is asked only where a session has waivers.

    Raises:
        ConfigError, UsageError: a file of a session has faults.
    """
    if "" in paths:  # which would be the current folder
        raise UsageError("a path is empty", fix="name session folders or capture files")
    folders = [path for path in paths if os.path.isdir(path)]
    loose = [path for path in paths if not os.path.isdir(path)]
    sessions = [_open_folder(path, rules) for path in folders]
    if loose:
        sessions.insert(min(paths.index(loose[0]), len(sessions)), _loose(loose))
    extra = tuple(
        CaptureFile(path=path, name=shown(path), surface=surface, background=True, keylog=keylog) for path in background
    )
    return tuple(_overridden(opened, surface, keylog, extra) for opened in sessions)


def _overridden(
    opened: OpenedSession, surface: Surface | None, keylog: str | None, extra: tuple[CaptureFile, ...]
) -> OpenedSession:
    captures = tuple(
        replace(capture, surface=capture.surface or surface, keylog=capture.keylog or keylog)
        for capture in opened.session.captures
    )
    return replace(opened, session=replace(opened.session, captures=(*captures, *extra)))


def _loose(paths: list[str]) -> OpenedSession:
    once: dict[str, str] = {}
    for path in paths:
        once.setdefault(os.path.realpath(path), path)
    for real, path in tuple(once.items()):
        for later in rotated_set(path)[1:] if real in once else ():  # of `capture_*.pcapng` the first file stands for all
            once.pop(os.path.realpath(later), None)
    captures = tuple(CaptureFile(path=path, name=shown(path), surface=None) for path in once.values())
    name = shown(Path(paths[0]).name).split(".")[0] or "capture"
    session = Session(name=name, folder=None, captures=captures)
    return OpenedSession(session=session, subjects=Subjects(), waivers=(), warnings=(), errors=())


def _open_folder(path: str, rules: Callable[[], tuple[str, ...]]) -> OpenedSession:
    folder = Path(path)
    _check_readable(path)
    faults: list[Fault] = []
    said = _read(folder / "session.toml", files.read_session, files.SessionFile(), faults)
    subjects = _read(folder / "subjects.toml", files.read_subjects, Subjects(), faults)
    accepted: tuple[Waiver, ...] = ()
    waivers = _read(folder / "waivers.toml", lambda text, name: files.read_waivers(text, name, rules()), accepted, faults)
    if faults:
        raise ConfigError(tuple(faults))
    named = shown(str(folder / "subjects.toml"))
    subjects = with_images(subjects, named)
    below, unread = _files_below(folder)
    captures, warnings = _captures(folder, said, below)
    warnings = (*warnings, *not_looked_for(subjects, named))
    errors: tuple[AuditError, ...] = unread
    if not captures and not unread:
        errors = (CaptureError("holds no captures", Source(path), "record some, or name the files"),)
    policy, missing = _policy(folder, said.policy)
    said_of = {field.name: getattr(said, field.name) for field in fields(UnderTest)}
    said_of |= {
        "register": _register(folder, said.register),
        "captures": captures,
        "phases": (*said.phases, *_left_phases(folder, said)),
    }
    session = Session(name=said.name or shown(folder.resolve().name) or "session", folder=path, policy=policy, **said_of)
    return OpenedSession(session=session, subjects=subjects, waivers=waivers, warnings=warnings, errors=(*errors, *missing))


def _policy(folder: Path, names: tuple[str, ...]) -> tuple[tuple[PolicyText, ...], tuple[AuditError, ...]]:
    """The files of the policy's text, and what is wrong with those that cannot be read."""
    texts: list[PolicyText] = []
    errors: list[AuditError] = []
    for name in names:
        try:
            texts.append(PolicyText(name=name, data=named_file.read(str(folder / name), MAX_POLICY, fix="correct 'policy'")))
        except UsageError as error:
            errors.append(error)
    return tuple(texts), tuple(errors)


def _left_phases(folder: Path, said: files.SessionFile) -> tuple[Phase, ...]:
    """The phase that ran when a recorder was killed: only the journal knows of it."""
    try:
        data = (folder / JOURNAL).read_bytes() if os.path.isfile(folder / JOURNAL) else b""
    except OSError:
        return ()
    return left_phases(data, [(phase.id, phase.start) for phase in said.phases])


def _register(folder: Path, said: str) -> str:
    """A register that stands in the session's folder goes with it, wherever the command is called from; else as it is said."""
    own = folder / said
    return str(own) if os.path.isfile(own) else said


def _read[T](path: Path, read: Callable[[str, str], T], empty: T, faults: list[Fault]) -> T:
    """A file of the session, or `empty` where there is none. Faults are gathered over all files."""
    if not os.path.lexists(path):
        return empty
    try:
        return read(read_text(str(path)), str(path))
    except ConfigError as error:
        faults.extend(error.faults)
    except UsageError as error:
        faults.append(Fault(error.source or Source(str(path)), error.what, error.fix))
    return empty


def _captures(folder: Path, said: files.SessionFile, below: tuple[str, ...]) -> tuple[tuple[CaptureFile, ...], tuple[str, ...]]:
    """Listed captures first, in their order, then those that are there but not listed, by name."""
    listed = {os.path.normpath(capture.path): capture for capture in said.captures}
    texts = {os.path.normpath(name) for name in said.policy}
    keylogs = {os.path.normpath(capture.keylog) for capture in said.captures if capture.keylog}
    captures = [
        replace(
            capture,
            path=str(folder / capture.path),
            keylog=str(folder / capture.keylog) if capture.keylog else None,
        )
        for capture in said.captures
    ]
    apart = [path.parent for path in sorted(folder.glob("**/session.toml")) if path.parent != folder]
    warnings = [_left_out(apart)] if apart else []
    for name in below:
        if name in listed or name in keylogs or name in texts or is_continuation(str(folder / name)):
            continue
        captures.append(CaptureFile(path=str(folder / name), name=shown(name), surface=None, listed=False))
        if said.captures:
            warnings.append(f"{folder / name}: not listed in session.toml; audited with its format's usual surface")
    return tuple(captures), tuple(warnings)


def _left_out(sessions: list[Path]) -> str:
    if len(sessions) == 1:
        return f"{sessions[0]}: is a session of its own and no part of this one"
    return f"{sessions[0]} and {len(sessions) - 1} more are sessions of their own and no part of this one"


def _check_readable(path: str) -> None:
    """Raises:
    UsageError: the folder may not be listed, or what is in it may not be opened.
    """
    try:
        os.listdir(path)
        os.stat(os.path.join(path, os.curdir))
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror or error}", Source(path)) from None


def holds_reports(folder: Path) -> bool:
    """Whether it is a report, or a folder of reports: files of this tool's own, which are no captures. A run whose output goes
    into the folder of its sessions must not audit it the next time."""
    names = ("audit.json", "fleet.html", "fleet/data")
    if os.path.lexists(folder / "session.toml"):
        return False
    try:
        inside = any((entry / "audit.json").is_file() for entry in folder.iterdir())
    except OSError:  # whoever reads it says so
        return False
    return inside or any((folder / name).exists() for name in names)


def _files_below(folder: Path) -> tuple[tuple[str, ...], tuple[AuditError, ...]]:
    """Names of files that may be captures, relative to the folder, sorted; hidden ones and the session's own left out. And a
    fault for each folder that may not be looked into: what it holds is not known, which is not nothing."""
    found: list[str] = []
    refused: list[OSError] = []
    for root, folders, names in os.walk(folder, onerror=refused.append):
        folders[:] = sorted(
            name for name in folders if not name.startswith(".") and name != "streams" and not _is_apart(Path(root, name))
        )
        for name in names:
            relative = os.path.relpath(os.path.join(root, name), folder)
            if name.startswith(".") or relative in SESSION_FILES or Path(name).suffix.lower() in OTHER_FILES:
                continue
            found.append(relative)
    faults = tuple(
        CaptureError(f"{shown(os.path.relpath(error.filename, folder))}: cannot be read: {error.strerror}", Source(str(folder)))
        for error in refused
    )
    return tuple(sorted(found)), faults


def _is_apart(folder: Path) -> bool:
    """A session of its own, or reports."""
    return os.path.exists(folder / "session.toml") or holds_reports(folder)
