"""A recording of the phone that runs in this process, against the lab's servers under public names, with a scripted phone.

In: a folder for the world, a folder for the session, options of mitmproxy. Out: flows, journal, ledger, and how it ended.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from mitmproxy.flow import Flow
from mitmproxy.io import FlowReader

from auditor.equipment import equip
from auditor.errors import UsageError
from auditor.record.addon_equipment import Equipment
from auditor.record.addon_options import AddonSettings
from auditor.record.app import ProxyPlan, record_app
from auditor.record.recording import RecordResult
from tests.lab.authority import Authority
from tests.lab.phone import Phone
from tests.lab.resolver_addon import TableResolver
from tests.lab.servers import Binding, Running, serving
from tests.lab.truth import Ledger
from tests.lab.world import routes

SECONDS = 30.0


@dataclass(slots=True)
class World:
    """The lab's servers, and where names lead."""

    folder: Path
    authority: Authority
    running: Running
    table: Path = field(init=False)
    equipment: Equipment = field(init=False)

    def __post_init__(self) -> None:
        self.equipment = equip(AddonSettings())
        self.table = self.folder / "routes.json"
        self.table.write_text(json.dumps(routes(self.running.ports)))

    def equip(self, settings: AddonSettings) -> Equipment:
        """What is loaded once for all recordings of the tests; a session with planted values loads its own."""
        planted = settings.session is not None and (settings.session / "subjects.toml").exists()
        return equip(settings) if planted else self.equipment


@contextmanager
def living_world(folder: Path) -> Iterator[World]:
    """The world, with its servers running, for the time of the block."""
    authority = Authority(folder / "authority")
    authority.create()
    with serving(authority, Binding()) as running:
        yield World(folder, authority, running)


@dataclass(slots=True)
class Recording:
    """A recording that runs, and its result when it has ended."""

    session: Path
    port: int
    phone: Phone
    stop: threading.Event
    thread: threading.Thread
    result: RecordResult | None = None

    def end(self) -> RecordResult:
        self.stop.set()
        self.thread.join(SECONDS)
        assert self.result is not None
        return self.result

    def flows(self) -> list[Flow]:
        with (self.session / "app.mitm").open("rb") as file:
            return list(FlowReader(file).stream())

    def journal(self, kind: str = "") -> list[dict[str, object]]:
        lines = (self.session / "journal.ndjson").read_bytes().splitlines()
        return [record for record in map(json.loads, lines) if not kind or record["kind"] == kind]


def plan_for(world: World, *options: str, port: int = 0) -> ProxyPlan:
    """How the tests record; an option `mode=...` takes the place of the usual mode."""
    modes = tuple(option.partition("=")[2] for option in options if option.startswith("mode="))
    options = tuple(option for option in options if not option.startswith("mode="))
    return ProxyPlan(
        modes=modes or ("regular",),
        equip=world.equip,
        listen_host="127.0.0.1",
        port=port,
        confdir=str(world.folder / "mitmproxy"),
        addons=(TableResolver(),),
        options=(f"lab_routes={world.table}", f"ssl_verify_upstream_trusted_ca={world.authority.certificate}", *options),
    )


@contextmanager
def recording(world: World, session: Path, *options: str) -> Iterator[Recording]:
    """A recording while the block runs."""
    started, stop, ports = threading.Event(), threading.Event(), list[int]()
    problems: list[BaseException] = []

    def ready(addresses: tuple[str, ...]) -> None:
        ports.append(int(addresses[0].rpartition(":")[2]))
        started.set()

    def run() -> None:
        try:
            made.result = record_app(str(session), plan_for(world, *options), stop=stop, ready=ready)
        except UsageError as problem:
            problems.append(problem)
            started.set()

    thread = threading.Thread(target=run)
    phone = Phone(
        proxy="",
        trust=world.folder / "mitmproxy" / "mitmproxy-ca-cert.pem",
        distrust=world.authority.certificate,
        ledger=Ledger(phase="register"),
        user_agent="scripted",
    )
    made = Recording(session, 0, phone, stop, thread)
    thread.start()
    assert started.wait(SECONDS)
    assert not problems, problems
    made.port = ports[0]
    phone.proxy = f"http://127.0.0.1:{made.port}"
    try:
        yield made
    finally:
        phone.close()
        stop.set()
        thread.join(SECONDS)


def insights(made: Recording) -> dict[str, str]:
    """Host to how far its connection could be looked into."""
    found = {}
    for record in made.journal("connection"):
        hosts = record["hosts"]
        assert isinstance(hosts, list)
        found[str(hosts[0]).partition(":")[0]] = str(record["insight"])
    return found
