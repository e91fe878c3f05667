"""The first look agrees with the closer look: the same capture gives the same rows with and without it."""

import dataclasses
import functools
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor.capture import engine
from auditor.capture.engine import PLAIN
from auditor.capture.packets import READERS
from auditor.capture.reader import ReadOptions
from tests.benchmarks.household import household
from tests.unit.capture.test_quic import initial_datagrams
from tests.unit.capture.wire import (
    ACK,
    CLIENT,
    RESOLVER,
    SERVER,
    Wire,
    certificate_message,
    client_hello,
    dns_message,
    extension,
    handshake,
    pcap,
    records,
    server_hello,
)

GLANCING = dataclasses.replace(PLAIN, glances=True)


def _rows(data: bytes, path: Path, monkeypatch: pytest.MonkeyPatch, chosen: engine.Engine) -> list[dict[str, Any]]:
    path.write_bytes(data)
    monkeypatch.setattr(engine, "engine_for", lambda size: chosen)
    frame = READERS[1].read(str(path), ReadOptions()).flows
    return [{str(key): str(value) for key, value in row.items()} for row in frame.astype(object).to_dict("records")]


def _agree(data: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    quick = _rows(data, tmp_path / "x", monkeypatch, GLANCING)
    assert quick == _rows(data, tmp_path / "x", monkeypatch, PLAIN)
    return quick


@pytest.mark.parametrize("seed", [1, 2])
def test_a_household_gives_the_same_rows(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(_agree(pcap(household(4_000, seed)), tmp_path, monkeypatch)) > 150


def test_a_household_with_losses_and_disorder_gives_the_same_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(5)
    frames = [frame for frame in household(4_000, 3) if rng.random() > 0.03]
    for at in range(0, len(frames) - 6, 6):
        part = frames[at : at + 6]
        if rng.random() < 0.2:
            rng.shuffle(part)
            frames[at : at + 6] = part
    quick = _rows(pcap(frames), tmp_path / "x", monkeypatch, GLANCING)
    closer = _rows(pcap(frames), tmp_path / "x", monkeypatch, PLAIN)
    seen = ("flow_id", "client_ip", "server_ip", "host", "host_source", "application", "bytes_up", "bytes_down")
    differing = [
        (one["flow_id"], key, one[key], other[key])
        for one, other in zip(quick, closer, strict=True)
        for key in seen
        if one[key] != other[key]
    ]
    assert differing == []


def _hello(wire: Wire, sport: int, data: bytes, sizes: tuple[int, ...] = (5_000,), order: int = 1) -> None:
    connection = wire.connect(sport=sport).open()
    parts, at = [], 0
    for size in sizes:
        parts.append((at, data[at : at + size]))
        at += size
    for start, part in parts[::order]:
        if part:
            connection.send(0, ACK, part, seq=connection.seq[0] + start)


def _many() -> Wire:
    """What is not plain, beside what is."""
    wire = Wire()
    long = records(client_hello("long.example.com", more=extension(21, bytes(2_500))))
    _hello(wire, 50_001, long, (1_400, 1_400))
    _hello(wire, 50_002, long, (1_400, 1_400), -1)
    _hello(wire, 50_003, long, (1_400,))
    _hello(wire, 50_004, records(client_hello("records.example.com"), size=40))
    _hello(wire, 50_005, records(client_hello("UPPER.Example.COM.")))
    _hello(wire, 50_006, records(client_hello(b"bad\xff\x00name")))
    _hello(wire, 50_007, records(client_hello(None)))
    _hello(wire, 50_008, records(client_hello("192.0.2.1")))
    _hello(wire, 50_009, records(client_hello("ech.example", more=extension(0xFE0D, bytes(30)))))
    _hello(wire, 50_010, records(client_hello("more.example")) * 2)
    certificate = server_hello(version=0x0303) + certificate_message("www.cn.example") + handshake(14, b"")
    wire.connect(sport=50_011).open().up(records(client_hello(None))).down(records(certificate))
    wire.connect(sport=50_012).open().up(records(client_hello("a.example"))).down(records(certificate)).close()
    wire.connect(sport=50_013).open().down(records(server_hello())).up(records(client_hello("late.example")))
    get = b"GET /a?b=1 HTTP/1.1\r\nHost: %s\r\n\r\n"
    wire.connect(port=80, sport=50_020).open().up(get % b"one.example").up(get % b"two.example:81").up(get % b"one.example")
    wire.connect(port=80, sport=50_021).open().up(get % b"one.example" + get % b"two.example")
    wire.connect(port=80, sport=50_022).open().up(get % b"203.107.1.1")
    wire.connect(port=80, sport=50_023).open().up(get % b"a.example").up(
        b"POST / HTTP/1.1\r\nHost: b.example\r\nContent-Length: 3\r\n\r\nabc"
    )
    wire.connect(port=80, sport=50_024).open().up(b"GET /d?host=api.example.com HTTP/1.1\r\nHost: 203.107.1.1\r\n\r\n")
    wire.connect(port=80, sport=50_025).open().up(b"GET http://abs.example/x HTTP/1.1\r\nHost: other.example\r\n\r\n")
    wire.connect(port=80, sport=50_026).open().up(b"HEAD /h#f HTTP/1.0\r\nX: y\r\nHOST:h.example  \r\n\r\n")
    wire.connect(port=80, sport=50_027).open().up(b"CONNECT c.example:443 HTTP/1.1\r\n\r\n").down(b"HTTP/1.1 200 OK\r\n\r\n").up(
        records(client_hello("in.example"))
    )
    for number, version in enumerate((1, 0x6B3343CF)):
        for padding in (0, 8):
            for turn in (1, -1):
                for data in initial_datagrams("quic.example.com", version, padding)[::turn]:
                    wire.udp(CLIENT, 41_000 + number * 10 + padding + turn, SERVER, 443, data)
    wire.udp(CLIENT, 42_000, SERVER, 443, initial_datagrams("half.example.com", 1, 8)[0])
    wire.udp(CLIENT, 42_001, SERVER, 443, initial_datagrams("api.example.com")[0][:900])
    wire.resolve("chain.example", "198.51.100.20", chain=("one.example", "two.example"), port=43_000)
    wire.resolve("six.example", "2001:db8::20", port=43_001)
    wire.udp(CLIENT, 43_002, RESOLVER, 53, dns_message("odd\\name.example"))
    wire.udp(CLIENT, 43_002, RESOLVER, 53, dns_message("second.example"))
    wire.udp(CLIENT, 43_003, RESOLVER, 53, b"no dns at all, really")
    wire.udp(RESOLVER, 53, CLIENT, 43_004, dns_message("answer.only.example", "198.51.100.21"))
    wire.udp(CLIENT, 123, SERVER, 123, b"\x23" + bytes(47))
    wire.connect("198.51.100.20", port=9_000, sport=50_030).open().up(b"named by dns")
    wire.connect("198.51.100.20", port=443, sport=50_031).open().up(records(client_hello("chain.example")))
    wire.connect("198.51.100.21", port=443, sport=50_032).open()
    wire.udp(CLIENT, 43_006, "224.0.0.251", 5_353, dns_message("m.local"))
    return wire


@pytest.mark.parametrize("host", ["a.example.", "A.Example.:8080", "a.example..", "a.example", "[2001:db8::1]", "198.51.100.7."])
def test_the_root_of_a_name_is_left_out_of_the_url_too(host: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The URL names the same host as the column, at a glance as at a closer look."""
    wire = Wire()
    wire.connect(port=80).open().up(f"GET /x HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
    (row,) = _agree(wire.pcap(), tmp_path, monkeypatch)
    if row["host"] != "None":
        port = ":8080" if "8080" in host else ""
        assert (row["host"], row["url"]) == ("a.example", f"http://a.example{port}/x")


@functools.cache
def _many_once() -> bytes:
    return _many().pcap()


def test_what_is_not_plain_gets_the_closer_look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = {row["flow_id"]: row for row in _agree(_many().pcap(), tmp_path, monkeypatch)}
    named = {row["host"] for row in rows.values()}
    assert {
        "long.example.com",
        "records.example.com",
        "upper.example.com",
        "www.cn.example",
        "quic.example.com",
        "chain.example",
    } <= named


@given(at=st.integers(24, 60_000), change=st.binary(min_size=1, max_size=4))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_change_of_the_bytes_is_survived(at: int, change: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = bytearray(_many_once())
    at = max(24, at % len(data))
    data[at : at + len(change)] = change
    _rows(bytes(data), tmp_path / "x", monkeypatch, GLANCING)
