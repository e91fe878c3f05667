"""tshark and ndpiReader name no host that is not named here, and count the same, on the captures that the tests make.

Exceptions, each with its reason, stand in `EXPLAINED`.
"""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from auditor.capture.dns import address_text
from auditor.capture.opened import head
from auditor.capture.packets import READERS
from auditor.capture.reader import ReadOptions
from tests.benchmarks.household import household
from tests.unit.capture import test_frames, test_listener
from tests.unit.capture.test_glance import _many
from tests.unit.capture.test_talk_dtls import FLIGHTS
from tests.unit.capture.test_talk_upgraded import HEADERS, TALKS
from tests.unit.capture.wire import CLIENT, SERVER, START, Wire, client_hello, ip, pcap, records, tcp_segment

DEMO = Path(__file__).parents[3] / "captures" / "demo" / "printer.pcapng"
EXPLAINED = {
    "192.0.2.1": "an address is no name",
    "203.107.1.1": "an address is no name",
    "203.107.1.1:80": "an address is no name",
    "ignored.example": "RFC 9112 section 3.2.2: the target's authority stands, the Host header beside it is ignored",
    "other.example": "RFC 9112 section 3.2.2: the target's authority stands, the Host header beside it is ignored",
    "bad\ufffd": "bytes that are no name are shown escaped",
}
FIELDS = (
    "frame.len", "tcp.stream", "udp.stream", "tls.handshake.extensions_server_name", "dtls.handshake.extensions_server_name", "http.host", "http2.headers.authority",
    "dns.qry.name",
)  # fmt: skip


def _disordered() -> bytes:
    frames = list(household(3_000, 4))
    for at in range(0, len(frames) - 4, 40):
        frames[at : at + 4] = frames[at : at + 4][::-1]
    return pcap(frames)


def _links() -> bytes:
    return pcap([(START, frame) for link, frame in test_frames.CASES.values() if link == 1])


def _tunnels() -> bytes:
    wire = Wire()
    for protocol, payload in test_listener.TUNNELS.values():
        wire.add(ip("10.0.0.1", "10.0.0.2", protocol, payload))
    return wire.pcap()


def _reused_ports() -> bytes:
    wire = Wire()
    # The same number again after a FIN opens a new flow by the contract; tshark 4.0 goes on with the old one.
    for seq in (1_000, 5_000, 9_000):
        wire.connect(port=80, seq=seq).open().up(b"GET / HTTP/1.1\r\nHost: a.example\r\n\r\n").close()
    wire.connect(port=80, sport=50_001).send(0, 16, b"middle")
    wire.connect(port=80, sport=50_001, seq=70_000).open()
    wire.connect(port=80, sport=50_002).send(1, 18)
    wire.udp(CLIENT, 1, SERVER, 2, b"x")
    return wire.pcap()


def _upgraded() -> bytes:
    """TLS behind words of other protocols, DTLS, data on a SYN, an authentication header."""
    wire = Wire()
    for number, (name, talk) in enumerate(TALKS.items()):
        port = {"postgresql": 5_432, "ldap": 389, "xmpp": 5_222, "mysql": 3_306, "sieve": 4_190, "rdp": 3_389}[name]
        connection = wire.connect(port=port, sport=50_000 + number).open()
        for side, data in (*talk, (0, records(client_hello(f"{name}.example")))):
            assert isinstance(data, bytes)
            (connection.down if side else connection.up)(data)
    for number, header in enumerate(HEADERS.values()):
        wire.connect(sport=51_000 + number).open().up(header + records(client_hello(f"balanced{number}.example")))
    for number, (_, data) in enumerate((*FLIGHTS["whole"], *FLIGHTS["with a cookie"])):
        wire.udp(CLIENT, 52_000 + number, SERVER, 4_433, data)
    wire.connect(sport=53_000).send(0, 2, records(client_hello("fast.example")))
    segment = tcp_segment(54_000, 443, 1, 1, 24, records(client_hello("authentic.example")))
    wire.add(ip(CLIENT, SERVER, 51, b"\6\4\0\0" + bytes(20) + segment))
    return wire.pcap()


