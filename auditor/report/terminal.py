"""The summary that a terminal shows after an audit: an audit in, at most twelve lines of plain text out.

Verdict, recipients that nobody declared, the three findings to look at first, how much could be seen, and what could not.
"""

from auditor.model.audit import Audit
from auditor.report.amounts import bar, gate_number
from auditor.report.blindness import blind_spots, left_out
from auditor.report.changes_view import change_counts
from auditor.report.decision import decide, open_counts, ranked, short, why
from auditor.report.display import safe, shortened
from auditor.report.sankey import Standing, standing
from auditor.report.words import label, word

_TOP = 3
_SPOTS = 2
_COUNTED = ("finding", "recipient", "data", "country")


def summary(audit: Audit, lang: str, width: int | None = None) -> str:
    """The summary without colours, no escape sequence from captured text in it; each line at most `width` columns wide.

    Without a width, as for a file or a pipe, nothing is cut.
    """
    lines = [_headline(audit, lang), f"  {why(audit).text(lang)}", *_strangers(audit, lang), *_first(audit, lang)]
    aside = [f"  {left_out(audit, lang)}"] if left_out(audit, lang) else []
    lines += [*_changes(audit, lang), _coverage(audit, lang), *aside, *_blind(audit, lang, _SPOTS - len(aside))]
    if audit.session.scripted:
        lines.append(f"{word('terminal.note', lang)}: {safe(audit.session.scripted)}")
    return "\n".join(lines if width is None else (_cut(line, width) for line in lines)) + "\n"


def _headline(audit: Audit, lang: str) -> str:
    counts = ", ".join(f"{count} {label('severity', severity, lang)}" for severity, count in open_counts(audit).items() if count)
    opened = f"{word('page.open_findings', lang)}: {counts or 0}"
    result = f"{word(f'decision.{decide(audit)}', lang)} ({label('result', audit.verdict.result, lang)})"
    return f"{result} · {shortened(audit.session.name, 24)} · {opened}"


def _strangers(audit: Audit, lang: str) -> list[str]:
    strange, elsewhere = (_named(audit, how) for how in (Standing.STRANGE, Standing.ELSEWHERE))
    what = ", ".join(strange) or word("terminal.no_new" if audit.flow_count else "terminal.no_flow", lang)
    if elsewhere and not strange:
        what = word("terminal.elsewhere", lang, names=", ".join(elsewhere))
    return [f"{word('terminal.new', lang)} ({len(strange)}): {what}"]


def _named(audit: Audit, how: Standing) -> list[str]:
    return sorted({safe(row.recipient) for row in audit.recipients if standing(row.relation) is how})


def _first(audit: Audit, lang: str) -> list[str]:
    top = enumerate(ranked(audit.findings)[:_TOP], 1)
    return [f"  {number}. {safe(row.id)}  {label('severity', row.severity, lang)}  {short(row, lang)}" for number, row in top]


def _changes(audit: Audit, lang: str) -> list[str]:
    """One line since the last release: what came and what went of findings, recipients, data and countries."""
    counts = [row for row in change_counts(audit) if row.subject in _COUNTED]
    if not counts:
        return []
    shown = ", ".join(f"{word(f'changes.{row.subject}', lang)} +{row.added} −{row.removed}" for row in counts)
    return [f"{word('nav.changes', lang)}: {shown}"]


def _coverage(audit: Audit, lang: str) -> str:
    gates = audit.coverage.gates
    met = sum(gate.passed for gate in gates)
    shares = [f"{label('gate', gate.name, lang)} {gate_number(gate, gate.value)}" for gate in gates if gate.value is not None][:3]
    drawn = bar(met / len(gates) if gates else 0.0)
    return f"{word('terminal.coverage', lang)} {drawn} {word('page.of', lang, n=met, m=len(gates))}  {', '.join(shares)}"


def _blind(audit: Audit, lang: str, most: int) -> list[str]:
    spots = [spot.text(lang) for spot in blind_spots(audit)]
    if not spots:
        return [f"{word('terminal.blind', lang)}: {word('terminal.no_blind', lang)}"]
    lines = [f"{word('terminal.blind', lang)} ({len(spots)}):", *(f"  - {spot}" for spot in spots[:most])]
    if len(spots) > most:
        lines[-1] += f" … {word('page.n_more', lang, n=len(spots) - most)}"
    return lines


def _cut(line: str, width: int) -> str:
    """The line in at most `width` columns; what is cut leaves an ellipsis."""
    if line.isascii() and len(line) <= width:
        return line
    from rich.cells import cell_len, set_cell_size

    return line if cell_len(line) <= width else set_cell_size(line, width - 1).rstrip() + "…"
