"""Corrects a phase that was marked wrongly: a session's folder and what is right in, session.toml and the journal changed out.

A wrong phase makes a wrong finding, so it can be put right during a recording and after it. session.toml is its user's: one
value is exchanged where it stands, comments stay, and nothing is written unless exactly that changes. The journal gets a
record of what was said before; nothing in it is taken back.
"""

import datetime
import os
import re
import tempfile
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from auditor.errors import Source, UsageError
from auditor.model.journal import NAME as JOURNAL_NAME
from auditor.record.journal import Journal, Kind
from auditor.record.phases import NAME as MARK_NAME
from auditor.record.phases import check_id, read_mark
from auditor.record.session_folder import NAME as SESSION_NAME
from auditor.record.timestamps import iso_time

LAST = "last"
_HEADER = re.compile(r"\s*\[\[\s*phase\s*\]\]\s*(#.*)?$")
_ANY_HEADER = re.compile(r"\s*\[")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedPhase:
    """One phase of a session."""

    number: int
    """From 1, in the order of session.toml; the one that runs comes last."""
    id: str
    start: str
    end: str | None
    """None: it runs."""

    @property
    def line(self) -> str:
        """The phase as a line for people."""
        return f"{self.number:3}  {self.id:<16} {self.start} {self.end or 'runs'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is right. None: it stays."""

    id: str | None = None
    start: str | None = None
    end: str | None = None


def recorded_phases(folder: Path) -> tuple[RecordedPhase, ...]:
    """All phases of the session.

    Raises:
        UsageError: session.toml cannot be read.
    """
    tables = _parsed(folder, _text(folder)).get("phase", [])
    found = [
        RecordedPhase(number=number, id=str(one.get("id")), start=_shown(one.get("start")), end=_shown(one.get("end")))
        for number, one in enumerate(tables, 1)
    ]
    mark = read_mark(folder)
    if mark is not None:
        found.append(RecordedPhase(number=len(found) + 1, id=mark.id, start=iso_time(mark.since), end=None))
    return tuple(found)


def correct(folder: Path, which: str, wish: Wish) -> tuple[RecordedPhase, RecordedPhase]:
    """Puts a phase right: `which` is its number, its id, or `last`. Gives it as it was and as it is.

    Raises:
        UsageError: there is no such phase, or several have the id; the wish makes no sense; a file cannot be written.
    """
    phases = recorded_phases(folder)
    was = _find(phases, which)
    wish = Wish(id=wish.id, start=_time(wish.start), end=_time(wish.end))
    if wish.id is not None:
        check_id(wish.id)
    start, end = wish.start or was.start, wish.end or was.end
    if end is not None and _moment(end) < _moment(start):
        raise UsageError("the phase would end before it starts", fix=f"it runs from {was.start} to {was.end}")
    if was.end is None:
        _correct_mark(folder, was, wish)
    else:
        _correct_table(folder, was.number, wish)
    now = RecordedPhase(number=was.number, id=wish.id or was.id, start=start, end=end)
    _note(folder, was, now)
    return was, now


def _find(phases: tuple[RecordedPhase, ...], which: str) -> RecordedPhase:
    if not phases:
        raise UsageError("no phase is recorded in this session")
    if which == LAST:
        return phases[-1]
    found = [phase for phase in phases if which in (phase.id, str(phase.number))]
    if len(found) == 1:
        return found[0]
    words = "several phases are" if found else "there is no phase"
    raise UsageError(f"{words} {which!r}", fix=f"name it by its number, 1 to {len(phases)}; `auditor phase --edit` lists them")


def _correct_mark(folder: Path, was: RecordedPhase, wish: Wish) -> None:
    """The phase that runs: its file is exchanged, its beginning stays."""
    if wish.end is not None:
        raise UsageError("the phase still runs, so it has no end", fix="mark the next phase first")
    since = _moment(wish.start or was.start)
    path = folder / MARK_NAME
    _replace(path, (wish.id or was.id) + "\n", since)


