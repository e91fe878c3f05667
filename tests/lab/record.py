"""Records the demo session. In: a folder. Out: three captures, the files that describe them, and truth.json in it.

    python -m tests.lab.record captures/demo

Needs root, Chromium and iproute2; never the internet. Everything is written to a scratch folder first, so a recording that
fails changes nothing. Order: network, servers, proxy, capture, browser; then the phases, in which phones, printer and
visitor act at the same time.
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from playwright.sync_api import Error as PlaywrightError

from tests.lab.app_story import ANDROID, IPHONE, OPAQUE_HOSTS, Act
from tests.lab.authority import Authority
from tests.lab.network import Device, LabError, Network, entered, lan
from tests.lab.phone import Phone
from tests.lab.printer import Printer
from tests.lab.proxy import ROOT, ProxyPlan, proxying
from tests.lab.servers import Binding, serving
from tests.lab.session import CAPTURES, PHASES, Phase, write_session, write_static
from tests.lab.shop import CHROMIUM, Visitor, visiting
from tests.lab.truth import Ledger
from tests.lab.world import ROUTER, routes

ANDROID_PHONE = Device(name="android", address="192.168.50.21", mac="00:00:5e:00:53:21")
OTHER_PHONE = Device(name="iphone", address="192.168.50.22", mac="00:00:5e:00:53:22")
PRINTER = Device(name="printer", address="192.168.50.40", mac="00:00:5e:00:53:a7")
PROXY_PORT = 8080
AUDIT_ADDON = ROOT / "addons" / "audit.py"
PHASE_FILE = ".phase"
LEAST_PHASE_SECONDS = 2.0
PHASE_SECONDS = 60.0
GAP_SECONDS = 0.3
RESULTS = (*CAPTURES, "session.toml", "subjects.toml", "waivers.toml", "session.key", "truth.json")
OPTIONAL_RESULTS = ("journal.ndjson",)


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


@contextmanager
def capture_printer(interface: str, path: Path, scratch: Path) -> Iterator[None]:
    """Record the printer's interface with the project's own `auditor record printer` while the block runs.

    Raises:
        LabError: the recorder did not start, or did not end well.
    """
    folder = scratch / "wire"
    made = folder / "printer.pcapng"
    command = [sys.executable, "-m", "auditor", "record", "printer", "--interface", interface, "--out", str(folder)]
    with (scratch / "wire.log").open("w+b") as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, cwd=ROOT)
        try:
            _wait_for(made, process)
            yield
        finally:
            process.send_signal(signal.SIGINT)
            code = process.wait(timeout=PHASE_SECONDS)
        log.seek(0)
        if code != 0:
            raise LabError(f"the printer's recorder ended with {code}: {log.read().decode(errors='replace').strip()}")
    shutil.copy2(made, path)


def _wait_for(path: Path, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PHASE_SECONDS
    while not path.exists() or not path.stat().st_size:
        if process.poll() is not None or time.monotonic() > end:
            raise LabError("the printer's recorder did not start")
        time.sleep(0.05)


def on_phase(session: Path, ledger: Ledger, name: str) -> None:
    """Tell everybody who marks what they record that a phase begins."""
    partial = session / f"{PHASE_FILE}.new"
    partial.write_text(name)
    partial.replace(session / PHASE_FILE)
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
        write_session(session, _recorded_phases(scratch, session, ledger))
        (session / "truth.json").write_text(ledger.to_json())
        _deliver(session, target)


def _recorded_phases(scratch: Path, session: Path, ledger: Ledger) -> list[Phase]:
    """Set the stage, play all phases, take the stage down."""
    with ExitStack() as stack:
        network = stack.enter_context(lan((ANDROID_PHONE, OTHER_PHONE, PRINTER)))
        stack.enter_context(entered(network.world))
        authority = Authority(scratch / "authority")
        authority.create()
        stack.enter_context(serving(authority, Binding(address="0.0.0.0", free_ports=False)))
        plan = _proxy_plan(scratch, session, authority)
        stack.enter_context(proxying(plan))
        stack.enter_context(capture_printer(PRINTER.port, session / "printer.pcapng", scratch))
        visitor = stack.enter_context(visiting(session / "site.har", ledger))
        crew = _crew(stack, network, plan, authority, ledger, visitor)
        stack.callback(crew.hang_up)
        return [_phase(name, session, ledger, crew) for name in PHASES]


def _proxy_plan(scratch: Path, session: Path, authority: Authority) -> ProxyPlan:
    folder = scratch / "mitmproxy"
    folder.mkdir()
    table = scratch / "routes.json"
    table.write_text(routes_json())
    addon = AUDIT_ADDON.exists()
    return ProxyPlan(
        address=ROUTER,
        port=PROXY_PORT,
        folder=folder,
        flows=session / "app.mitm",
        routes=table,
        upstream_ca=authority.certificate,
        opaque_hosts=OPAQUE_HOSTS,
        scripts=(AUDIT_ADDON,) if addon else (),
        options=(f"audit_session={session}",) if addon else (),
    )


def _crew(stack: ExitStack, network: Network, plan: ProxyPlan, authority: Authority, ledger: Ledger, visitor: Visitor) -> Crew:
    workers = {name: stack.enter_context(network.worker(name)) for name in network.devices}

    def phone(user_agent: str) -> Phone:
        return Phone(proxy=plan.url, trust=plan.ca, distrust=authority.certificate, ledger=ledger, user_agent=user_agent)

    return Crew(
        android=phone("O2Nails/2.8.4.8 (scripted demo client; Android 14)"),
        iphone=phone("O2Nails/2.8.4.8 (scripted demo client; iOS 18.1)"),
        printer=Printer(ledger=ledger, trust=authority.certificate, address=PRINTER.address),
        visitor=visitor,
        workers=workers,
    )


def _phase(name: str, session: Path, ledger: Ledger, crew: Crew) -> Phase:
    """Play one phase; its times enclose all that happened in it."""
    on_phase(session, ledger, name)
    start = time.time_ns()
    time.sleep(GAP_SECONDS)
    crew.act(name)
    time.sleep(max(GAP_SECONDS, LEAST_PHASE_SECONDS - (time.time_ns() - start) / 1e9))
    return Phase(name=name, start=start, end=time.time_ns())


def routes_json() -> str:
    """The resolver addon's table for the lab's namespace."""
    return json.dumps(routes())


def _play(acts: Mapping[str, Act], phase: str, phone: Phone) -> None:
    if phase in acts:
        acts[phase](phone)


def _wait(pending: Sequence[Future[None]]) -> None:
    for future in pending:
        future.result(timeout=PHASE_SECONDS)


def _deliver(session: Path, target: Path) -> None:
    """Move the finished recording to where it was asked for."""
    target.mkdir(parents=True, exist_ok=True)
    for name in (*RESULTS, *(name for name in OPTIONAL_RESULTS if (session / name).exists())):
        shutil.copy2(session / name, target / name)
        _give_back(target / name)
    _give_back(target)


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
