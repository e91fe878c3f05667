"""The sheets of the workbook: an audit in, rows of plain cells out. `xlsx` writes them."""

from auditor.model.audit import Audit
from auditor.model.vocabulary import Relation
from auditor.report import companies
from auditor.report.amounts import gate_number, is_most, moment, reached
from auditor.report.blindness import blind_spots
from auditor.report.decision import decide, open_counts, ranked, title, why
from auditor.report.matrix import CONTACT, State, matrix
from auditor.report.optional_sheets import optional_sheets
from auditor.report.sheet import SEVERITY_COLOURS, Cell, Coloured, Row, Sheet, columns
from auditor.report.words import in_language, label, labels, table, word

_BAD = (Relation.UNDECLARED, Relation.UNKNOWN, Relation.OTHER_SURFACE)
_STATES = {
    State.OMITTED: "bad",
    State.INCORRECT: "bad",
    State.AMBIGUOUS: "warn",
    State.VAGUE: "warn",
    State.COULD_NOT_SEE: "hatched",
    State.CLEAR: "good",
}


def sheets(audit: Audit, lang: str) -> tuple[Sheet, ...]:
    """The sheets in their order in the workbook."""
    return (
        _summary(audit, lang),
        _recipients(audit, lang),
        _matrix(audit, lang),
        _findings(audit, lang),
        _sightings(audit, lang),
        _waivers(audit, lang),
        _coverage(audit, lang),
        _evidence(audit, lang),
        _glossary(),
        *optional_sheets(audit, lang),
    )


def _summary(audit: Audit, lang: str) -> Sheet:
    session, register = audit.session, audit.register
    counts = open_counts(audit)
    facts: list[tuple[str, Cell]] = [
        ("nav.decision", word(f"decision.{decide(audit)}", lang)),
        ("claims.reason", why(audit).text(lang)),
        ("page.scripted", session.scripted or None),
        ("page.product", session.product),
        ("page.app_version", session.app_version),
        ("page.firmware", session.firmware),
        ("page.package", session.app_sha256 or word("page.not_said", lang)),
        ("page.firmware_package", session.firmware_sha256 or word("page.not_said", lang)),
        ("page.topology", session.topology),
        ("page.tester", session.tester),
        ("page.captured", f"{moment(session.started)} – {moment(session.ended)}"),
        ("page.register", f"{register.id} {register.version} ({register.effective})"),
        ("page.lowered_gates", labels("gate", register.lowered_gates, lang) or word("page.none", lang)),
        ("page.open_findings", sum(counts.values())),
        *((f"severity.{severity}", count) for severity, count in counts.items()),
        ("page.flows_seen", audit.flow_count),
        ("page.sightings_seen", audit.sighting_count),
        ("page.as_of", audit.as_of),
        ("page.tool", f"{audit.tool.name} {audit.tool.version}"),
        ("nav.method", word("method.p2", lang)),
    ]
    rows: list[Row] = [(word(key, "en"), word(key, "zh"), value) for key, value in facts if value is not None]
    return Sheet(
        name="Summary", columns=(("Item", "项目", 30), ("项目", "项目", 24), ("Value", "值", 90)), rows=rows, filtered=False
    )


def _recipients(audit: Audit, lang: str) -> Sheet:
    heads = columns(
        ("finding.recipient", 24),
        ("finding.surface", 12),
        ("recipients.relation", 24),
        ("finding.entity", 40),
        ("recipients.country", 16),
        ("recipients.services", 28),
        ("recipients.purposes", 28),
        ("recipients.hosts", 44),
        ("recipients.kinds", 30),
        ("finding.flows", 10),
        ("recipients.up", 14),
        ("recipients.down", 14),
        ("timeline.started", 24),
    )
    rows: list[Row] = [
        (
            row.recipient,
            label("surface", row.surface, lang),
            Coloured(label("relation", row.relation, lang), "bad" if row.relation in _BAD else None),
            companies.named([row], lang) or None,
            companies.seats(row, lang),
            ", ".join(row.services),
            labels("purpose", row.purposes, lang),
            "\n".join(row.hosts),
            labels("kind", row.kinds, lang),
            row.flows,
            row.bytes_up,
            row.bytes_down,
            moment(row.first),
        )
        for row in audit.recipients
    ]
    return Sheet(name="Recipients", columns=heads, rows=rows, frozen=1)


