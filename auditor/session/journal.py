"""Reads `journal.ndjson`, what recorders wrote while they ran: lines in; whether they ended, erred or were tampered with out.

Each recorder has a chain of its own: a record's `chain` is the SHA-256 of the link before it and of its own text without
`chain`. A cut last line is what a killed recorder leaves, and so is one that the next recorder ended with `TORN`; a broken
chain is damage.
"""

import hashlib
import re
from dataclasses import dataclass

import msgspec

from auditor.model.reading import Damage

NAME = "journal.ndjson"
FIRST_LINK = "0" * 64
TORN = b"\x18"
"""The last byte of a line that was never finished (ASCII CANCEL): a record holds no control characters."""
MAX_LINE = 1 << 20
"""Bytes of one record; recorders write far less."""

_CHAIN = re.compile(rb',"chain":"([0-9a-f]{64})"\}$')


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalFacts:
    """What a journal says of the recordings."""

    damage: tuple[Damage, ...] = ()
    """At most one place: what follows a broken place proves nothing."""
    unfinished: tuple[str, ...] = ()
    """In words: recorders that never wrote their end, or were ended by something else than their user."""
    hook_errors: tuple[str, ...] = ()
    """Errors of the recording addon, in words."""


class _Record(msgspec.Struct, frozen=True, kw_only=True):
    recorder: str
    kind: str
    hook_errors: int = 0
    reason: str = "user"
    faults: list[str] = msgspec.field(default_factory=list)


def read_journal(data: bytes) -> JournalFacts:
    """The facts of a whole journal."""
    links: dict[str, str] = {}
    open_recorders: dict[str, str] = {}
    errors: list[str] = []
    cut: list[str] = []
    lines = data.split(b"\n")
    torn = bool(lines.pop())  # empty where the file ends with a whole line
    for number, line in enumerate(lines, 1):
        if line.endswith(TORN):
            torn = True
            continue
        try:
            record = _record(line, links)
        except ValueError as error:
            damage = (Damage(f"line {number}", str(error)),)
            return JournalFacts(damage=damage, unfinished=(*open_recorders.values(), *cut), hook_errors=tuple(errors))
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
    return JournalFacts(unfinished=(*open_recorders.values(), *cut), hook_errors=tuple(errors))


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
    link = hashlib.sha256(links.get(record.recorder, FIRST_LINK).encode() + body).hexdigest()
    if link != sealed[1].decode():
        raise ValueError("the chain of records is broken here: a record was changed, added or taken away")
    links[record.recorder] = link
    return record
