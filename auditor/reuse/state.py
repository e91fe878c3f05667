"""What is remembered of reports: for each, what it depended on, and what was seen.

It stands in the user's cache (`$XDG_CACHE_HOME/auditor`), one folder for each folder of reports, is written last of all, and read
with suspicion: a file that is missing, changed or of another version only means that the work is done again. Nobody but the
owner can read it.
"""

import hashlib
import os
import shutil
from fnmatch import fnmatchcase
from pathlib import Path

import msgspec

from auditor.observe import Observations
from auditor.report import signoff
from auditor.reuse.facts import FILES, loaded
from auditor.reuse.keys import Keys

STATE_FILE = "state.json"


class State(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the report that is there was made of."""

    facts: str
    report: str
    dated: str
    as_of: str
    files: dict[str, str]
    """SHA-256 of every file of the report."""
    said: list[str]
    """What was said of the session's inputs when it was audited."""


def cache_folder() -> Path:
    """The user's cache (XDG Base Directory Specification). Without a home it is nowhere: what cannot be written is not
    remembered."""
    named = os.environ.get("XDG_CACHE_HOME", "")
    try:
        return Path(named) if named.startswith("/") else Path.home() / ".cache"
    except RuntimeError:
        return Path(os.devnull)


def place(out: str, name: str) -> Path:
    """Where the state of a report is."""
    return _known(out) / name


def _known(out: str) -> Path:
    """What is remembered of all reports of a folder."""
    return cache_folder() / "auditor" / "reports" / hashlib.sha256(os.fsencode(os.path.realpath(out))).hexdigest()[:16]


def read(out: str, name: str) -> State | None:
    """The state of the report of that folder name; None where there is none that can be read."""
    try:
        return msgspec.json.decode((place(out, name) / STATE_FILE).read_bytes(), type=State)
    except (OSError, msgspec.MsgspecError):
        return None


def stands(state: State | None, report: Path, keys: Keys, as_of: str | None) -> bool:
    """Whether the report that is there is the one that a run would make: nothing that it depends on changed, and neither did it.

    `as_of` is a date that the user asked for; without one a date that changes nothing else counts as the same.
    """
    if state is None or (state.report, state.dated) != (keys.report, keys.dated) or as_of not in (None, state.as_of):
        return False
    return bool(state.files) and _digests(report) == state.files


def seen(state: State | None, out: str, name: str, keys: Keys) -> tuple[Observations | None, dict[str, bytes]]:
    """What was seen when the session was as it is, and the files that hold it; None where it changed, or nothing was kept."""
    if state is None or state.facts != keys.facts:
        return None, {}
    folder = place(out, name)
    found = loaded(folder)
    return found, {file: (folder / file).read_bytes() for file in FILES} if found else {}


def remember(out: str, name: str, keys: Keys, as_of: str, said: list[str], facts: dict[str, bytes]) -> None:
    """Writes the state of a report that was just written. Where that fails, the next run does the work again."""
    state = State(
        facts=keys.facts,
        report=keys.report,
        dated=keys.dated,
        as_of=as_of,
        files=_digests(Path(out) / name),
        said=said,
    )
    target = place(out, name)
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = target.with_name(f".{name}.new")  # whoever holds the report's lock writes there alone
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        for file, data in {**facts, STATE_FILE: msgspec.json.encode(state)}.items():
            descriptor = os.open(fresh / file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as opened:
                opened.write(data)
        shutil.rmtree(target, ignore_errors=True)
        fresh.rename(target)
    except OSError:
        shutil.rmtree(target, ignore_errors=True)


def forget_gone(out: str) -> None:
    """Forgets reports that are no longer in the folder. It looks at all that is remembered of it: once for many sessions."""
    known = _known(out)
    for name in os.listdir(known) if known.is_dir() else ():
        if not os.path.lexists(f"{out}/{name}"):
            shutil.rmtree(known / name, ignore_errors=True)


def forget(out: str, name: str) -> None:
    """The report is about to be replaced: until it is, nothing is known of it."""
    shutil.rmtree(place(out, name), ignore_errors=True)


def _digests(report: Path) -> dict[str, str]:
    files = (path for path in sorted(report.rglob("*")) if path.is_file() and not fnmatchcase(path.name, signoff.KEPT))
    return {path.relative_to(report).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def forget_all(out: str) -> None:
    """Forgets every report of a folder that is about to go."""
    shutil.rmtree(_known(out), ignore_errors=True)
