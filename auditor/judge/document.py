"""Facts, findings, coverage and verdict become the result document, from which every report is rendered."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from auditor.judge.claims import ClaimResult
from auditor.judge.coverage import lowered, place_of
from auditor.judge.facts import Facts
from auditor.judge.findings import Judged
from auditor.judge.grouping import Groups
from auditor.judge.rows import Rows
from auditor.model.arrow import array_of
from auditor.model.audit import (
    Audit,
    CatalogRow,
    CoverageRow,
    FindingRow,
    GateRow,
    HostRow,
    InputRow,
    PartyRow,
    PhaseRow,
    RecipientRow,
    RuleRow,
    SessionRow,
    SightingRow,
    Tool,
    VerdictRow,
    WaiverRow,
)
from auditor.model.declaration import ClaimRow, QuoteRow, RegisterRow
from auditor.model.finding import Gate, Verdict
from auditor.model.rule import Cited
from auditor.model.said import chinese, english
from auditor.model.tables import SIGHTINGS
from auditor.model.vocabulary import Severity, Surface, Visibility

if TYPE_CHECKING:
    import pyarrow as pa

SCHEMA = 1
NAME = "traffic-auditor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Everything that the judge said."""

    judged: tuple[Judged, ...]
    gates: tuple[Gate, ...]
    verdict: Verdict
    claims: tuple[ClaimResult, ...]
    waivers: tuple[WaiverRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What the document says beside the facts: the tool, its knowledge, the inputs and the options."""

    version: str
    as_of: str
    fail_on: Severity
    catalog_sha256: str
    destinations: int
    references: int
    cited: Mapping[str, Cited]
    applied: tuple[str, ...]
    """Ids of the rules that were applied."""
    inputs: tuple[InputRow, ...]


def document(facts: Facts, judgement: Judgement, setting: Setting, recipients: "pa.Table", all_pairs: "pa.Table") -> Audit:
    """The result document. `all_pairs` still holds background traffic; `recipients` is the published table."""
    rows = tuple(_finding(entry, setting.cited) for entry in judgement.judged)
    return Audit(
        schema=SCHEMA,
        tool=Tool(name=NAME, version=setting.version),
        as_of=setting.as_of,
        session=_session(facts),
        inputs=setting.inputs,
        register=_register(facts),
        catalog=_catalog(setting),
        verdict=VerdictRow(
            result=judgement.verdict.result,
            exit=int(judgement.verdict.exit),
            reasons=english(judgement.verdict.reasons),
            reasons_zh=chinese(judgement.verdict.reasons),
            fail_on=setting.fail_on,
        ),
        coverage=_coverage(facts, judgement.gates),
        recipients=tuple(msgspec.convert(row, RecipientRow) for row in _records(recipients)),
        parties=_parties(facts),
        findings=rows,
        waivers=judgement.waivers,
        claims=tuple(_claim(result) for result in judgement.claims),
        lint=(),
        sightings=_sightings(facts, rows),
        flow_count=len(facts.flows if all_pairs is facts.pairs else Rows.of(all_pairs).distinct(("flow",))),
        sighting_count=len(facts.sightings),
    )


def iso(nanoseconds: int | None) -> str | None:
    """A time of a table as text: nine decimals and Z."""
    if nanoseconds is None:
        return None
    seconds, rest = divmod(nanoseconds, 1_000_000_000)
    return f"{datetime.datetime.fromtimestamp(seconds, datetime.UTC):%Y-%m-%dT%H:%M:%S}.{rest:09d}Z"


def _records(table: "pa.Table") -> list[dict[str, Any]]:
    """A table's rows as plain Python values: None for null, lists for lists, text for times."""
    columns = [_plain(array_of(table, name)) for name in table.column_names]
    return [dict(zip(table.column_names, row, strict=True)) for row in zip(*columns, strict=True)]


def _plain(array: "pa.Array") -> list[Any]:
    import pyarrow as pa
    import pyarrow.compute as pc

    if not pa.types.is_timestamp(array.type):
        return list(array.to_pylist())
    texts: list[Any] = pc.strftime(array.cast(pa.timestamp("ns", "UTC")), format="%Y-%m-%dT%H:%M:%SZ").to_pylist()
    return texts


def _sets(rows: Rows, by: str, column: str) -> dict[str | None, tuple[str, ...]]:
    """The distinct values of a column for each value of another, sorted; nulls are left out."""
    groups = Groups(rows, (by,))
    return {key: tuple(sorted(values)) for (key,), values in zip(groups.keys, groups.distinct(column), strict=True)}


def _counts(rows: Rows, by: str) -> dict[str | None, int]:
    """The flows of each value of a column."""
    groups = Groups(rows, (by,))
    return {key: count for (key,), count in zip(groups.keys, groups.count("flow"), strict=True)}


def _session(facts: Facts) -> SessionRow:
    session = facts.session
    started, ended = (times[is_told] for times, is_told in map(facts.every.numbers, ("started", "ended")))
    return SessionRow(
        name=session.name,
        product=session.product,
        app_version=session.app_version,
        firmware=session.firmware,
        region=session.region,
        app_sha256=session.app_sha256,
        firmware_sha256=session.firmware_sha256,
        topology=session.topology,
        tester=session.tester,
        surfaces=facts.surfaces,
        started=iso(int(started.min())) if len(started) else None,
        ended=iso(int(ended.max())) if len(ended) else None,
        phases=_phases(facts),
        scripted=session.scripted,
    )


def _phases(facts: Facts) -> tuple[PhaseRow, ...]:
    """Recorded phases in order of time, then the required ones that are missing."""
    session = facts.session
    counts = _counts(facts.every, "phase")
    receivers = _sets(facts.contacts, "phase", "recipient")
    rows = []
    recorded: dict[str, tuple[int, int]] = {}
    for phase in session.phases:
        start, end = recorded.get(phase.id, (phase.start, phase.end))
        recorded[phase.id] = (min(start, phase.start), max(end, phase.end))
    for name, (start, end) in sorted(recorded.items(), key=lambda entry: entry[1]):
        rows.append(_phase(name, iso(start), iso(end), facts, counts, receivers))
    missing = [name for name in session.required_phases if name not in recorded]
    return (*rows, *(_phase(name, None, None, facts, counts, receivers) for name in missing))


def _phase(
    name: str,
    start: str | None,
    end: str | None,
    facts: Facts,
    counts: Mapping[str | None, int],
    receivers: Mapping[str | None, tuple[str, ...]],
) -> PhaseRow:
    return PhaseRow(
        id=name,
        started=start,
        ended=end,
        required=name in facts.session.required_phases,
        flows=counts.get(name, 0),
        recipients=receivers.get(name, ()),
    )


def _register(facts: Facts) -> RegisterRow:
    register = facts.register
    return RegisterRow(
        id=register.id,
        version=register.version,
        effective=register.effective,
        sha256=register.sha256,
        source_sha256=register.source_sha256,
        datamap_sha256=register.datamap_sha256,
        controller=register.controller.name_en or register.controller.name_zh or "",
        lowered_gates=lowered(register.gates),
        quotes=tuple(
            QuoteRow(clause=f"L{quote.clause}", line=f"L{quote.line}", language=quote.language, text=quote.text)
            for quote in register.quotes
        ),
    )


def _catalog(setting: Setting) -> CatalogRow:
    applied = tuple(_rule(setting.cited[rule]) for rule in sorted(setting.applied))
    return CatalogRow(
        sha256=setting.catalog_sha256,
        destinations=setting.destinations,
        rules=len(setting.cited),
        references=setting.references,
        applied=applied,
    )


def _rule(cited: Cited) -> RuleRow:
    text = cited.text
    return RuleRow(
        id=text.id,
        title=text.title,
        title_zh=text.title_zh,
        severity=text.severity,
        rationale=text.rationale,
        rationale_zh=text.rationale_zh,
        references=cited.citations,
    )


def _coverage(facts: Facts, gates: tuple[Gate, ...]) -> CoverageRow:
    rows = tuple(
        GateRow(
            name=gate.name,
            value=gate.value,
            bound=gate.least,
            passed=gate.passed,
            lowered=gate.lowered,
            detail=english(gate.detail),
            detail_zh=chinese(gate.detail),
        )
        for gate in gates
    )
    by_name = {gate.name: gate for gate in gates}
    blind = [detail for gate in gates if gate.name not in ("bytes_attributed", "bodies_inspected") for detail in gate.detail]
    return CoverageRow(
        gates=rows,
        hosts=_hosts(facts),
        blind_spots=english(blind),
        blind_spots_zh=chinese(blind),
        unread=english(by_name["bodies_inspected"].detail),
    )


def _hosts(facts: Facts) -> tuple[HostRow, ...]:
    pairs = facts.contacts.distinct(("flow", "host"))
    groups = Groups(pairs.saying(place=place_of(pairs)), ("surface", "place"))
    counts = {
        "flows": groups.sizes(),
        **{str(word): groups.sums(pairs.is_in("visibility", (word,))) for word in Visibility},
        **{name: groups.sums(pairs.numbers(name)[0]) for name in ("bytes_up", "bytes_down")},
    }
    rows = zip(groups.keys, groups.first("recipient"), *counts.values(), strict=True)
    ordered = sorted((row for row in rows if row[0][0] is not None), key=lambda row: row[0])
    return tuple(
        HostRow(surface=Surface(surface), host=host, recipient=recipient, **dict(zip(counts, numbers, strict=True)))
        for (surface, host), recipient, *numbers in ordered
    )


def _parties(facts: Facts) -> tuple[PartyRow, ...]:
    flows = _counts(facts.every, "party")
    surfaces = _sets(facts.every, "party", "surface")
    kinds = _sets(facts.sent, "party", "kind")
    return tuple(
        PartyRow(
            party=entry.party,
            name_en=entry.name_en,
            name_zh=entry.name_zh,
            purposes=entry.purposes,
            surfaces=entry.surfaces,
            clause=entry.clause,
            lines=entry.lines,
            observability=facts.register.observability.get(entry.party, "unknown"),
            observed=tuple(Surface(surface) for surface in surfaces.get(entry.party, ())),
            flows=flows.get(entry.party, 0),
            kinds=kinds.get(entry.party, ()),
        )
        for entry in facts.register.parties
    )


def _finding(entry: Judged, cited: Mapping[str, Cited]) -> FindingRow:
    finding, text = entry.finding, cited[entry.finding.rule].text
    return FindingRow(
        id=finding.id,
        rule=finding.rule,
        title=text.title,
        title_zh=text.title_zh,
        severity=finding.severity,
        status=finding.status,
        surface=Surface(finding.surface) if finding.surface else None,
        phase=finding.phase,
        recipient=finding.recipient,
        party=finding.party,
        entity=finding.entity,
        service=finding.service,
        host=finding.host,
        kind=finding.kind,
        identifier=finding.identifier,
        finding_class=finding.finding_class,
        confidence=finding.confidence,
        baseline=finding.baseline,
        flows=finding.flows,
        first_flow=finding.first_flow,
        clause=finding.clause,
        references=finding.references,
        message=finding.message,
        message_zh=finding.message_zh,
        rationale=text.rationale,
        rationale_zh=text.rationale_zh,
        evidence=entry.evidence,
        both_ends=entry.both_ends,
    )


def _claim(result: ClaimResult) -> ClaimRow:
    return ClaimRow(
        id=result.claim.id,
        clause=result.claim.clause,
        claim=result.claim.claim,
        claim_zh=result.claim.claim_zh,
        result=result.result,
        reason=result.reason,
        reason_zh=result.reason_zh,
        first_flow=result.first_flow,
    )


def _sightings(facts: Facts, findings: tuple[FindingRow, ...]) -> tuple[SightingRow, ...]:
    """Those that findings rest on: in a flow that a finding names, of its kind where it has one."""
    wanted = {(flow, finding.kind) for finding in findings if finding.kind for flow in finding.evidence}
    used = facts.seen.is_in("flow", {flow for flow, _ in wanted})
    used &= facts.seen.which(("flow", "kind"), lambda flow, kind: (flow, kind) in wanted)
    seen = facts.sightings if used.all() else facts.sightings.filter(used)
    return tuple(msgspec.convert(row, SightingRow) for row in _records(SIGHTINGS.published(seen)))