def _correct_table(folder: Path, number: int, wish: Wish) -> None:
    text = _text(folder)
    expected = _parsed(folder, text)
    values = {name: value for name, value in (("id", wish.id), ("start", wish.start), ("end", wish.end)) if value is not None}
    expected["phase"][number - 1] |= values
    changed = _exchanged(text, number, values)
    try:
        is_right = tomllib.loads(changed) == expected
    except tomllib.TOMLDecodeError:
        is_right = False
    if not is_right:
        raise UsageError(
            "the phase cannot be changed there for sure", Source(str(folder / SESSION_NAME)), "change it by hand in [[phase]]"
        )
    _replace(folder / SESSION_NAME, changed)


def _exchanged(text: str, number: int, values: dict[str, str]) -> str:
    """The text with the values of the table of that number exchanged."""
    lines, seen, inside = text.split("\n"), 0, False
    for index, line in enumerate(lines):
        if _ANY_HEADER.match(line):
            seen += bool(_HEADER.match(line))
            inside = seen == number and bool(_HEADER.match(line))
        elif inside:
            for name, value in values.items():
                lines[index] = re.sub(rf"^(\s*{name}\s*=\s*)(\"[^\"]*\"|'[^']*'|[^#\s]+)", rf'\g<1>"{value}"', lines[index])
    return "\n".join(lines)


def _note(folder: Path, was: RecordedPhase, now: RecordedPhase) -> None:
    """The correction in the journal, where there is one: a session of other tools' files has none."""
    if not (folder / JOURNAL_NAME).exists():
        return
    try:
        with Journal(folder / JOURNAL_NAME, recorder=f"edit-{time.time_ns():x}") as journal:
            journal.add(
                Kind.CORRECTION,
                was=was.id,
                now=now.id,
                was_start=was.start,
                start=now.start,
                was_end=was.end,
                end=now.end,
            )
    except OSError as error:
        raise UsageError(f"the journal cannot be written: {error.strerror or error}", Source(str(folder))) from None


def _text(folder: Path) -> str:
    path = folder / SESSION_NAME
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise UsageError("is no session: it has no session.toml", Source(str(folder))) from None
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot be read: {error}", Source(str(path))) from None


def _parsed(folder: Path, text: str) -> dict[str, Any]:
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"cannot be read: {error}", Source(str(folder / SESSION_NAME))) from None
    tables = data.get("phase", [])
    if not isinstance(tables, list) or not all(isinstance(one, dict) for one in tables):
        raise UsageError("'phase' is no list of tables", Source(str(folder / SESSION_NAME)))
    return data


def _replace(path: Path, text: str, changed: int | None = None) -> None:
    """Writes the file anew, whole, for its owner only; `changed` is the time that it shall bear."""
    try:
        descriptor, new = tempfile.mkstemp(prefix=f"{path.name.lstrip('.')}.", suffix=".new", dir=path.parent)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if changed is not None:
            os.utime(new, ns=(changed, changed))
        os.replace(new, path)
    except OSError as error:
        raise UsageError(f"cannot be written: {error.strerror or error}", Source(str(path))) from None


def _shown(value: object) -> str:
    """A time of session.toml, which may be a date-time or a text."""
    if isinstance(value, datetime.datetime):
        return iso_time(_nanoseconds(value)) if value.tzinfo else value.isoformat()
    return str(value)


def _time(text: str | None) -> str | None:
    """A time as the journal writes it.

    Raises:
        UsageError: it is none, or does not say its offset from UTC.
    """
    return None if text is None else iso_time(_moment(text))


def _moment(text: str) -> int:
    """Nanoseconds since 1970."""
    try:
        moment = datetime.datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"is no time: {text!r}", fix="write it like 2026-11-22T10:15:00Z") from None
    if moment.tzinfo is None:
        raise UsageError(f"the time {text!r} does not say its offset from UTC", fix=f"write {text}Z, or {text}+08:00")
    fraction = re.search(r"\.(\d{1,9})", text)
    rest = int(fraction[1].ljust(9, "0")) if fraction else 0
    return _nanoseconds(moment) // 1_000_000_000 * 1_000_000_000 + rest


def _nanoseconds(moment: datetime.datetime) -> int:
    since = moment - datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
    return (since.days * 86_400 + since.seconds) * 1_000_000_000 + since.microseconds * 1_000
