"""Capture files taken apart and put together again."""

import io
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.errors import DamagedError
from auditor.redact.packet_blocks import addresses, read
from tests.unit.capture.wire import CLIENT, SERVER, Wire, block, enhanced, interface, option, pcap, pcapng, section


def wire() -> Wire:
    made = Wire()
    for number in range(3):
        made.udp(CLIENT, 40_000, SERVER, 9_999, b"x" * number)
    return made


PLAIN = {
    "nanoseconds": pcap(wire().frames),
    "microseconds": pcap(wire().frames, nanoseconds=0),
    "big": pcap(wire().frames, big=1),
    "modified": pcap(wire().frames, modified=1),
    "cut": pcap(wire().frames, cut=30),
    "pcapng": pcapng(wire().frames),
    "pcapng big": pcapng(wire().frames, big=1),
    "two sections": pcapng(wire().frames) + pcapng(wire().frames, big=1),
}


@pytest.mark.parametrize("name", PLAIN)
def test_a_file_that_says_nothing_more_is_written_as_it_was(name: str) -> None:
    """Byte for byte, in every form."""
    file = read(io.BytesIO(PLAIN[name]), name)
    assert file.dumped() == PLAIN[name]
    assert len(file.frames) == (6 if name == "two sections" else 3)
    assert file.left_out == {}


def test_options_that_tell_of_the_machine_are_left_out() -> None:
    """Clock, flags and counters stay."""
    said = option(2, b"wlan0") + option(9, b"\x09") + option(11, b"\0host 192.168.50.40") + option(0, b"")
    frame = wire().frames[0][1]
    packet = struct.pack("<IIIII", 0, 0, 7, len(frame), len(frame)) + frame + bytes(-len(frame) % 4)
    packet += option(1, b"a comment") + option(2, b"\1\0\0\0") + option(0, b"")
    statistics = struct.pack("<III", 0, 0, 9) + option(1, b"a comment") + option(5, bytes(8)) + option(0, b"")
    file = read(io.BytesIO(section() + interface(options=said) + block(6, packet) + block(5, statistics)), "x")
    made = file.dumped()
    assert b"wlan0" not in made
    assert b"host" not in made
    assert b"comment" not in made
    assert option(9, b"\x09") in made
    assert option(2, b"\1\0\0\0") in made
    assert option(5, bytes(8)) in made


def test_a_simple_packet_block_is_kept() -> None:
    """It has neither time nor interface."""
    frame = wire().frames[2][1]
    data = section() + interface() + block(3, struct.pack("<I", len(frame)) + frame)
    file = read(io.BytesIO(data), "x")
    assert file.dumped() == data
    assert [bytes(one.data) for one in file.frames] == [frame]


def test_a_frame_that_grew_is_written_with_its_new_lengths() -> None:
    """In both formats."""
    for name in ("nanoseconds", "pcapng"):
        file = read(io.BytesIO(PLAIN[name]), name)
        file.frames[1].data += b"12345"
        file.frames[1].original += 5
        again = read(io.BytesIO(file.dumped()), name)
        assert [len(frame.data) for frame in again.frames] == [42, 48, 44]


def test_hardware_addresses_are_those_of_single_devices() -> None:
    """No broadcast, no group."""
    frame = b"\xff" * 6 + bytes.fromhex("00005e005321") + b"\x08\x06" + bytes(28)
    other = bytes.fromhex("01005e0000fb00005e0053a7") + b"\x08\0" + bytes(28)
    found = set(addresses(read(io.BytesIO(pcap([(1, frame), (2, other)])), "x")))
    assert found == {bytes.fromhex("00005e005321"), bytes.fromhex("00005e0053a7")}


@given(st.sampled_from(sorted(PLAIN)), st.integers(0, 200), st.integers(0, 255))
def test_any_byte_changed_or_cut_is_read_or_refused(name: str, place: int, byte: int) -> None:
    """Never anything else."""
    data = bytearray(PLAIN[name])
    data[place % len(data)] = byte
    for made in (bytes(data), bytes(data)[: -(place % 50) or None]):
        try:
            read(io.BytesIO(made), name).dumped()
        except DamagedError:
            continue


def test_blocks_of_other_kinds_are_counted() -> None:
    """What is left out is said."""
    frame = wire().frames[0][1]
    names = block(4, struct.pack("<HH", 1, 9) + b"\x0a\0\0\1host\0" + bytes(3) + bytes(4))
    file = read(io.BytesIO(section() + interface() + names + block(0xBAD, b"1234") + enhanced(1, frame)), "x")
    assert file.left_out == {"name resolutions": 1, "blocks of other kinds": 1}
