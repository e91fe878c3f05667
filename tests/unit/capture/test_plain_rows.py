"""Conversations without a story as columns: the same rows as with one, and addresses as they are published."""

import ipaddress
from pathlib import Path

import numpy as np
import pytest

from auditor.capture import engine
from auditor.capture.listener import half_bytes
from auditor.capture.plain_rows import Addresses
from tests.fuzz.fuzz_captures import GUARDED
from tests.unit.capture.reading_of import read
from tests.unit.capture.wire import SERVER, Wire, client_hello, extension, records, server_hello

OTHER = "198.51.100.8"


def _signed(number: int) -> int:
    return number - (1 << 64) if number >> 63 else number


def test_addresses_are_numbered_and_written_once() -> None:
    texts = ["198.51.100.7", "2001:db8::1", "0.0.0.0", "255.255.255.255", "198.51.100.7", "::", "fe80::1", "2001:db8::1"]
    pairs = []
    for text in texts:
        packed = ipaddress.ip_address(text).packed
        packed = packed if len(packed) == 16 else b"\0" * 10 + b"\xff\xff" + packed
        pairs.append(tuple(_signed(int.from_bytes(packed[at : at + 8], "big")) for at in (0, 8)))
    found = Addresses(np.array([high for high, _ in pairs], np.int64), np.array([low for _, low in pairs], np.int64))
    assert [found.texts[int(number)].as_py() for number in found.numbers] == texts
    assert len(found.texts) == 6
    assert [half_bytes(*pair) for pair in pairs] == texts


def _wire() -> Wire:
    wire = Wire()
    wire.resolve("asked.example", SERVER, chain=("cdn.example", "edge.example"))
    wire.resolve("later.example", OTHER, ttl=1)
    wire.connect(sport=50_000).open().up(records(client_hello("api.example.com"))).down(records(server_hello()))
    wire.connect(sport=50_001).open()
    wire.connect(sport=50_002).open().up(records(client_hello("ech.example", more=extension(0xFE0D, bytes(9)))))
    requests = b"".join(b"GET /%d HTTP/1.1\r\nHost: h%d.example\r\n\r\n" % (number, number % 2) for number in range(3))
    connection = wire.connect(OTHER, 80, sport=50_003).open()
    for request in requests.split(b"\r\n\r\n")[:-1]:
        connection.up(request + b"\r\n\r\n")
    wire.udp("192.168.50.10", 123, SERVER, 123, b"\x23" + bytes(47))
    wire.now += 60_000_000_000
    wire.connect(OTHER, 9_000, sport=50_004).open()
    return wire


def test_rows_are_the_same_with_and_without_stories(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Names in order, each once; chains; versions; what is not read; a DNS answer only while it holds."""
    found = []
    for chosen in (engine.PLAIN, GUARDED):
        monkeypatch.setattr(engine, "engine_for", lambda size, chosen=chosen: chosen)
        found.append(read(_wire().pcap(), tmp_path, inspect=False).flows)
    assert found[0] == found[1]
    by_id = {row["flow_id"]: row for row in found[1]}
    assert (by_id["tcp-1"]["host"], by_id["tcp-1"]["cnames"]) == ("asked.example", ("cdn.example", "edge.example"))
    assert by_id["tcp-3"]["names"] == ("h0.example", "h1.example")
    assert (by_id["tcp-0"]["tls_version"], by_id["tcp-2"]["unread"] != ()) == ("TLSv1.3", True)
    assert by_id["tcp-4"]["host"] is None


def test_a_capture_without_packets_has_all_columns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "engine_for", lambda size: GUARDED)
    assert len(read(Wire().pcap(), tmp_path, inspect=False).flows) == 0
