"""The table of a capture's conversations: those with a story and those without stand in one order, with the same columns."""

import os
from pathlib import Path

import pytest

from auditor.capture import engine, turns
from auditor.model.tables import OBSERVED
from tests.unit.capture.both_ways import GLANCING
from tests.unit.capture.reading_of import read
from tests.unit.capture.wire import CLIENT, SERVER, SYN, Wire, client_hello, ip, records, tcp_segment


def test_what_said_nothing_is_a_row_like_the_others(tmp_path: Path) -> None:
    """A SYN without an answer: counted, named by DNS, its protocol unknown."""
    wire = Wire()
    wire.resolve("asked.example", SERVER, chain=("cdn.example",))
    wire.connect(sport=50_000).open().up(records(client_hello("api.example.com")))
    wire.connect(sport=50_001).open()
    frame = read(wire.pcap(), tmp_path).reading.flows
    assert tuple(frame.columns) == OBSERVED.names
    rows = {row["flow_id"]: row for row in frame.to_dict("records")}
    silent = rows["tcp-1"]
    assert (silent["client_ip"], silent["client_port"], silent["server_ip"], silent["server_port"]) == (
        CLIENT,
        50_001,
        SERVER,
        443,
    )
    assert (silent["host"], silent["host_source"], list(silent["cnames"])) == ("asked.example", "dns_answer", ["cdn.example"])
    assert (silent["application"], silent["visibility"], list(silent["names"]), list(silent["unread"])) == (None, None, [], [])
    assert (silent["packets_up"], silent["packets_down"]) == (2, 1)
    assert (rows["tcp-0"]["application"], rows["tcp-0"]["host"]) == ("tls", "api.example.com")


def test_rows_stand_in_the_order_of_their_start(tmp_path: Path) -> None:
    """Whether they have a story or not; of two at one time, by flow id."""
    wire = Wire()
    for number in range(6):
        connection = wire.connect(sport=50_000 + number).open()
        if number % 2:
            connection.up(records(client_hello(f"h{number}.example")))
    frame = read(wire.pcap(), tmp_path).reading.flows
    assert frame["flow_id"].tolist() == [f"tcp-{number}" for number in range(6)]
    assert frame["started"].is_monotonic_increasing


def test_conversations_of_one_packet_cost_no_object_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A scan of a million ports must not need a dictionary for each."""
    monkeypatch.setattr("auditor.capture.observed._row", lambda *_: pytest.fail("a row was made by itself"))
    wire = Wire()
    for number in range(300):
        wire.add(ip(CLIENT, f"198.51.{number >> 8}.{number & 255}", 6, tcp_segment(50_000, 80, number, 0, SYN)))
    flows = read(wire.pcap(), tmp_path).reading.flows
    assert flows["server_ip"].nunique() == len(flows) == 300


def test_rows_of_stories_may_be_made_beside_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By another process, where a first look was enough for most conversations: the same table."""
    wire = Wire()
    for number in range(12):
        connection = wire.connect(sport=50_000 + number).open()
        connection.up(records(client_hello(f"h{number}.example")) if number % 3 else b"of no known protocol")
    monkeypatch.setattr(engine, "engine_for", lambda size: GLANCING)
    monkeypatch.setattr(turns, "cores", lambda: 2)
    alone = read(wire.pcap(), tmp_path, inspect=False).reading.table
    children: list[int] = []
    fork = os.fork

    def noted() -> int:
        children.append(fork())
        return children[-1]

    monkeypatch.setattr(os, "fork", noted)
    monkeypatch.setattr("auditor.capture.observed.MANY", 1)
    both = read(wire.pcap(), tmp_path, inspect=False).reading.table
    assert (len(children), both.equals(alone), len(both)) == (1, True, 12)
