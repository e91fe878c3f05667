"""`record app` killed at random moments, many times. In: how often. Out: what was lost of what had been acknowledged.

    python -m tests.lab.killing --times 50

Each round forks a recorder (so that only the first pays for the start), lets clients post, hold a WebSocket and a raw stream
open, kills it with SIGKILL at a random moment, and reads what it left. Acknowledged is an exchange whose answer reached the
client, and a message of a stream that was answered. Of these the flow file and `streams/` may lack none; the journal may lack
those of the last second.
"""

import argparse
import contextlib
import json
import os
import random
import signal
import socket
import ssl
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from auditor.capture.mitm import READER
from auditor.capture.mitm_spill import read_stream
from auditor.capture.mitm_state import StreamState
from auditor.capture.reader import ReadOptions
from auditor.record.app import record_app
from auditor.session.journal import read_journal
from tests.lab import mqtt
from tests.lab.authority import Authority
from tests.lab.recording import World, plan_for
from tests.lab.servers import Binding, Running, serving
from tests.lab.world import MQTT

LEAST, MOST = 0.0, 0.8
"""Seconds after the first answer, after which a recorder is killed."""
FIRST_SECONDS = 20.0
HOST, BROKER = "stats.jpush.cn", "a1o2demo001.iot-as-mqtt.cn-shanghai.aliyuncs.com"
JOURNAL_SECONDS = 1.0


@dataclass(slots=True)
class Acknowledged:
    """What the clients of one round know."""

    exchanges: list[tuple[str, float]] = field(default_factory=list)
    """The marker of each exchange that was answered, and when."""
    pings: int = 0
    """Messages of the raw stream that were answered."""


@dataclass(slots=True)
class Loss:
    """What a round lost; all zero when nothing."""

    exchanges: int = 0
    pings: int = 0
    told: int = 0
    """Exchanges older than a second that the journal lacks."""
    broken: int = 0
    """Files that could not be read to where the recorder was killed."""

    @property
    def total(self) -> int:
        """All of it."""
        return self.exchanges + self.pings + self.told + self.broken


@contextmanager
def other_world(folder: Path) -> Iterator[World]:
    """The lab's servers in a process of their own: this one forks, and must have one thread only when it does."""
    authority = Authority(folder / "authority")
    authority.create()
    read, write = os.pipe()
    process = os.fork()
    if not process:
        with serving(authority, Binding()) as running:
            os.write(write, json.dumps(running.ports).encode())
            signal.pause()
        os._exit(0)
    os.close(write)
    ports = {int(port): found for port, found in json.loads(os.read(read, 1 << 16)).items()}
    try:
        yield World(folder, authority, Running(ports=ports))
    finally:
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)


def one_round(world: World, session: Path, seconds: float) -> tuple[Acknowledged, Loss]:
    """Records, kills so long after the first answer, reads."""
    read, write = os.pipe()
    process = os.fork()
    if not process:
        _record(world, session, write)
    os.close(write)
    port = int(os.read(read, 16) or 0)
    os.close(read)
    known, stop = Acknowledged(), threading.Event()
    clients = [threading.Thread(target=act, args=(world, port, known, stop)) for act in (_post, _ping)]
    for client in clients:
        client.start()
    deadline = time.monotonic() + FIRST_SECONDS
    while not known.exchanges and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(seconds)
    os.kill(process, signal.SIGKILL)
    killed = time.monotonic()
    os.waitpid(process, 0)
    stop.set()
    for client in clients:
        client.join(20)
    return known, _lost(session, known, killed)


def _record(world: World, session: Path, pipe: int) -> None:
    """The child; it never returns."""

    def ready(places: tuple[str, ...]) -> None:
        os.write(pipe, places[0].rpartition(":")[2].encode())

    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    try:
        record_app(str(session), plan_for(world), stop=threading.Event(), ready=ready)
    finally:
        os._exit(1)


def _post(world: World, port: int, known: Acknowledged, stop: threading.Event) -> None:
    trust = ssl.create_default_context(cafile=str(world.folder / "mitmproxy" / "mitmproxy-ca-cert.pem"))
    with (
        contextlib.suppress(httpx.HTTPError, OSError),
        httpx.Client(proxy=f"http://127.0.0.1:{port}", verify=trust, trust_env=False, timeout=5) as client,
    ):
        for number in range(100_000):
            if stop.is_set():
                return
            marker = f"m{number:06d}"
            client.post(f"https://{HOST}/{marker}", content=marker)
            known.exchanges.append((marker, time.monotonic()))


def _ping(_world: World, port: int, known: Acknowledged, stop: threading.Event) -> None:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5) as link:
        link.sendall(f"CONNECT {BROKER}:{MQTT} HTTP/1.1\r\n\r\n".encode())
        if b" 200 " not in link.recv(4096):
            return
        link.sendall(mqtt.connect("killing", "user", "word"))
        link.recv(64)
        while not stop.is_set():
            link.sendall(mqtt.PING)
            if not link.recv(64):
                return
            known.pings += 1
            time.sleep(0.005)


def _lost(session: Path, known: Acknowledged, killed: float) -> Loss:
    loss = Loss()
    reading = READER.read(str(session / "app.mitm"), ReadOptions())
    loss.broken += sum("ends inside" not in place.what for place in reading.damage)
    urls = {str(url).rpartition("/")[2] for url in reading.flows["url"].dropna()}
    loss.exchanges = sum(marker not in urls for marker, _ in known.exchanges)
    answers = 0
    for path in (session / "streams").glob("*.stream"):
        state = read_stream(path).state
        answers += sum(not message.from_client for message in state.messages) if isinstance(state, StreamState) else 0
    loss.pings = max(0, known.pings - answers + 1) if known.pings else 0
    data = (session / "journal.ndjson").read_bytes()
    facts = read_journal(data)
    loss.broken += len(facts.damage)
    told = sum(flow.has_ended for run in facts.recorders for flow in run.flows.values())
    old = sum(at < killed - JOURNAL_SECONDS for _, at in known.exchanges)
    loss.told = max(0, old - told)
    return loss


def main(arguments: list[str]) -> int:
    """Runs the rounds; answers 1 when anything was lost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=50)
    parser.add_argument("--seed", type=int, default=7)
    asked = parser.parse_args(arguments)
    chance = random.Random(asked.seed)
    total = {"rounds": 0, "exchanges": 0, "pings": 0, "lost": 0}
    with tempfile.TemporaryDirectory(prefix="killing-") as name:
        folder = Path(name)
        with other_world(folder) as world:
            for number in range(asked.times):
                known, loss = one_round(world, folder / f"session-{number}", chance.uniform(LEAST, MOST))
                total["rounds"] += 1
                total["exchanges"] += len(known.exchanges)
                total["pings"] += known.pings
                total["lost"] += loss.total
                if loss.total:
                    print(f"round {number}: {loss}", file=sys.stderr)
    print(json.dumps(total))
    return 1 if total["lost"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
