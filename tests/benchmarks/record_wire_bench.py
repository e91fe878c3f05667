"""What each way to take packets loses, and what it costs, on the same traffic. Needs root.

    sudo python -m tests.benchmarks.record_wire_bench                 20,000 packets/s of 1,400 bytes for 60 s, every receiver
    sudo python -m tests.benchmarks.record_wire_bench --seconds 10 --receiver tcpdump --receiver dumpcap
    sudo python -m tests.benchmarks.record_wire_bench --counters 20   sent = delivered + dropped, in so many runs

A sender in one network namespace, the receiver in another, one after the other; at the end a table. The sender's own rate is
printed, because a machine with few cores may not reach the one that was asked for. CPU is that of the receiver and its
children, user and system, from the first packet to a second behind the last.
"""

import argparse
import mmap
import os
import platform
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from struct import unpack_from

from tests.e2e.wire_bench import NEEDS_ROOT, Bench, bench, can_run, stop

TICKS = os.sysconf("SC_CLK_TCK")
SNIFFER = """
import signal, sys
from scapy.sendrecv import AsyncSniffer
from scapy.utils import PcapWriter
writer = PcapWriter(sys.argv[1])
sniffer = AsyncSniffer(iface="eth0", store=False, prn=writer.write)
sniffer.start()
signal.sigwait({signal.SIGINT})
sniffer.stop()
writer.close()
"""


def own(environment: dict[str, str]) -> Callable[[Bench, Path], subprocess.Popen[str]]:
    return lambda lab, folder: lab.record(folder / "session", environment=environment)


def other(*command: str) -> Callable[[Bench, Path], subprocess.Popen[str]]:
    def start(lab: Bench, folder: Path) -> subprocess.Popen[str]:
        process = lab.start(lab.near, *(word.replace("FOLDER", str(folder)) for word in command))
        time.sleep(3)
        return process

    return start


RECEIVERS: dict[str, Callable[[Bench, Path], subprocess.Popen[str]]] = {
    "record printer, buffer": own({}),
    "record printer, 2 MiB buffer": own({"BUFFER": str(2 << 20), "LEAST_BUFFER": "0"}),
    "record printer, packet ring": own({"LEAST_BUFFER": str(1 << 40)}),
    "record printer, with live facts": own({"LIVE": "1"}),
    "dumpcap": other("dumpcap", "-q", "-i", "eth0", "-w", "FOLDER/x.pcapng"),
    "tcpdump -w": other("tcpdump", "-Z", "root", "-i", "eth0", "-w", "FOLDER/x.pcap"),
    "scapy AsyncSniffer": other(sys.executable, "-c", SNIFFER, "FOLDER/x.pcap"),
}


def processor_seconds(process: int) -> float:
    """User and system time of a process and of its children that run."""
    answer = subprocess.run(["pgrep", "-P", str(process)], capture_output=True, text=True, check=False)
    return sum(_ticks(each) for each in (process, *map(int, answer.stdout.split()))) / TICKS


def _ticks(process: int) -> int:
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return int(fields[11]) + int(fields[12])


def packets(folder: Path) -> int:
    """Packets in whatever capture file there is."""
    path = next(path for path in sorted(folder.rglob("*.pcap*")) if path.stat().st_size)
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return _pcapng(data) if path.suffix == ".pcapng" else _pcap(data)


def _pcapng(data: mmap.mmap) -> int:
    at = count = 0
    while at + 12 <= len(data):
        kind, length = unpack_from("<II", data, at)
        count += kind == 6
        at += length
    return count


def _pcap(data: mmap.mmap) -> int:
    at, count = 24, 0
    while at + 16 <= len(data):
        at += 16 + unpack_from("<I", data, at + 8)[0]
        count += at <= len(data)
    return count


