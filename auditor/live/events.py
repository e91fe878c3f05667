"""A line of `journal.ndjson` in, an event out, or None where the line is no record.

Recorders of several versions write the journal, and this only watches: a field that is missing or of another type is not
known, and never an error. Whatever came from the network goes through `safe` here, once, so that nothing behind this module
can steer a terminal.
"""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
import orjson

from auditor.report.display import safe

LONGEST_TEXT = 400
LONGEST_LIST = 32
_MOST = 1 << 62


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One record; the fields that a kind does not have are None or empty."""

    recorder: str
    kind: str
    at: str
    """ISO 8601, UTC; empty where it is not known."""
    flow_id: str | None = None
    surface: str | None = None
    host: str | None = None
    port: int | None = None
    method: str | None = None
    path: str | None = None
    party: str | None = None
    recipient: str | None = None
    relation: str | None = None
    service: str | None = None
    phase: str | None = None
    since: str | None = None
    state: str | None = None
    status: int | None = None
    bytes_up: int | None = None
    bytes_down: int | None = None
    identifier: str | None = None
    ident_kind: str | None = None
    """`kind` of a sighting, which stands in the way of the record's own `kind`."""
    masked: str | None = None
    part: str | None = None
    confidence: str | None = None
    direction: str | None = None
    server_ip: str | None = None
    server_port: int | None = None
    hosts: tuple[str, ...] = ()
    sni: str | None = None
    client: str | None = None
    insight: str | None = None
    reason: str | None = None
    requests: int | None = None
    messages: int | None = None
    lost: int | None = None
    received: int | None = None
    skipped: int | None = None
    text: str | None = None
    trouble: str | None = None
    engine: str | None = None
    was: str | None = None
    now: str | None = None
    packets: int | None = None
    bytes: int | None = None
    error: str | None = None
    hook: str | None = None
    mac: str | None = None
    vendor: str | None = None


_TEXTS = tuple(field.name for field in msgspec.structs.fields(Event) if field.type == str | None)
_NUMBERS = tuple(field.name for field in msgspec.structs.fields(Event) if field.type == int | None)
_OTHER_NAMES = {"flow": "flow_id", "identifier_kind": "ident_kind", "what": "text", "note": "text", "dropped": "lost"}
"""Names that a field also has, or had."""


def read_event(line: bytes) -> Event | None:
    """The event of one line."""
    try:
        record = orjson.loads(line)
    except ValueError:
        return None
    if not isinstance(record, dict) or not isinstance(record.get("kind"), str):
        return None
    others = {new: record[old] for old, new in _OTHER_NAMES.items() if old in record}
    known = {**others, **record} if others else record
    facts: dict[str, Any] = {name: _FIELDS[name](value) for name, value in known.items() if name in _FIELDS}
    return Event(
        recorder=_text(record.get("recorder")) or "",
        kind=record["kind"][:LONGEST_TEXT],
        at=_text(record.get("at")) or "",
        hosts=_texts(record.get("hosts")),
        **facts,
    )


def _text(value: object) -> str | None:
    if not isinstance(value, str):
        return None
    text = value[:LONGEST_TEXT]
    return text if text.isascii() and text.isprintable() else safe(text)


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        return ()
    return tuple(safe(each[:LONGEST_TEXT]) for each in value[:LONGEST_LIST] if isinstance(each, str))


def _number(value: object) -> int | None:
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if -_MOST < value < _MOST else None


_FIELDS: Mapping[str, Callable[[object], str | int | None]] = {
    **dict.fromkeys(_TEXTS, _text),
    **dict.fromkeys(_NUMBERS, _number),
}
"""How each field is read."""