CAPTURES: dict[str, Any] = {
    "household": lambda: pcap(household(4_000, 1)),
    "disordered": _disordered,
    "not plain": lambda: _many().pcap(),
    "links": _links,
    "tunnels": _tunnels,
    "reused ports": _reused_ports,
    "upgraded": _upgraded,
    "demo": DEMO.read_bytes,
}


@pytest.fixture(params=CAPTURES)
def capture(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / f"{request.param.replace(' ', '_')}.cap"
    path.write_bytes(CAPTURES[request.param]())
    return path


def _flows(path: Path) -> list[dict[str, Any]]:
    start = head(str(path))
    reader = next(reader for reader in READERS if reader.recognises(start))
    rows: list[dict[str, Any]] = reader.read(str(path), ReadOptions(inspect=lambda message: None)).flows.to_dict("records")  # type: ignore[assignment]
    return rows


def _tshark(path: Path) -> list[list[str]]:
    words = [word for field in FIELDS for word in ("-e", field)]
    command = ["tshark", "-n", "-r", str(path), "-T", "fields", "-E", "occurrence=a", "-E", "aggregator=|", *words]
    lines = subprocess.run(command, capture_output=True, check=True, text=True, timeout=100).stdout.splitlines()
    return [line.split("\t") for line in lines]


@pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
def test_conversations_are_numbered_and_counted_as_by_tshark(capture: Path) -> None:
    counted: dict[str, tuple[int, int]] = {}
    for row in _tshark(capture):
        for name, streams in zip(("tcp", "udp"), row[1:3], strict=True):
            for stream in filter(None, streams.split("|")):
                packets, size = counted.get(f"{name}-{stream}", (0, 0))
                counted[f"{name}-{stream}"] = (packets + 1, size + int(row[0]))
    own = {
        flow["flow_id"]: (flow["packets_up"] + flow["packets_down"], flow["bytes_up"] + flow["bytes_down"])
        for flow in _flows(capture)
        if flow["transport"] in ("tcp", "udp")
    }
    assert own == counted


@pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
def test_tshark_names_no_host_that_is_not_named_here(capture: Path) -> None:
    named = {flow["flow_id"]: set(flow["names"]) | {flow["host"]} for flow in _flows(capture)}
    missing = []
    for row in _tshark(capture):
        flow_ids = [f"tcp-{stream}" for stream in row[1].split("|") if stream]
        flow_ids = flow_ids or [f"udp-{stream}" for stream in row[2].split("|") if stream]
        for value in (name for field in row[3:] for name in field.split("|") if name):
            shown = value.strip().lower().rstrip(".").partition(":")[0]
            if value not in EXPLAINED and not any(shown in named[flow_id] for flow_id in flow_ids):
                missing.append((flow_ids, value))
    assert missing == []


@pytest.mark.skipif(shutil.which("ndpiReader") is None, reason="ndpiReader is not installed")
def test_ndpireader_names_no_host_that_is_not_named_here(capture: Path, tmp_path: Path) -> None:
    output = tmp_path / "ndpi.json"
    command = ["ndpiReader", "-q", "-i", str(capture), "-K", "json", "-k", str(output)]
    subprocess.run(command, capture_output=True, check=False, timeout=100)
    named: dict[tuple[str, int], set[str]] = {}
    for flow in _flows(capture):
        for side in ("client", "server"):
            port = flow[f"{side}_port"]
            if port == port and port is not None:
                named.setdefault((flow[f"{side}_ip"], int(port)), set()).update({*flow["names"], str(flow["host"])})
    missing = []
    for line in output.read_text().splitlines() if output.exists() else ():
        entry = json.loads(line)
        host = str(entry.get("ndpi", {}).get("hostname") or "").lower().rstrip(".").partition(":")[0]
        ends = [(entry.get(f"{side}_ip"), entry.get(f"{side}_port")) for side in ("src", "dest")]
        if (
            host
            and host not in EXPLAINED
            and not any(host in named.get((_canonical(address), port), ()) for address, port in ends)
        ):
            missing.append((ends, host))
    assert missing == []


def _canonical(address: str) -> str:
    import ipaddress

    return address_text(ipaddress.ip_address(address).packed)
