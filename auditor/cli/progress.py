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
            from auditor.report.display import safe

            said = time.monotonic()
            say(f"reading {safe(name)}: {read / 1e6:.0f} MB so far")

    return advance
