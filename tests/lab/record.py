"""Records the demo session. In: a folder. Out: three captures, the files that describe them, and truth.json in it.

    python -m tests.lab.record captures/demo

Needs root, Chromium, iproute2 and util-linux; never the internet. Everything is written to a scratch folder first, so a
recording that fails changes nothing. Order: network, servers, `auditor record session`, browser; then the phases, in which
phones, printer and visitor act at the same time.
"""

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx
from playwright.sync_api import Error as PlaywrightError

from auditor.record.phases import mark_phase
from tests.lab.app_story import ANDROID, IPHONE, OPAQUE_HOSTS, Act
from tests.lab.authority import Authority
from tests.lab.network import Device, LabError, Network, entered, lan
from tests.lab.phone import Phone
from tests.lab.printer import Printer
from tests.lab.recorder import RecorderPlan, recording
from tests.lab.servers import Binding, serving
from tests.lab.session import CAPTURES, PHASES, write_static
from tests.lab.shop import CHROMIUM, Visitor, visiting
from tests.lab.truth import Ledger

ANDROID_PHONE = Device(name="android", address="192.168.50.21", mac="00:00:5e:00:53:21")
OTHER_PHONE = Device(name="iphone", address="192.168.50.22", mac="00:00:5e:00:53:22")
PRINTER = Device(name="printer", address="192.168.50.40", mac="00:00:5e:00:53:a7")
PROXY_PORT = 8080
LEAST_PHASE_SECONDS = 2.0
PHASE_SECONDS = 60.0
GAP_SECONDS = 0.3
RESULTS = (*CAPTURES, "journal.ndjson", "session.toml", "subjects.toml", "waivers.toml", "session.key", "truth.json")
STREAMS = "streams"


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a recording plays."""

    network: Network
    authority: Authority
    plan: RecorderPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """All scripted clients, with the threads that live in their namespaces."""

    android: Phone
    iphone: Phone
    printer: Printer
    visitor: Visitor
    workers: Mapping[str, ThreadPoolExecutor]

    def act(self, phase: str) -> None:
        """Let everybody play the phase at the same time and wait for all."""
        pending = [
            self.workers["android"].submit(_play, ANDROID, phase, self.android),
            self.workers["iphone"].submit(_play, IPHONE, phase, self.iphone),
            self.workers["printer"].submit(self.printer.act, phase),
        ]
        self.visitor.act(phase)
        _wait(pending)

    def hang_up(self) -> None:
        """Close the connections that outlive a phase."""
        _wait(
            [
                self.workers["android"].submit(self.android.close),
                self.workers["iphone"].submit(self.iphone.close),
                self.workers["printer"].submit(self.printer.close),
            ]
        )


def on_phase(session: Path, ledger: Ledger, name: str) -> None:
    """Tell everybody who marks what they record that a phase begins."""
    mark_phase(session, name)
    ledger.phase = name


def record(target: Path) -> None:
    """Record a whole session into the target folder.

    Raises:
        LabError: something that the lab needs is missing, or a client did not get through.
    """
    if not CHROMIUM.exists():
        raise LabError(f"the lab needs Chromium at {CHROMIUM} (Debian package chromium)")
    with tempfile.TemporaryDirectory(prefix="lab-") as name:
        scratch = Path(name)
        session = scratch / "demo"
        session.mkdir()
        ledger = Ledger()
        write_static(session)
        _play_phases(scratch, session, ledger)
        (session / "truth.json").write_text(ledger.to_json())
        _deliver(session, target)


def _play_phases(scratch: Path, session: Path, ledger: Ledger) -> None:
    """Set the stage, play all phases, take the stage down."""
    with ExitStack() as stack:
        stage = build(stack, scratch, session)
        stack.enter_context(recording(stage.plan))
        visitor = stack.enter_context(visiting(session / "site.har", ledger))
        crew = _crew(stack, stage, ledger, visitor)
        stack.callback(crew.hang_up)
        for name in PHASES:
            _phase(name, session, ledger, crew)


def build(stack: ExitStack, scratch: Path, session: Path) -> Stage:
    """Network and servers, until the stack is over; nothing records yet."""
    network = stack.enter_context(lan((ANDROID_PHONE, OTHER_PHONE, PRINTER)))
    stack.enter_context(entered(network.world))
    authority = Authority(scratch / "authority")
    authority.create()
    stack.enter_context(serving(authority, Binding(address="0.0.0.0", free_ports=False)))
    plan = RecorderPlan(
        session=session,
        scratch=scratch,
        interface=PRINTER.port,
        port=PROXY_PORT,
        upstream_ca=authority.certificate,
        opaque_hosts=OPAQUE_HOSTS,
    )
    return Stage(network, authority, plan)


def _crew(stack: ExitStack, stage: Stage, ledger: Ledger, visitor: Visitor) -> Crew:
    plan, trust = stage.plan, stage.authority.certificate
    workers = {name: stack.enter_context(stage.network.worker(name)) for name in stage.network.devices}

    def phone(user_agent: str) -> Phone:
        return Phone(proxy=plan.url, trust=plan.ca, distrust=trust, ledger=ledger, user_agent=user_agent)

    return Crew(
        android=phone("O2Nails/2.8.4.8 (scripted demo client; Android 14)"),
        iphone=phone("O2Nails/2.8.4.8 (scripted demo client; iOS 18.1)"),
        printer=Printer(ledger=ledger, trust=trust, address=PRINTER.address),
        visitor=visitor,
        workers=workers,
    )


def _phase(name: str, session: Path, ledger: Ledger, crew: Crew) -> None:
    """Play one phase; its times enclose all that happened in it."""
    on_phase(session, ledger, name)
    start = time.monotonic()
    time.sleep(GAP_SECONDS)
    crew.act(name)
    time.sleep(max(GAP_SECONDS, LEAST_PHASE_SECONDS - (time.monotonic() - start)))


def _play(acts: Mapping[str, Act], phase: str, phone: Phone) -> None:
    if phase in acts:
        acts[phase](phone)


def _wait(pending: Sequence[Future[None]]) -> None:
    for future in pending:
        future.result(timeout=PHASE_SECONDS)


def _deliver(session: Path, target: Path) -> None:
    """Move the finished recording to where it was asked for."""
    target.mkdir(parents=True, exist_ok=True)
    for name in RESULTS:
        shutil.copy2(session / name, target / name)
        _give_back(target / name)
    shutil.rmtree(target / STREAMS, ignore_errors=True)
    shutil.copytree(session / STREAMS, target / STREAMS)
    for path in (target, target / STREAMS, *(target / STREAMS).iterdir()):
        _give_back(path)


def _give_back(path: Path) -> None:
    """Under sudo the recording belongs to the user who called it."""
    if "SUDO_UID" in os.environ and "SUDO_GID" in os.environ:
        os.chown(path, int(os.environ["SUDO_UID"]), int(os.environ["SUDO_GID"]))


def main(arguments: Sequence[str]) -> int:
    """The command. Answers 0, or 1 (130 when interrupted) with one line on standard error."""
    parser = argparse.ArgumentParser(prog="python -m tests.lab.record", description="Record the scripted demo session.")
    parser.add_argument("folder", type=Path, help="where the session goes, for example captures/demo")
    folder: Path = parser.parse_args(arguments).folder
    try:
        record(folder)
    except (LabError, OSError, httpx.HTTPError, PlaywrightError, AssertionError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        print(f"record-demo: {reason}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("record-demo: interrupted, nothing was changed", file=sys.stderr)
        return 130
    print(f"recorded into {folder}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
