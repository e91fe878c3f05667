"""Progress on standard error: a bar on a terminal, plain lines elsewhere, nothing when quiet."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from auditor.cli.ending import listener, say

EVERY = 5.0
"""Seconds between plain lines."""

type Progress = Callable[[str, int], None]


@contextmanager
def reading(quiet: bool) -> Iterator[Progress | None]:
    """A Progress for the time of a run."""
    if quiet or sys.stderr is None or listener() is not None:
        yield None
    elif sys.stderr.isatty():
        with _bar() as progress:
            yield progress
    else:
        yield _lines()


@contextmanager
def _bar() -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import DownloadColumn, TextColumn, TimeElapsedColumn, TransferSpeedColumn
    from rich.progress import Progress as Bar

    from auditor.report.display import safe

    columns = (
        TextColumn("reading {task.description}", markup=False),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeElapsedColumn(),
    )
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)

        def advance(name: str, size: int) -> None:
            bar.update(task, description=safe(name), advance=size)

        yield advance


def _lines() -> Progress:
    read, said = 0, time.monotonic()

    def advance(name: str, size: int) -> None:
        nonlocal read, said
        read += size
        if time.monotonic() - said >= EVERY:
            said = time.monotonic()
            say(f"reading {name}: {read / 1e6:.0f} MB so far")

    return advance


@contextmanager
def sessions(total: int, quiet: bool) -> Iterator[Callable[[int], None]]:
    """How many of several sessions are done, and about how long the rest takes: a bar on a terminal, plain lines elsewhere."""
    if not quiet and sys.stderr is not None and sys.stderr.isatty() and listener() is None:
        with _session_bar(total) as advance:
            yield advance
    else:
        yield _session_lines(total, quiet)


@contextmanager
def _session_bar(total: int) -> Iterator[Callable[[int], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("sessions, about"), TimeRemainingColumn(), TextColumn("left"))
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=total)
        yield lambda done: bar.update(task, completed=done)


def _session_lines(total: int, quiet: bool) -> Callable[[int], None]:
    begun = said = time.monotonic()

    def advance(done: int) -> None:
        nonlocal said
        now = time.monotonic()
        if not quiet and (now - said >= EVERY and done < total):
            said = now
            say(f"{done} of {total} sessions audited, about {duration((now - begun) / done * (total - done))} left")

    return advance


def duration(seconds: float) -> str:
    """A time in the unit that fits."""
    minutes = round(seconds / 60)
    if minutes >= 60:
        return f"{minutes // 60} h {minutes % 60} min"
    return f"{minutes} min" if minutes > 9 else f"{round(seconds)} s"
