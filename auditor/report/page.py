"""What the HTML page shows: an audit in, the records that its templates draw out. No markup here, no logic there."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from auditor.model.audit import Audit, FindingRow, SightingRow
from auditor.model.declaration import QuoteRow
from auditor.model.vocabulary import Relation, Severity, Status, Surface
from auditor.report import amounts, companies
from auditor.report.blindness import blind_spots
from auditor.report.changes_view import change_counts
from auditor.report.decision import blockers, decide, open_counts, ranked, why
from auditor.report.matrix import matrix
from auditor.report.printer_view import printer_view
from auditor.report.reproduce import Recipe, formats, recipe, split
from auditor.report.sankey import sankey
from auditor.report.ticket import ticket
from auditor.report.timeline import timeline
from auditor.report.words import in_language

FINDINGS = 200
"""Findings on the page; the tables hold the rest. A browser opens the page of a large session in 2 s only with so few."""

ROWS = 200
"""Rows of each other table on the page."""

MATRIX_ROWS = 60

SIGNOFF_ROWS = 14
"""Rows of the matrix on the one page that is signed."""

_PLACES = 5
_MANY = 150
"""Findings from which on each shows fewer places: a page has so many elements that a browser opens it at once."""

_PLACES_OF_MANY = 2
_FIRST = 7
_STRANGERS = (Relation.UNDECLARED, Relation.UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingView:
    """A finding with all that its drill-down shows."""

    row: FindingRow
    places: tuple[SightingRow, ...]
    more_places: int
    recipes: tuple[Recipe, ...]
    quotes: tuple[QuoteRow, ...]
    """What the policy says at the finding's line, in each language that it was quoted in."""
    ticket_en: str
    ticket_zh: str


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
        "compared": audit.changes is not None or any(row.baseline for row in findings),
        "change_counts": change_counts(audit),
        "matrix": matrix(audit),
        "matrix_limit": MATRIX_ROWS,
        "signoff_rows": SIGNOFF_ROWS,
        "names": companies.by_recipient(audit),
        "chinese": companies.names(audit.recipients),
        "quotes": quotes(audit),
        "sankey": sankey(audit),
        "timeline": bars,
        "findings": _finding_views(audit, findings[:FINDINGS]),
        "finding_limit": FINDINGS,
        "row_limit": ROWS,
        "recipients": sorted(audit.recipients, key=lambda row: (-row.bytes_up, row.recipient, row.surface)),
        "printer": printer_view(audit),
        "by_rule": Counter(row.rule for row in audit.findings),
        "spots": blind_spots(audit),
        "unread": _unread(audit),
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


def quotes(audit: Audit) -> Mapping[str, tuple[QuoteRow, ...]]:
    """The quotations of the policy by the line that findings cite."""
    found: dict[str, tuple[QuoteRow, ...]] = {}
    for row in audit.register.quotes:
        found[row.clause] = (*found.get(row.clause, ()), row)
    return found


def _finding_views(audit: Audit, findings: Sequence[FindingRow]) -> tuple[FindingView, ...]:
    flows, forms, said = by_flow(audit), formats(audit), quotes(audit)
    most = _PLACES if len(findings) < _MANY else _PLACES_OF_MANY
    return tuple(_finding_view(row, sightings_of(row, flows), forms, said.get(row.clause or "", ()), most) for row in findings)


def _finding_view(
    row: FindingRow, places: tuple[SightingRow, ...], forms: Mapping[str, str], said: tuple[QuoteRow, ...], most: int
) -> FindingView:
    locations = {f"{place.capture}#{place.flow_id}": place.location for place in reversed(places)}
    ways = (recipe(flow, forms.get(split(flow)[0], ""), row.host, locations.get(flow, "")) for flow in row.evidence[:3])
    return FindingView(
        row=row,
        places=places[:most],
        more_places=max(0, len(places) - most),
        recipes=tuple(way for way in ways if way),
        quotes=said,
        ticket_en=ticket(row, places, forms, "en", said),
        ticket_zh=ticket(row, places, forms, "zh", said),
    )


def _unread(audit: Audit) -> tuple[tuple[str, str], ...]:
    """Each body that was not looked through, and why: in English, and in Chinese, in which its gate says it."""
    english = audit.coverage.unread
    said = next((gate.detail_zh for gate in audit.coverage.gates if gate.name == "bodies_inspected"), ())
    return tuple(zip(english, in_language(english, said, "zh"), strict=True))
