"""MQTT at a glance: a whole CONNECT packet is all that is wanted, anything else gets the closer look, and both say the same."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.capture import columns as c
from auditor.capture import mqtt
from auditor.capture.glance_mqtt import _is_connect, take_connect
from tests.unit.capture.both_ways import both_ways
from tests.unit.capture.wire import Wire

NAMES = (b"\0\4MQTT\4", b"\0\6MQIsdp\3", b"\0\4MQTT\5")


def connect(name: bytes = NAMES[0], client: bytes = b"device-1", size: bytes | None = None) -> bytes:
    """A CONNECT packet; `size`: as its fixed header says it."""
    body = name + b"\2\0\x3c" + (b"\0" if name.endswith(b"\5") else b"") + len(client).to_bytes(2) + client
    return b"\x10" + (bytes([len(body)]) if size is None else size) + body


def _is_whole(data: bytes) -> bool:
    """By the reader of the closer look."""
    head = mqtt.header_size(data)
    return bool(mqtt.begins_mqtt(data)) and head is not None and head + mqtt.body_size(data) == len(data)


LONG = connect(client=b"x" * 200, size=b"\xd4\x01")
CASES = [
    *(connect(name) for name in NAMES), LONG, connect(size=b"\x94\x80\x00"), connect(size=b"\x94\x80\x80\x00"),
    connect(size=b"\x94\x80\x80\x80\x00"), connect(size=b"\x15"), connect(size=b"\x13"), connect(b"\0\4MQTX\4"), connect()[:-3],
    connect() + b"\x82\x05\0\1\0\0\0", b"\x10", b"\x10\x08\0\4MQTT\4\2", b"\x10\x06\0\4MQTT", b"\x10\x08\0\6MQIsdp", b"\x10\0",
    b"\x11" + connect()[1:], LONG[:-1],
]  # fmt: skip


@pytest.mark.parametrize("data", CASES)
def test_what_is_understood_is_what_the_closer_look_ends_with(data: bytes) -> None:
    assert not _is_connect(data + b"\0" * 8, 0, len(data)) or _is_whole(data)


@pytest.mark.parametrize("data", [*CASES[:6], b"\x10\x08\0\4MQTT\4\2"])
def test_whole_packets_are_understood(data: bytes) -> None:
    assert _is_whole(data) is _is_connect(b"\0" + data, 1, len(data)) is True


@given(st.sampled_from(CASES), st.integers(0, 20), st.binary(max_size=3))
def test_any_change_is_judged_alike_or_left(data: bytes, at: int, change: bytes) -> None:
    wounded = bytearray(data)
    wounded[at : at + len(change)] = change
    found = _is_connect(bytes(wounded) + b"\0" * 8, 0, len(wounded))
    assert not found or (_is_whole(bytes(wounded)) and wounded[0] >> 4 == mqtt.CONNECT)


@pytest.mark.parametrize(("known", "client"), [(-1, 1), (0, 0), (1, 1)])
def test_the_side_that_connects_is_the_client_where_nobody_knew(known: int, client: int) -> None:
    rows, pick, state = (np.zeros(shape, np.int64) for shape in ((1, c.CONVERSATION_CELLS), c.PICK_CELLS, c.STATE_CELLS))
    rows[0, c.CLIENT], rows[0, c.BUDGET : c.BUDGET + 2] = known, 9_000
    pick[c.P_LENGTH] = len(connect())
    take_connect(connect(), memoryview(pick), memoryview(rows), 0, 1, memoryview(state))
    assert rows[0, c.CLIENT] == client
    assert rows[0, c.APPLICATION] == c.A_MQTT
    assert not rows[0, c.BUDGET : c.BUDGET + 2].any()


def test_both_looks_say_the_same_of_connections(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whole packets, pieces, packets in one segment, a server that speaks first, a name that DNS gave, and what follows."""
    wire = Wire()
    wire.resolve("broker.example", "198.51.100.20")
    for number, data in enumerate(CASES):
        wire.connect(sport=40_000 + number, port=1_883).open().up(data).down(b"\x20\2\0\0").up(b"\x30\7\0\5t/one").close()
    wire.connect(sport=41_000).open().up(connect()[:9]).up(connect()[9:]).down(b"\x20\2\0\0").close()
    wire.connect(sport=41_001).open().down(b"220 hello\r\n").up(connect())
    wire.connect("198.51.100.20", sport=41_002, port=1_883).open().up(connect()).up(connect())
    wire.connect(sport=41_003).open().down(connect()).up(b"\x20\2\0\0")
    wire.connect(sport=41_004).up(connect()).down(b"\x20\2\0\0")
    flows = both_ways(wire.pcap(), tmp_path, monkeypatch)
    assert sum(flow["application"] == "mqtt" for flow in flows) >= 12
    assert [flow["host"] for flow in flows if flow["client_port"] == 41_002] == ["broker.example"]
