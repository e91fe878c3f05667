"""What recording the phone costs: `record app` and the addon beside plain mitmdump, taking turns on loopback.

    python -m tests.benchmarks.record_app_bench [--flows 100] [--rounds 10] [--body 2000]

One client with one kept connection posts to one server over TLS through each proxy; 20 values are planted, and every tenth
request carries one. All proxies run from the beginning and take short turns, so that a busy machine is as busy for each. Printed
for each: the processor time a flow of all its processes, the live scan's share of it, the median over the rounds of the ratio to
mitmdump in the same round, and the median and p99 time of an exchange.
"""

import argparse
import asyncio
import json
import os
import signal
import socket
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.lab.authority import Authority
from tests.lab.persona import IDENTIFIERS
from tests.lab.session import subjects_text

ROOT = Path(__file__).parents[2]
HOST = "api.o2nails.com"
PLAIN = "mitmdump -q -w"
MITMDUMP = str(Path(sys.executable).with_name("mitmdump"))
RESOLVER = str(ROOT / "tests" / "lab" / "resolver_addon.py")
RECORD = """
import signal, sys, threading
from pathlib import Path
sys.path.insert(0, {root!r})
from auditor.equipment import equip
from auditor.record.app import ProxyPlan, record_app
from auditor.record.stopping import stop_on_signals
from tests.lab.resolver_addon import TableResolver
folder, port, conf, *options = sys.argv[1:]
plan = ProxyPlan(equip=equip, listen_host="127.0.0.1", port=int(port), confdir=conf, options=tuple(options),
                 addons=(TableResolver(),))
with stop_on_signals() as stop:
    record_app(folder, plan, stop=stop)
"""
SERVER = """
import asyncio, ssl, sys
certificate, key, size, port = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate, key)
answer = b"HTTP/1.1 200 OK\\r\\nContent-Type: application/json\\r\\nContent-Length: %d\\r\\n\\r\\n" % size + b"x" * size
async def head_of(reader):
    try:
        return await reader.readuntil(b"\\r\\n\\r\\n")
    except (asyncio.IncompleteReadError, OSError):
        return b""
async def serve(reader, writer):
    while head := await head_of(reader):
        await reader.readexactly(int(head.lower().partition(b"content-length: ")[2].partition(b"\\r")[0]))
        writer.write(answer)
async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", port, ssl=context, limit=1 << 22)
    await server.serve_forever()
asyncio.run(main())
"""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def processor_seconds(process: int) -> float:
    """Of the process alone."""
    return time.clock_gettime((~process << 3) | 2)  # the clock id of a process, as clock_getcpuclockid(3) makes it


def children(process: int) -> list[int]:
    """What it started: the live scan costs, too."""
    return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def spent(process: int) -> tuple[float, float]:
    """Processor seconds of the process, and of what it started."""
    return processor_seconds(process), sum(map(processor_seconds, children(process)))


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("a process of the benchmark did not start")


def settle(process: int) -> None:
    """Waits until nothing is left to do: the start of the live scan is no cost of a flow, what it does after the last one is."""
    before, deadline = -1.0, time.monotonic() + 60
    while (now := sum(spent(process))) - before > 0.004 and time.monotonic() < deadline:
        before = now
        time.sleep(0.3)


@contextmanager
def running(port: int, *command: str) -> Iterator[subprocess.Popen[bytes]]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        wait_for(port, process)
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def proxies(folder: Path, routes: Path, authority: Authority) -> dict[str, tuple[int, list[str]]]:
    """Name to port and command of each way to record."""
    options = [f"lab_routes={routes}", f"ssl_verify_upstream_trusted_ca={authority.certificate}"]
    conf = str(folder / "conf")
    ports = [free_port() for _ in range(3)]
    for session in ("addon", "own"):
        (folder / session).mkdir()
        (folder / session / "subjects.toml").write_text(subjects_text(IDENTIFIERS))

    def mitmdump(port: int, name: str, *words: str) -> list[str]:
        line = [MITMDUMP, "-q", "--listen-host", "127.0.0.1", "--listen-port", str(port), "-s", RESOLVER]
        for option in (f"confdir={conf}", *options):
            line += ["--set", option]
        return [*line, "-w", str(folder / name), *words]

    addon = ("-s", str(ROOT / "addons" / "audit.py"), "--set", f"audit_session={folder / 'addon'}")
    record = [sys.executable, "-c", RECORD.format(root=str(ROOT)), str(folder / "own"), str(ports[2]), conf, *options]
    return {
        PLAIN: (ports[0], mitmdump(ports[0], "plain.mitm")),
        "mitmdump -q -w -s audit.py": (ports[1], mitmdump(ports[1], "addon/app.mitm", *addon)),
        "record app": (ports[2], record),
    }


