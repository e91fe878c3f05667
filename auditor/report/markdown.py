"""`summary.md`: an audit in, a short Markdown page for a pull request or a step summary out.

Captured text only ever stands in code spans, which no Markdown reader interprets, links or expands.
"""

import re
from collections.abc import Iterable

from auditor.model.audit import Audit, FindingRow
from auditor.model.vocabulary import Relation
from auditor.report import companies
from auditor.report.amounts import gate_number, is_most, reached, size
from auditor.report.blindness import blind_spots, left_out
from auditor.report.changes_view import change_counts
from auditor.report.decision import decide, open_counts, ranked, title, why
from auditor.report.display import safe
from auditor.report.words import label, labels, word

NAME = "md"
FILE = "summary.md"

_ROWS = 20
_TICKS = re.compile(r"`+")
_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~!&@{}])")


def render(audit: Audit, lang: str) -> bytes:
    """The summary: decision, first findings, recipients nobody declared, coverage, waivers."""
    sections = (_head, _changes, _findings, _strangers, _coverage, _waivers)
    parts = [section(audit, lang) for section in sections]
    return ("\n\n".join(part for part in parts if part) + "\n").encode()


def text(captured: str) -> str:
    """Text whose Markdown is switched off, on one line."""
    return _SPECIAL.sub(r"\\\1", safe(captured))


def code(captured: str | None) -> str:
    """Text as a code span that it cannot leave, also inside a table."""
    if not captured:
        return "-"
    shown = safe(captured)
    fence = "`" * (max((len(run) for run in _TICKS.findall(shown)), default=0) + 1)
    padding = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{padding}{shown}{padding}{fence}".replace("|", "\\|")


def table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table of cells that are Markdown already."""
    names = list(header)
    lines = ["| " + " | ".join(names) + " |", "|" + " --- |" * len(names)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def _head(audit: Audit, lang: str) -> str:
    name = text(audit.session.name)
    session = audit.session
    facts = [session.product, session.app_version, session.firmware]
    lines = [
        f"## {word(f'decision.{decide(audit)}', lang)}: {word('page.report_of', lang, name=name)}",
        "",
        text(why(audit).text(lang)),
        "",
        " · ".join(text(fact) for fact in facts if fact),
    ]
    if session.scripted:
        lines += ["", f"> **{word('page.scripted', lang)}{'。' if lang == 'zh' else '.'}** {text(session.scripted)}"]
    if audit.register.lowered_gates:
        gates = text(labels("gate", audit.register.lowered_gates, lang))
        lines += ["", f"> **{word('page.lowered_gates', lang)}{'：' if lang == 'zh' else ':'}** {gates}"]
    expired = sum(waiver.state == "expired" for waiver in audit.waivers)
    if expired:
        lines += ["", f"> **{word('page.expired_waivers', lang, n=expired)}**"]
    counts = [(label("severity", severity, lang), str(count)) for severity, count in open_counts(audit).items()]
    return "\n".join([*lines, "", table([name for name, _ in counts], [[count for _, count in counts]])])


def _changes(audit: Audit, lang: str) -> str:
    if audit.changes is None:
        return ""
    header = [word(f"changes.{name}", lang) for name in ("what", "added", "removed", "changed")]
    rows = [
        [word(f"changes.{row.subject}", lang), f"+{row.added}", f"−{row.removed}", str(row.changed)]
        for row in change_counts(audit)
    ]
    asks = word("changes.consent_yes" if audit.changes.consent_question else "changes.consent_no", lang)
    return f"### {word('nav.changes', lang)}\n\n{table(header, rows)}\n\n{asks}"


def _findings(audit: Audit, lang: str) -> str:
    rows = ranked(audit.findings)
    if not rows:
        return f"### {word('nav.first', lang)}\n\n{word('finding.none', lang)}"
    header = [word(f"finding.{name}", lang) for name in ("severity", "rule", "recipient", "data", "phase", "clause", "id")]
    drawn = table(header, [_finding(row, lang) for row in rows[:_ROWS]])
    more = f"\n\n{word('page.n_more', lang, n=len(rows) - _ROWS)}: `report.html`" if len(rows) > _ROWS else ""
    return f"### {word('nav.first', lang)}\n\n{drawn}{more}"


def _finding(row: FindingRow, lang: str) -> list[str]:
    state = f" ({label('status', row.status, lang)})" if row.status == "waived" else ""
    return [
        label("severity", row.severity, lang) + state,
        text(title(row, lang)),
        code(row.recipient),
        text(label("kind", row.kind, lang)),
        text(label("phase", row.phase, lang)),
        code(row.clause),
        code(row.id),
    ]


def _strangers(audit: Audit, lang: str) -> str:
    rows = [row for row in audit.recipients if row.relation in (Relation.UNDECLARED, Relation.UNKNOWN, Relation.OTHER_SURFACE)]
    if not rows:
        return ""
    header = [word(f"recipients.{name}", lang) for name in ("relation", "country", "hosts", "kinds", "up")]
    drawn = table(
        [word("finding.recipient", lang), word("finding.surface", lang), *header],
        [
            [
                code(row.recipient),
                label("surface", row.surface, lang),
                label("relation", row.relation, lang),
                text(companies.seats(row, lang)),
                code(row.hosts[0] if row.hosts else None),
                text(labels("kind", row.kinds, lang)) or "-",
                size(row.bytes_up),
            ]
            for row in rows[:_ROWS]
        ],
    )
    return f"### {word('page.new_recipients', lang)}\n\n{drawn}"


def _coverage(audit: Audit, lang: str) -> str:
    header = [word(f"coverage.{name}", lang) for name in ("gate", "value", "bound", "met")]
    rows = []
    for gate in audit.coverage.gates:
        bound = word("coverage.at_most" if is_most(gate) else "coverage.at_least", lang, n=gate_number(gate, gate.bound))
        met = ("✔ " if gate.passed else "✖ ") + word("coverage.met" if gate.passed else "coverage.not_met", lang)
        rows.append([text(label("gate", gate.name, lang)), reached(gate, lang), bound, met])
    spots = [f"- {text(spot.text(lang))}" for spot in blind_spots(audit)]
    more = [f"- {word('page.n_more', lang, n=len(spots) - _ROWS)}"] if len(spots) > _ROWS else []
    shown = "\n".join(spots[:_ROWS] + more) or word("coverage.no_blind_spots", lang)
    aside = f"\n\n{left_out(audit, lang)}" if left_out(audit, lang) else ""
    return (
        f"### {word('nav.coverage', lang)}\n\n{table(header, rows)}{aside}\n\n**{word('coverage.blind_spots', lang)}**\n\n{shown}"
    )


def _waivers(audit: Audit, lang: str) -> str:
    if not audit.waivers:
        return ""
    header = [word(f"waivers.{name}", lang) for name in ("state", "rule", "scope", "reason", "owner", "expires", "left")]
    rows = [
        [
            label("waiver", row.state, lang),
            code(row.rule),
            code(f"{row.party} / {row.identifier} / {row.surface}"),
            text(row.reason),
            code(row.owner),
            text(row.expires),
            str(row.days_left),
        ]
        for row in audit.waivers
    ]
    return f"### {word('nav.waivers', lang)}\n\n{table(header, rows)}"