def _matrix(audit: Audit, lang: str) -> Sheet:
    drawn = matrix(audit)
    kinds = tuple((label("kind", kind, "en"), label("kind", kind, "zh"), 14.0) for kind in drawn.kinds)
    heads = (*columns(("matrix.party", 40), ("finding.flows", 10)), *kinds)
    rows: list[Row] = []
    for row in drawn.rows:
        name = row.name_zh if lang == "zh" else row.name
        hidden = row.observability == "server" and not row.flows
        cells = tuple(_state(State.COULD_NOT_SEE if hidden else cell.state, cell.flows, lang) for cell in row.cells)
        rows.append((f"{name} [{row.recipient}]", row.flows, *cells))
    return Sheet(name="Matrix", columns=heads, rows=rows, frozen=1)


def _state(state: State, flows: int, lang: str) -> Coloured:
    key = f"cell.{state}"
    name = (
        word("matrix.no_flow", lang)
        if state is State.NO_FLOW
        else word(key, lang)
        if key in table()
        else label("class", state, lang)
    )
    return Coloured(f"{name} ({flows})" if flows else name, _STATES.get(state))


def _findings(audit: Audit, lang: str) -> Sheet:
    heads = columns(
        ("finding.id", 34),
        ("finding.severity", 11),
        ("finding.status", 11),
        ("finding.rule", 40),
        ("finding.surface", 12),
        ("finding.phase", 18),
        ("finding.recipient", 22),
        ("finding.entity", 34),
        ("finding.host", 34),
        ("finding.data", 18),
        ("finding.class", 14),
        ("finding.confidence", 12),
        ("finding.flows", 9),
        ("finding.clause", 14),
        ("finding.references", 40),
        ("lint.message", 70),
        ("finding.first_flow", 34),
        ("baseline.new", 12),
    )
    rows: list[Row] = [
        (
            row.id,
            Coloured(label("severity", row.severity, lang), SEVERITY_COLOURS.get(row.severity)),
            label("status", row.status, lang),
            title(row, lang),
            label("surface", row.surface, lang),
            label("phase", row.phase, lang),
            row.recipient,
            row.entity,
            row.host,
            label("kind", row.kind or CONTACT, lang),
            label("class", row.finding_class, lang),
            label("confidence", row.confidence, lang),
            row.flows,
            row.clause,
            "\n".join(row.references),
            row.message_zh if lang == "zh" else row.message,
            row.first_flow,
            label("baseline", row.baseline, lang),
        )
        for row in ranked(audit.findings)
    ]
    return Sheet(name="Findings", columns=heads, rows=rows, frozen=2)


def _sightings(audit: Audit, lang: str) -> Sheet:
    heads = columns(
        ("finding.data", 18),
        ("finding.identifier", 22),
        ("finding.value", 24),
        ("finding.recipient", 22),
        ("finding.host", 34),
        ("finding.surface", 12),
        ("finding.phase", 18),
        ("finding.at", 24),
        ("finding.first_flow", 30),
        ("finding.place", 20),
        ("finding.path", 30),
        ("finding.decoding", 26),
        ("finding.how", 18),
        ("finding.confidence", 12),
    )
    rows: list[Row] = [
        (
            label("kind", row.kind, lang),
            row.identifier,
            row.masked,
            row.recipient,
            row.host,
            label("surface", row.surface, lang),
            label("phase", row.phase, lang),
            moment(row.at),
            f"{row.capture}#{row.flow_id}",
            f"{label('part', row.part, lang)} {row.location}",
            row.path,
            " → ".join(row.encodings),
            label("match", row.match, lang),
            label("confidence", row.confidence, lang),
        )
        for row in audit.sightings
    ]
    return Sheet(name="Sightings", columns=heads, rows=rows, frozen=1)


