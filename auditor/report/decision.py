"""The decision that a release manager signs: an audit in, GO or not and the one sentence why out, in both languages."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from auditor.model.audit import Audit, FindingRow, GateRow
from auditor.model.vocabulary import Result, Severity, Status
from auditor.report.display import safe
from auditor.report.words import label, word


class Decision(StrEnum):
    """What the sign-off page says on top; the values are keys of the words."""

    GO = "go"
    GO_WITH_WAIVERS = "go_with_waivers"
    NO_GO = "no_go"
    NOT_ENOUGH_EVIDENCE = "not_enough_evidence"


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence in both languages, captured text in it already safe."""

    en: str
    zh: str

    def text(self, lang: str) -> str:
        """The sentence in one language."""
        return self.zh if lang == "zh" else self.en


def decide(audit: Audit) -> Decision:
    """The decision. A waived finding shows in the decision only when it would have failed the audit."""
    if audit.verdict.result is Result.FAIL:
        return Decision.NO_GO
    if audit.verdict.result is Result.INCONCLUSIVE:
        return Decision.NOT_ENOUGH_EVIDENCE
    return Decision.GO_WITH_WAIVERS if waived_blockers(audit) else Decision.GO


def why(audit: Audit) -> Sentence:
    """One sentence for the decision."""
    return Sentence(_why(audit, "en"), _why(audit, "zh"))


def ranked(findings: Sequence[FindingRow]) -> tuple[FindingRow, ...]:
    """Findings in the order in which a person should look: open first, then the worst, then new ones, then by id."""
    return tuple(
        sorted(findings, key=lambda row: (row.status is not Status.OPEN, -row.severity.rank, row.baseline == "known", row.id))
    )


def blockers(audit: Audit) -> tuple[FindingRow, ...]:
    """Open findings that fail the audit, first things first."""
    return tuple(row for row in ranked(audit.findings) if row.status is Status.OPEN and _fails(row, audit.verdict.fail_on))


def waived_blockers(audit: Audit) -> tuple[FindingRow, ...]:
    """Findings that would fail the audit but for a waiver."""
    return tuple(row for row in ranked(audit.findings) if row.status is Status.WAIVED and _fails(row, audit.verdict.fail_on))


def open_counts(audit: Audit) -> dict[Severity, int]:
    """How many findings are open, from the worst severity to the mildest."""
    counts = dict.fromkeys(reversed(Severity), 0)
    for row in audit.findings:
        if row.status is Status.OPEN:
            counts[row.severity] += 1
    return counts


def failed_gates(audit: Audit) -> tuple[GateRow, ...]:
    """The measures of coverage that are not met."""
    return tuple(gate for gate in audit.coverage.gates if not gate.passed)


def title(row: FindingRow, lang: str) -> str:
    """The finding's title in one language."""
    return safe(row.title_zh or row.title) if lang == "zh" else safe(row.title)


def short(row: FindingRow, lang: str) -> str:
    """The finding in one line: what, and whom it concerns."""
    about = [safe(row.recipient)] if row.recipient else []
    if row.kind:
        about.append(safe(label("kind", row.kind, lang)))
    if row.phase:
        about.append(safe(label("phase", row.phase, lang)))
    joined = ("\uff0c", "\uff08", "\uff09") if lang == "zh" else (", ", " (", ")")
    return title(row, lang) + (joined[1] + joined[0].join(about) + joined[2] if about else "")


def _fails(row: FindingRow, fail_on: Severity) -> bool:
    return row.severity.rank >= fail_on.rank


def _why(audit: Audit, lang: str) -> str:
    decision = decide(audit)
    fail_on = label("severity", audit.verdict.fail_on, lang)
    if decision is Decision.GO:
        return word("decision.why_go", lang, fail_on=fail_on)
    if decision is Decision.GO_WITH_WAIVERS:
        return word("decision.why_go_with_waivers", lang, n=len(waived_blockers(audit)))
    if decision is Decision.NO_GO and (first := blockers(audit)):
        return word("decision.why_no_go", lang, n=len(first), fail_on=fail_on, first=short(first[0], lang))
    failed = failed_gates(audit)
    if decision is Decision.NOT_ENOUGH_EVIDENCE and failed:
        names = ("、" if lang == "zh" else ", ").join(label("gate", gate.name, lang) for gate in failed)
        return word("decision.why_not_enough", lang, n=len(failed), gates=safe(names))
    reason = safe(audit.verdict.reasons[0]).rstrip(".") if audit.verdict.reasons else word("decision.no_reason", lang)
    key = "why_no_go_other" if decision is Decision.NO_GO else "why_not_enough_other"
    return word(f"decision.{key}", lang, first=reason)
