"""`auditor keygen`, `verify` and `evidence`: a report that can be trusted, and the capture behind each of its findings."""

import os
from pathlib import Path
from typing import Annotated

import typer

from auditor.cli.ending import Ending, done, say
from auditor.cli.options import Quiet
from auditor.errors import ExitCode, Source, UsageError

Report = Annotated[str, typer.Argument(metavar="REPORT", help="A report folder.", show_default=False)]
Captures = Annotated[str | None, typer.Option("--captures", metavar="DIR", help="The session folder that was audited.")]
PublicKey = Annotated[
    list[str] | None, typer.Option("--public-key", metavar="FILE", help="Whose signature must hold (repeatable).")
]


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command(epilog="Example: auditor keygen -o release.pem")(keygen)
    app.command(epilog="Example: auditor verify reports/demo --captures captures/demo --public-key release.pem.pub")(verify)
    app.command(epilog="Example: auditor evidence reports/demo ID-HASHED-0123456789 -o hashed.mitm --captures captures/demo")(
        evidence
    )


def keygen(
    output: Annotated[str, typer.Option("-o", "--output", metavar="FILE", help="Where the private key goes.")],
    quiet: Quiet = False,
) -> Ending:
    """Makes a signing key (Ed25519): FILE for `audit --key`, readable by you only, and FILE.pub for `verify --public-key`."""
    from auditor.report.dsse import generate

    private, public = generate()
    for path, data, mode in ((Path(output), private, 0o600), (Path(f"{output}.pub"), public, 0o644)):
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
        except OSError as error:
            raise UsageError(f"cannot be written: {error.strerror or error}", Source(str(path)), "choose a new file") from None
        with os.fdopen(handle, "wb") as file:
            file.write(data)
    if not quiet:
        say(f"wrote {output} (keep it secret) and {output}.pub (give it to whoever verifies)")
    return done(output)


def verify(report: Report, captures: Captures = None, public_key: PublicKey = None, quiet: Quiet = False) -> Ending:
    """Re-checks every hash of a report, of the captures behind it where --captures names them, and its signature."""
    from auditor.report import manifest, seal
    from auditor.report.display import safe
    from auditor.report.dsse import public_key as key_of

    keys = [key_of(_bytes(Path(path)), path) for path in public_key or ()]
    checked = seal.check(_folder(Path(report)), keys)
    differences = [f"{Path(report) / entry.path}: {entry.fate}" for entry in checked.differences]
    if captures:
        digests = _digests(Path(captures), [entry.path for entry in checked.manifest.inputs])
        found = manifest.input_differences(checked.manifest, digests)
        missing = [entry for entry in found if entry.fate == "missing"]
        differences += [f"{Path(captures) / entry.path}: {entry.fate}" for entry in found if entry not in missing]
        if missing and not differences:
            return Ending(ExitCode.INCONCLUSIVE, f"{len(missing)} captures are not there, {missing[0].path} first")
    for line in differences:
        say(f"error: {safe(line)}")
    if differences:
        return Ending(ExitCode.INTEGRITY, f"{len(differences)} files are not as they were sealed")
    if keys and checked.signed is False:
        return Ending(ExitCode.INTEGRITY, "the report is not signed")
    signature = {True: "the signature holds", None: "it is signed, but no public key was given", False: "it is not signed"}
    return done(f"every file is as it was sealed; {signature[checked.signed]}")


def evidence(
    report: Report,
    finding: Annotated[str, typer.Argument(metavar="FINDING", help="The finding's id.", show_default=False)],
    output: Annotated[str, typer.Option("-o", "--output", metavar="FILE", help="The small capture to write.")],
    captures: Annotated[str, typer.Option("--captures", metavar="DIR", help="The session folder that was audited.")],
    quiet: Quiet = False,
) -> Ending:
    """Cuts the smallest capture that shows a finding. It holds content in the clear: keep it as private as the recording."""
    import pyarrow.parquet as pq

    from auditor.cli.output import write_file
    from auditor.evidence.cut import Wanted, cut
    from auditor.model.tables import from_arrow
    from auditor.report import audit_json
    from auditor.toml_file import nearest

    folder = Path(report)
    audit = audit_json.decode(_bytes(folder / audit_json.FILE), str(folder / audit_json.FILE))
    found = next((row for row in audit.findings if row.id == finding), None)
    if found is None:
        known = tuple(row.id for row in audit.findings)
        raise UsageError(f"no finding is called {finding!r}", Source(report), nearest(finding, known) if known else "")
    if found.first_flow is None:
        raise UsageError(f"{finding} rests on no flow", Source(report), "it is about something that is missing")
    capture = found.first_flow.rpartition("#")[0]
    form = next((row.format for row in audit.inputs if row.path == capture), None)
    flows = from_arrow(pq.read_table(folder / "tables" / "flows.parquet"))
    result = cut(str(Path(captures) / capture), form or "", Wanted.find(flows, found.first_flow))
    target = Path(output) if Path(output).suffix else Path(output + result.suffix)
    write_file(target, result.data)
    if not quiet:
        say(f"wrote {target}: {result.kept} of {capture}")
    return done(f"{found.first_flow} shows {finding}")


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror or error}", Source(str(path))) from None


def _folder(folder: Path) -> dict[str, bytes]:
    """Every file of a report folder by its path in it."""
    if not folder.is_dir():
        raise UsageError("is no report folder", Source(str(folder)))
    return {str(path.relative_to(folder)): _bytes(path) for path in sorted(folder.rglob("*")) if path.is_file()}


def _digests(folder: Path, names: list[str]) -> dict[str, str]:
    """SHA-256 of the captures that are there."""
    from auditor.observe import sha256

    found = {name: sha256(str(folder / name)) for name in names}
    return {name: digest for name, digest in found.items() if digest is not None}
