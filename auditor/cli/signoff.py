"""`auditor signoff`: one person's decision about a report, appended to its signed history."""

import datetime
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from auditor import named_file
from auditor.cli.ending import Ending, done, say
from auditor.cli.options import Quiet
from auditor.errors import ExitCode, UsageError
from auditor.model.vocabulary import Choice

Report = Annotated[str, typer.Argument(metavar="REPORT", help="A report folder.", show_default=False)]
Who = Annotated[str, typer.Option("--who", metavar="NAME", help="Who decides.")]
Role = Annotated[str, typer.Option("--role", metavar="ROLE", help="In which role: qa, security, legal, release or another.")]
Decision = Annotated[Choice, typer.Option("--decision", help="What is decided.")]
Key = Annotated[str, typer.Option("--key", metavar="FILE", help="The decider's own signing key (auditor keygen).")]
Note = Annotated[str, typer.Option("--note", metavar="TEXT", help="A sentence that goes with it.")]
Date = Annotated[str | None, typer.Option("--date", metavar="DATE", help="Day of the decision; default: today, UTC.")]

LONGEST = 2000
"""Characters of a name, a role or a note."""


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command(epilog="Example: auditor signoff reports/demo --who 'Lin Mei' --role qa --decision reject --key qa.pem")(signoff)


def signoff(
    report: Report, who: Who, role: Role, decision: Decision, key: Key, note: Note = "", date: Date = None, quiet: Quiet = False
) -> Ending:
    """Signs a decision about a report as it is now. Earlier decisions stay; a later one of the same role replaces what counts."""
    from auditor.cli.report_folder import locked, put_record
    from auditor.cli.verify import folder_files, named
    from auditor.report import manifest, seal
    from auditor.report import signoff as history
    from auditor.report.dsse import private_key

    folder = Path(report)
    record = history.Record(
        who=_words("--who", who),
        role=_words("--role", role).lower(),
        decision=decision,
        date=_day(date),
        note=_words("--note", note, needed=False),
        manifest_sha256="",
        previous_sha256=None,
    )
    signing = private_key(named_file.read(key, named_file.LARGEST_KEY), key)
    folder_files(folder)  # a folder that is no report is refused before a lock is made beside it
    with locked(str(folder.resolve().parent), folder.resolve().name):
        files = folder_files(folder)
        checked = seal.check(files, ())
        if checked.differences:
            for line in named(folder, checked.differences):
                say(f"error: {line}")
            return Ending(ExitCode.INTEGRITY, "nothing was signed: the report is not as it was sealed")
        digest = manifest.sha256(files[manifest.FILE])
        lines = history.append(files.get(history.FILE, b""), replace(record, manifest_sha256=digest), signing)
        put_record(folder, history.FILE, lines)
    if not quiet:
        say(f"wrote {folder / history.FILE}: decision {checked.history + 1}")
    return done(f"{record.role}: {record.decision} of {record.date} is on record")


def _words(option: str, text: str, *, needed: bool = True) -> str:
    """A text of the command line: one line, printable, not too long.

    Raises:
        UsageError: it is none.
    """
    cleaned = " ".join(text.split())
    if (needed and not cleaned) or len(cleaned) > LONGEST or not cleaned.isprintable():
        raise UsageError(f"{option} is no printable text of 1 to {LONGEST} characters", fix="write it in words")
    try:
        cleaned.encode()
    except UnicodeEncodeError:
        raise UsageError(f"{option} is not UTF-8") from None
    return cleaned


def _day(text: str | None) -> str:
    if text is None:
        return datetime.datetime.now(datetime.UTC).date().isoformat()
    try:
        return datetime.date.fromisoformat(text).isoformat()
    except ValueError:
        raise UsageError(f"--date is no date: {text!r}", fix="write YYYY-MM-DD") from None
