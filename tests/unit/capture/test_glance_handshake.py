"""TLS at a glance: of a flood of hellos that lack their end the first segment is read, in the closer look's own words."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor.capture import glance_notes, pending
from auditor.capture.marked import CUT_NOTE, ECH_NOTE, TOO_MANY_NOTE
from tests.unit.capture.both_ways import GLANCING, both_ways
from tests.unit.capture.test_glance import _rows
from tests.unit.capture.wire import Tcp, Wire, alpn, client_hello, extension, pcap, records, server_hello, server_name

HELLO = client_hello("seen.example.com", more=extension(0xFE0D, bytes(300)))
HELLOS = {
    "its name": HELLO[:200],
    "its name and more": HELLO[:-1],
    "half a name": HELLO[: HELLO.index(b"example") + 3],
    "no extension": HELLO[:83],
    "no list of ciphers": HELLO[:72],
    "random numbers alone": HELLO[:30],
    "the name twice": client_hello("seen.example.com", more=server_name("twice.example.com") + extension(21, bytes(300)))[:250],
    "protocols that break their rules": client_hello(protocols=(), more=extension(16, b"\0\x09\x08h2") + bytes(300))[:200],
    "greasy protocols": client_hello(protocols=("\x0a\x0a", "h2"), more=extension(21, bytes(300)))[:200],
    "a long record": client_hello("seen.example.com", more=extension(21, bytes(8_000)))[:1_300],
    "no plain name": client_hello(b"seen\x80.example", more=extension(21, bytes(300)))[:250],
    "an address": client_hello("198.51.100.7", more=extension(21, bytes(300)))[:250],
}


@pytest.fixture
def flood(monkeypatch: pytest.MonkeyPatch) -> None:
    """No pending buffer is left, and no strange conversation gets the closer look."""
    monkeypatch.setattr(pending, "SLOTS", 0)
    monkeypatch.setattr(glance_notes, "FEW", 0)


def _begun(wire: Wire, name: str) -> Tcp:
    whole = {"a long record": 8_600}.get(name, 900)
    data = HELLOS[name]
    size = max(whole, len(data) + 1)
    body = data[:1] + (size - 4).to_bytes(3, "big") + data[4:]
    return wire.connect().open().up(records(body + bytes(size - len(body)))[: 5 + len(data)])


@pytest.mark.parametrize("answered", [False, True])
@pytest.mark.parametrize("name", HELLOS)
def test_a_flood_says_what_the_closer_look_says(
    name: str, answered: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, flood: None
) -> None:
    wire = Wire()
    connection = _begun(wire, name)
    if answered:
        connection.down(records(server_hello(protocol="h2")))
    (flow,) = both_ways(wire.pcap(), tmp_path, monkeypatch)
    assert CUT_NOTE in flow["unread"]
    assert flow["application"] == "tls"


def test_a_hello_whose_end_was_there_says_that_it_was_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, flood: None
) -> None:
    wire = Wire()
    _begun(wire, "its name").up(bytes(700)).up(bytes(700))
    (flow,) = _rows(wire.pcap(), tmp_path / "x", monkeypatch, GLANCING)
    assert (flow["host"], flow["unread"]) == ("seen.example.com", str([TOO_MANY_NOTE]))


def test_a_first_segment_that_is_sent_again_is_not_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, flood: None) -> None:
    wire = Wire()
    _begun(wire, "its name and more")
    wire.frames.append((wire.frames[-1][0] + 1, wire.frames[-1][1]))
    (flow,) = both_ways(wire.pcap(), tmp_path, monkeypatch)
    assert (flow["host"], flow["unread"]) == ("seen.example.com", (CUT_NOTE,))


def test_the_encrypted_hello_is_told_beside_the_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, flood: None) -> None:
    hello = client_hello("seen.example.com", more=extension(0xFE0D, bytes(8)) + alpn("h3") + extension(21, bytes(300)))
    wire = Wire()
    wire.connect().open().up(records(hello)[:250])
    (flow,) = both_ways(wire.pcap(), tmp_path, monkeypatch)
    assert flow["unread"] == (ECH_NOTE, CUT_NOTE)


@given(st.integers(12, 400), st.lists(st.tuples(st.integers(9, 400), st.integers(0, 255)), max_size=3))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_cut_and_any_change_agree_with_the_closer_look(
    tmp_path_factory: pytest.TempPathFactory, end: int, changes: list[tuple[int, int]]
) -> None:
    data = bytearray(records(HELLO + bytes(40)))
    data[6:9] = (len(HELLO) + 36).to_bytes(3, "big")
    for at, value in changes:
        data[at] = value
    wire = Wire()
    wire.connect().open().up(bytes(data[:end]))
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(pending, "SLOTS", 0)
        monkeypatch.setattr(glance_notes, "FEW", 0)
        both_ways(pcap(wire.frames), tmp_path_factory.mktemp("cut"), monkeypatch)
