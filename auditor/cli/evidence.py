"""`auditor keygen` and `evidence`: a key to sign reports with, and the capture behind each of their findings."""

import difflib
import os
from pathlib import Path
from typing import Annotated

import typer

from auditor import named_file
from auditor.cli.ending import Ending, counted, done, say
from auditor.cli.options import Quiet
from auditor.errors import Source, UsageError

_RECORDS = {".mitm": ("flow",), ".har": ("entry", "entries"), ".pcapng": ("packet",), ".ndjson": ("line",)}
"""What each kind of small capture is counted in: one, and several where that is no `s` more."""

Report = Annotated[str, typer.Argument(metavar="REPORT", help="A report folder.", show_default=False)]

Captures = Annotated[
    str | None,
    typer.Option("--captures", metavar="DIR", help="The session folder that was audited; default: captures/NAME, or here."),
]


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command(epilog="Example: auditor keygen -o release.pem")(keygen)
    app.command(epilog="Example: auditor evidence reports/demo ID-HASHED-0123456789 -o hashed.mitm")(evidence)


def keygen(
    output: Annotated[str, typer.Option("-o", "--output", metavar="FILE", help="Where the private key goes.")],
    quiet: Quiet = False,
) -> Ending:
    """Makes a signing key (Ed25519): FILE for `audit --key`, readable by you only, and FILE.pub for `verify --public-key`."""
    from auditor.report.dsse import generate

    private, public = generate()
    made: list[Path] = []
    for path, data, mode in ((Path(output), private, 0o600), (Path(f"{output}.pub"), public, 0o644)):
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
            made.append(path)
            with os.fdopen(handle, "wb") as file:
                file.write(data)
        except OSError as error:
            for half in made:  # one key of a pair, or a part of one, is of no use
                half.unlink(missing_ok=True)
            raise UsageError(f"cannot be written: {error.strerror or error}", Source(str(path)), "choose a new file") from None
    if not quiet:
        say(f"wrote {output} (keep it secret) and {output}.pub (give it to whoever verifies)")
    return done(output)


def evidence(
    report: Report,
    finding: Annotated[str, typer.Argument(metavar="FINDING", help="The finding's id.", show_default=False)],
    output: Annotated[str, typer.Option("-o", "--output", metavar="FILE", help="The small capture to write.")],
    captures: Captures = None,
    quiet: Quiet = False,
) -> Ending:
    """Cuts the smallest capture that shows a finding. It holds content in the clear: keep it as private as the recording."""
    from auditor.cli.audited_captures import captures_of, same_capture
    from auditor.cli.output import write_file
    from auditor.cli.report_folder import read_table
    from auditor.evidence.cut import Wanted, cut
    from auditor.model.tables import FLOWS
    from auditor.report import audit_json

    folder = Path(report)
    audit = audit_json.decode(named_file.read(str(folder / audit_json.FILE)), str(folder / audit_json.FILE))
    found = next((row for row in audit.findings if row.id == finding), None)
    if found is None:
        near = difflib.get_close_matches(finding, [row.id for row in audit.findings], 1)
        count = counted(len(audit.findings), "finding")
        fix = f"did you mean {near[0]!r}?" if near else f"audit.json and the page name its {count}"
        raise UsageError(f"no finding is called {finding!r}", Source(report), fix)
    if found.first_flow is None:
        raise UsageError(f"{finding} rests on no flow", Source(report), "it is about something that is missing")
    capture = found.first_flow.rpartition("#")[0]
    source = next((row for row in audit.inputs if row.path == capture), None)
    if source is None:
        raise UsageError(f"{capture} is none of its inputs", Source(report), "audit again")
    path = same_capture(captures_of(folder, audit, captures), source)
    result = cut(path, source.format or "", Wanted.find(read_table(folder, FLOWS), found.first_flow))
    target = Path(output) if Path(output).suffix else Path(output + result.suffix)
    write_file(target, result.data)
    if not quiet:
        say(f"wrote {target}: {counted(result.kept, *_RECORDS[result.suffix])} of {capture}")
    return done(f"{found.first_flow} shows {finding}")
