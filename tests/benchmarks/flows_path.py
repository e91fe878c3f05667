"""Prints how `auditor flows` gets to its end on two cores: `python -m tests.benchmarks.flows_path CAPTURE`.

For each part of the way the wall seconds, the processor seconds of this process, and those of children that ended in it. With
`--connections N` the capture is made first: N connections of one packet each, which `--of` chooses.
"""

import argparse
import os
import random
import resource
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from auditor.capture import early
from auditor.cli.app import main as run
from tests.unit.capture.wire import client_hello, dns_message, records

MARKS: list[tuple[str, float, float, float]] = []
BEGUN = time.time() - time.clock_gettime(time.CLOCK_PROCESS_CPUTIME_ID)
"""About when the process was started."""


def mark(what: str) -> None:
    """Notes the clocks."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    MARKS.append((what, time.time() - BEGUN, time.process_time(), ended.ru_utime + ended.ru_stime))


def marked(home: Any, name: str, *, behind: str) -> None:
    """Notes the clocks behind a function of a module."""
    function: Callable[..., Any] = getattr(home, name)

    def call(*values: Any, **named: Any) -> Any:
        found = function(*values, **named)
        mark(behind)
        return found

    setattr(home, name, call)


def _syn(number: int) -> bytes:
    return b""


def _hello(number: int) -> bytes:
    """The first 120 bytes of a ClientHello, all that ever comes of it."""
    return records(client_hello("www.example.com"))[:120]


def _request(number: int) -> bytes:
    return b"GET /%d HTTP/1.1\r\nHost: h%d.example.com\r\n\r\n" % (number, number % 5_000)


def _question(number: int) -> bytes:
    return dns_message(f"h{number}.example.com")


def _forged(number: int) -> bytes:
    """An Initial packet of QUIC whose tag nobody made."""
    noise = random.Random(number).randbytes(100)
    return b"\xc3\0\0\0\1\x08" + number.to_bytes(8) + b"\0\0" + struct.pack(">H", 0x4000 | len(noise)) + noise


CARRIED: dict[str, tuple[int, int, Callable[[int], bytes]]] = {
    "syn": (6, 443, _syn), "hello": (6, 443, _hello), "http": (6, 80, _request), "dns": (17, 53, _question), "quic": (17, 443, _forged),
}  # fmt: skip
"""What the packet of a connection may carry: transport, port of the server, payload."""


def watch() -> None:
    """Marks the way. What is not needed before the copy is made is not loaded before it."""
    begin = early._begin

    def begun(*values: Any) -> Any:
        found = begin(*values)
        mark("the copy is made")
        from auditor.capture import sibling, summary

        marked(sibling, "_with_a_child", behind="all packets are read")
        marked(summary, "observed", behind="there is a table")
        return found

    early.__dict__["_begin"] = begun


def write_connections(path: Path, count: int, carried: str = "syn") -> None:
    """A capture of connections of one packet each."""
    protocol, port, payload = CARRIED[carried]
    flags = 2 if carried == "syn" else 24
    with path.open("wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262_144, 1))
        for number in range(count):
            client = bytes([10, 0, number >> 8 & 255, number & 255])
            server = bytes([198, 18, number >> 16 & 255, number >> 8 & 255])
            data, sport = payload(number), 1_024 + number % 60_000
            if protocol == 6:
                data = struct.pack(">HHIIBBHHH", sport, port, number, 0, 0x50, flags, 1_000, 0, 0) + data
            else:
                data = struct.pack(">HHHH", sport, port, 8 + len(data), 0) + data
            packet = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(data), 0, 0, 64, protocol, 0, client, server) + data
            size = 14 + len(packet)
            file.write(struct.pack("<IIII", 1_700_000_000 + number // 1_000, number % 1_000 * 1_000, size, size))
            file.write(bytes(12) + b"\x08\0" + packet)


def main() -> int:
    """Runs the command and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("capture", type=Path)
    parser.add_argument("--format", default="parquet")
    parser.add_argument("--connections", type=int, default=0)
    parser.add_argument("--of", choices=CARRIED, default="syn")
    chosen = parser.parse_args()
    if chosen.connections:
        write_connections(chosen.capture, chosen.connections, chosen.of)
        words = [sys.executable, "-m", "tests.benchmarks.flows_path", str(chosen.capture), "--format", chosen.format]
        return subprocess.call(words)
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    watch()
    target = chosen.capture.with_suffix(".path.out")
    code = run(["flows", str(chosen.capture), "--quiet", "--format", chosen.format, "-o", str(target)], alone=True)
    target.unlink(missing_ok=True)
    mark("the file is written")
    last = (0.0, 0.0, 0.0)
    for what, *clocks in MARKS:
        wall, own, children = (now - then for now, then in zip(clocks, last, strict=True))
        print(f"{wall:6.2f} wall {own:6.2f} here {children:6.2f} children  until {what}")
        last = (clocks[0], clocks[1], clocks[2])
    own, others = (resource.getrusage(who).ru_maxrss // 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(f"peak {own} MB here, {others} MB in the largest child; load {os.getloadavg()[0]:.1f}")
    return code


if __name__ == "__main__":
    sys.exit(main())
