"""`auditor record`: live captures into a session folder."""

import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Annotated, TypedDict

import typer

from auditor.cli.ending import Ending, counted, done, say
from auditor.cli.grouped import grouped
from auditor.cli.options import Quiet, RegisterOption
from auditor.cli.view import Page, Scenario, View, viewed
from auditor.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from auditor.record.addon_equipment import Equip
    from auditor.record.app import ProxyPlan
    from auditor.record.choosing import Ask
    from auditor.record.rotation import Rotation

Interface = Annotated[str, typer.Option("--interface", "-i", metavar="IFACE", help="Where the printer's packets pass.")]
Out = Annotated[str, typer.Option("--out", "-o", metavar="DIR", help="Session folder; made when it is not there.")]
Device = Annotated[
    str | None,
    typer.Option(
        "--printer",
        metavar="MAC|IP|NAME",
        help="Record only this device; a name is looked for in what the first 30 s show. Default: every packet.",
    ),
]
Engine = Annotated[str, typer.Option("--engine", metavar="NAME", help="How packets are taken: socket, dumpcap or libpcap.")]
FileSize = Annotated[str | None, typer.Option("--file-size", metavar="SIZE", help="Begin a new file at this size, like 100M.")]
FileTime = Annotated[str | None, typer.Option("--file-time", metavar="TIME", help="Begin a new file after this time, like 1h.")]
Keep = Annotated[int | None, typer.Option("--keep", metavar="N", help="Keep only the newest N files.")]
Live = Annotated[bool, typer.Option("--live/--no-live", help="Say in the journal who is contacted, as it happens.")]
Port = Annotated[int, typer.Option("--port", min=1, max=65_535, help="Port of the proxy.")]
Modes = Annotated[
    list[str] | None,
    typer.Option("--mode", metavar="MODE", help="As mitmproxy writes it: regular, socks5, wireguard ... (repeatable)."),
]
More = Annotated[
    list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="A further option of mitmproxy (repeatable).")
]

FOLDER = "captures/recording"


class WireOptions(TypedDict):
    """What the recorders of the wire take by name."""

    printer: str | None
    engine: str
    rotation: "Rotation"
    equip: "Equip | None"
    ask: "Ask"
    typed: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneOptions:
    """What decides how the phone is recorded."""

    port: Port = 8080
    modes: Modes = None
    register_name: RegisterOption = None
    options: More = None
    view: View = False
    page: Page = False
    scenario: Scenario = "short"


@dataclass(frozen=True, slots=True, kw_only=True)
class PrinterOptions:
    """What decides how the printer is recorded."""

    interface: Interface
    device: Device = None
    engine: Engine = "socket"
    file_size: FileSize = None
    file_time: FileTime = None
    keep: Keep = None
    live: Live = True


def register(app: typer.Typer) -> None:
    """Adds the group of commands."""
    group = typer.Typer(
        help="Records live traffic into a session folder.", no_args_is_help=True, rich_markup_mode=None, add_completion=False
    )
    group.command("app", epilog="Example: auditor record app --out captures/today --mode wireguard")(grouped(phone))
    group.command(epilog="Example: sudo auditor record printer --interface wlan0 --printer 00:00:5e:00:53:a7")(grouped(printer))
    group.command(epilog="Example: sudo auditor record session --interface wlan0 --out captures/today")(grouped(session))
    group.command(epilog="Example: auditor record setup access_point --interface wlan0")(setup)
    group.command(epilog="Example: auditor record wifi channel.pcapng --key-file wifi.toml -o printer.pcapng")(wifi)
    app.add_typer(group, name="record")


def phone(phone: PhoneOptions, out: Out = FOLDER, quiet: Quiet = False) -> Ending:
    """Records a phone's traffic through a proxy until Ctrl-C: every flow tagged, what could not be seen accounted for."""
    from auditor.record.app import record_app
    from auditor.record.stopping import stop_on_signals

    plan = _plan(phone, out, quiet=quiet)
    with stop_on_signals() as stop, _viewed(phone, out, stop, quiet=quiet) as ready:
        result = record_app(out, plan, stop=stop, ready=ready)
    return _ended(result.files, result.exit, result.reason, quiet=quiet)


def printer(printer: PrinterOptions, out: Out = FOLDER, quiet: Quiet = False) -> Ending:
    """Records a printer's packets until Ctrl-C. Needs the right to capture (root, or cap_net_raw)."""
    from auditor.record.printer import record_printer, rights_note
    from auditor.record.stopping import stop_on_signals

    wire = _wire(printer, quiet=quiet)
    note = None if quiet else rights_note()
    if note:
        say(f"note: {note}")
    said = None if quiet else lambda: say(f"recording {printer.interface} into {out}; Ctrl-C stops")
    with stop_on_signals() as stop:
        result = record_printer(printer.interface, out, stop=stop, ready=said, **wire)
    return _ended(result.files, result.exit, result.reason, quiet=quiet)


