"""Measures `auditor flows` against other readers of packet captures, on a capture made from a seed, and prints a table of ratios.

    python -m tests.benchmarks.flows --packets 5000000

Rivals are taken where they are installed: ndpiReader (Debian `libndpi-bin`) and tshark (Debian `tshark`) on the path; scapy, dpkt
and nfstream in a virtual environment of their own, made from PyPI in the working folder. Every program does what it does to name
hosts of conversations; those that need more than a minute read a tenth of the capture and are scaled, which the table says. Times
are wall time and processor time of the whole process, best of the runs, with the capture in the page cache.
"""

import argparse
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.household import write

CAPTURE = "CAPTURE"
"""Stands for the path in a command."""
SCAPY = """
import sys
from scapy.utils import PcapReader
from scapy.layers.inet import IP, TCP, UDP
from scapy.layers.l2 import Ether
flows = {}
for packet in PcapReader(sys.argv[1]):
    layer = packet[TCP] if TCP in packet else packet[UDP] if UDP in packet else None
    if layer is not None:
        key = tuple(sorted(((packet[IP].src, layer.sport), (packet[IP].dst, layer.dport))))
        flows[key] = flows.get(key, 0) + len(packet)
print(len(flows))
"""
DPKT = """
import sys, dpkt
flows = {}
for _, data in dpkt.pcap.Reader(open(sys.argv[1], 'rb')):
    packet = dpkt.ethernet.Ethernet(data).data
    if isinstance(packet, dpkt.ip.IP) and isinstance(packet.data, (dpkt.tcp.TCP, dpkt.udp.UDP)):
        key = tuple(sorted(((packet.src, packet.data.sport), (packet.dst, packet.data.dport))))
        flows[key] = flows.get(key, 0) + len(data)
print(len(flows))
"""
NFSTREAM = """
import sys
from nfstream import NFStreamer
if __name__ == '__main__':
    print(sum(1 for flow in NFStreamer(source=sys.argv[1])))
"""
READING = """
import sys
import pyarrow.parquet as pq
from auditor.model.arrow import without_pandas
from auditor.capture.opened import head
from auditor.capture.packets import READERS
from auditor.capture.reader import ReadOptions
without_pandas()
reader = next(reader for reader in READERS if reader.recognises(head(sys.argv[1])))
pq.write_table(reader.read(sys.argv[1], ReadOptions(meanwhile=list)).table, sys.argv[2])
"""
FROM_PYPI = ("nfstream", "dpkt", "scapy")
FIELDS = ("tcp.stream", "udp.stream", "tls.handshake.extensions_server_name", "http.host", "dns.qry.name")


@dataclass(frozen=True, slots=True)
class Rival:
    """A program to measure."""

    name: str
    command: tuple[str, ...]
    target: float | None
    """How many times faster `auditor flows` is meant to be."""
    slow: bool = False
    """Whether it reads a tenth only."""


@dataclass(frozen=True, slots=True)
class Measured:
    """The best run of a program."""

    wall: float
    processor: float
    memory: float
    """Peak resident megabytes."""


def rivals(python: str) -> Iterator[Rival]:
    """The programs that are there (those of PyPI where PYTHON is not empty); the capture's path goes where CAPTURE stands."""
    if shutil.which("ndpiReader"):
        yield Rival("ndpiReader", ("ndpiReader", "-q", "-i", CAPTURE), 5)
    if python:
        yield Rival("nfstream", (python, "-c", NFSTREAM, CAPTURE), 20, slow=True)
        yield Rival("dpkt (conversations only)", (python, "-c", DPKT, CAPTURE), 30, slow=True)
        yield Rival("scapy PcapReader (conversations only)", (python, "-c", SCAPY, CAPTURE), 400, slow=True)
    if shutil.which("tshark"):
        fields = tuple(word for field in FIELDS for word in ("-e", field))
        yield Rival("tshark", ("tshark", "-n", "-r", CAPTURE, "-T", "fields", *fields), 80, slow=True)