def _waivers(audit: Audit, lang: str) -> Sheet:
    heads = columns(
        ("waivers.state", 22),
        ("waivers.rule", 28),
        ("finding.recipient", 22),
        ("finding.data", 16),
        ("finding.surface", 12),
        ("waivers.reason", 60),
        ("waivers.owner", 26),
        ("waivers.expires", 14),
        ("waivers.left", 10),
        ("waivers.findings", 36),
    )
    colours = {"expired": "bad", "expiring": "warn"}
    rows: list[Row] = [
        (
            Coloured(label("waiver", row.state, lang), colours.get(row.state)),
            row.rule,
            row.party,
            label("kind", row.identifier, lang),
            label("surface", row.surface, lang),
            row.reason,
            row.owner,
            row.expires,
            row.days_left,
            "\n".join(row.findings),
        )
        for row in audit.waivers
    ]
    return Sheet(name="Waivers", columns=heads, rows=rows)


def _coverage(audit: Audit, lang: str) -> Sheet:
    heads = columns(
        ("coverage.gate", 46), ("coverage.value", 20), ("coverage.bound", 20), ("coverage.met", 14), ("coverage.detail", 80)
    )
    rows: list[Row] = []
    for gate in audit.coverage.gates:
        bound = word("coverage.at_most" if is_most(gate) else "coverage.at_least", lang, n=gate_number(gate, gate.bound))
        met = Coloured(word("coverage.met" if gate.passed else "coverage.not_met", lang), "good" if gate.passed else "bad")
        rows.append(
            (
                label("gate", gate.name, lang),
                reached(gate, lang),
                bound,
                met,
                "\n".join(in_language(gate.detail, gate.detail_zh, lang)),
            )
        )
    blind = word("coverage.blind_spots", lang)
    rows += [(blind, None, None, None, Coloured(spot.text(lang), "hatched")) for spot in blind_spots(audit)]
    return Sheet(name="Coverage", columns=heads, rows=rows)


def _evidence(audit: Audit, lang: str) -> Sheet:
    heads = columns(
        ("evidence.file", 40),
        ("evidence.format", 16),
        ("finding.surface", 12),
        ("evidence.outcome", 20),
        ("evidence.flows", 10),
        ("evidence.notes", 60),
    )
    rows: list[Row] = [
        (
            row.path,
            row.format,
            label("surface", row.surface, lang),
            Coloured(label("outcome", row.outcome, lang), None if row.outcome == "read" else "bad"),
            row.flows,
            "\n".join((*row.damage, *in_language(row.notes, row.notes_zh, lang))),
            row.sha256,
        )
        for row in audit.inputs
    ]
    hashes = (
        ("evidence.register_hash", audit.register.sha256),
        ("evidence.datamap_hash", audit.register.datamap_sha256 or "-"),
        ("evidence.policy_hash", audit.register.source_sha256),
        ("evidence.catalog_hash", audit.catalog.sha256),
    )
    rows += [(word(key, lang), None, None, None, None, None, value) for key, value in hashes]
    return Sheet(name="Evidence", columns=(*heads, ("SHA-256", "SHA-256", 68)), rows=rows)


def _glossary() -> Sheet:
    keys = [key for key in table() if key.startswith("glossary.") and not key.endswith("_is")]
    rows: list[Row] = [(*table()[key], *table()[f"{key}_is"]) for key in keys]
    heads = (("Term", "术语", 20), ("术语", "术语", 16), ("Meaning", "含义", 70), ("含义", "含义", 60))
    return Sheet(name="Glossary", columns=heads, rows=rows, filtered=False)
