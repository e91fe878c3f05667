"""`auditor verify`: every hash and signature of a report checked again, and with --replay the audit itself."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from auditor import named_file
from auditor.cli.ending import Ending, counted, done, say
from auditor.cli.options import (
    CatalogOption,
    DigestKeyOption,
    IpAsnOption,
    KeylogOption,
    Quiet,
    RegisterOption,
    SubjectsOption,
    SurfaceOption,
)
from auditor.errors import ExitCode, IntegrityError, Source, UsageError

if TYPE_CHECKING:
    from auditor.cli.verify_replay import Given
    from auditor.report.manifest import Difference, Manifest
    from auditor.report.seal import Checked

Report = Annotated[str, typer.Argument(metavar="REPORT", help="A report folder.", show_default=False)]
Captures = Annotated[
    str | None,
    typer.Option("--captures", metavar="DIR", help="The session folder that was audited; --replay finds captures/NAME itself."),
]
Replay = Annotated[bool, typer.Option("--replay", help="Audit the captures again: the same bytes must come out.")]
PublicKey = Annotated[
    list[str] | None, typer.Option("--public-key", metavar="FILE", help="Whose signature must hold (repeatable).")
]
Baseline = Annotated[str | None, typer.Option("--baseline", metavar="REPORT", help="For --replay: as the audit was given it.")]
Waivers = Annotated[str | None, typer.Option("--waivers", metavar="FILE", help="For --replay: as the audit was given it.")]


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command(epilog="Example: auditor verify reports/demo --captures captures/demo --replay --public-key release.pem.pub")(
        verify
    )


def verify(
    report: Report,
    captures: Captures = None,
    replay: Replay = False,
    public_key: PublicKey = None,
    subjects: SubjectsOption = None,
    waivers: Waivers = None,
    baseline: Baseline = None,
    register_name: RegisterOption = None,
    catalog: CatalogOption = None,
    surface: SurfaceOption = None,
    keylog: KeylogOption = None,
    ip_asn: IpAsnOption = None,
    digest_key: DigestKeyOption = None,
    quiet: Quiet = False,
) -> Ending:
    """Re-checks every hash of a report, its signature and sign-off record; with --captures the captures; with --replay the audit.

    The other options matter for --replay only: name again what the audit was given. Exit codes: 0 as it was sealed,
    4 something differs (each file is named), 3 an input or the digest key is not there.
    """
    from auditor.cli.verify_replay import Given

    given = Given(
        subjects=subjects,
        waivers=waivers,
        baseline=baseline,
        register_name=register_name,
        catalog=tuple(catalog or ()),
        surface=surface,
        keylog=keylog,
        ip_asn=ip_asn,
        digest_key=digest_key,
        quiet=quiet,
    )
    checked, keyed = _seal(Path(report), public_key or [])
    differences, missing = named(Path(report), checked.differences), list[str]()
    recorded = Path(captures) if captures else _recorded(Path(report)) if replay and not differences else None
    if recorded:
        changed, missing = _captures(recorded, checked.manifest)
        differences += changed
    if differences or missing:
        return _not_whole(differences, missing)
    if not quiet:
        _tell(checked, keyed)
    if recorded is None:
        return done(f"{_whole(checked)}; the captures were not looked at (--captures DIR)")
    return _replayed(Path(report), recorded, checked, given) if replay else done(_whole(checked))


def _recorded(report: Path) -> Path:
    """Where the captures of a report, which is as it was sealed, usually are.

    Raises:
        AuditError: they are not there.
    """
    from auditor.cli.audited_captures import captures_of
    from auditor.report import audit_json

    path = report / audit_json.FILE
    return captures_of(report, audit_json.decode(named_file.read(str(path)), str(path)), None)


def _seal(folder: Path, public_keys: list[str]) -> "tuple[Checked, bool]":
    """The check of the folder's seal, and whether a key was given.

    Raises:
        IntegrityError: the seal itself is broken; the text names the file.
        UsageError: no report folder, or a key is none.
    """
    from auditor.report import seal
    from auditor.report.dsse import public_key

    keys = [public_key(named_file.read(path, named_file.LARGEST_KEY), path) for path in public_keys]
    files = folder_files(folder)
    empty = next((path for path in sorted(folder.rglob("*")) if _is_folder(path) and not any(path.iterdir())), None)
    if empty is not None:
        raise IntegrityError("is an empty folder, and no report has one", Source(str(empty)))
    try:
        checked = seal.check(files, keys)
    except IntegrityError as error:
        place = error.source
        raise IntegrityError(error.what, Source(str(folder / place.path), place.where) if place else None, error.fix) from None
    if keys and checked.signed is False:
        raise IntegrityError("there is no signature", Source(str(folder)), "the report was not signed, or the file was removed")
    return checked, bool(keys)


def _not_whole(differences: list[str], missing: list[str]) -> Ending:
    """The end where files differ or are not there; each was named."""
    for line in (*differences, *missing):
        say(f"error: {line}")
    if differences:
        return Ending(ExitCode.INTEGRITY, f"{counted(len(differences), 'file is', 'files are')} not as sealed")
    return Ending(
        ExitCode.INCONCLUSIVE, f"{counted(len(missing), 'capture is', 'captures are')} not there: nothing can be said of that"
    )


def _captures(folder: Path, sealed: "Manifest") -> tuple[list[str], list[str]]:
    """The captures that differ from what the manifest says, and those that are not there, each with its path."""
    from auditor.file_digest import sha256
    from auditor.report import manifest
    from auditor.report.manifest import Fate

    digests = {entry.path: sha256(str(folder / entry.path)) for entry in sealed.inputs}
    found = manifest.input_differences(sealed, {path: digest for path, digest in digests.items() if digest is not None})
    return (
        named(folder, (entry for entry in found if entry.fate is not Fate.MISSING)),
        named(folder, (entry for entry in found if entry.fate is Fate.MISSING)),
    )


def _replayed(folder: Path, captures: Path, checked: "Checked", given: "Given") -> Ending:
    from auditor.cli.verify_replay import NotReplayableError, replay

    try:
        differences = replay(folder_files(folder), captures, checked.manifest, given)
    except NotReplayableError as error:
        say(f"error: {error}")
        return Ending(ExitCode.INCONCLUSIVE, "the audit could not be repeated")
    for name in differences:
        say(f"error: {folder / name}: another audit of the same inputs gives other bytes")
    if differences:
        return Ending(ExitCode.INTEGRITY, f"{counted(len(differences), 'file is', 'files are')} not what the audit gives")
    return done(f"{_whole(checked)}; auditing the captures again gives the same bytes")


def _tell(checked: "Checked", keyed: bool) -> None:
    for decision in checked.decisions:
        say(f"sign-off: {decision.role}: {decision.decision} by {decision.who} on {decision.date}")
    if checked.history and not keyed:
        records = counted(checked.history, "sign-off record was", "sign-off records were")
        say(f"warning: {records} not verified: give the deciders' keys with --public-key")


def _whole(checked: "Checked") -> str:
    signature = {True: "the signature holds", None: "it is signed, but no public key was given", False: "it is not signed"}
    return f"every file is as it was sealed; {signature[checked.signed]}"


def named(folder: Path, differences: "Iterable[Difference]") -> list[str]:
    """Each difference as a line with the file's path."""
    return [f"{folder / entry.path}: {entry.fate}" for entry in differences]


def file_bytes(path: Path) -> bytes:
    """A file as a whole.

    Raises:
        UsageError: it cannot be read.
    """
    return named_file.read(str(path))


def folder_files(folder: Path) -> dict[str, bytes]:
    """Every file of a report folder by its path in it.

    Raises:
        UsageError: it is none, or a file cannot be read.
        IntegrityError: something in it is no file: a link may lead elsewhere tomorrow, and a pipe would be waited for.
    """
    if not folder.is_dir():
        raise UsageError("is no report folder", Source(str(folder)))
    return {path.relative_to(folder).as_posix(): _own_file(path) for path in sorted(folder.rglob("*")) if not _is_folder(path)}


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _own_file(path: Path) -> bytes:
    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise IntegrityError("is no file, and so not what was sealed", Source(str(path)), "a link, a pipe or a device")
    return file_bytes(path)
