"""The one place that knows the order of the stages.

capture -> decode -> identify      (observe: content ends here)
        -> attribute -> judge      (tables, then findings and a verdict)
        -> the result document     (report renders it elsewhere)
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from auditor import access_points, learning, local_network
from auditor.attribute.address_table import AddressTable
from auditor.catalog import topology_file
from auditor.flow_list import ladder_of
from auditor.identify.detector import Detector
from auditor.identify.sighted import hiding
from auditor.judge import both_ends, claims, coverage, findings, verdict
from auditor.judge.document import Judgement, Setting, document
from auditor.judge.facts import Facts
from auditor.judge.foreground import LeftOut, foreground
from auditor.judge.local_talk import with_local_network
from auditor.judge.rules import RULES
from auditor.judge.waivers import waiver_rows
from auditor.knowledge import Knowledge
from auditor.model.audit import Audit, InputRow
from auditor.model.said import Said, chinese, english
from auditor.model.session import Session, Subjects, Waiver
from auditor.model.tables import FINDINGS, FLOWS, RECIPIENTS, SIGHTINGS
from auditor.model.vocabulary import Severity, Surface
from auditor.observe import PACKET_FORMATS, Input, Observations, Progress, Watch, observe
from auditor.persona import persona_age
from auditor.policy_text import declared, with_declared
from auditor.read_once import ReadOnce
from auditor.recipients import (
    Mask,
    attribute,
    attribute_sightings,
    first_pairs,
    masked_flows,
    masked_sightings,
    recipients_table,
)
from auditor.spread import Spread, here
from auditor.version import VERSION
from auditor.without_values import without_values

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a user may choose of an audit."""

    as_of: str
    """ISO date: the only clock that the judge sees."""
    key: bytes
    """For digests."""
    fail_on: Severity = Severity.HIGH
    baseline: frozenset[str] | None = None
    """Ids of the findings of an earlier report."""
    addresses: AddressTable | None = None
    progress: Progress | None = None
    seen: Observations | None = None
    """What an earlier run saw in these same captures, masked: they are not read again."""
    keep: Callable[[Observations, Mask], None] | None = None
    """Gets what was seen, and how its texts are masked, before anybody judges it."""
    spread: Spread = here
    """Who reads the captures."""
    watch: Watch | None = None
    """Gets every message while it is read, in this process."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """The published tables of one session."""

    flows: "pa.Table"
    sightings: "pa.Table"
    findings: "pa.Table"
    recipients: "pa.Table"

    @property
    def by_name(self) -> "dict[str, pa.Table]":
        """As a report's formats take them."""
        return {
            FLOWS.name: self.flows,
            SIGHTINGS.name: self.sightings,
            FINDINGS.name: self.findings,
            RECIPIENTS.name: self.recipients,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """The result of an audit: the document, the tables behind it, and what must be told about the inputs."""

    audit: Audit
    tables: Tables
    inputs: tuple[Input, ...]


def audit(
    session: Session,
    subjects: Subjects,
    waivers: tuple[Waiver, ...],
    knowledge: Knowledge,
    options: Options,
    errors: tuple[str, ...] = (),
) -> Audited:
    """Audits one session. `errors` are faults of the session itself that keep it from passing."""
    observed, mask = _seen(session, subjects, knowledge, options)
    attributed = attribute(observed.flows, ladder_of(session, knowledge, options.addresses))
    seen = attribute_sightings(observed.sightings, attributed)
    observed = replace(observed, inputs=tuple(_masked_name(entry, mask) for entry in observed.inputs))
    facts = Facts(
        pairs=masked_flows(attributed.pairs, mask),
        sightings=masked_sightings(seen, mask, attributed.pairs),
        register=knowledge.register,
        session=session,
        surfaces=_surfaces(observed),
        access_points=access_points.look(
            session, subjects, {entry.capture.path: entry.capture.name for entry in observed.inputs}
        ),
        persona_age=persona_age(subjects, session, options.as_of),
    )
    front = foreground(facts)
    text = declared(session.policy, knowledge.register, knowledge.catalog, knowledge.cited)
    errors = (*errors, text.error) if text.error else errors
    judgement = _judge(front.facts, observed, knowledge, waivers, options, errors, text.doubts)
    recipients = recipients_table(front.facts)
    setting = Setting(
        version=VERSION,
        as_of=options.as_of,
        fail_on=options.fail_on,
        catalog_sha256=knowledge.sha256,
        destinations=len(knowledge.catalog.patterns),
        references=knowledge.references,
        cited=knowledge.cited,
        applied=tuple(rule.id for rule in RULES),
        inputs=tuple(_input_row(entry, mask, front.left_out) for entry in observed.inputs),
    )
    result = with_local_network(
        with_declared(document(front.facts, judgement, setting, recipients, facts.pairs), text),
        facts.pairs,
        observed.network,
        topology_file.named(session.topology),
    )
    tables = Tables(
        flows=FLOWS.published(first_pairs(facts.pairs)),
        sightings=SIGHTINGS.published(facts.sightings),
        findings=_findings_table(judgement.judged),
        recipients=recipients,
    )
    return Audited(audit=result, tables=tables, inputs=observed.inputs)


def _seen(session: Session, subjects: Subjects, knowledge: Knowledge, options: Options) -> tuple[Observations, Mask]:
    """What the captures show, and what masks their texts; of an earlier run, which is masked already, if it is at hand."""
    if options.seen is not None:
        return options.seen, str
    network = local_network.look(session, subjects, options.spread)
    once = ReadOnce(options.progress) if options.spread is here else None
    known = learning.with_session(local_network.with_printer(subjects, network), session, options.spread, once)
    detector = Detector.build(known, options.key, knowledge.identifiers)
    observed = observe(session, detector, options.progress, spread=options.spread, watch=options.watch, once=once)
    mask = hiding(detector.mask_text, observed.sightings, options.key)
    observed = replace(observed, network=local_network.masked(network, known, mask))
    if options.keep:
        options.keep(observed, mask)
    return observed, mask


def _surfaces(observed: Observations) -> tuple[Surface, ...]:
    """Surfaces whose captures were given, read or not."""
    given = {entry.surface for entry in observed.inputs if entry.surface and not entry.capture.background}
    return tuple(surface for surface in Surface if surface in given)


def _judge(
    facts: Facts,
    observed: Observations,
    knowledge: Knowledge,
    waivers: tuple[Waiver, ...],
    options: Options,
    errors: tuple[str, ...],
    doubts: tuple[Said, ...],
) -> Judgement:
    found = findings.find(facts, knowledge.cited)
    joined = both_ends.with_both_ends(found, facts.sightings, observed.network)
    judged = findings.compared(findings.waived(joined, waivers, options.as_of), options.baseline)
    gates = coverage.gates(facts, _recorded(observed))
    states = [verdict.InputState(entry.capture.name, entry.outcome) for entry in observed.inputs]
    rows = [entry.finding for entry in judged]
    return Judgement(
        judged=judged,
        gates=gates,
        verdict=verdict.decide(rows, gates, states, options.fail_on, errors, doubts),
        claims=claims.check_claims(facts),
        waivers=waiver_rows(waivers, rows, options.as_of),
    )


def _recorded(observed: Observations) -> coverage.Recorded:
    read = [entry for entry in observed.inputs if entry.format in PACKET_FORMATS]
    return coverage.Recorded(
        losses=tuple((entry.capture.name, loss) for entry in read for loss in entry.losses),
        loss_unknown=tuple(entry.capture.name for entry in read if not entry.loss_known),
        hook_errors=tuple(error for entry in observed.inputs for error in entry.hook_errors),
    )


def _masked_name(entry: Input, mask: Callable[[str], str]) -> Input:
    """The input under a name that no document need hide; where it is on disk stays, for whoever must open it."""
    return replace(without_values(entry, mask), capture=replace(entry.capture, name=mask(entry.capture.name)))


def _input_row(entry: Input, mask: Callable[[str], str], left_out: tuple[LeftOut, ...]) -> InputRow:
    name = mask(entry.capture.name)
    own = tuple(row for row in left_out if row.capture == name)
    apart = tuple(row.said() for row in own)
    damage = tuple(f"{place.where}: {place.what}" for place in entry.damage)
    return InputRow(
        path=name,
        sha256=entry.sha256,
        outcome=entry.outcome,
        format=entry.format,
        surface=entry.surface,
        background=entry.capture.background,
        flows=entry.flows,
        damage=damage or ((entry.error.what,) if entry.error else ()),
        notes=(*entry.notes, *english(apart)),
        notes_zh=(*entry.notes, *chinese(apart)),
        left_out=sum(row.flows for row in own),
    )


def _findings_table(judged: tuple[findings.Judged, ...]) -> "pa.Table":
    rows = []
    for entry in judged:
        finding = entry.finding
        row = {name: getattr(finding, name) for name in FINDINGS.names if name != "class"}
        rows.append({**row, "class": finding.finding_class})
    return FINDINGS.published(FINDINGS.of_rows(rows))


__all__ = ["RECIPIENTS", "Audited", "Options", "Tables", "audit"]
