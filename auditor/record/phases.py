"""The phase of a running recording: marked by `auditor phase NAME`, read by every recorder of the session.

`.phase` in the session's folder holds the id of the phase that runs now; it began when the file was changed. When a phase
ends, it goes into session.toml, where its tester can correct it.
"""

import os
import re
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from auditor.errors import Source, UsageError
from auditor.record.session_folder import append_table
from auditor.record.timestamps import iso_time
from auditor.session.journal import stale_since

NAME = ".phase"
_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_LOOK_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Mark:
    """A phase that runs."""

    id: str
    since: int
    """UTC, nanoseconds since 1970."""


def read_mark(folder: Path) -> Mark | None:
    """The phase that runs in the session; None where there is none, or its file holds no id."""
    path = folder / NAME
    try:
        with path.open("rb") as file:
            text = file.read(256).decode("ascii", "replace").strip()
            since = os.fstat(file.fileno()).st_mtime_ns
    except OSError:
        return None
    return Mark(text, since) if _ID.fullmatch(text) else None


def check_id(phase: str) -> None:
    """Refuses what is no id of a phase.

    Raises:
        UsageError: it has other signs than a-z, 0-9, _ and -.
    """
    if not _ID.fullmatch(phase):
        raise UsageError(f"the phase {phase!r} is no id", fix="use small letters, digits, _ and -, like before_consent")


def mark_phase(folder: Path, phase: str) -> Mark:
    """Begins a phase now, and ends the one that runs.

    Raises:
        UsageError: the id has other signs than a-z, 0-9, _ and -, or the folder cannot be written.
    """
    check_id(phase)
    before = read_mark(folder)
    path = folder / NAME
    try:
        descriptor, new = tempfile.mkstemp(prefix=".phase.", dir=folder)
        with os.fdopen(descriptor, "w") as file:
            file.write(phase + "\n")
        os.replace(new, path)
    except OSError as error:
        raise UsageError(f"cannot be written: {error.strerror or error}", Source(str(path))) from None
    mark = read_mark(folder) or Mark(phase, time.time_ns())
    if before is not None:
        write_phase(folder, before, mark.since)
    return mark


def end_phase(folder: Path, at: int) -> None:
    """Ends the phase that runs, if one does: the recording stopped.

    Raises:
        UsageError: session.toml cannot be written.
    """
    mark = read_mark(folder)
    if mark is not None:
        write_phase(folder, mark, at)
        (folder / NAME).unlink(missing_ok=True)


def end_stale_phase(folder: Path, now: int) -> None:
    """Ends the phase that a killed recorder left running, when that was; a new recording must not begin in it.

    Raises:
        UsageError: session.toml cannot be written.
    """
    mark = read_mark(folder)
    try:
        data = (folder / "journal.ndjson").read_bytes() if mark else b""
    except OSError:
        return
    end = stale_since(data, mark.id, mark.since, now) if mark else None
    if mark is not None and end is not None:
        end_phase(folder, end)


def write_phase(folder: Path, mark: Mark, end: int) -> None:
    """Appends a finished phase to session.toml, unless it stands there already.

    Raises:
        UsageError: session.toml cannot be read or written.
    """
    start = iso_time(min(mark.since, end))
    append_table(folder, "phase", (("id", mark.id), ("start", start), ("end", iso_time(end))), same=("id", "start"))


class PhaseWatch:
    """Looks at `.phase` at most ten times a second."""

    def __init__(self, folder: Path | None, clock: Callable[[], float] = time.monotonic) -> None:
        self.mark: Mark | None = None
        self._folder = folder
        self._path = str(folder / NAME) if folder else None
        self._clock = clock
        self._looked = float("-inf")
        self._stamp: tuple[int, int] | None = None

    @property
    def phase(self) -> str | None:
        """The id of the phase that runs."""
        return self.mark.id if self.mark else None

    def look(self) -> bool:
        """Whether the phase changed since the last look."""
        now = self._clock()
        if self._folder is None or self._path is None or now - self._looked < _LOOK_SECONDS:
            return False
        self._looked = now
        try:
            status = os.stat(self._path)
            stamp = (status.st_mtime_ns, status.st_ino)
        except OSError:
            stamp = None
        if stamp == self._stamp:
            return False
        before, self._stamp, self.mark = self.mark, stamp, read_mark(self._folder)
        return self.mark != before