def session(printer: PrinterOptions, phone: PhoneOptions, out: Out = FOLDER, quiet: Quiet = False) -> Ending:
    """Records phone and printer at once into one session folder, on one clock, until Ctrl-C."""
    from auditor.record.app import record_app
    from auditor.record.session import record_session
    from auditor.record.stopping import stop_on_signals

    plan, wire = _plan(phone, out, quiet=quiet), _wire(printer, quiet=quiet)
    with stop_on_signals() as stop, _viewed(phone, out, stop, quiet=quiet) as ready:
        result = record_session(
            lambda ends: record_app(out, plan, stop=ends, ready=ready), printer.interface, out, stop=stop, **wire
        )
    return _ended(result.files, result.exit, result.reason, quiet=quiet)


def setup(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="Like P3 or access_point; default: list them all.")] = None,
    interface: Annotated[str, typer.Option("--interface", "-i", metavar="IFACE", help="Filled into the lines.")] = "wlan0",
    lang: Annotated[str, typer.Option("--lang", metavar="en|zh", help="Language of the texts.")] = "en",
    quiet: Quiet = False,
) -> Ending:
    """Says how the bench can be set up, what each way sees and cannot see, and what to type. Changes nothing by itself."""
    from auditor.catalog.topology_file import find, load, shown
    from auditor.cli.output import show

    if lang not in ("en", "zh"):
        raise UsageError(f"unknown language {lang!r}", fix="known: en, zh")
    chosen = (find(name),) if name else load()
    for entry in chosen:
        show(shown(entry, interface if name else None, lang))
    return done(f"{counted(len(chosen), 'set-up')}; nothing was changed")


def wifi(
    capture: Annotated[str, typer.Argument(metavar="CAPTURE", help="Recorded in monitor mode.", show_default=False)],
    key_file: Annotated[
        str, typer.Option("--key-file", metavar="FILE", help="TOML: schema = 1, and [[network]] with ssid and passphrase.")
    ],
    output: Annotated[str, typer.Option("-o", "--output", metavar="FILE", help="The capture in the clear; must not be there.")],
    quiet: Quiet = False,
) -> Ending:
    """Opens a Wi-Fi capture with the network's passphrase (WPA2): writes the Ethernet frames that are in it."""
    from auditor.record.wifi_opened import open_capture, read_networks

    result = open_capture(capture, output, read_networks(key_file))
    code = ExitCode.PASS if result.is_whole else ExitCode.INCONCLUSIVE
    return _ended((output,), code, result.reason, quiet=quiet)


def _plan(phone: PhoneOptions, out: str, *, quiet: bool) -> "ProxyPlan":
    from auditor.cli.join import show_ways
    from auditor.equipment import equip
    from auditor.live.proxy_addons import proxy_addons
    from auditor.record.app import ProxyPlan

    return ProxyPlan(
        equip=equip,
        port=phone.port,
        modes=tuple(phone.modes or ("regular",)),
        register=phone.register_name,
        options=tuple(phone.options or ()),
        addons=proxy_addons(Path(out)),
        show=None if quiet else lambda ways: show_ways(ways, _confdir(phone.options)),
    )


def _wire(printer: PrinterOptions, *, quiet: bool) -> "WireOptions":
    """The options in the recorder's words."""
    from auditor.equipment import equip
    from auditor.record.rotation import parse_rotation

    return {
        "printer": printer.device,
        "engine": printer.engine,
        "rotation": parse_rotation(printer.file_size, printer.file_time, printer.keep),
        "equip": equip if printer.live else None,
        "ask": _asking(printer.interface, printer.device, quiet=quiet),
        "typed": sys.argv[1:],
    }


def _viewed(
    phone: PhoneOptions, out: str, stop: Event, *, quiet: bool
) -> AbstractContextManager[Callable[[tuple[str, ...]], None] | None]:
    told = None if quiet else _listening(out)
    return viewed(out, stop, told, view=phone.view, page=phone.page, scenario=phone.scenario)


def _confdir(options: list[str] | None) -> str:
    """Where mitmproxy keeps its keys."""
    said = [option.partition("=")[2] for option in options or () if option.startswith("confdir=")]
    return said[-1] if said else "~/.mitmproxy"


def _asking(interface: str, device: str | None, *, quiet: bool) -> "Ask":
    """Shows a list to choose from, and waits for a number where somebody sits at a terminal."""
    from auditor.record.choosing import Ask

    answers = bool(sys.stdin and sys.stdin.isatty() and sys.stderr.isatty())

    def show(devices: Sequence[str]) -> None:
        say("devices that were heard:")
        for number, device in enumerate(devices, 1):
            say(f"{number:3}  {device}")
        if answers:
            say("Which one? Type its number:")

    def listening() -> None:
        if not quiet:
            say(f"listening on {interface} for {device!r}, 30 s at most; switch the printer on now")

    return Ask(show, answers, listening)


def _listening(out: str) -> Callable[[tuple[str, ...]], None]:
    def told(addresses: tuple[str, ...]) -> None:
        say(f"proxy on {', '.join(addresses)}; recording into {out}; Ctrl-C stops")

    return told


def _ended(files: tuple[str, ...], code: ExitCode, reason: str, *, quiet: bool) -> Ending:
    if not quiet:
        for path in files:
            say(f"recorded {path}")
    return Ending(code, reason, "done" if code is ExitCode.PASS else None)
