"""tshark and ndpiReader name no host that is not named here, and count the same, on the captures that the tests make.

Exceptions, each with its reason, stand in `tests.rivals.named`.
"""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks.household import household
from tests.rivals.cut import cut
from tests.rivals.mixtures import every_talk, mixture
from tests.rivals.named import (
    DESTINATIONS,
    NO_DESTINATION,
    NO_DESTINATION_OF_NDPI,
    SECONDS,
    flows_of,
    missing,
    ndpi_claims,
    tshark_lines,
)
from tests.rivals.run import unnamed
from tests.unit.capture import test_frames, test_listener
from tests.unit.capture.test_glance import _many
from tests.unit.capture.test_talk_dtls import FLIGHTS
from tests.unit.capture.test_talk_proxy_header import HEADERS
from tests.unit.capture.test_talk_upgraded import TALKS
from tests.unit.capture.wire import (
    CLIENT,
    SERVER,
    START,
    Wire,
    certificate_message,
    client_hello,
    dns_message,
    ip,
    pcap,
    records,
    server_hello,
    tcp_segment,
)

DEMO = Path(__file__).parents[3] / "captures" / "demo" / "printer.pcapng"
MIXTURES = range(5)
"""Captures from a seed that are compared each time; `python -m tests.rivals.run 200 SEED` compares as many as wanted."""


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


def _not_named() -> bytes:
    """Names that are no destination, each for the reason that `NO_DESTINATION` gives."""
    wire = Wire()
    realm = b"\0\x14\0\x0drealm.example\0\0\0"
    wire.udp(CLIENT, 40_001, SERVER, 3_478, b"\1\x13" + len(realm).to_bytes(2, "big") + b"\x21\x12\xa4\x42" + bytes(12) + realm)
    challenge = b'SIP/2.0 401 Unauthorized\r\nWWW-Authenticate: Digest realm="realm.example", nonce="1"\r\n\r\n'
    wire.udp(SERVER, 5_060, CLIENT, 40_002, challenge)
    wire.udp(CLIENT, 1_701, SERVER, 1_701, b"\xc8\2\0\x26" + bytes(8) + b"\x80\x08\0\0\0\0\0\1" + b"\x80\x12\0\0\0\7lac.example")
    hello, flight = records(client_hello("asked.example")), server_hello(version=0x0303)
    wire.connect().open().up(hello).down(records(flight + certificate_message("owner.example", ("owner.example",))))
    wire.connect(port=25).open().down(b"220 mail\r\n").up(b"EHLO me.example\r\n")
    request = b"GET / HTTP/1.1\r\nHost: a.example\r\nReferer: http://before.example/\r\n\r\n"
    wire.connect(port=80).open().up(request).down(
        b"HTTP/1.1 302 Found\r\nLocation: http://next.example/\r\nContent-Length: 0\r\n\r\n"
    )
    wire.udp(SERVER, 53, CLIENT, 40_003, dns_message("a.example", SERVER, chain=("b.example",)))
    return wire.pcap()


CAPTURES: dict[str, Any] = {
    "household": lambda: pcap(household(4_000, 1)),
    "disordered": _disordered,
    "not plain": lambda: _many().pcap(),
    "links": _links,
    "tunnels": _tunnels,
    "reused ports": _reused_ports,
    "upgraded": _upgraded,
    "every talk": every_talk,
    "not named": _not_named,
    "demo": DEMO.read_bytes,
}


@pytest.fixture(params=CAPTURES)
def capture(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / f"{request.param.replace(' ', '_')}.cap"
    path.write_bytes(CAPTURES[request.param]())
    return path


@pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
@pytest.mark.parametrize("capture", [name for name in CAPTURES if name != "every talk"], indirect=True)
def test_conversations_are_numbered_and_counted_as_by_tshark(capture: Path) -> None:
    """Not behind SOCKS, where tshark 4.0 skips numbers."""
    counted: dict[str, tuple[int, int]] = {}
    for row in tshark_lines(capture, ("tcp.stream", "udp.stream", "frame.len")):
        for name, streams in zip(("tcp", "udp"), row[:2], strict=True):
            for stream in filter(None, streams.split("|")):
                packets, size = counted.get(f"{name}-{stream}", (0, 0))
                counted[f"{name}-{stream}"] = (packets + 1, size + int(row[2]))
    own = {
        flow["flow_id"]: (flow["packets_up"] + flow["packets_down"], flow["bytes_up"] + flow["bytes_down"])
        for flow in flows_of(capture)
        if flow["transport"] in ("tcp", "udp")
    }
    assert own == counted


@pytest.mark.skipif(not all(map(shutil.which, ("tshark", "ndpiReader"))), reason="tshark or ndpiReader is not installed")
def test_the_rivals_name_no_host_that_is_not_named_here(capture: Path, tmp_path: Path) -> None:
    assert missing(capture, tmp_path / "ndpi.csv") == []


@pytest.mark.skipif(shutil.which("ndpiReader") is None, reason="ndpiReader is not installed")
def test_ndpireader_is_understood(tmp_path: Path) -> None:
    """It names hosts of TLS, HTTP, DNS and DHCP: versions differ in what they write, and of none nothing would be missed."""
    path = tmp_path / "x.cap"
    path.write_bytes(every_talk())
    found = {(claim.where, claim.host) for claim in ndpi_claims(path, tmp_path / "ndpi.csv")}
    assert {("ndpi TLS", "tls.example"), ("ndpi HTTP", "http.example"), ("ndpi DNS", "dns-then-raw.example")} <= found


@pytest.mark.parametrize("number", MIXTURES)
def test_every_host_of_a_mixture_is_named(number: int, tmp_path: Path) -> None:
    made = mixture(1, number)
    path = tmp_path / "x.cap"
    path.write_bytes(made.data)
    assert unnamed(made, path) == []


def test_a_capture_cut_anywhere_keeps_its_rows_and_names_its_damage(tmp_path: Path) -> None:
    """`python -m tests.rivals.cut 30 SEED` cuts more of them, and oftener."""
    found, wrong = cut(every_talk(), tmp_path, 4_999)
    assert (wrong, found["named"] + found["whole"]) == ([], 10)


@pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
def test_every_field_that_is_compared_or_explained_is_one_of_tshark_s() -> None:
    known = subprocess.run(["tshark", "-G", "fields"], capture_output=True, check=True, text=True, timeout=SECONDS).stdout
    names = {line.split("\t")[2] for line in known.splitlines() if line.startswith("F\t")}
    assert {*DESTINATIONS, *NO_DESTINATION} - names == set()
    assert not set(DESTINATIONS) & set(NO_DESTINATION)


def test_every_exception_stands_in_the_documentation() -> None:
    page = (DEMO.parents[2] / "docs" / "captures.md").read_text(encoding="utf-8")
    fields = {**NO_DESTINATION, **{f"ndpiReader {name}": why for name, why in NO_DESTINATION_OF_NDPI.items()}}
    assert [field for field, why in fields.items() if f"| `{field}` | {why} |" not in page] == []
