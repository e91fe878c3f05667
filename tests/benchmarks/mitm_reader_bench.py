"""How fast flow files are read, without looking at bodies: this project's reader beside mitmproxy's own.

    python -m tests.benchmarks.mitm_reader_bench [--flows 10000] [--rounds 3]

The flows are HTTPS exchanges of 7 kB as mitmproxy writes them, with the server's certificates, ten on each connection, three of
ten headers never the same. Printed: flows a second of one core, the best of the rounds, which take turns.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from mitmproxy import certs
from mitmproxy.io import FlowReader, FlowWriter
from mitmproxy.test import tflow, tutils

from auditor.capture.mitm import READER
from auditor.capture.reader import ReadOptions
from tests.lab.authority import Authority

FLOWS_A_CONNECTION = 10
START = 1_795_358_016.25


def headers_of(number: int) -> tuple[tuple[bytes, bytes], ...]:
    """Ten headers, of which three are never the same."""
    own = (b"x-request-id", b"%032x" % number), (b"etag", b'"%08x"' % number), (b"content-length", b"%d" % (1900 + number))
    return (*own, *((f"x-header-{place}".encode(), b"value of some length %d" % place) for place in range(7)))


def write_flows(path: Path, count: int) -> None:
    """A flow file of so many exchanges."""
    authority = Authority(path.parent / "authority")
    authority.create()
    certificate = certs.Cert.from_pem(authority.leaf("api.o2nails.com").certificate.read_bytes())
    with path.open("wb") as file:
        writer = FlowWriter(file)  # type: ignore[no-untyped-call]
        last = tflow.tflow()
        for number in range(count):
            headers, at = headers_of(number), START + number * 0.0123457
            flow = tflow.tflow(
                req=tutils.treq(
                    host="api.o2nails.com",
                    port=443,
                    path=b"/v1/a/%d?q=1" % number,
                    headers=headers,
                    content=b"y" * 1900,
                    timestamp_start=at,
                    timestamp_end=at + 0.0012345,
                ),
                resp=tutils.tresp(headers=headers, content=b"x" * 1900, timestamp_start=at + 0.0312, timestamp_end=at + 0.0323),
            )
            flow.timestamp_created = at
            if number % FLOWS_A_CONNECTION:
                flow.client_conn, flow.server_conn = last.client_conn, last.server_conn
            flow.server_conn.certificate_list = [certificate]
            flow.server_conn.peername = ("203.0.113.7", 443)
            last = flow
            flow.comment = "first_party first_party print: the app's own API"
            flow.metadata = {"audit_recipient": "first_party", "audit_relation": "first_party", "audit_phase": "print"}
            flow.id = f"{number:08x}-0000-4000-8000-000000000000"
            writer.add(flow)


def own(path: Path) -> int:
    """Flows that this project's reader reads."""
    return len(READER.read(str(path), ReadOptions()).flows)


def mitmproxys(path: Path) -> int:
    """Flows that mitmproxy's reader reads."""
    with path.open("rb") as file:
        return sum(1 for _ in FlowReader(file).stream())


def main() -> None:
    """Writes the file and reads it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--flows", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="reader-bench-") as name:
        path = Path(name) / "app.mitm"
        write_flows(path, asked.flows)
        print(f"{asked.flows} flows, {path.stat().st_size / asked.flows / 1000:.1f} kB each")
        ways: dict[str, Callable[[Path], int]] = {"auditor": own, "mitmproxy": mitmproxys}
        best = dict.fromkeys(ways, float("inf"))
        for _ in range(asked.rounds):
            for way, read in ways.items():
                began = time.process_time()
                assert read(path) == asked.flows
                best[way] = min(best[way], time.process_time() - began)
        for way, seconds in best.items():
            print(f"{way:10} {asked.flows / seconds:8.0f} flows a second  {best['mitmproxy'] / seconds:5.2f}x mitmproxy's")


if __name__ == "__main__":
    main()
