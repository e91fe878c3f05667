"""Sheets that are there only when there is something for them: defects of the policy, changes, the local network."""

from auditor.model.audit import Audit
from auditor.report.sheet import SEVERITY_COLOURS, Coloured, Row, Sheet, columns
from auditor.report.words import label, word


def optional_sheets(audit: Audit, lang: str) -> tuple[Sheet, ...]:
    """Those that the audit fills."""
    return (*_policy(audit, lang), *_changes(audit, lang), *_local(audit, lang))


def _policy(audit: Audit, lang: str) -> tuple[Sheet, ...]:
    """Defects of the policy's text; no sheet where none was looked for or found."""
    heads = columns(
        ("finding.severity", 11), ("finding.rule", 40), ("evidence.file", 30), ("lint.line", 10), ("lint.message", 80)
    )
    rows: list[Row] = [
        (
            Coloured(label("severity", row.severity, lang), SEVERITY_COLOURS.get(row.severity)),
            (row.title_zh if lang == "zh" else row.title) or row.rule,
            row.file or None,
            row.line,
            (row.message_zh or row.message) if lang == "zh" else row.message,
        )
        for row in audit.lint
    ]
    return (Sheet(name="Policy", columns=heads, rows=rows, frozen=1),) if rows else ()


def _changes(audit: Audit, lang: str) -> tuple[Sheet, ...]:
    """What changed since the last release; no sheet without an earlier report."""
    if audit.changes is None:
        return ()
    heads = columns(
        ("changes.what", 20), ("changes.changed", 12), ("finding.id", 44), ("finding.severity", 11), ("lint.message", 80)
    )
    rows: list[Row] = [
        (
            word(f"changes.{row.subject}", lang),
            word(f"changes.{row.change}", lang),
            row.name,
            label("severity", row.severity, lang),
            ((row.message_zh or row.message) if lang == "zh" else row.message)
            or " → ".join(part or "-" for part in (row.before, row.after) if row.before or row.after),
        )
        for row in audit.changes.rows
    ]
    asks = word("changes.consent_yes" if audit.changes.consent_question else "changes.consent_no", lang)
    return (Sheet(name="Changes", columns=heads, rows=[*rows, (asks, None, None, None, None)], frozen=1),)


def _local(audit: Audit, lang: str) -> tuple[Sheet, ...]:
    """What stayed in the local network; no sheet where no capture shows any."""
    heads = columns(
        ("local.from_to", 34),
        ("local.port", 14),
        ("local.protocol", 14),
        ("local.seen", 14),
        ("local.commands", 44),
        ("finding.flows", 10),
        ("recipients.up", 14),
        ("recipients.down", 14),
        ("finding.first_flow", 34),
    )
    rows: list[Row] = [
        (
            f"{row.client} → {row.server}",
            row.transport if row.server_port is None else f"{row.transport}/{row.server_port}",
            row.application,
            label("visibility", row.visibility, lang),
            "\n".join(row.commands),
            row.flows,
            row.bytes_up,
            row.bytes_down,
            row.first_flow,
        )
        for row in audit.local
    ]
    return (Sheet(name="Local network", columns=heads, rows=rows, frozen=1),) if rows else ()