def measure(command: tuple[str, ...], path: Path, runs: int) -> Measured:
    """Runs a program on a capture.

    Raises:
        subprocess.CalledProcessError: it failed.
    """
    best = []
    for _ in range(runs):
        warm(path)
        started = time.monotonic()
        words = [str(path) if word == CAPTURE else word for word in command]
        with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, command)
        best.append(Measured(time.monotonic() - started, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024))
    return Measured(min(run.wall for run in best), min(run.processor for run in best), max(run.memory for run in best))


def environment(folder: Path) -> str:
    """The interpreter of a virtual environment with the rivals of PyPI."""
    python = folder / "rivals" / "bin" / "python"
    if not python.exists():
        uv = shutil.which("uv") or str(Path(sys.executable).with_name("uv"))
        subprocess.run([uv, "venv", "-q", str(folder / "rivals"), "--python", sys.executable], check=True)
        subprocess.run([uv, "pip", "install", "-q", "--python", str(python), "dpkt", "nfstream", "scapy"], check=True)
    return str(python)


def captures(folder: Path, packets: int, seed: int) -> tuple[Path, Path]:
    """The capture and its tenth, made where they are not there yet."""
    paths = [folder / f"household-{count}-{seed}.pcap" for count in (packets, packets // 10)]
    for path, count in zip(paths, (packets, packets // 10), strict=True):
        if not path.exists():
            write(path, count, seed)
    return paths[0], paths[1]


def warm(path: Path) -> None:
    """Reads a file, so that the next program finds it in memory: some kernels give its pages away while nobody reads them."""
    with path.open("rb", buffering=0) as file:
        while file.read(1 << 21):
            pass


def main() -> None:
    """Makes the captures, measures and prints."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # commands would compile all modules at each start, as no user's do
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packets", type=int, default=5_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument(
        "--base", default="parquet", help="the row that ratios are of: parquet, or `reading of the capture alone`"
    )
    parser.add_argument("--rivals", default="", help="only those whose names begin with one of these words, like `ndpi,dpkt`")
    parser.add_argument("--folder", type=Path, default=Path("/tmp/auditor-benchmark"), help="holds captures and rivals (8 GB)")
    chosen = parser.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    whole, tenth = captures(chosen.folder, chosen.packets, chosen.seed)
    own = (sys.executable, "-m", "auditor", "flows", CAPTURE, "--quiet", "--format")
    measure((*own, "parquet", "-o", str(chosen.folder / "warm.parquet")), whole, 1)
    outputs = {}
    for form in ("parquet", "ndjson"):
        outputs[form] = measure((*own, form, "-o", str(chosen.folder / f"flows.{form}")), whole, chosen.runs)
    reading = (sys.executable, "-c", READING, CAPTURE, str(chosen.folder / "reading.parquet"))
    outputs["reading of the capture alone"] = measure(reading, whole, chosen.runs)
    small = measure(reading, tenth, chosen.runs)
    size = whole.stat().st_size / 1e9
    print(f"{chosen.packets} packets, {size:.2f} GB, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores\n")
    print("| program | wall s | processor s | peak MB | times slower (wall) | times slower (processor) | target |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    base = outputs[chosen.base]
    for form, run in outputs.items():
        _line(f"auditor: {form}", run, base, None)
    wanted = tuple(chosen.rivals.split(","))
    python = environment(chosen.folder) if any(name.startswith(wanted) for name in FROM_PYPI) else ""
    for rival in (entry for entry in rivals(python) if entry.name.startswith(wanted)):
        run = measure(rival.command, tenth if rival.slow else whole, 1 if rival.slow else chosen.runs)
        scaled = Measured(run.wall * 10, run.processor * 10, run.memory) if rival.slow else run
        _line(f"{rival.name}{' (a tenth, scaled)' if rival.slow else ''}", scaled, base, rival.target)
    print(f"\nReading a tenth alone: {small.wall:.1f} s wall, {small.processor:.1f} s processor, {small.memory:.0f} MB peak")


def _line(name: str, run: Measured, base: Measured, target: float | None) -> None:
    ratios = f"{run.wall / base.wall:.1f} | {run.processor / base.processor:.1f}"
    print(f"| {name} | {run.wall:.1f} | {run.processor:.1f} | {run.memory:.0f} | {ratios} | {target or ''} |", flush=True)


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    main()
