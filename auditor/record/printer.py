"""An interface in, the printer's packets in a session folder out: `auditor record printer`."""

import os
import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Event

from auditor.errors import UsageError
from auditor.record import session_folder
from auditor.record.addon_equipment import Equip
from auditor.record.choosing import Ask, choose
from auditor.record.dumpcap import open_dumpcap
from auditor.record.kernel_filter import Target, is_name, parse_target
from auditor.record.libpcap_tap import open_libpcap
from auditor.record.listening import open_packet_socket
from auditor.record.live_facts import LiveFacts, import_ahead
from auditor.record.privilege import become, calling_user
from auditor.record.recording import RecordResult, tool_version
from auditor.record.rotation import Rotation
from auditor.record.running import announced
from auditor.record.tap import NoRightError, Tap
from auditor.record.wire import WireRecording, file_head

PRIORITY = -10
SURFACE = "printer"
type OpenTap = Callable[[str, Target | None], Tap]

ENGINES: dict[str, OpenTap] = {"socket": open_packet_socket, "dumpcap": open_dumpcap, "libpcap": open_libpcap}
"""How packets can be taken, by the word that is typed."""


def record_printer(
    interface: str,
    folder: str,
    *,
    printer: str | None = None,
    stop: Event,
    engine: str = "socket",
    rotation: Rotation | None = None,
    environment: Mapping[str, str] = os.environ,
    ready: Callable[[], None] | None = None,
    equip: Equip | None = None,
    ask: Ask | None = None,
    typed: Sequence[str] = (),
) -> RecordResult:
    """Records the interface until `stop` is set, or until it cannot go on.

    `printer` is a MAC, an IP address, or a name that the first half minute must show; None records every packet. `ready` is
    called when it records, `ask` to show the devices that a name may mean. With `equip`, a process of its own says live who is
    contacted. `typed` are the words of the command line, repeated where a right is missing. As root under sudo,
    everything but the opening of the socket is done as the user who called sudo, for good.

    Raises:
        UsageError: no such interface, no right to capture (with what to type), a folder or printer that is none.
    """
    if engine not in ENGINES:
        raise UsageError(f"unknown engine {engine!r}", fix=f"known: {', '.join(ENGINES)}")
    tool_version()  # read while the installation can be read for sure
    name = printer if printer and is_name(printer) else None
    target = parse_target(printer) if printer and not name else None
    words = typed or _words(interface, folder, printer, engine)
    tap = _open(words, lambda: ENGINES[engine](interface, target))
    try:
        _step_down(environment, reads_on=bool(equip or name))
        earlier: tuple[bytes, ...] = ()
        if name:
            chosen = choose(name, tap, file_head(tap), stop, ask)
            tap, earlier = chosen.tap, chosen.blocks
        live = _live(equip, Path(folder), tap)
        recording = WireRecording(Path(folder), tap, rotation=rotation, live=live, earlier=earlier)
    except BaseException:
        tap.close()
        raise
    if ready:
        ready()
    with announced(recording.folder):
        return recording.run(stop)


def _step_down(environment: Mapping[str, str], *, reads_on: bool) -> None:
    """Gives up what only the opening needed. `reads_on`: packets are also read here, by modules that the caller may not reach."""
    with suppress(OSError):
        os.nice(PRIORITY)  # where it may: a busy machine must not cost packets
    caller = calling_user(environment, os.geteuid())
    if caller:
        if reads_on:
            import_ahead()
        become(caller)


def _live(equip: Equip | None, folder: Path, tap: Tap) -> LiveFacts | None:
    """The process that says who is contacted; None where nobody wants to know."""
    if equip is None:
        return None
    from auditor.record.addon_options import AddonSettings

    session_folder.open_session(folder)
    printer = tap.filter_text.split()[-1] if tap.filter_text else None
    return LiveFacts(lambda: equip(AddonSettings(session=folder, surface=SURFACE)), SURFACE, printer)


def _words(interface: str, folder: str, printer: str | None, engine: str) -> list[str]:
    """The command line that asks for this recording."""
    words = ["record", "printer", "--interface", interface, "--out", folder]
    words += ["--printer", printer] if printer else []
    return words + (["--engine", engine] if engine != "socket" else [])


def _open(words: Sequence[str], open_tap: Callable[[], Tap]) -> Tap:
    """Opens the tap; a refusal says what to type."""
    try:
        return open_tap()
    except NoRightError as error:
        command = shlex.join((sys.executable, "-m", "auditor", *words))
        raise UsageError(error.what, fix=f"type: sudo {command}") from None


def rights_note(environment: Mapping[str, str] = os.environ) -> str | None:
    """What a person should know of the rights that the recorder keeps; None where it gives them up or has none."""
    if os.geteuid() != 0 or calling_user(environment, 0):
        return None
    return "root did not come by sudo, so the recorder stays root and the files are root's"
