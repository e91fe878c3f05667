"""`auditor live`: what a recording shows while it runs, in the terminal or as a page."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from auditor.cli.ending import Ending, done, say
from auditor.cli.options import Language, Quiet
from auditor.errors import Source, UsageError


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command(epilog="Example: auditor live captures/today --page")(live)


def live(
    folder: Annotated[
        str | None,
        typer.Argument(metavar="DIR", help="The session; default: the one that is being recorded.", show_default=False),
    ] = None,
    page: Annotated[bool, typer.Option("--page", help="A page for the browser instead of the terminal.")] = False,
    host: Annotated[str, typer.Option("--host", metavar="ADDRESS", help="Where the page listens.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65_535, help="Its port; 0: any that is free.")] = 0,
    scenario: Annotated[str, typer.Option("--scenario", metavar="NAME", help="List of phases: short or release.")] = "short",
    lang: Annotated[Language | None, typer.Option("--lang", help="Language; default: that of the environment.")] = None,
    quiet: Quiet = False,
) -> Ending:
    """Shows who is contacted and what leaves while a recording runs, or ran. Closing it never ends the recording."""
    from auditor.catalog.scenario_list import steps

    path = session_to_watch(folder)
    steps(scenario)
    if page:
        return _page(path, host, port, quiet=quiet)
    if not has_terminal():
        raise UsageError("the view needs a terminal", fix="use --page, or run it in a terminal")
    from auditor.live.terminal import show

    show(path, scenario=scenario, language=lang or language_here())
    return done("the view is closed")


def has_terminal() -> bool:
    """Whether a person can see the view and press keys; a stream that was closed is None."""
    return bool(sys.stdin and sys.stdin.isatty() and sys.stdout and sys.stdout.isatty())


def session_to_watch(folder: str | None) -> Path:
    """The named session, else the one that is being recorded.

    Raises:
        UsageError: it is no folder, or none or several are recorded.
    """
    from auditor.record.running import running_session

    if folder is None:
        return running_session()
    if not Path(folder).is_dir():
        raise UsageError("there is no such folder", Source(folder), "name a session folder, or start a recording")
    return Path(folder)


def language_here() -> str:
    """The language of the environment (POSIX: LC_ALL, then LC_MESSAGES, then LANG)."""
    from auditor.live.words import language_of

    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    return language_of(next((os.environ[name] for name in names if os.environ.get(name)), ""))


def _page(path: Path, host: str, port: int, *, quiet: bool) -> Ending:
    from auditor.live.following import Following
    from auditor.live.page_server import serve

    def ready(url: str) -> None:
        print(url, flush=True)
        if not quiet:
            say("open this address in a browser of this machine; whoever has it sees the recording; Ctrl-C closes the page")

    serve(Following(path), host=host, port=port, ready=ready)
    return done("the page is closed")
