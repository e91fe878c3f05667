"""The matrix of recipients and identifier kinds: an audit in, rows of classified cells out; every format draws these.

A cell says the worst that is known. Nothing seen is `not_seen` only where all of the recipient's traffic could be read;
one opaque flow makes it `could_not_see`, because not looking is not finding nothing.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from auditor.model.audit import Audit, FindingRow, PartyRow, RecipientRow
from auditor.model.vocabulary import FindingClass, Relation, Severity, Status
from auditor.report import companies


class State(StrEnum):
    """What a cell says, from the mildest to the worst."""

    NO_FLOW = "no_flow"
    NOT_SEEN = "not_seen"
    COULD_NOT_SEE = "could_not_see"
    SEEN = "seen"
    CLEAR = "clear"
    WAIVED = "waived"
    NOT_ASSESSABLE = "not_assessable"
    VAGUE = "vague"
    AMBIGUOUS = "ambiguous"
    INCORRECT = "incorrect"
    OMITTED = "omitted"

    @property
    def rank(self) -> int:
        """Higher is worse."""
        return list(State).index(self)


@dataclass(frozen=True, slots=True)
class Cell:
    """One recipient and one kind."""

    state: State
    flows: int
    """Flows of the findings behind the state; 0 where there are none."""
    finding: str | None
    """The id of the first finding behind it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One recipient on all its surfaces."""

    recipient: str
    name: str
    name_zh: str
    declared: bool
    relation: Relation | None
    """None: declared, but not met."""
    observability: str
    flows: int
    opaque: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """All rows, declared parties first, over the same kinds."""

    kinds: tuple[str, ...]
    """The columns; the first is `CONTACT`, for what is wrong with the flow whatever it carries."""
    rows: tuple[Row, ...]


CONTACT = "contact"
_ALWAYS = ("imei", "mac", "serial", "android_id", "oaid", "phone", "email", "ssid", "location", "image")
"""Kinds that a reader asks for even when none was seen."""

_ORDER = (
    *("imei", "imeisv", "meid", "imsi", "iccid", "serial", "mac", "android_id", "oaid", "aaid", "idfa", "idfv", "push_token"),
    *("phone", "email", "user_name", "password", "nickname", "birth_date", "postal_address", "card", "resident_id", "token"),
    *("ip", "ssid", "bssid", "location", "image", "text", "other"),
)

_UNCOUNTED = (Relation.SYSTEM, Relation.NETWORK, Relation.LOCAL)
"""Recipients that are no party to the policy; they have rows only where something was found there."""


def matrix(audit: Audit) -> Matrix:
    """The matrix of an audit."""
    by_recipient: dict[str, list[RecipientRow]] = defaultdict(list)
    for row in audit.recipients:
        by_recipient[row.recipient].append(row)
    findings: dict[str, list[FindingRow]] = defaultdict(list)
    for finding in audit.findings:
        if finding.recipient is not None and (finding.kind is not None or finding.severity is not Severity.INFO):
            findings[finding.recipient].append(finding)
    opaque = _opaque(audit)
    parties = {party.party: party for party in audit.parties}
    kinds = _kinds(audit)
    names = [
        *parties,
        *sorted(name for name, rows in by_recipient.items() if name not in parties and _counts(rows, findings[name])),
    ]
    rows = [_row(name, parties.get(name), by_recipient.get(name, []), findings[name], opaque, kinds) for name in names]
    return Matrix(kinds, tuple(sorted(rows, key=_row_order)))


def _row_order(row: Row) -> tuple[bool, bool, int, str]:
    worst = max((cell.state.rank for cell in row.cells), default=0)
    return (row.relation is not Relation.FIRST_PARTY, not row.declared, -worst, row.recipient)


def _counts(rows: list[RecipientRow], findings: list[FindingRow]) -> bool:
    return bool(findings) or any(row.relation not in _UNCOUNTED or row.kinds for row in rows)


def _kinds(audit: Audit) -> tuple[str, ...]:
    seen = {kind for row in audit.recipients for kind in row.kinds} | {
        row.kind for row in audit.findings if row.kind and row.recipient
    }
    wanted = seen | set(_ALWAYS)
    return (CONTACT, *(kind for kind in _ORDER if kind in wanted), *sorted(wanted - set(_ORDER)))


def _opaque(audit: Audit) -> Mapping[str, int]:
    """Flows of each recipient that could not be read."""
    opaque: dict[str, int] = defaultdict(int)
    for host in audit.coverage.hosts:
        opaque[host.recipient] += host.opaque
    return opaque


def _row(
    name: str,
    party: PartyRow | None,
    rows: list[RecipientRow],
    findings: list[FindingRow],
    opaque: Mapping[str, int],
    kinds: tuple[str, ...],
) -> Row:
    seen: set[str | None] = {kind for row in rows for kind in row.kinds}
    flows, closed = sum(row.flows for row in rows), opaque.get(name, 0)
    relation = rows[0].relation if rows else None
    declared = party is not None or relation is Relation.FIRST_PARTY
    known = State.CLEAR if declared and relation in (Relation.DECLARED, Relation.FIRST_PARTY) else State.SEEN
    unknown = State.NO_FLOW if not flows else State.COULD_NOT_SEE if closed else State.NOT_SEEN
    if flows:
        seen.add(None)  # the contact itself
    cells = tuple(
        _cell([row for row in findings if row.kind == kind], known if kind in seen else unknown) for kind in (None, *kinds[1:])
    )
    name_en, name_zh = _names(name, party, rows)
    return Row(
        recipient=name,
        name=name_en,
        name_zh=name_zh,
        declared=declared,
        relation=relation,
        observability=party.observability if party else "client",
        flows=flows,
        opaque=closed,
        cells=cells,
    )


def _names(name: str, party: PartyRow | None, rows: list[RecipientRow]) -> tuple[str, str]:
    """A recipient's name in English and in Chinese: as declared, else of all its companies, else its id."""
    declared, declared_zh = (party.name_en, party.name_zh) if party else (None, None)
    name_en = declared or companies.named(rows, "en") or name
    return name_en, declared_zh or companies.named(rows, "zh") or name_en


def _cell(findings: list[FindingRow], otherwise: State) -> Cell:
    """The worst finding of the cell, or what is known without one."""
    if not findings:
        return Cell(otherwise, 0, None)
    worst = max(findings, key=lambda row: (_state(row).rank, row.severity.rank, row.id))
    return Cell(_state(worst), max(row.flows for row in findings), worst.id)


def _state(row: FindingRow) -> State:
    if row.status is Status.WAIVED:
        return State.WAIVED
    return _STATES[row.finding_class]


_STATES = {kind: State(kind.value) for kind in FindingClass}
