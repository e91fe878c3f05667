"""`auditor subject`: the known values of the test phone."""

from pathlib import Path
from typing import Annotated

import typer

from auditor.cli.ending import Ending, counted, done, say
from auditor.cli.options import Quiet
from auditor.cli.output import show
from auditor.errors import UsageError


def register(app: typer.Typer) -> None:
    """Adds the group of commands."""
    group = typer.Typer(
        help="The known values of the test phone.", no_args_is_help=True, rich_markup_mode=None, add_completion=False
    )
    group.callback()(lambda: None)
    group.command(epilog="Example: auditor subject pull --session captures/today")(pull)
    app.add_typer(group, name="subject")


def pull(
    folder: Annotated[
        str | None, typer.Option("--session", metavar="DIR", help="The session; default: the one that is being recorded.")
    ] = None,
    serial: Annotated[str | None, typer.Option("--serial", help="Which phone, where adb sees several.")] = None,
    owns: Annotated[
        bool, typer.Option("--i-own-this-data", help="Read it although accounts on the phone say that somebody uses it.")
    ] = False,
    quiet: Quiet = False,
) -> Ending:
    """Reads a test phone's identifiers over adb into the session's subjects.toml. What it prints is masked."""
    from auditor.cli.live import session_to_watch
    from auditor.doctor import identifiers
    from auditor.doctor.adb import Adb
    from auditor.identify.masking import mask
    from auditor.session.subjects_writer import add_subjects

    path: Path = session_to_watch(folder)
    adb = Adb(serial=serial)
    _check_owner(identifiers.accounts(adb), owns=owns)
    pulled = identifiers.pull(adb)
    written = add_subjects(path, pulled.values)
    for value in written.added:
        show(f"{value.label:<22} {value.kind:<12} {mask(value.kind, value.value)}")
    if not quiet:
        for value in written.known:
            say(f"already there: {value.label}")
        say(f"not told by the phone: {', '.join((*pulled.withheld, *identifiers.NOT_OVER_ADB))}; write them in by hand")
    return done(f"{counted(len(written.added), 'value')} added to {path / 'subjects.toml'}: never commit it")


def _check_owner(accounts: int | None, *, owns: bool) -> None:
    if owns:
        return
    fix = "use a test phone without accounts, or say --i-own-this-data"
    if accounts is None:
        raise UsageError("whether this is somebody's own phone cannot be told", fix=fix)
    if accounts:
        raise UsageError(f"this looks like somebody's own phone: {accounts} accounts are signed in", fix=fix)
