"""An event in, a row of the view out: what it is, how it stands to the policy, and why. Pure; the texts come later."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from msgspec.structs import replace

from auditor.live.classes import Policy, RowClass, Why, is_before_consent
from auditor.live.events import Event

BLIND_INSIGHTS = ("refused", "suspected_pinning", "passed_through", "opaque", "upstream_failed", "unfinished")
"""What the ledger says of a connection into which nobody looked; `inspected` is the only other word."""
UNSEEN_INSIGHTS = ("refused", "suspected_pinning", "passed_through", "opaque")
"""Those of them in which content went by that nobody saw."""


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the list."""

    number: int
    """From 0, in order of arrival; stays with the row when it is completed."""
    revision: int
    """Grows with each change of any row: what is newer than a reader's last one is news."""
    kind: str
    """flow, sighting, connection, contact, or the kind of a record that is no traffic."""
    row_class: RowClass
    why: Why
    at: str
    surface: str = ""
    host: str = ""
    port: int | None = None
    recipient: str = ""
    relation: str = ""
    service: str = ""
    phase: str = ""
    method: str = ""
    path: str = ""
    status: int | None = None
    bytes_up: int | None = None
    bytes_down: int | None = None
    is_open: bool = False
    flow_id: str = ""
    identifier: str = ""
    ident_kind: str = ""
    masked: str = ""
    part: str = ""
    confidence: str = ""
    text: str = ""
    is_early: bool = False
    """Whether it left before consent, or after a refusal."""
    is_first: bool = False
    """Whether this recipient had not been met before."""

    @property
    def is_unexplained(self) -> bool:
        """Whether a person should look at it."""
        return self.row_class.is_unexplained or self.is_early

    @property
    def is_noise(self) -> bool:
        """Whether it is the phone's or the network's own traffic."""
        return self.row_class is RowClass.NOISE


def traffic_row(event: Event, policy: Policy, number: int, revision: int) -> Row:
    """The row of a flow, or of a contact that the printer's recorder saw."""
    row_class, why = policy.of_flow(event.relation, event.party or event.recipient, event.phase)
    return Row(
        number=number,
        revision=revision,
        kind=event.kind,
        row_class=row_class,
        why=why,
        at=event.at,
        surface=event.surface or "",
        host=event.host or event.server_ip or "",
        port=event.port if event.port is not None else event.server_port,
        recipient=event.recipient or event.host or event.server_ip or "",
        relation=event.relation or "",
        service=event.service or "",
        phase=event.phase or "",
        method=event.method or "",
        status=event.status,
        bytes_up=event.bytes_up,
        bytes_down=event.bytes_down,
        is_open=event.state == "begun",
        flow_id=event.flow_id or "",
        is_early=is_before_consent(event.relation, event.phase),
    )


def completed(row: Row, event: Event, policy: Policy, revision: int) -> Row:
    """The row of a flow that has ended, or of which more is known now."""
    made = traffic_row(event, policy, row.number, revision)
    kept: dict[str, Any] = {
        name: getattr(row, name)
        for name in ("surface", "host", "port", "recipient", "relation", "service", "phase", "method", "bytes_up", "bytes_down")
        if getattr(made, name) in ("", None)
    }
    judged: dict[str, Any] = {} if event.relation else {"row_class": row.row_class, "why": row.why, "is_early": row.is_early}
    return replace(made, at=row.at, is_first=row.is_first, **kept, **judged)


def sighting_row(event: Event, policy: Policy, number: int, revision: int) -> Row:
    """The row of an identifier that left."""
    # What a server sends back was its own already: then only who it is counts.
    kind = None if event.direction == "down" else event.ident_kind
    row_class, why = policy.of_sighting(kind, event.relation, event.party or event.recipient, event.phase, event.surface or "app")
    made = traffic_row(event, policy, number, revision)
    return replace(
        made,
        row_class=row_class,
        why=why,
        identifier=event.identifier or event.ident_kind or "",
        ident_kind=event.ident_kind or event.identifier or "",
        masked=event.masked or "",
        part=event.part or "",
        path=event.path or "",
        confidence=event.confidence or "",
    )


def blind_row(event: Event, number: int, revision: int) -> Row:
    """The row of a connection into which nobody could look."""
    host = event.sni or (event.hosts[0] if event.hosts else "")
    return Row(
        number=number,
        revision=revision,
        kind=event.kind,
        row_class=RowClass.BLIND if event.insight in UNSEEN_INSIGHTS else RowClass.NOTE,
        why=Why(key=event.insight or "unfinished"),
        at=event.at,
        surface=event.surface or "app",
        host=host.rpartition(":")[0] or host if host.rpartition(":")[2].isdigit() else host,
        bytes_up=event.bytes_up,
        bytes_down=event.bytes_down,
        text=event.reason or "",
    )


def note_row(event: Event, number: int, revision: int) -> Row:
    """The row of a record that is no traffic: a phase, a note, a loss, a fault."""
    return Row(
        number=number,
        revision=revision,
        kind=event.kind,
        row_class=RowClass.NOTE,
        why=Why(key=event.kind),
        at=event.at,
        surface=event.surface or "",
        phase=event.phase or "",
        text=_NOTE_TEXTS.get(event.kind, _text)(event),
    )


def _text(event: Event) -> str:
    return event.text or event.reason or event.error or event.trouble or ""


_NOTE_TEXTS: Mapping[str, Callable[[Event], str]] = {
    "correction": lambda event: f"{event.was or '?'} → {event.now or '?'}",
    "device": lambda event: " ".join(filter(None, (event.vendor, event.mac, event.host, event.text))),
    "loss": lambda event: f"{event.lost or 0} / {event.received or 0}",
    "hook_error": lambda event: " ".join(filter(None, (event.hook, event.error))),
    "started": lambda event: " ".join(filter(None, (event.surface, event.engine))),
    "ended": lambda event: event.reason or "",
}
