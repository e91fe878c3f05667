"""The live view beside a recording: the options `--view` and `--page` of `auditor record`."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Annotated

import typer

from auditor.cli.ending import say
from auditor.errors import UsageError

if TYPE_CHECKING:
    from auditor.live.beside import ViewBeside

View = Annotated[bool, typer.Option("--view", help="Show the live view in this terminal.")]
Page = Annotated[bool, typer.Option("--page", help="Serve the live view as a page for this machine's browser.")]
Scenario = Annotated[str, typer.Option("--scenario", metavar="NAME", help="List of phases of the view: short or release.")]

type Ready = Callable[[tuple[str, ...]], None]
END_SECONDS = 5


@contextmanager
def viewed(out: str, stop: Event, told: Ready | None, *, view: bool, page: bool, scenario: str) -> Iterator[Ready]:
    """What a recording is to call when it is ready: it tells where the proxy listens, then opens the views.

    They end with the block. Where the person asks for a report in the view, the audit runs after it.

    Raises:
        UsageError: there is no terminal for the view, or no such list of phases.
    """
    beside = _beside(out, stop, scenario) if view else None
    pages: list[subprocess.Popen[bytes]] = []

    def ready(addresses: tuple[str, ...]) -> None:
        if told is not None:
            told(addresses)
        if page:
            # A session of its own: Ctrl-C is for the recording, which then ends the page.
            words = [sys.executable, "-m", "auditor", "live", out, "--page", "--quiet"]
            pages.append(subprocess.Popen(words, start_new_session=True))  # noqa: S603
        if beside is not None:
            beside.start()

    try:
        yield ready
    finally:
        if beside is not None:
            beside.end()
        for process in pages:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(END_SECONDS)
            process.kill()
    if beside is not None and beside.wishes_report:
        _report(out)


def _beside(out: str, stop: Event, scenario: str) -> "ViewBeside":
    from auditor.catalog.scenario_list import steps
    from auditor.cli.live import has_terminal, language_here

    steps(scenario)
    if not has_terminal():
        raise UsageError("the view needs a terminal", fix="leave --view out, and use --page or `auditor live`")
    from auditor.live.beside import ViewBeside

    return ViewBeside(Path(out), stop, say, scenario=scenario, language=language_here())


def _report(out: str) -> None:
    """The audit of what was recorded, in a process of its own: its words and its exit code are no part of the recording's."""
    say(f"auditing {out}")
    done = subprocess.run([sys.executable, "-m", "auditor", "audit", out], check=False)  # noqa: S603
    say(f"the audit ended with {done.returncode}; the recording:")
