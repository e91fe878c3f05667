"""What the HTML page shows: an audit in, the records that its templates draw out. No markup here, no logic there."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from auditor.model.audit import Audit, FindingRow, HostRow, RecipientRow, SightingRow
from auditor.model.vocabulary import Relation, Severity, Status, Surface
from auditor.report import amounts
from auditor.report.blindness import blind_spots
from auditor.report.decision import blockers, decide, open_counts, ranked, why
from auditor.report.matrix import matrix
from auditor.report.reproduce import Recipe, formats, recipe, split
from auditor.report.sankey import sankey
from auditor.report.ticket import ticket
from auditor.report.timeline import timeline

FINDINGS = 400
"""Findings on the page; the tables hold the rest."""

ROWS = 300
"""Rows of each other table on the page."""

_PLACES = 5
_FIRST = 7
_STRANGERS = (Relation.UNDECLARED, Relation.UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingView:
    """A finding with all that its drill-down shows."""

    row: FindingRow
    places: tuple[SightingRow, ...]
    more_places: int
    recipes: tuple[Recipe, ...]
    ticket_en: str
    ticket_zh: str


@dataclass(frozen=True, slots=True)
class PrinterHost:
    """One line of the printer's page."""

    recipient: RecipientRow
    hosts: tuple[HostRow, ...]


def parts(audit: Audit) -> dict[str, Any]:
    """The names that the templates use."""
    findings = ranked(audit.findings)
    bars = timeline(audit)
    return {
        "audit": audit,
        "decision": decide(audit),
        "why": why(audit),
        "counts": open_counts(audit),
        "waived": sum(row.status is Status.WAIVED for row in findings),
        "strangers": sorted({row.recipient for row in audit.recipients if row.relation in _STRANGERS}),
        "met": sum(gate.passed for gate in audit.coverage.gates),
        "expired": sum(row.state == "expired" for row in audit.waivers),
        "expiring": sum(row.state == "expiring" for row in audit.waivers),
        "first": (blockers(audit) or tuple(row for row in findings if row.status is Status.OPEN))[:_FIRST],
        "new": tuple(row for row in findings if row.baseline == "new"),
        "compared": any(row.baseline for row in findings),
        "matrix": matrix(audit),
        "sankey": sankey(audit),
        "timeline": bars,
        "findings": _finding_views(audit, findings[:FINDINGS]),
        "finding_limit": FINDINGS,
        "row_limit": ROWS,
        "recipients": sorted(audit.recipients, key=lambda row: (-row.bytes_up, row.recipient, row.surface)),
        "printer": _printer(audit),
        "spots": blind_spots(audit),
        "gates": tuple((gate, amounts.is_most(gate), amounts.gate_number(gate, gate.bound)) for gate in audit.coverage.gates),
        "hosts": sorted(audit.coverage.hosts, key=lambda row: (-row.opaque, row.host, row.surface)),
        "severities": tuple(reversed(Severity)),
        "surfaces": tuple(Surface),
        "roles": ("qa", "security", "legal", "release"),
    }


def sightings_of(row: FindingRow, by_flow: Mapping[str, Sequence[SightingRow]]) -> tuple[SightingRow, ...]:
    """The sightings that a finding rests on: in its flows, of its kind, at its recipient."""
    return tuple(
        sighting
        for flow in row.evidence
        for sighting in by_flow.get(flow, ())
        if row.kind in (None, sighting.kind) and row.recipient in (None, sighting.recipient)
    )


def by_flow(audit: Audit) -> Mapping[str, Sequence[SightingRow]]:
    """The sightings by `CAPTURE#FLOW_ID`."""
    found: dict[str, list[SightingRow]] = defaultdict(list)
    for row in audit.sightings:
        found[f"{row.capture}#{row.flow_id}"].append(row)
    return found


def _finding_views(audit: Audit, findings: Sequence[FindingRow]) -> tuple[FindingView, ...]:
    flows, forms = by_flow(audit), formats(audit)
    return tuple(_finding_view(row, sightings_of(row, flows), forms) for row in findings)


def _finding_view(row: FindingRow, places: tuple[SightingRow, ...], forms: Mapping[str, str]) -> FindingView:
    locations = {f"{place.capture}#{place.flow_id}": place.location for place in reversed(places)}
    ways = (recipe(flow, forms.get(split(flow)[0], ""), row.host, locations.get(flow, "")) for flow in row.evidence[:3])
    return FindingView(
        row=row,
        places=places[:_PLACES],
        more_places=max(0, len(places) - _PLACES),
        recipes=tuple(way for way in ways if way),
        ticket_en=ticket(row, places, forms, "en"),
        ticket_zh=ticket(row, places, forms, "zh"),
    )


def _printer(audit: Audit) -> tuple[PrinterHost, ...]:
    """The printer's recipients, the one that got most first, with how far each host could be seen."""
    rows = sorted(
        (row for row in audit.recipients if row.surface is Surface.PRINTER), key=lambda row: (-row.bytes_up, row.recipient)
    )
    hosts = [row for row in audit.coverage.hosts if row.surface is Surface.PRINTER]
    return tuple(PrinterHost(row, tuple(host for host in hosts if host.recipient == row.recipient)) for row in rows)
