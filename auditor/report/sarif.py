"""`report.sarif`: an audit in, a SARIF 2.1.0 log out (OASIS standard, errata 01), for code hosts that show alerts.

An alert points at the line of the policy that the traffic breaks or that should have said it; the capture is a related location.
Every applied rule is declared, fired or not, so that an alert closes when its finding is gone. Fingerprints are the
findings' ids. Waivers are suppressions, an earlier report gives baseline states, and what could not be seen is a notification.
"""

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import msgspec

from auditor.model.audit import Audit, FindingRow, RuleRow, WaiverRow
from auditor.model.declaration import LintRow
from auditor.model.vocabulary import Result, Severity, Status
from auditor.report.blindness import blind_spots
from auditor.report.display import safe
from auditor.report.reproduce import split

NAME = "sarif"
FILE = "report.sarif"
SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

_LEVELS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.INFO: "none",
}
_SCORES = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "3.0",
    Severity.INFO: "0.0",
}
"""What code hosts read as `security-severity`."""

_CLAUSE = re.compile(r"L(\d+)")
_RELATED = 5
type _Json = dict[str, Any]


def render(audit: Audit, lang: str) -> bytes:
    """The log with one run; messages in the asked language."""
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(audit, lang)]}
    return msgspec.json.format(msgspec.json.encode(log), indent=2) + b"\n"


def _run(audit: Audit, lang: str) -> _Json:
    rules = _rules(audit)
    places = {rule.id: number for number, rule in enumerate(rules)}
    policy = _policy_file(audit)
    waivers = {finding: waiver for waiver in audit.waivers for finding in waiver.findings}
    results = [_result(row, places[row.rule], policy, waivers.get(row.id), lang) for row in audit.findings]
    results += [_lint_result(row, places[row.rule], policy, lang) for row in audit.lint]
    return {
        "tool": {
            "driver": {
                "name": audit.tool.name,
                "semanticVersion": audit.tool.version,
                "language": _language(lang),
                "rules": [_rule(rule, lang) for rule in rules],
            }
        },
        "automationDetails": {"id": f"traffic-audit/{_uri(audit.session.name)}/"},
        "language": _language(lang),
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(audit, lang)],
        "artifacts": [
            {"location": {"uri": _uri(row.path)}, **({"hashes": {"sha-256": row.sha256}} if row.sha256 else {})}
            for row in audit.inputs
        ],
        "results": results,
        "properties": {"verdict": audit.verdict.result, "register": audit.register.id, "asOf": audit.as_of},
    }


def _rules(audit: Audit) -> tuple[RuleRow, ...]:
    """Every rule that was applied, that has a finding or that lint used, by id."""
    rules = {row.id: row for row in audit.catalog.applied}
    for finding in audit.findings:
        rules.setdefault(
            finding.rule,
            RuleRow(
                id=finding.rule,
                title=finding.title,
                title_zh=finding.title_zh,
                severity=finding.severity,
                rationale=finding.rationale,
                rationale_zh=finding.rationale_zh,
                references=finding.references,
            ),
        )
    for lint in audit.lint:
        rules.setdefault(lint.rule, _lint_rule(lint))
    return tuple(rules[name] for name in sorted(rules))


def _lint_rule(row: LintRow) -> RuleRow:
    return RuleRow(
        id=row.rule,
        title=row.title or "Defect of the policy text",
        title_zh=row.title_zh or "政策文本缺陷",
        severity=row.severity,
        rationale="",
        rationale_zh="",
        references=row.references,
    )


def _rule(rule: RuleRow, lang: str) -> _Json:
    title, rationale = (rule.title_zh, rule.rationale_zh) if lang == "zh" else (rule.title, rule.rationale)
    cited = "".join(f"\n- {reference}" for reference in rule.references)
    return {
        "id": rule.id,
        "shortDescription": _message(title),
        "fullDescription": _message(rationale or title),
        "help": _message(f"{rationale or title}{cited}", lines=True),
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"tags": ["privacy"], "precision": "high", "security-severity": _SCORES[rule.severity]},
    }


