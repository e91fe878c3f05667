"""`auditor diff`: two report folders in, what changed from the first to the second out."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from auditor import named_file
from auditor.cli.ending import Ending, counted, done
from auditor.cli.options import FailOn, Language, Quiet, fail_severity
from auditor.cli.output import show
from auditor.errors import ExitCode

if TYPE_CHECKING:
    from auditor.judge.comparison import Difference
    from auditor.model.audit import Audit

SIGNS = {"added": "+", "removed": "-", "changed": "~"}
CONSENT_QUESTION = {
    Language.EN: "Recipients, data, countries or the policy changed: ask legal whether users must consent anew.",
    Language.ZH: "接收方、数据、国家或政策有变化:请法务判断是否需要重新取得同意。",
}


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command(epilog="Example: auditor diff reports/4.1.0 reports/4.2.0 --fail-on high")(diff)


def diff(
    before: Annotated[str, typer.Argument(metavar="REPORT", help="The earlier report folder.", show_default=False)],
    after: Annotated[str, typer.Argument(metavar="REPORT", help="The later report folder.", show_default=False)],
    lang: Annotated[Language, typer.Option("--lang", help="Language of texts for people.")] = Language.EN,
    fail_on: Annotated[
        FailOn | None, typer.Option("--fail-on", help="End with 1 for a new finding of this severity or worse.")
    ] = None,
    quiet: Quiet = False,
) -> Ending:
    """Says what changed between two releases: recipients, data, countries, findings, the policy, coverage."""
    from auditor.judge.comparison import compare

    found = compare(_audit(before), _audit(after))
    lines = [_line(row, lang) for row in found.differences]
    if found.consent_question:
        lines.append(CONSENT_QUESTION[lang])
    if lines:
        show("\n".join(lines))
    worst = found.worst()
    if fail_on is not None and worst is not None and worst.rank >= fail_severity(fail_on).rank:
        return Ending(ExitCode.FAIL, f"a new finding is {worst.value}")
    return done(counted(len(found.differences), "change"))


def _audit(report: str) -> "Audit":
    from auditor.report import audit_json

    path = Path(report) / audit_json.FILE if Path(report).is_dir() else Path(report)
    return audit_json.decode(named_file.read(str(path), fix="name a report folder"), str(path))


def _line(row: "Difference", lang: Language) -> str:
    from auditor.report.display import safe

    message = row.message if lang is Language.EN else row.message_zh
    values = f": {row.before or '-'} -> {row.after or '-'}" if row.before is not None or row.after is not None else ""
    severity = f" [{row.severity}]" if row.severity else ""
    said = f"  {message}" if message else ""
    return safe(f"{SIGNS[row.change]} {row.subject} {row.name}{severity}{values}{said}")
