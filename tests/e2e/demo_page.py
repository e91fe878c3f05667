"""The findings of the demonstration, explained line by line: a report and the reasons go in, docs/demo.md comes out.

After a change of the rules or of the demonstration: python -m tests.e2e.demo_page reports/demo/audit.json > docs/demo.md
"""

import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path

from auditor.model.audit import Audit, FindingRow, SightingRow
from auditor.report import audit_json

REASONS = Path(__file__).with_name("demo_reasons.toml")

HEAD = """\
# The demonstration, finding by finding

`auditor demo` audits `captures/demo`: scripted traffic between local servers, made-up people and devices. It is no recording of
any product and says nothing about one. What the scripts did stands in `captures/demo/README.md` and, place by place, in
`truth.json`; this page says why each of the findings is one. It is made by `python -m tests.e2e.demo_page`, and a test fails
when a finding is missing here.
"""


class MissingReasonError(Exception):
    """A finding that nobody has explained yet."""


def page(audit: Audit) -> str:
    """The whole page.

    Raises:
        MissingReasonError: demo_reasons.toml lacks a rule or a place.
    """
    reasons = tomllib.loads(REASONS.read_text(encoding="utf-8"))
    parts = [HEAD, _verdict(audit), "## Findings\n"]
    for rule in dict.fromkeys(row.rule for row in audit.findings):
        rows = [row for row in audit.findings if row.rule == rule]
        parts.append(_section(rule, rows, audit.sightings, reasons))
    parts.append(_claims(audit))
    return "\n".join(parts)


def _verdict(audit: Audit) -> str:
    counts = ", ".join(f"{_count(audit.findings, word)} {word}" for word in ("critical", "high", "medium", "low", "info"))
    causes = "".join(f"- {reason}\n" for reason in audit.verdict.reasons)
    return f"The verdict is **{audit.verdict.result}**, exit {audit.verdict.exit}, as of {audit.as_of}:\n\n{causes}\n{counts}.\n"


def _count(rows: Iterable[FindingRow], severity: str) -> int:
    return sum(1 for row in rows if row.severity == severity)


def _section(rule: str, rows: list[FindingRow], sightings: tuple[SightingRow, ...], reasons: dict[str, dict[str, str]]) -> str:
    intro = reasons["rules"].get(rule)
    if intro is None:
        raise MissingReasonError(rule)
    lines = "".join(_line(row, sightings, reasons) for row in rows)
    return f"### {rule}: {rows[0].title}\n\n{intro}\n\n{lines}"


def _line(row: FindingRow, sightings: tuple[SightingRow, ...], reasons: dict[str, dict[str, str]]) -> str:
    surface = row.surface or "session"
    key = row.host or row.recipient or row.kind or ""
    reason = reasons.get(surface, {}).get(key)
    if reason is None:
        raise MissingReasonError(f"[{surface}] {key} ({row.rule})")
    what = " ".join(part for part in (row.kind, f"at {row.host or row.recipient}" if row.host or row.recipient else "") if part)
    waived = ", waived" if row.status == "waived" else ""
    place = _place(row, sightings)
    return f"- `{row.id}` ({row.severity}{waived}) {surface}: **{what}**{place}. {reason}\n"


def _place(row: FindingRow, sightings: tuple[SightingRow, ...]) -> str:
    """Where the first sighting of the finding stands."""
    if row.kind is None:
        return f", {row.clause}" if row.clause else ""
    for seen in sightings:
        if f"{seen.capture}#{seen.flow_id}" == row.first_flow and seen.kind == row.kind and row.host in (None, seen.host):
            chain = f" behind {', '.join(seen.encodings)}" if seen.encodings else ""
            where = f"{seen.part} `{seen.path}`" if seen.path else str(seen.part)
            return f", {where}{chain}"
    return f", {row.clause}" if row.clause else ""


def _claims(audit: Audit) -> str:
    lines = "".join(f"| {row.clause} | {row.claim} | {row.result.replace('_', ' ')} | {row.reason} |\n" for row in audit.claims)
    return f"## Claims of the policy\n\n| line | claim | result | why |\n| --- | --- | --- | --- |\n{lines}"


if __name__ == "__main__":
    source = Path(sys.argv[1])
    sys.stdout.write(page(audit_json.decode(source.read_bytes(), str(source))))
