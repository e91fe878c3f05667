"""The pcapng reader: sections, interfaces and their clocks; strict about every length; losses as the file says."""

import struct
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor.capture import pcapng as pcapng_reader
from auditor.capture.pcapng import MAX_LIES, READER
from auditor.capture.reader import ReadOptions
from auditor.errors import CaptureError, DamagedError
from auditor.model.loss import Loss, LossKind
from auditor.model.vocabulary import Outcome
from tests.unit.capture.reading_of import read
from tests.unit.capture.wire import CLIENT, SERVER, START, Wire, block, enhanced, interface, option, pcapng, section

END = option(0, b"")


def _wire(count: int = 3) -> Wire:
    wire = Wire()
    for number in range(count):
        wire.udp(CLIENT, 4_000 + number, SERVER, 5_000, b"hello %d" % number)
    return wire


FRAME = _wire(1).frames[0][1]


@pytest.mark.parametrize("big", [0, 1])
def test_reads_both_byte_orders(big: int, tmp_path: Path) -> None:
    result = read(pcapng(_wire().frames, big=big), tmp_path)
    assert result.reading.outcome is Outcome.READ
    assert [flow["flow_id"] for flow in result.flows] == ["udp-0", "udp-1", "udp-2"]
    assert result.flows[0]["started"].value == START + 1_000_000


def test_sections_of_both_orders_follow_each_other(tmp_path: Path) -> None:
    frames = _wire().frames
    result = read(pcapng(frames[:1]) + pcapng(frames[1:2], big=1) + pcapng(frames[2:]), tmp_path)
    assert len(result.flows) == 3


