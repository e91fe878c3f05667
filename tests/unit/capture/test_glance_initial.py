"""QUIC at a glance: of a flood of packets that nobody can decrypt only marks are kept, in the closer look's own words."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor.capture import engine, glance_notes
from auditor.capture.listener import Listener
from auditor.capture.marked import UNREADABLE_NOTE
from auditor.capture.sibling import listen
from tests.rivals.quic_packets import HANDSHAKE, V1, V2, crypto, initial, long_packet
from tests.unit.capture.both_ways import GLANCING, both_ways
from tests.unit.capture.reading_of import read
from tests.unit.capture.wire import CLIENT, SERVER, Wire, client_hello

HELLO = client_hello("seen.example.com")


def _forged(number: int, version: int = V1, more: bytes = b"") -> bytes:
    whole = initial(version, b"id%06d" % number, crypto(0, HELLO))
    return whole[:-1] + bytes([whole[-1] ^ 1]) + more


def _conversation(*datagrams: bytes, sport: int = 50_000, wire: Wire | None = None) -> Wire:
    wire = wire or Wire()
    for data in datagrams:
        wire.udp(CLIENT, sport, SERVER, 443, data)
    return wire


@pytest.fixture
def flood(monkeypatch: pytest.MonkeyPatch) -> None:
    """No strange conversation gets the closer look."""
    monkeypatch.setattr(glance_notes, "FEW", 0)


FLOODS = {
    "forged": (_forged(1),),
    "version 2": (_forged(1, V2),),
    "twice": (_forged(1), _forged(2)),
    "behind it another that is forged": (_forged(1, more=_forged(2)),),
    "behind it a handshake packet": (_forged(1, more=long_packet(V1, HANDSHAKE, b"id", bytes(60))),),
    "then a handshake packet": (_forged(1), long_packet(V1, HANDSHAKE, b"id", bytes(60))),
    "then short headers": (_forged(1), b"\x40" + bytes(50)),
    "a length beyond the datagram": (_forged(1)[:-100],),
    "then one that can be read": (_forged(1), initial(V1, b"original", crypto(0, HELLO))),
    "one that can be read behind it": (_forged(1, more=initial(V1, b"original", crypto(0, HELLO))),),
}


@pytest.mark.parametrize("name", FLOODS)
@pytest.mark.parametrize("answers", [False, True])
def test_a_flood_says_what_the_closer_look_says(
    name: str, answers: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, flood: None
) -> None:
    wire = _conversation(*FLOODS[name])
    if answers:
        wire.udp(SERVER, 443, CLIENT, 50_000, _forged(9))
    (flow,) = both_ways(wire.pcap(), tmp_path, monkeypatch)
    seen = "that can be read" in name
    assert (flow["host"], flow["unread"]) == (("seen.example.com", ()) if seen else (None, (UNREADABLE_NOTE,)))


def _stories(data: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[int, list[dict[str, Any]]]:
    """How many conversations got the closer look, and the rows."""
    monkeypatch.setattr(engine, "engine_for", lambda size: GLANCING)
    made: list[int] = []

    def noted(*given: Any) -> tuple[Listener, Any]:
        listener, found = listen(*given)
        made.append(len(listener.stories))
        return listener, found

    monkeypatch.setattr("auditor.capture.sibling.listen", noted)
    rows = read(data, tmp_path, inspect=False).flows
    return made[0], rows


def test_of_a_flood_only_few_and_a_share_get_the_closer_look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(glance_notes, "FEW", 3)
    wire = Wire()
    for number in range(140):
        _conversation(_forged(number), sport=20_000 + number, wire=wire)
    stories, rows = _stories(wire.pcap(), tmp_path, monkeypatch)
    assert stories == 3 + 139 // glance_notes.SHARE
    assert {row["unread"] for row in rows} == {(UNREADABLE_NOTE,)}


def test_endless_packets_of_one_conversation_are_tried_so_often(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, flood: None
) -> None:
    (flow,) = both_ways(_conversation(*map(_forged, range(50))).pcap(), tmp_path, monkeypatch)
    assert (flow["packets_up"], flow["unread"]) == (50, (UNREADABLE_NOTE,))


@given(changes=st.lists(st.tuples(st.integers(0, 1_300), st.binary(max_size=12)), max_size=3), end=st.integers(0, 2_500))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_change_of_a_forged_datagram_is_survived(
    changes: list[tuple[int, bytes]], end: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, flood: None
) -> None:
    data = bytearray(_forged(1, more=_forged(2)))
    for at, change in changes:
        data[at : at + len(change)] = change
    (flow,) = both_ways(_conversation(bytes(data[:end]) or b"?", _forged(3)).pcap(), tmp_path, monkeypatch)
    assert flow["packets_up"] == 2
