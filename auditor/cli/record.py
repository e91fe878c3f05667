"""`auditor record`: live captures into a session folder."""

import signal
import threading
from typing import Annotated

import typer

from auditor.cli.ending import Ending, say
from auditor.cli.options import Quiet
from auditor.errors import ExitCode


def register(app: typer.Typer) -> None:
    """Adds the group of commands."""
    group = typer.Typer(
        help="Records live traffic into a session folder.", no_args_is_help=True, rich_markup_mode=None, add_completion=False
    )
    group.command(epilog="Example: sudo auditor record printer --interface wlan0 --printer 00:00:5e:00:53:a7")(printer)
    app.add_typer(group, name="record")


def printer(
    interface: Annotated[str, typer.Option("--interface", "-i", metavar="IFACE", help="Where the printer's packets pass.")],
    out: Annotated[str, typer.Option("--out", metavar="DIR", help="Session folder; made when it is not there.")] = (
        "captures/recording"
    ),
    device: Annotated[
        str | None, typer.Option("--printer", metavar="MAC|IP", help="Record only this device; default: every packet.")
    ] = None,
    engine: Annotated[str, typer.Option("--engine", metavar="NAME", help="How packets are taken: socket.")] = "socket",
    quiet: Quiet = False,
) -> Ending:
    """Records a printer's packets until Ctrl-C. Needs the right to capture (root, or cap_net_raw)."""
    from auditor.record.printer import record_printer

    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: stop.set())
    if not quiet:
        say(f"recording {interface} into {out}; Ctrl-C stops")
    result = record_printer(interface, out, printer=device, stop=stop, engine=engine)
    if not quiet:
        for path in result.files:
            say(f"recorded {path}")
    word = "done" if result.exit is ExitCode.PASS else None
    return Ending(result.exit, result.reason, word)
