"""A tap that takes everything, sifted down to one device."""

from threading import Event

import pytest

from auditor.record.counters import Counters
from auditor.record.kernel_filter import parse_target
from auditor.record.pcapng_blocks import enhanced_packet
from auditor.record.sifted_tap import SiftedTap, is_of
from tests.unit.devices.lan import MACS, PHONE, PRINTER, ROUTER, Lan
from tests.unit.record.test_wire import MemoryTap


def blocks() -> list[bytes]:
    lan = Lan()
    lan.arp(PRINTER, ROUTER)
    lan.udp(PHONE, 1000, ROUTER, 53, b"x")
    lan.udp(ROUTER, 53, PRINTER, 1000, b"y")
    return [enhanced_packet(at, frame, len(frame)) for at, frame in lan.frames]


class ListTap(MemoryTap):
    """Gives certain blocks."""

    def __init__(self, given: list[bytes]) -> None:
        super().__init__(Event(), [])
        self.given = given

    def drain(self, sink: list[bytes], most: int) -> int:
        taken, self.given = self.given[:most], self.given[most:]
        sink += taken
        self.counters = self.counters.wrote(len(taken))
        return len(taken)


@pytest.mark.parametrize(
    ("target", "wanted"), [(MACS[PRINTER].hex(":"), [0, 2]), (PRINTER, [2]), (PHONE, [1]), ("192.168.50.99", [])]
)
def test_a_block_is_of_a_device_that_sent_or_gets_it(target: str, wanted: list[int]) -> None:
    assert [number for number, block in enumerate(blocks()) if is_of(block, parse_target(target), 1)] == wanted


def test_others_packets_never_came() -> None:
    inner = ListTap(blocks())
    inner.drops = 1
    tap = SiftedTap(inner, parse_target(PRINTER))
    sink: list[bytes] = []
    assert tap.drain(sink, 10) == 3
    assert sink == [blocks()[2]]
    assert tap.read_counters() == Counters(received=2, dropped=1, delivered=1)
    assert tap.filter_text == f"host {PRINTER}"


def test_a_run_of_others_packets_is_no_empty_queue() -> None:
    tap = SiftedTap(ListTap(blocks()), parse_target("192.168.50.99"))
    sink: list[bytes] = []
    assert (tap.drain(sink, 2), tap.drain(sink, 2), tap.drain(sink, 2)) == (2, 1, 0)
    assert sink == []


def test_counts_that_were_kept_before_go_on() -> None:
    inner = ListTap(blocks())
    inner.drain([], 3)
    tap = SiftedTap(inner, parse_target(PRINTER))
    tap.counters = inner.counters.without(2)
    inner.given = blocks()
    tap.drain([], 3)
    assert tap.counters.delivered == 2


def test_all_else_is_the_engines() -> None:
    inner = ListTap([])
    tap = SiftedTap(inner, parse_target(PRINTER))
    assert (tap.engine, tap.interface, tap.link_type, tap.buffer_bytes) == ("memory", "mem0", 1, 1 << 22)
    assert tap.wait(0)
    assert tap.is_up()
    assert tap.narrow(parse_target(PHONE))
    assert tap.filter_text == f"host {PHONE}"
    tap.close_gate()
    tap.close()
    assert inner.gate_is_closed
    assert inner.is_closed