async def exchange(port: int, trust: Path, flows: int, body: int) -> list[float]:
    """Seconds of each exchange over one connection through the proxy."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 22)
    writer.write(f"CONNECT {HOST}:443 HTTP/1.1\r\nHost: {HOST}:443\r\n\r\n".encode())
    await reader.readuntil(b"\r\n\r\n")
    await writer.start_tls(ssl.create_default_context(cafile=str(trust)), server_hostname=HOST)
    head_line = f"POST /v1/a HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: application/json\r\nContent-Length: {body}\r\n\r\n"
    carried = b'{"imei":"%s","x":"' % IDENTIFIERS[0].value.encode()
    times = []
    for number in range(flows):
        said = b'{"imei":"none","x":"' if number % 10 else carried
        request = head_line.encode() + said + b"y" * (body - len(said) - 2) + b'"}'
        began = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        await reader.readexactly(int(head.lower().partition(b"content-length: ")[2].partition(b"\r")[0]))
        times.append(time.perf_counter() - began)
    writer.close()
    return times


@dataclass(slots=True)
class Cost:
    """Of one way to record, a number for each round, or for each exchange."""

    proxy: list[float] = field(default_factory=list)
    scan: list[float] = field(default_factory=list)
    times: list[float] = field(default_factory=list)

    def line(self, plain: "Cost") -> str:
        """What is printed."""
        ratio = statistics.median((a + b) / c for a, b, c in zip(self.proxy, self.scan, plain.proxy, strict=True))
        found = sorted(self.times)
        return (
            f"{statistics.median(self.proxy) * 1e6:7.0f} us a flow and {statistics.median(self.scan) * 1e6:5.0f} us of live scan"
            f" ({ratio:4.2f}x)  median {statistics.median(found) * 1e3:6.2f} ms  p99 {found[int(len(found) * 0.99)] * 1e3:6.2f} ms"
        )


def main() -> None:
    """Runs the rounds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--flows", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--body", type=int, default=2000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="app-bench-") as name, ExitStack() as all_of_them:
        folder = Path(name)
        authority = Authority(folder / "authority")
        authority.create()
        leaf, port = authority.leaf(HOST), free_port()
        routes = folder / "routes.json"
        routes.write_text(json.dumps({f"{HOST}:443": [["127.0.0.1", port]]}))
        server = (sys.executable, "-c", SERVER, str(leaf.certificate), str(leaf.key), str(asked.body), str(port))
        all_of_them.enter_context(running(port, *server))
        ways = {
            way: (port, all_of_them.enter_context(running(port, *command)).pid)
            for way, (port, command) in proxies(folder, routes, authority).items()
        }
        measure(folder / "conf" / "mitmproxy-ca-cert.pem", ways, asked)


def measure(trust: Path, ways: dict[str, tuple[int, int]], asked: argparse.Namespace) -> None:
    """Lets each way, of which port and process are given, have its turns."""
    costs = {way: Cost() for way in ways}
    for number in range(asked.rounds + 1):
        for way, (port, process) in ways.items():
            settle(process)
            before = spent(process)
            times = asyncio.run(exchange(port, trust, asked.flows, asked.body))
            settle(process)
            after = spent(process)
            if number:  # the first turn warms up
                costs[way].times += times
                costs[way].proxy.append((after[0] - before[0]) / asked.flows)
                costs[way].scan.append((after[1] - before[1]) / asked.flows)
    for way, cost in costs.items():
        print(f"{way:28} {cost.line(costs[PLAIN])}")


if __name__ == "__main__":
    main()
