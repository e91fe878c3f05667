"""What a person tells the recording from a view (a phase, a note, a picture of the screen) in, a fact on the disk out."""

import time
from pathlib import Path

from auditor.doctor.adb import Adb
from auditor.errors import UsageError
from auditor.model.journal import NAME as JOURNAL_NAME
from auditor.record.journal import Journal, Kind
from auditor.record.phases import mark_phase

LONGEST_NOTE = 500
_PNG = b"\x89PNG\r\n\x1a\n"


def begin_phase(folder: Path, phase: str) -> None:
    """Begins a phase now.

    Raises:
        UsageError: it is no id, or the folder cannot be written.
    """
    mark_phase(folder, phase)


def keep_note(folder: Path, text: str, phase: str | None = None) -> None:
    """Puts a note into the journal, at this moment.

    Raises:
        UsageError: it is empty, or the journal cannot be written.
    """
    words = " ".join(text.split())[:LONGEST_NOTE]
    if not words:
        raise UsageError("the note is empty")
    if not (folder / JOURNAL_NAME).exists():
        raise UsageError("there is no recording to note it in", fix="start one with `auditor record`")
    try:
        with Journal(folder / JOURNAL_NAME, recorder=f"view-{time.time_ns():x}") as journal:
            journal.add(Kind.NOTE, text=words, phase=phase)
    except OSError as error:
        raise UsageError(f"the journal cannot be written: {error.strerror or error}") from None


def keep_screenshot(folder: Path, adb: str = "adb") -> str:
    """Takes a picture of the phone's screen over adb into `screenshots/` and notes it; the name of the file.

    Raises:
        UsageError: adb is not there, no phone answers, or the picture cannot be kept.
    """
    picture = Adb(program=adb).read("exec-out", "screencap", "-p")
    if not picture.startswith(_PNG):
        raise UsageError("no picture came from the phone", fix="see `auditor doctor`")
    place = folder / "screenshots" / f"{time.time_ns():x}.png"
    try:
        place.parent.mkdir(mode=0o700, exist_ok=True)
        place.touch(mode=0o600)
        place.write_bytes(picture)
    except OSError as error:
        raise UsageError(f"the picture cannot be kept: {error.strerror or error}") from None
    name = f"screenshots/{place.name}"
    keep_note(folder, f"screenshot {name}")
    return name