@pytest.mark.parametrize(
    ("options", "ticks"),
    [
        (b"", START // 1_000),
        (option(9, b"\x09"), START),
        (option(9, b"\x03"), START // 1_000_000),
        (option(9, b"\x0c"), START * 1_000 % 2**63),
        (option(9, b"\x00"), START // 10**9),
        (option(9, b"\x8a"), (START // 10**9) << 10),
        (option(14, struct.pack("<q", START // 10**9)), 0),
    ],
    ids=["microseconds", "nanoseconds", "milliseconds", "picoseconds", "seconds", "2^-10", "offset"],
)
def test_every_interface_has_its_own_clock(options: bytes, ticks: int, tmp_path: Path) -> None:
    data = section() + interface(options=options + END) + enhanced(0, FRAME, ticks=ticks)
    started = read(data, tmp_path).flows[0]["started"].value
    assert started == (START if ticks != START * 1_000 % 2**63 else ticks // 1_000)


def test_a_clock_beyond_reason_is_held_within_the_table(tmp_path: Path) -> None:
    for resolution in (b"\xff", b"\x00", b"\x13", b"\x80"):
        data = section() + interface(options=option(9, resolution) + END) + enhanced(0, FRAME, ticks=2**64 - 1)
        assert len(read(data, tmp_path).flows) == 1


def test_interfaces_have_their_own_link_types(tmp_path: Path) -> None:
    data = section() + interface(1) + interface(101) + enhanced(START, FRAME) + enhanced(START, FRAME[14:], number=1)
    (flow,) = read(data, tmp_path).flows
    assert flow["packets_up"] == 2


def test_packets_of_more_interfaces_than_are_kept_cannot_be_read_which_is_no_damage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pcapng_reader, "MAX_INTERFACES", 3)
    packets = b"".join(enhanced(START, frame, number=number) for number, (_, frame) in enumerate(_wire(5).frames))
    reading = read(section() + interface() * 5 + packets, tmp_path).reading
    assert (reading.outcome, reading.damage, len(reading.flows)) == (Outcome.READ, (), 3)
    assert [(loss.dropped, loss.kind) for loss in reading.losses] == [(2, LossKind.UNREADABLE)]
    assert reading.notes == ("2 packets have a link type that is not known (of interfaces beyond those that are kept)",)


def test_five_thousand_interfaces_are_read(tmp_path: Path) -> None:
    assert len(read(section() + interface() * 5_000 + enhanced(START, FRAME, number=4_999), tmp_path).flows) == 1


def test_reads_simple_and_old_packet_blocks(tmp_path: Path) -> None:
    simple = block(3, struct.pack("<I", len(FRAME)) + FRAME)
    old = block(2, struct.pack("<HHIIII", 0, 0, 0, 5, len(FRAME), len(FRAME)) + FRAME)
    result = read(section() + interface() + simple + old, tmp_path)
    assert result.flows[0]["packets_up"] == 2
    assert result.reading.notes == ()


def test_packets_without_a_time_are_not_older_than_others(tmp_path: Path) -> None:
    simple = block(3, struct.pack("<I", len(FRAME)) + FRAME)
    assert read(section() + interface() + enhanced(START, FRAME) + simple * 2, tmp_path).reading.notes == ()


def test_a_packet_without_a_time_has_none(tmp_path: Path) -> None:
    (flow,) = read(section() + interface() + block(3, struct.pack("<I", len(FRAME)) + FRAME), tmp_path).flows
    assert flow["started"] is None


def test_unknown_blocks_are_gone_over(tmp_path: Path) -> None:
    data = section() + block(0xBAD, bytes(100)) + interface() + block(4, b"") + enhanced(START, FRAME)
    assert len(read(data, tmp_path).flows) == 1


def test_a_capture_without_packets_is_empty(tmp_path: Path) -> None:
    assert read(section() + interface(), tmp_path).reading.outcome is Outcome.EMPTY
    assert read(section(), tmp_path).reading.outcome is Outcome.EMPTY


GOOD = section() + interface() + enhanced(START, FRAME)
DAMAGES = {
    "length 0": block(6, bytes(20), total=0),
    "length 8": block(6, bytes(20), total=8),
    "length uneven": block(6, bytes(20), total=33),
    "length beyond reason": block(6, bytes(20), total=0xFFFFFFF0),
    "trailer differs": block(6, bytes(20), trailer=64),
    "interface never described": enhanced(START, FRAME, number=7),
    "captured beyond the block": block(6, struct.pack("<IIIII", 0, 0, 0, 5_000, 5_000) + bytes(40)),
    "old block, interface never described": block(2, struct.pack("<HHIIII", 9, 0, 0, 0, 4, 4) + bytes(4)),
    "cut in the head": enhanced(START, FRAME)[:6],
    "cut in the data": enhanced(START, FRAME)[:-6],
    "interface description cut": block(1, b"\0\0\0\0"),
    "statistics of no interface": block(5, struct.pack("<III", 3, 0, 0)),
    "section without order mark": block(0x0A0D0D0A, bytes(16)),
    "unknown block, length 0": struct.pack("<II", 0xBAD, 0) + bytes(20),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_damage_is_named_where_it_stands_and_what_came_before_is_kept(name: str, tmp_path: Path) -> None:
    result = (
        read(GOOD + DAMAGES[name] + enhanced(START, FRAME), tmp_path)
        if "cut in" not in name
        else read(GOOD + DAMAGES[name], tmp_path)
    )
    assert result.reading.outcome is Outcome.DAMAGED
    (damage,) = result.reading.damage
    assert damage.where == f"byte {len(GOOD)}"
    assert "packet 1" in damage.what
    assert [flow["packets_up"] for flow in result.flows] == [1]


def test_a_cut_section_header_is_an_error_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(section()[:20])
    with pytest.raises(DamagedError, match="byte 20"):
        READER.read(str(path), ReadOptions())


def _statistics(number: int, *options: bytes) -> bytes:
    return block(5, struct.pack("<III", number, 0, 9) + b"".join(options) + END)


def test_losses_are_what_the_statistics_say(tmp_path: Path) -> None:
    stamp = struct.pack("<II", (START // 1_000) >> 32, START // 1_000 & 0xFFFFFFFF)
    last = _statistics(0, option(2, stamp), option(3, stamp), option(4, struct.pack("<Q", 500)), option(5, struct.pack("<Q", 7)))
    result = read(GOOD + last, tmp_path)
    assert result.reading.loss_known
    assert result.reading.losses == (Loss(started=START, ended=START, delivered=493, dropped=7),)


def _cumulative(seconds: int, received: int, dropped: int, interface: int = 0) -> bytes:
    """Statistics as recorders write them every ten seconds: all counts since the beginning."""
    start, at = (START // 1_000 + offset * 1_000_000 for offset in (0, seconds))
    stamps = [option(code, struct.pack("<II", time >> 32, time & 0xFFFFFFFF)) for code, time in ((2, start), (3, at))]
    return _statistics(interface, *stamps, option(4, struct.pack("<Q", received)), option(5, struct.pack("<Q", dropped)))


def test_losses_between_two_statistics_are_their_difference(tmp_path: Path) -> None:
    """One bad interval in a long recording stays one: it is not spread over the whole."""
    data = GOOD + _cumulative(10, 10_000, 0) + _cumulative(20, 20_000, 4_000) + _cumulative(30, 1_000_000, 4_000)
    second = 10**9
    assert read(data, tmp_path).reading.losses == (
        Loss(started=START, ended=START + 10 * second, delivered=10_000, dropped=0),
        Loss(started=START + 10 * second, ended=START + 20 * second, delivered=6_000, dropped=4_000),
        Loss(started=START + 20 * second, ended=START + 30 * second, delivered=980_000, dropped=0),
    )


def test_files_of_a_rotated_set_go_on_counting(tmp_path: Path) -> None:
    """The second file's counts include the first's, also where the first ends without any."""
    head = section() + interface() + enhanced(START, FRAME)
    for number, data in enumerate((head + _cumulative(10, 500, 5), head, head + _cumulative(30, 900, 5)), 1):
        (tmp_path / f"x_{number:05}_20261122000000.pcapng").write_bytes(data)
    reading = READER.read(str(tmp_path / "x_00001_20261122000000.pcapng"), ReadOptions())
    assert [(loss.delivered, loss.dropped) for loss in reading.losses] == [(495, 5), (400, 0)]
    assert reading.loss_known


@pytest.mark.parametrize("statistics", [b"", _statistics(0), _statistics(0, option(4, struct.pack("<Q", 500)))])
def test_without_a_drop_count_the_loss_is_not_known(statistics: bytes, tmp_path: Path) -> None:
    result = read(GOOD + statistics, tmp_path)
    assert (result.reading.loss_known, result.reading.losses) == (False, ())


def test_every_interface_must_say_what_it_lost(tmp_path: Path) -> None:
    data = section() + interface() + interface() + enhanced(START, FRAME) + _statistics(0, option(5, bytes(8)))
    assert not read(data, tmp_path).reading.loss_known


def test_a_block_larger_than_the_window_fits(tmp_path: Path) -> None:
    data = section() + block(0xBAD, bytes(6 * 1024 * 1024)) + interface() + enhanced(START, FRAME)
    assert len(read(data, tmp_path).flows) == 1


@given(at=st.integers(0, 200), change=st.binary(max_size=8))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_change_returns_or_raises_a_capture_error(at: int, change: bytes, tmp_path: Path) -> None:
    data = bytearray(GOOD + _statistics(0, option(5, bytes(8))))
    data[at : at + len(change)] = change
    path = tmp_path / "x"
    path.write_bytes(bytes(data))
    try:
        READER.read(str(path), ReadOptions(inspect=lambda message: None))
    except CaptureError as error:
        assert error.source is not None


def test_of_several_names_of_an_address_the_first_counts(tmp_path: Path) -> None:
    """Like in a file of hosts; a later record says it anew."""
    address = bytes([198, 51, 100, 7])
    records = [option(1, address + names) for names in (b"a.example\0b.example\0", b"c.example\0d.example\0")]
    wire = Wire()
    wire.connect("198.51.100.7", 9_000).open()
    packets = b"".join(enhanced(*frame) for frame in wire.frames)
    for blocks, host in ((records[:1], "a.example"), (records, "c.example")):
        data = section() + interface(1) + block(4, b"".join(blocks) + bytes(4)) + packets
        assert [flow["host"] for flow in read(data, tmp_path).flows] == [host]


LIES = {
    "an option of an interface": (interface(1, options=struct.pack("<HH", 2, 65_535)), "an option"),
    "an option of the section": (block(0x0A0D0D0A, struct.pack("<IHHqHH", 0x1A2B3C4D, 1, 0, -1, 4, 60)), "an option"),
    "secrets": (block(10, struct.pack("<II", 0x544C534B, 0xFFFFFF) + b"abc "), "decryption secrets"),
    "an option behind secrets": (block(10, struct.pack("<II", 0x544C534B, 4) + b"abc " + b"\1\0\x40\0"), "an option"),
    "a name": (block(4, struct.pack("<HH", 1, 60_000) + b"abcd"), "a name"),
    "an option behind names": (block(4, bytes(4) + struct.pack("<HH", 2, 40)), "an option"),
}


@pytest.mark.parametrize("name", LIES)
def test_a_length_that_lies_within_a_block_is_damage_and_reading_goes_on(name: str, tmp_path: Path) -> None:
    """Its place is the block's; every packet behind it counts."""
    wire = Wire()
    wire.udp(CLIENT, 40_000, SERVER, 9_000, b"hello")
    lying, what = LIES[name]
    start = section() + interface(1)
    described = b"" if "section" not in name else interface(1)
    data = start + enhanced(*wire.frames[0]) + lying + described + enhanced(*wire.frames[0])
    reading = read(data, tmp_path).reading
    place = len(start + enhanced(*wire.frames[0]))
    (damage,) = reading.damage
    assert (damage.where, damage.what.startswith(what)) == (f"byte {place}", True)
    assert damage.what.endswith("block (behind packet 1)")
    assert reading.flows["packets_up"].sum() == 2


def test_thousands_of_lies_are_not_told_one_by_one(tmp_path: Path) -> None:
    data = section() + interface(1) + 3 * MAX_LIES * LIES["a name"][0]
    assert len(read(data, tmp_path).reading.damage) == MAX_LIES
