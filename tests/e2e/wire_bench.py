"""Two network namespaces joined by a veth pair, a recorder in one and a sender in the other. Needs root.

The recorder runs as a process of its own, as its user would start it.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
RECORDER = """
import os, sys
from auditor.errors import AuditError
from auditor.record import listening, packet_socket, printer as recorder, wire
from auditor.record.printer import record_printer
from auditor.record.rotation import Rotation
from auditor.record.stopping import stop_on_signals
ring = Rotation(max_bytes=int(os.environ["RING_BYTES"])) if "RING_BYTES" in os.environ else None
if "BUFFER" in os.environ:
    packet_socket.BUFFER_BYTES = int(os.environ["BUFFER"])
if "INTERVAL" in os.environ:
    wire.INTERVAL_SECONDS = float(os.environ["INTERVAL"])
equip = None
if "LIVE" in os.environ:
    from auditor.equipment import equip
if "LEAST_BUFFER" in os.environ:
    least = int(os.environ["LEAST_BUFFER"])
    recorder.ENGINES["socket"] = lambda interface, target: listening.open_packet_socket(interface, target, least)
interface, folder, printer, engine = sys.argv[1:]
try:
    with stop_on_signals() as stop:
        result = record_printer(
            interface, folder, printer=printer or None, stop=stop, engine=engine, rotation=ring, equip=equip
        )
except AuditError as error:
    print(error, file=sys.stderr)
    sys.exit(error.exit_code)
print(result.packets, result.lost, result.received, result.stopped, result.reason, sep="|")
sys.exit(result.exit)
"""
SENDER = """
import socket, sys, time
address, count, size, rate = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
    payload = bytes(size)
    began = time.monotonic()
    for number in range(count):
        out.sendto(payload, (address, 9))
        ahead = number / rate - (time.monotonic() - began)
        if ahead > 0.002:
            time.sleep(ahead)
"""
RUN_SECONDS = 300
THIRD_PARTY = "192.0.2.9"
NEEDS_ROOT = "network namespaces need root and the command ip"


def can_run() -> bool:
    """Whether this machine lets us build namespaces."""
    if os.geteuid() != 0 or shutil.which("ip") is None:
        return False
    probe = subprocess.run(["ip", "netns", "add", f"taprobe{os.getpid()}"], capture_output=True, check=False)
    subprocess.run(["ip", "netns", "del", f"taprobe{os.getpid()}"], capture_output=True, check=False)
    return probe.returncode == 0


@dataclass(frozen=True, slots=True)
class Bench:
    """The namespaces' names; each has its end of the pair as eth0, `near` 192.0.2.1 and `far` 192.0.2.2."""

    near: str
    far: str

    def run(self, where: str, *command: str) -> subprocess.CompletedProcess[str]:
        """A command in one of the namespaces, to its end."""
        line = ["ip", "netns", "exec", where, *command]
        return subprocess.run(line, capture_output=True, text=True, timeout=RUN_SECONDS, check=False)

    def start(self, where: str, *command: str, environment: dict[str, str] | None = None) -> subprocess.Popen[str]:
        """A command in one of the namespaces."""
        return subprocess.Popen(
            ["ip", "netns", "exec", where, *command],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), **(environment or {})},
        )

    def record(
        self,
        folder: Path,
        interface: str = "eth0",
        printer: str = "",
        engine: str = "socket",
        environment: dict[str, str] | None = None,
    ) -> subprocess.Popen[str]:
        """A recorder in `near`, once it records."""
        process = self.start(
            self.near, sys.executable, "-c", RECORDER, interface, str(folder), printer, engine, environment=environment
        )
        self.await_start(process, folder)
        return process

    def await_start(self, process: subprocess.Popen[str], folder: Path) -> None:
        """Waits until the recorder records, or has ended."""
        deadline = time.monotonic() + 30
        journal = folder / "journal.ndjson"
        while process.poll() is None and time.monotonic() < deadline:
            if journal.exists() and b'"started"' in journal.read_bytes():
                return
            time.sleep(0.02)

    def send(self, count: int, size: int, rate: float) -> None:
        """Datagrams from `far` to a third party that `near` sees and never answers for."""
        done = self.run(self.far, sys.executable, "-c", SENDER, THIRD_PARTY, str(count), str(size), str(rate))
        assert done.returncode == 0, done.stderr


def stop(process: subprocess.Popen[str], with_signal: int = signal.SIGINT) -> tuple[int, list[str], str]:
    """Stops a recorder; its exit code, the fields of its result, and its standard error."""
    process.send_signal(with_signal)
    out, err = process.communicate(timeout=30)
    return process.returncode, out.strip().split("|"), err


@contextmanager
def bench(name: str) -> Iterator[Bench]:
    """The two namespaces while the block runs. No traffic but the tests' own: IPv6 is off and the neighbours are known."""
    made = Bench(f"ta{name}{os.getpid()}n", f"ta{name}{os.getpid()}f")
    ends = ((made.near, "02:00:5e:10:00:01", "192.0.2.1"), (made.far, "02:00:5e:10:00:02", "192.0.2.2"))
    try:
        for namespace, _, _ in ends:
            _ip("netns", "add", namespace)
            _ip("netns", "exec", namespace, "sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1")
        _ip("link", "add", "eth0", "netns", made.near, "type", "veth", "peer", "name", "eth0", "netns", made.far)
        for (namespace, mac, address), (_, other_mac, other) in ((ends[0], ends[1]), (ends[1], ends[0])):
            _ip("-n", namespace, "link", "set", "eth0", "address", mac)
            _ip("-n", namespace, "address", "add", f"{address}/24", "dev", "eth0")
            _ip("-n", namespace, "link", "set", "lo", "up")
            _ip("-n", namespace, "link", "set", "eth0", "up")
            for neighbour, its_mac in ((other, other_mac), (THIRD_PARTY, "02:00:5e:10:00:09")):
                _ip("-n", namespace, "neighbour", "replace", neighbour, "lladdr", its_mac, "dev", "eth0", "nud", "permanent")
        yield made
    finally:
        for namespace, _, _ in ends:
            subprocess.run(["ip", "netns", "del", namespace], capture_output=True, check=False)


def _ip(*words: str) -> None:
    done = subprocess.run(["ip", *words], capture_output=True, text=True, timeout=20, check=False)
    assert done.returncode == 0, f"ip {' '.join(words)}: {done.stderr}"
