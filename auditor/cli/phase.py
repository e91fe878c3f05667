"""`auditor phase`: marks the running recording, and corrects a mark that was wrong."""

import shlex
from pathlib import Path
from typing import Annotated

import typer

from auditor.cli.ending import Ending, counted, done, say
from auditor.cli.options import Quiet
from auditor.cli.output import show
from auditor.errors import UsageError

Time = Annotated[str | None, typer.Option(metavar="TIME", help="With --edit: the right time, like 2026-11-22T10:15:00Z.")]


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command(epilog="Example: auditor phase pair_printer; a wrong mark: auditor phase declined --edit")(phase)


def phase(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="Like before_consent, register, print.", show_default=False)
    ] = None,
    folder: Annotated[
        str | None, typer.Option("--session", metavar="DIR", help="The session; default: the one that is being recorded.")
    ] = None,
    edit: Annotated[bool, typer.Option("--edit", help="Correct a phase instead; without NAME, list all.")] = False,
    which: Annotated[str, typer.Option("--of", metavar="PHASE", help="With --edit: its number, its id, or last.")] = "last",
    start: Time = None,
    end: Time = None,
    note: Annotated[str | None, typer.Option("--note", metavar="TEXT", help="Write a note into the journal, now.")] = None,
    screenshot: Annotated[bool, typer.Option("--screenshot", help="Keep a picture of the phone's screen, now (adb).")] = False,
    quiet: Quiet = False,
) -> Ending:
    """Marks the running recording: from now on the phase NAME runs. With --edit, corrects one that was marked wrongly."""
    if edit:
        return _edit(_session(folder), name, which, start, end)
    if start or end or which != "last":
        raise UsageError("--of, --start and --end are for --edit", fix="add --edit")
    kept = _kept(folder, note, screenshot=screenshot) if note is not None or screenshot else ""
    if name is None and kept:
        return done(kept)
    if name is None:
        raise UsageError("the name of the phase is missing", fix="like: auditor phase before_consent")
    return _marked(_session(folder), name, quiet=quiet)


def _marked(session: Path, name: str, *, quiet: bool) -> Ending:
    """Begins a phase. Where nothing is known to record, it is said."""
    from auditor.record.phases import mark_phase
    from auditor.record.running import running_sessions

    mark_phase(session, name)
    if session.resolve() not in running_sessions() and not quiet:
        say(f"warning: nobody is known to record into {session} now")
    return done(f"phase {name} in {session}")


def _kept(folder: str | None, note: str | None, *, screenshot: bool) -> str:
    """Keeps a note and a picture at this moment. Planted values in a note are masked: the journal holds none."""
    from auditor.equipment import planted_in
    from auditor.identify.masking import mask
    from auditor.live.marking import keep_note, keep_screenshot

    session = _session(folder)
    said = []
    if note is not None:
        for planted in planted_in(session).identifiers:
            note = note.replace(planted.value, mask(planted.kind, planted.value))
        keep_note(session, note)
        said.append("note kept")
    if screenshot:
        said.append(f"{keep_screenshot(session)} kept")
    return f"{', '.join(said)} in {session}"


def _session(folder: str | None) -> Path:
    from auditor.cli.live import session_to_watch

    return session_to_watch(folder)


def _edit(folder: Path, name: str | None, which: str, start: str | None, end: str | None) -> Ending:
    from auditor.record.correction import Wish, correct, recorded_phases

    if name is None and start is None and end is None:
        phases = recorded_phases(folder)
        show("\n".join(phase.line for phase in phases) or "no phase is recorded")
        command = f"auditor phase RIGHT_NAME --edit --of NUMBER --session {shlex.quote(str(folder))}"
        return done(f"{counted(len(phases), 'phase')}; correct one with: {command}")
    was, now = correct(folder, which, Wish(id=name, start=start, end=end))
    show(f"{was.line}\n{now.line}")
    return done(f"phase {was.number} in {folder} was {was.id} and is {now.id}")