def _result(row: FindingRow, place: int, policy: str, waiver: WaiverRow | None, lang: str) -> _Json:
    """A finding. A result of kind `informational` must have the level `none` (section 3.27.9)."""
    informational = row.severity is Severity.INFO
    result: _Json = {
        "ruleId": row.rule,
        "ruleIndex": place,
        "kind": "informational" if informational else "fail",
        "level": _LEVELS[row.severity],
        "message": _message(row.message_zh if lang == "zh" else row.message),
        "locations": [_location(policy, _line(row.clause))],
        "relatedLocations": [_evidence(flow, number) for number, flow in enumerate(row.evidence[:_RELATED])],
        "partialFingerprints": {"findingId/v1": row.id},
        "occurrenceCount": max(1, row.flows),
        "properties": _properties(row),
    }
    if row.status is Status.WAIVED:
        reason = f"{safe(waiver.reason)} ({safe(waiver.owner)}, {waiver.expires})" if waiver else "waived"
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": reason}]
    if row.baseline:
        result["baselineState"] = "new" if row.baseline == "new" else "unchanged"
    return result


def _properties(row: FindingRow) -> _Json:
    facts = {
        "severity": row.severity,
        "class": row.finding_class,
        "surface": row.surface,
        "phase": row.phase,
        "recipient": row.recipient,
        "host": row.host,
        "kind": row.kind,
    }
    return {name: safe(value) for name, value in facts.items() if value is not None}


def _lint_result(row: LintRow, place: int, policy: str, lang: str) -> _Json:
    informational = row.severity is Severity.INFO
    return {
        "ruleId": row.rule,
        "ruleIndex": place,
        "kind": "informational" if informational else "fail",
        "level": _LEVELS[row.severity],
        "message": _message((row.message_zh or row.message) if lang == "zh" else row.message),
        "locations": [_location(row.file or policy, row.line, row.column)],
        "partialFingerprints": {"lint/v1": f"{row.rule}:{row.language}:{row.line}:{row.column}"},
    }


def _location(policy: str, line: int, column: int | None = None) -> _Json:
    region = {"startLine": line} | ({"startColumn": column} if column else {})
    return {"physicalLocation": {"artifactLocation": {"uri": _uri(policy)}, "region": region}}


def _evidence(flow: str, number: int) -> _Json:
    capture, flow_id = split(flow)
    return {
        "id": number,
        "physicalLocation": {"artifactLocation": {"uri": _uri(capture)}},
        "message": _message(f"flow {flow_id}"),
    }


def _invocation(audit: Audit, lang: str) -> _Json:
    """An audit that could not see enough did run, but its silence proves nothing: it is not called successful."""
    spots = [spot.text(lang) for spot in blind_spots(audit)]
    return {
        "executionSuccessful": audit.verdict.result is not Result.INCONCLUSIVE,
        "exitCode": audit.verdict.exit,
        "exitCodeDescription": audit.verdict.result,
        "toolExecutionNotifications": [{"level": "warning", "message": _message(spot)} for spot in spots],
    }


def _policy_file(audit: Audit) -> str:
    """The file that declarations stand in: of the first line that the register names, else the register itself."""
    lines: Sequence[str] = [line for party in audit.parties for line in party.lines]
    path = lines[0].rpartition(":")[0] if lines else ""
    return path or f"{audit.register.id}.toml"


def _line(clause: str | None) -> int:
    """The line of a clause like `L175`; the first where the policy has none to point at."""
    match = _CLAUSE.match(clause or "")
    return max(1, int(match[1])) if match else 1


def _message(text: str, *, lines: bool = False) -> _Json:
    """A plain text message: braces doubled and brackets escaped, as section 3.11.5 and 3.11.6 ask."""
    shown = "\n".join(safe(line) for line in text.split("\n")) if lines else safe(text)
    shown = shown.replace("{", "{{").replace("}", "}}")
    return {"text": shown.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]") or "-"}


def _uri(path: str) -> str:
    """A relative URI reference."""
    return quote(path, safe="/", errors="backslashreplace") or "-"


def _language(lang: str) -> str:
    return "zh-CN" if lang == "zh" else "en-US"
