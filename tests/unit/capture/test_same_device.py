"""What a device was told at one of its addresses names what it connects to from another; a router is no device."""

from pathlib import Path

import numpy as np
import pytest

from auditor.capture import columns as c
from auditor.capture import compiled, engine
from auditor.capture.same_device import MAX_ADDRESSES, MAX_DEVICES, same_device
from tests.unit.capture.both_ways import both_ways
from tests.unit.capture.reading_of import read
from tests.unit.capture.wire import CLIENT, RESOLVER, Wire, dns_message, ethernet, ip, tcp_segment, udp_datagram

CARD, OTHER, ROUTER = "02000000000a", "02000000000b", "020000000001"
SIX, SERVER_6, SERVER_4 = "2001:db8::40", "2001:db8:9::7", "203.0.113.77"


def _frame(wire: Wire, source: str, target: str, packet: bytes) -> None:
    wire.add(packet)
    at, frame = wire.frames[-1]
    wire.frames[-1] = (at, bytes.fromhex(target) + bytes.fromhex(source) + frame[12:])


def _told(wire: Wire, address: str, *, client: str = CLIENT, card: str = CARD) -> None:
    answer = udp_datagram(53, 40_000, dns_message("told.example.com", address))
    resolver = RESOLVER if "." in client else "2001:db8::1"
    _frame(wire, card, ROUTER, ip(client, resolver, 17, udp_datagram(40_000, 53, dns_message("told.example.com"))))
    _frame(wire, ROUTER, card, ip(resolver, client, 17, answer))


def _connects(wire: Wire, client: str, server: str, *, card: str = CARD) -> None:
    _frame(wire, card, ROUTER, ip(client, server, 6, tcp_segment(50_000, 9_100, 7, 0, 2)))
    _frame(wire, card, ROUTER, ip(client, server, 6, tcp_segment(50_000, 9_100, 8, 1, 24, b"\x1b%-12345X")))


@pytest.mark.parametrize(("asked", "connected", "server"), [(CLIENT, SIX, SERVER_6), (SIX, CLIENT, SERVER_4)])
def test_an_answer_names_flows_from_the_device_s_other_address(
    asked: str, connected: str, server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In both looks, with payload or without, and in compiled code."""
    wire = Wire()
    _told(wire, server, client=asked)
    _connects(wire, connected, server)
    _frame(wire, CARD, ROUTER, ip(connected, server, 6, tcp_segment(50_001, 9_101, 7, 0, 2)))
    flows = both_ways(wire.pcap(), tmp_path, monkeypatch)
    assert [(flow["host"], flow["host_source"]) for flow in flows[1:]] == [("told.example.com", "dns_answer")] * 2
    monkeypatch.setattr(engine, "engine_for", lambda size: compiled.engine())
    assert read(wire.pcap(), tmp_path, inspect=False).flows == flows
    monkeypatch.setattr(engine, "engine_for", lambda size: engine.PLAIN)
    assert read(wire.pcap(), tmp_path).flows == flows


def _another_device(wire: Wire) -> None:
    _told(wire, SERVER_6)
    _connects(wire, SIX, SERVER_6, card=OTHER)


def _a_router(wire: Wire) -> None:
    _told(wire, SERVER_6)
    _told(wire, "198.51.100.9", client="192.168.50.41")
    _connects(wire, SIX, SERVER_6)


def _two_cards(wire: Wire) -> None:
    _told(wire, SERVER_6)
    _connects(wire, SIX, "2001:db8:9::8")
    _connects(wire, SIX, SERVER_6, card=OTHER)


def _too_late(wire: Wire) -> None:
    _told(wire, SERVER_6)
    wire.now += 3_600 * 10**9
    _connects(wire, SIX, SERVER_6)


@pytest.mark.parametrize("case", [_another_device, _a_router, _two_cards, _too_late], ids=lambda case: case.__name__.strip("_"))
def test_who_was_not_told_is_not_named(case: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert callable(case)
    wire = Wire()
    case(wire)
    flows = both_ways(wire.pcap(), tmp_path, monkeypatch)
    assert [flow["host"] for flow in flows if flow["server_ip"] == SERVER_6] == [None]


def test_a_packet_within_a_tunnel_has_no_card(tmp_path: Path) -> None:
    """The cards are those of the tunnel's ends."""
    inner = ethernet(ip(SIX, SERVER_6, 6, tcp_segment(50_000, 9_100, 7, 0, 24, b"hello")))
    wire = Wire()
    _told(wire, SERVER_6)
    _frame(wire, CARD, ROUTER, ip(CLIENT, "192.0.2.9", 17, udp_datagram(50_000, 4_789, b"\x08" + bytes(7) + inner)))
    assert read(wire.pcap(), tmp_path).flow("tcp-0")["host"] is None


def _rows(*ends: tuple[int, int, int]) -> "np.ndarray[tuple[int, ...], np.dtype[np.int64]]":
    rows = np.zeros((len(ends), c.CONVERSATION_CELLS), np.int64)
    rows[:, c.CARD + 1] = -1
    for row, (card, high, low) in zip(rows, ends, strict=True):
        row[c.CARD], row[c.ADDRESS_HI], row[c.ADDRESS_LO] = card, high, low
    return rows


FOUR = 0xFFFF << 32
CASES = {
    "a device": ([(5, 0, FOUR | 9), (5, 1 << 60, 2), (5, 1 << 60, 2)], (("0.0.0.9", "1000::2"),)),
    "no card": ([(-1, 0, FOUR | 9), (-1, 1 << 60, 2)], ()),
    "a group": ([(1 << 40, 0, FOUR | 9), (1 << 40, 1 << 60, 2)], ()),
    "no IPv4 address": ([(5, 1 << 60, 1), (5, 1 << 60, 2)], ()),
    "an unassigned and a fleeting one more": (
        [(5, 0, FOUR | 9), (5, 0, FOUR), (5, 0, 0), (5, 0, FOUR | 0xA9FE0102), (5, -1, 2)], (("0.0.0.9", "ffff:ffff:ffff:ffff::2"),),
    ),
    "no local network": (
        [(card, high, FOUR | card) for card in range(1, MAX_DEVICES + 2) for high in (0, 1)], (),
    ),
    "too many": ([(5, 0, FOUR | 9), *((5, 1, number) for number in range(MAX_ADDRESSES))], ()),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_is_one_device(name: str) -> None:
    ends, devices = CASES[name]
    assert same_device(_rows(*ends)) == devices
