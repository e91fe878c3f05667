"""Prints the processor seconds that each step of `auditor flows` takes: `python -m tests.benchmarks.flows_steps CAPTURE`.

All steps run in this one process, as they do where there is one core; on two, reading has one of them for itself, and naming is
done by both. Steps are timed where they are called, those of reading by the clock of their thread, the rest by that of the
process; steps that are indented are part of the one below them.
"""

import dataclasses
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pyarrow import parquet

from auditor import recipients
from auditor.capture import compiled, connection, early, glances, listener, sibling, summary, turns, window
from auditor.cli.app import main as run

TOOK: defaultdict[str, float] = defaultdict(float)


def timed(label: str, function: Callable[..., Any], clock: Callable[[], float]) -> Callable[..., Any]:
    """The function, with its time added to TOOK."""

    def call(*values: Any, **named: Any) -> Any:
        begun = clock()
        try:
            return function(*values, **named)
        finally:
            TOOK[label] += clock() - begun

    return call


def watch(home: Any, name: str, label: str, clock: Callable[[], float] = time.process_time) -> None:
    """Times a function of a module or a class."""
    setattr(home, name, timed(label, getattr(home, name), clock))


def main() -> int:
    """Runs the command and prints."""
    load = compiled.engine

    def loaded() -> Any:
        engine = load()
        walks: dict[str, Any] = {
            name: timed(f"  {name}", getattr(engine, name), time.thread_time)
            for name in ("follow_records", "follow", "walk_blocks")
        }
        return dataclasses.replace(engine, **walks)

    compiled.engine = loaded
    for module in (early, sibling, turns):
        module.__dict__["cores"] = lambda: 1
    watch(window.Window, "_fill", "  read", time.thread_time)
    watch(glances.Glances, "look", "  first look", time.thread_time)
    watch(listener.Listener, "listen", "  closer look", time.thread_time)
    watch(connection.TcpConnection, "take", "    segments of it", time.thread_time)
    watch(listener.Listener, "hear", "reading, and imports meanwhile")
    watch(summary, "observed", "rows of the table")
    watch(recipients, "attribute", "attribution")
    watch(recipients, "masked_flows", "masking")
    watch(parquet.ParquetWriter, "write_table", "Parquet")
    target = Path(sys.argv[1]).with_suffix(".steps.parquet")
    code = run(["flows", sys.argv[1], "--quiet", "--format", "parquet", "-o", str(target)], alone=True)
    target.unlink(missing_ok=True)
    for label, took in TOOK.items():
        print(f"{took:7.2f}  {label}")
    print(f"{time.process_time():7.2f}  everything")
    return code


if __name__ == "__main__":
    sys.exit(main())
