"""`auditor fleet`: what many sessions say together."""

import os
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from auditor.cli.ending import Ending, counted, done, say
from auditor.cli.options import Language, Quiet
from auditor.errors import Source, UsageError

if TYPE_CHECKING:
    from auditor.fleet.overview import Overview
    from auditor.fleet.questions import Answers
    from auditor.fleet.reports import Report, Unread


MOST_LINES = 20
"""Lines about folders that cannot be read."""


class FleetFormat(StrEnum):
    """What can be written."""

    HTML = "html"
    XLSX = "xlsx"
    PARQUET = "parquet"


Reports = Annotated[
    list[str], typer.Argument(metavar="REPORT...", help="Report folders, or folders that hold them.", show_default=False)
]
Out = Annotated[str, typer.Option("-o", "--out", metavar="DIR", help="Where the fleet's report goes.")]
Formats = Annotated[
    list[FleetFormat] | None, typer.Option("--format", help="A format to write (repeatable); default: all of them.")
]
Since = Annotated[str | None, typer.Option("--since", metavar="DATE", help="Show what is new since then (YYYY-MM-DD).")]
Lang = Annotated[Language, typer.Option("--lang", help="Language of the page.")]


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command(epilog="Example: auditor fleet reports --since 2026-11-01")(fleet)


def fleet(
    reports: Reports,
    out: Out = "reports/fleet",
    formats: Formats = None,
    since: Since = None,
    lang: Lang = Language.EN,
    quiet: Quiet = False,
) -> Ending:
    """Which versions, firmwares and regions contact whom and send what; what is new; which sessions have no verdict.

    Writes fleet.html, fleet.xlsx and tables/*.parquet. A folder that is no report is named, and the exit code is 2.
    """
    return write_fleet(tuple(reports), out, tuple(formats or FleetFormat), _date(since), lang, quiet=quiet)


def write_fleet(
    paths: tuple[str, ...],
    out: str,
    formats: tuple[FleetFormat, ...],
    since: str | None,
    lang: Language,
    *,
    quiet: bool,
    absent: "tuple[Unread, ...]" = (),
) -> Ending:
    """Reads reports and writes the fleet's. `absent` are sessions of which it is known already that they have none.

    Raises:
        UsageError: there is no report at all, or the folder cannot be written.
    """
    from auditor.errors import ExitCode
    from auditor.fleet.overview import overview
    from auditor.fleet.reports import reports_in

    found, unread = reports_in(paths)
    if not found and len(unread) == 1 and not absent:
        raise UsageError(unread[0].why, Source(unread[0].path), "name folders that `auditor audit` wrote")
    found, unread, asked = _answered(found, unread)
    _tell_unread(unread)
    if not found and not absent:
        return Ending(ExitCode.USAGE, "there is no report to read; name folders that `auditor audit` wrote")
    view = overview(found, (*unread, *absent), asked, since, lang.value)
    _write(view, found, asked, out, formats, lang)
    if not quiet:
        _tell(view, out)
    if unread:
        folders = {entry.path for entry in unread}
        total = len(folders | {report.path for report in found})
        return Ending(ExitCode.USAGE, f"{len(folders)} of {total} folders could not be read, or not to the end")
    return done(counted(len(found), "session"))


def _tell_unread(unread: "tuple[Unread, ...]") -> None:
    for entry in unread[:MOST_LINES]:
        say(f"error: {entry.path}: {entry.why}")
    if len(unread) > MOST_LINES:
        say(f"error: and {len(unread) - MOST_LINES} more like these; fleet.html names them all")


def _answered(
    found: "tuple[Report, ...]", unread: "tuple[Unread, ...]"
) -> "tuple[tuple[Report, ...], tuple[Unread, ...], Answers]":
    """The reports that can be read, those that cannot, and what the former say. Tables are looked at one by one only where one
    of them is damaged."""
    from auditor.fleet import tables
    from auditor.fleet.questions import answers

    try:
        asked = answers(found)
    except tables.DamagedTableError:
        damaged = tables.damaged(found)
        paths = {entry.path for entry in damaged}
        found, unread = tuple(report for report in found if report.path not in paths), (*unread, *damaged)
        asked = answers(found)
    return found, tuple(sorted((*unread, *tables.missing(found)), key=lambda entry: entry.path)), asked


def _date(text: str | None) -> str | None:
    import datetime

    try:
        return datetime.date.fromisoformat(text).isoformat() if text else None
    except ValueError:
        raise UsageError(f"--since is no date: {text!r}", fix="write YYYY-MM-DD") from None


def _write(
    view: "Overview",
    reports: "tuple[Report, ...]",
    answers: "Answers",
    out: str,
    formats: tuple[FleetFormat, ...],
    lang: Language,
) -> None:
    from auditor.cli.output import write_file
    from auditor.fleet import page, session_table, workbook

    folder = Path(out)
    try:
        (folder / "tables").mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise UsageError(f"cannot be written: {error.strerror or error}", Source(out), "choose another --out") from None
    if FleetFormat.HTML in formats:
        write_file(folder / page.FILE, page.render(view, lang.value))
    if FleetFormat.XLSX in formats:
        write_file(folder / workbook.FILE, workbook.render(view))
    if FleetFormat.PARQUET in formats:
        for name, data in session_table.files(reports, answers).items():
            write_file(folder / "tables" / name, data)


def _tell(view: "Overview", out: str) -> None:
    from auditor.cli.output import show
    from auditor.report.display import safe

    total = sum(count for _, count in view.counts)
    show(f"{counted(total, 'session')}: {', '.join(f'{count} {name}' for name, count in view.counts if count)}")
    for row in view.no_verdict.rows:
        show(f"  no verdict: {safe(str(row[0]))}: {safe(str(row[7]))}")
    if view.since:
        show(f"new since {view.since}: {len(view.new.rows)}")
        for row in view.new.rows[:20]:
            show("  " + safe(" ".join(str(cell) for cell in row if cell is not None)))
    say(f"fleet report: {os.path.join(out, '')}")
