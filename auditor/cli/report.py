"""`auditor report`: renders formats of a report folder again, from its audit.json and tables."""

from typing import TYPE_CHECKING, Annotated

import typer

from auditor import named_file
from auditor.cli.ending import Ending, counted, done, say
from auditor.cli.options import Language, Quiet
from auditor.errors import Source, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from auditor.report.formats import Frames


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command(epilog="Example: auditor report reports/demo --format md --lang zh")(report)


def report(
    folder: Annotated[str, typer.Argument(metavar="REPORT", help="A report folder.", show_default=False)],
    formats: Annotated[list[str], typer.Option("--format", metavar="NAME", help="A format to write (repeatable).")],
    lang: Annotated[Language, typer.Option("--lang", help="Language of texts for people.")] = Language.EN,
    quiet: Quiet = False,
) -> Ending:
    """Renders formats again into the report folder."""
    from pathlib import Path

    from auditor.cli.report_folder import render_again
    from auditor.cli.verify import folder_files
    from auditor.report import attestation, audit_json, manifest, seal
    from auditor.report import formats as known

    target = Path(folder)
    path = target / audit_json.FILE
    audit = audit_json.decode(named_file.read(str(path), fix="name a report folder"), str(path))
    if (target / attestation.FILE).exists():
        raise UsageError("is signed: its files may not change", Source(folder), "render into a copy, or audit again")
    wanted = [form for form in known.formats(tuple(formats)) if form.name in formats]
    frames = _frames(target) if any(form.needs_tables for form in wanted) else {}
    written = {name: data for form in wanted for name, data in form.write(audit, frames, lang.value).items()}
    files = folder_files(target) | written
    sealed = manifest.decode(files[manifest.FILE]).waivers_sha256 if manifest.FILE in files else None
    render_again(target, files | seal.seal(audit, files, sealed, None))
    if not quiet:
        for name in written:
            say(f"wrote {target / name}")
    return done(counted(len(written), "file"))


def _frames(target: "Path") -> "Frames":
    """The tables of a report folder.

    Raises:
        UsageError: a table is missing or is no Parquet.
    """
    from auditor.cli.report_folder import read_table
    from auditor.report.parquet_tables import TABLES

    return {table.name: read_table(target, table) for table in TABLES}
