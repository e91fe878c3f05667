"""`auditor redact`: a session that can be shared, checked before it is there."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from auditor.cli.ending import Ending, counted, done, say, signals_like_ctrl_c, tell_errors
from auditor.cli.options import CatalogOption, DigestKeyOption, Quiet, RegisterOption, SubjectsOption, as_of_date
from auditor.cli.output import write_new
from auditor.errors import ExitCode, IntegrityError, Source, UsageError

if TYPE_CHECKING:
    from auditor.knowledge import Knowledge
    from auditor.model.audit import Audit
    from auditor.redact.proof import Audits
    from auditor.redact.session import Redacted
    from auditor.session.folder import OpenedSession

SessionPath = Annotated[str, typer.Argument(metavar="SESSION", help="The session folder.", show_default=False)]
Target = Annotated[str, typer.Option("-o", "--output", metavar="DIR", help="The new folder to write.")]
AsOf = Annotated[str | None, typer.Option("--as-of", metavar="DATE", help="Date for the audits of the check; default: today.")]

REPORT = "redaction.md"
MOST_LINES = 20
"""Differences that are said one by one."""


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command(epilog="Example: auditor redact captures/2026-11-release -o shared/2026-11-release")(redact)


def redact(
    session: SessionPath,
    output: Target,
    subjects: SubjectsOption = None,
    register_name: RegisterOption = None,
    catalog: CatalogOption = None,
    digest_key: DigestKeyOption = None,
    as_of: AsOf = None,
    quiet: Quiet = False,
) -> Ending:
    """Writes a session that can be shared: one pseudonym for each value in every file and encoding, no secrets, no ciphertext.

    The result is audited before it is put in place: no value may be left (else nothing is written, exit code 4), and the findings
    must be the same (else exit code 3, and each difference is named).
    """
    from auditor import knowledge
    from auditor.cli.sessions import opened, portable
    from auditor.cli.sessions import subjects as planted
    from auditor.redact.proof import Audits
    from auditor.session.digest_key import digest_key as key_of

    target = _target(output, session)
    if not Path(session).is_dir():
        raise UsageError("is no session folder", Source(session), "name the folder; `auditor init DIR` makes one")
    entry = portable(opened([session], quiet=quiet)[0])
    if not entry.session.captures:
        return Ending(ExitCode.USAGE, f"{session} holds no captures, and nothing was written")
    entry = replace(entry, subjects=planted(subjects, entry))
    known = knowledge.load(register_name or entry.session.register, tuple(catalog or ()))
    key = key_of(entry.session, digest_key)
    audits = Audits(known=known, as_of=as_of_date(as_of), key=key)
    with signals_like_ctrl_c():
        result, lost, new = _made(entry, known, audits, target, quiet=quiet)
    ending = _ending(result, lost, new, target, quiet)
    if entry.errors and ending.code in (ExitCode.PASS, ExitCode.INCONCLUSIVE):  # they were said when the session was opened
        return Ending(ExitCode.USAGE, "not everything in the session could be read, and that is left out")
    return ending


def _made(
    entry: "OpenedSession", known: "Knowledge", audits: "Audits", target: Path, *, quiet: bool
) -> "tuple[Redacted, tuple[str, ...], tuple[str, ...]]":
    """Redacts a session and puts it in place; also the findings that it lost and those that are new."""
    from auditor.redact.proof import differences
    from auditor.redact.session import redact as redacted

    before: list[Audit] = []
    result = redacted(
        entry,
        known.identifiers,
        audits.key,
        lambda name: None if quiet else say(f"redacting {name}"),
        lambda watch: before.append(audits.of(entry, watch)),
    )
    with _beside(target) as folder:
        lost, new = differences(before[0], _checked(entry, result, folder, audits))
        write_new(folder / REPORT, _report(result, lost, new).encode())
        if target.exists():
            target.rmdir()
        folder.rename(target)
    return result, lost, new


def _target(output: str, session: str) -> Path:
    """The folder to write.

    Raises:
        UsageError: it holds something already, or lies in the session.
    """
    target = Path(output)
    if target.is_symlink() or (target.exists() and (not target.is_dir() or any(target.iterdir()))):
        raise UsageError("is there already", Source(output), "name a new folder; nothing was changed")
    if Path(session).resolve() in (target.resolve(), *target.resolve().parents):
        raise UsageError("lies in the session that is redacted", Source(output), "name a folder elsewhere")
    return target


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """A folder beside the target that is gone afterwards unless it was moved there.

    Raises:
        UsageError: none can be made.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}.new-"))
    except OSError as error:
        raise UsageError(f"cannot be written: {error.strerror or error}", Source(str(target)), "choose another folder") from None
    try:
        yield folder
    except OSError as error:
        raise UsageError(f"cannot be written: {error.strerror or error}", Source(str(target))) from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _checked(entry: "OpenedSession", result: "Redacted", folder: Path, audits: "Audits") -> "Audit":
    """Writes the files and audits them.

    Raises:
        IntegrityError: a value is still there.
    """
    from auditor.cli.sessions import opened, portable
    from auditor.redact.proof import Search

    for name, data in result.files.items():
        write_new(folder / name, data)
    made = portable(opened([str(folder)], quiet=True)[0])
    made = replace(made, session=replace(made.session, name=entry.session.name))
    search = Search(result.subjects, audits.known.identifiers)
    search.files(result.files)
    audit = audits.of(made, search.look)
    left = sorted(search.found)
    if left:
        shown = "; ".join(left[:MOST_LINES])
        what = f"the result would still hold {len(left)} values in the clear: {shown}"
        raise IntegrityError(what, fix="nothing was written; please report it")
    return audit


def _report(result: "Redacted", lost: tuple[str, ...], new: tuple[str, ...]) -> str:
    """What was done, in words; no value and no pseudonym in it."""
    lines = [
        "# Redacted session",
        "",
        "A pseudonym stands for every value, the same one in every file. Replaced values by kind:",
        "",
    ]
    lines += [f"- {kind}: {count}" for kind, count in sorted(result.replaced.items())]
    lines += ["", "Key logs, decryption secrets and the session's digest key are left out; ciphertext is zeros.", ""]
    lines += [f"- {note}" for note in result.notes.lines]
    lines += [f"- left out: {error}" for error in result.errors]
    lines += ["", "Checked by an audit of the result: no replaced value was found in any file, in any encoding."]
    if not lost and not new:
        lines += ["It has the same findings as the original."]
    lines += [f"- a finding of the original that is gone: {finding}" for finding in lost]
    lines += [f"- a finding that the original does not have: {finding}" for finding in new]
    return "\n".join(lines) + "\n"


def _ending(result: "Redacted", lost: tuple[str, ...], new: tuple[str, ...], target: Path, quiet: bool) -> Ending:
    if not quiet:
        for note in result.notes.lines:
            say(f"note: {note}")
        say(f"wrote {target}: {sum(result.replaced.values())} values replaced; what was done: {target / REPORT}")
    for word, findings in (("gone", lost), ("new", new)):
        for finding in findings[:MOST_LINES]:
            say(f"warning: {word}: {finding}")
    tell_errors(result.errors)
    if result.errors:
        return Ending(ExitCode.USAGE, f"{counted(len(result.errors), 'capture')} could not be read to the end and left out")
    if lost or new:
        return Ending(ExitCode.INCONCLUSIVE, f"{counted(len(lost), 'finding')} cannot be shown any more, {len(new)} new")
    return done(f"{target} has the same findings and no clear value")