@dataclass(frozen=True, slots=True)
class Row:
    """What one receiver made of the traffic."""

    name: str
    sent: int
    rate: float
    """Packets a second that the sender reached."""
    found: int
    processor: float
    """Seconds."""

    def __str__(self) -> str:
        """As a row of the table."""
        lost = self.sent - self.found
        share, each = 100 * lost / self.sent, self.processor / self.sent * 1e6
        load = 100 * self.processor / (self.sent / self.rate)
        return f"| {self.name:31} | {self.rate:12,.0f} | {lost:9,} | {share:6.2f} % | {each:9.1f} us | {load:5.1f} % |"


HEAD = f"| {'receiver':31} | {'packets/s':12} | {'lost':9} | {'share':8} | {'CPU/packet':12} | {'CPU':7} |"
RULE = "|".join(("", *("-" * len(part) for part in HEAD.split("|")[1:-1]), ""))


def measure(lab: Bench, name: str, rate: float, size: int, seconds: float) -> Row:
    """What came of what was sent, and the processor time that it took."""
    count = int(rate * seconds)
    with tempfile.TemporaryDirectory(prefix="wire-", dir="/var/tmp") as scratch:
        process = RECEIVERS[name](lab, Path(scratch))
        try:
            before, began = processor_seconds(process.pid), time.monotonic()
            lab.send(count, size, rate)
            reached = count / (time.monotonic() - began)
            time.sleep(1)
            used = processor_seconds(process.pid) - before
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=120)
        found = packets(Path(scratch))
    return Row(name, count, reached, found, used)


def add_up(lab: Bench, runs: int) -> int:
    """Runs whose counts do not add up; each is with losses, made by stopping the recorder for a while."""
    wrong = 0
    rng = random.Random(1)
    for number in range(1, runs + 1):
        with tempfile.TemporaryDirectory(prefix="wire-") as scratch:
            process = lab.record(Path(scratch), environment={"BUFFER": str(1 << rng.randrange(16, 20)), "LEAST_BUFFER": "0"})
            sent = 0
            for pause in (False, True, False):
                count, size = rng.randrange(1, 5000), rng.randrange(1, 1472)
                process.send_signal(signal.SIGSTOP if pause else signal.SIGCONT)
                lab.send(count, size, 1e9)
                process.send_signal(signal.SIGCONT)
                sent += count
            _, result, err = stop(process)
            in_file = packets(Path(scratch))
        delivered, lost, received = map(int, result[:3])
        good = sent == received == delivered + lost and delivered == in_file
        wrong += not good
        word = "adds up" if good else f"DOES NOT ADD UP {err}"
        print(
            f"run {number:3}: sent {sent:6} = delivered {delivered:6} + dropped {lost:6}; in the file {in_file:6}: {word}",
            flush=True,
        )
    print(f"{runs - wrong} of {runs} add up")
    return wrong


def main() -> None:
    """Measures every receiver that is installed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rate", type=float, default=20_000)
    parser.add_argument("--size", type=int, default=1372, help="bytes behind the UDP header; 1372 make a packet of 1,400")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--receiver", action="append", choices=list(RECEIVERS), help="only this one; may be repeated")
    parser.add_argument("--counters", type=int, metavar="RUNS", help="only check that the counts add up, in so many runs")
    asked = parser.parse_args()
    if not can_run():
        sys.exit(NEEDS_ROOT)
    limit = Path("/proc/sys/net/core/rmem_max").read_text().strip()
    print(f"rmem_max {limit}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {platform.release()}", flush=True)
    with bench("wb") as lab:
        if asked.counters:
            sys.exit(1 if add_up(lab, asked.counters) else 0)
        rows = []
        for name in asked.receiver or RECEIVERS:
            program = name.split()[0]
            if program in ("dumpcap", "tcpdump") and shutil.which(program) is None:
                print(f"{name}: not installed")
                continue
            print(f"{name}: {asked.seconds:.0f} s ...", file=sys.stderr, flush=True)
            rows.append(measure(lab, name, asked.rate, asked.size, asked.seconds))
    print(f"{asked.rate:,.0f} packets/s of {asked.size + 28} bytes were asked for, {asked.seconds:.0f} s each\n")
    print("\n".join((HEAD, RULE, *map(str, rows))))


if __name__ == "__main__":
    main()
