"""What each way to take packets loses, and what it costs, on the same traffic. Needs root; prints one line for each.

    python -m tests.benchmarks.record_wire_bench [--rate 20000] [--size 1372] [--seconds 60]

A sender in one network namespace, the receiver in another, one after the other; the sender's own rate is printed, because a
machine with few cores may not reach the one that was asked for.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from struct import unpack_from

from tests.e2e.wire_bench import NEEDS_ROOT, Bench, bench, can_run

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
    "dumpcap": other("dumpcap", "-q", "-i", "eth0", "-w", "FOLDER/x.pcapng"),
    "tcpdump": other("tcpdump", "-i", "eth0", "-w", "FOLDER/x.pcap"),
    "scapy AsyncSniffer": other(sys.executable, "-c", SNIFFER, "FOLDER/x.pcap"),
}


def processor_seconds(process: int) -> float:
    """User and system time of a process."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def packets(folder: Path) -> int:
    """Packets in whatever capture file there is."""
    path = next(path for path in sorted(folder.rglob("*.pcap*")) if path.stat().st_size)
    with path.open("rb") as file:
        return _pcapng(file.read()) if path.suffix == ".pcapng" else _pcap(file.read())


def _pcapng(data: bytes) -> int:
    at = count = 0
    while at + 12 <= len(data):
        kind, length = unpack_from("<II", data, at)
        count += kind == 6
        at += length
    return count


def _pcap(data: bytes) -> int:
    at, count = 24, 0
    while at + 16 <= len(data):
        at += 16 + unpack_from("<I", data, at + 8)[0]
        count += at <= len(data)
    return count


def measure(lab: Bench, name: str, rate: float, size: int, seconds: float) -> str:
    """One line: what came of what was sent, and the processor time for each packet."""
    count = int(rate * seconds)
    with tempfile.TemporaryDirectory(prefix="wire-") as scratch:
        process = RECEIVERS[name](lab, Path(scratch))
        try:
            before, began = processor_seconds(process.pid), time.monotonic()
            lab.send(count, size, rate)
            reached = count / (time.monotonic() - began)
            time.sleep(1)
            used = processor_seconds(process.pid) - before
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=60)
        found = packets(Path(scratch))
    loss = 100 * (count - found) / count
    return f"{name:30} {reached:8.0f} packets/s  lost {loss:6.2f} %  {used / count * 1e6:6.1f} us CPU a packet"


def main() -> None:
    """Measures every receiver that is installed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rate", type=float, default=20_000)
    parser.add_argument("--size", type=int, default=1372)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--receiver", action="append", choices=list(RECEIVERS), help="only this one; may be repeated")
    asked = parser.parse_args()
    if not can_run():
        sys.exit(NEEDS_ROOT)
    print(f"rmem_max {Path('/proc/sys/net/core/rmem_max').read_text().strip()}, {os.cpu_count()} cores")
    with bench("wb") as lab:
        for name in asked.receiver or RECEIVERS:
            program = name.split()[0]
            if program in ("dumpcap", "tcpdump") and shutil.which(program) is None:
                print(f"{name:30} is not installed")
                continue
            print(measure(lab, name, asked.rate, asked.size, asked.seconds), flush=True)


if __name__ == "__main__":
    main()
