"""`auditor init`: a new session folder, each file with comments that say what belongs there."""

import shlex
from typing import Annotated

import typer

from auditor.cli.ending import Ending, done, say
from auditor.cli.options import Quiet
from auditor.errors import Source, UsageError


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command(epilog="Example: auditor init captures/2026-11-release --product 'O2Nails 4.2.0'")(init)


def init(
    folder: Annotated[str, typer.Argument(metavar="DIR", help="The new session folder.", show_default=False)],
    product: Annotated[str | None, typer.Option("--product", help="What is tested.")] = None,
    app_version: Annotated[str | None, typer.Option("--app-version", help="Version of the app.")] = None,
    firmware: Annotated[str | None, typer.Option("--firmware", help="Firmware of the printer.")] = None,
    topology: Annotated[
        str | None, typer.Option("--topology", help="How the traffic is captured (P1 to P9: see `record setup`).")
    ] = None,
    tester: Annotated[str | None, typer.Option("--tester", help="Who tests.")] = None,
    quiet: Quiet = False,
) -> Ending:
    """Scaffolds a session: session.toml, subjects.toml, waivers.toml. On a terminal it asks for what was not given."""
    from pathlib import Path

    from auditor.session.scaffold import Answers, write_scaffold

    target = Path(folder)
    existing = [name for name in ("session.toml", "subjects.toml", "waivers.toml") if (target / name).exists()]
    if existing:
        raise UsageError(f"already holds {', '.join(existing)}", Source(folder), "choose another folder; nothing was changed")
    answers = Answers(
        product=_asked("Product under test", product, "O2Nails nail printer app", quiet),
        app_version=_asked("App version", app_version, "", quiet),
        firmware=_asked("Printer model and firmware", firmware, "", quiet),
        topology=_asked("Capture topology (P1 Wi-Fi proxy, P2 WireGuard, P3 own access point, P6 import)", topology, "P2", quiet),
        tester=_asked("Tester", tester, "", quiet),
    )
    try:
        write_scaffold(target, answers)
    except OSError as error:
        raise UsageError(f"cannot be written: {error.strerror or error}", Source(folder)) from None
    if not quiet:
        say(f"made {folder}/session.toml, subjects.toml (never commit it) and waivers.toml")
        say(f"next: write the test phone's values into {folder}/subjects.toml and put captures beside it")
        say(f"then: auditor audit {shlex.quote(folder)}")
    return done(f"{folder} is ready")


def _asked(question: str, given: str | None, default: str, quiet: bool) -> str:
    import sys

    if given is not None:
        return given
    if quiet or not (sys.stdin.isatty() and sys.stderr.isatty()):
        return default
    return str(typer.prompt(question, default=default, show_default=bool(default), err=True))
