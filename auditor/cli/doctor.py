"""`auditor doctor`: each leg of the set-up, with one fix for each that fails."""

from pathlib import Path
from typing import Annotated

import typer

from auditor.cli.ending import Ending, counted, done, say
from auditor.cli.options import Language, Quiet
from auditor.cli.output import show
from auditor.errors import ExitCode, Source, UsageError


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command(epilog="Example: auditor doctor --app com.example.nails --printer 192.168.4.20")(doctor)


def doctor(
    proxy: Annotated[str, typer.Option("--proxy", metavar="HOST:PORT", help="Where the proxy listens.")] = "127.0.0.1:8080",
    folder: Annotated[
        str | None, typer.Option("--session", metavar="DIR", help="The session; default: the one that is being recorded.")
    ] = None,
    package: Annotated[str | None, typer.Option("--app", metavar="PACKAGE", help="The app's package name.")] = None,
    printer: Annotated[str | None, typer.Option("--printer", metavar="MAC|IP", help="The printer.")] = None,
    interface: Annotated[
        str | None, typer.Option("--interface", "-i", metavar="IFACE", help="Where the phone's packets pass; needs --phone.")
    ] = None,
    phone: Annotated[str | None, typer.Option("--phone", metavar="IP", help="The phone's address there.")] = None,
    seconds: Annotated[float, typer.Option("--seconds", min=0.1, max=600, help="How long to listen there.")] = 10.0,
    serial: Annotated[str | None, typer.Option("--serial", help="Which phone, where adb sees several.")] = None,
    confdir: Annotated[str, typer.Option("--confdir", metavar="DIR", help="Where the proxy keeps its CA.")] = "~/.mitmproxy",
    lang: Annotated[Language | None, typer.Option("--lang", help="Language; default: that of the environment.")] = None,
    quiet: Quiet = False,
) -> Ending:
    """Checks each leg of the set-up and prints one fix for each that fails; names the legs that it could not check."""
    from auditor.cli.live import language_here
    from auditor.doctor.adb import Adb
    from auditor.doctor.ladder import climb
    from auditor.doctor.leg import Outcome, Setup
    from auditor.doctor.words import leg_name, lines

    host, port = _place(proxy)
    setup = Setup(
        proxy_host=host,
        proxy_port=port,
        confdir=Path(confdir),
        session=_session(folder),
        adb=Adb(serial=serial),
        app=package,
        phone=phone,
        interface=interface,
        seconds=seconds,
        printer=printer,
    )
    language = lang or language_here()
    if interface and not quiet:
        say(f"listening on {interface} for {seconds:g} s: tap in the app now")
    found: dict[Outcome, list[str]] = {outcome: [] for outcome in Outcome}
    for leg, checked in climb(setup):
        found[checked.outcome].append(leg_name(leg, Language.EN))  # the last line is in English, whoever reads it
        show("\n".join(lines(leg, checked, language)))
    left = f"; not checked: {', '.join(found[Outcome.UNCHECKED])}" if found[Outcome.UNCHECKED] else ""
    if found[Outcome.FAILED]:
        return Ending(ExitCode.USAGE, f"{', '.join(found[Outcome.FAILED])} failed{left}", "failed")
    return done(f"{counted(len(found[Outcome.OK]), 'leg holds', 'legs hold')}{left}")


def _place(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isascii() or not port.isdigit() or not 0 < int(port) < 65_536:
        raise UsageError(f"--proxy is no HOST:PORT: {text!r}", fix="like 127.0.0.1:8080")
    return host.strip("[]"), int(port)


def _session(folder: str | None) -> Path | None:
    """The named session, else the only one that is recorded, else none."""
    from auditor.record.running import running_sessions

    if folder is not None:
        if not Path(folder).is_dir():
            raise UsageError("there is no such folder", Source(folder), "name a session folder, or leave --session out")
        return Path(folder)
    sessions = running_sessions()
    return sessions[0] if len(sessions) == 1 else None
