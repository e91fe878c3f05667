"""The pcap reader: both byte orders, both clocks; damage is named with its place and what stands before it is kept."""

import gzip
import struct
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor.capture.pcap import READER, read_head
from auditor.capture.reader import ReadOptions
from auditor.errors import CaptureError, DamagedError
from auditor.model.vocabulary import Outcome
from tests.unit.capture.reading_of import read
from tests.unit.capture.wire import CLIENT, SERVER, START, Wire, pcap


def _wire() -> Wire:
    wire = Wire()
    for number in range(3):
        wire.udp(CLIENT, 4_000 + number, SERVER, 5_000, b"hello %d" % number)
    return wire


@pytest.mark.parametrize("options", [{}, {"big": 1}, {"nanoseconds": 0}, {"big": 1, "nanoseconds": 0}, {"modified": 1}])
def test_reads_every_variant_alike(options: dict[str, int], tmp_path: Path) -> None:
    result = read(_wire().pcap(**options), tmp_path)
    assert result.reading.outcome is Outcome.READ
    assert [flow["flow_id"] for flow in result.flows] == ["udp-0", "udp-1", "udp-2"]
    assert result.flows[0]["started"].value == START + 1_000_000
    assert len(result.messages) == 3


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress])
def test_reads_compressed_files(pack: Callable[[bytes], bytes], tmp_path: Path) -> None:
    assert len(read(pack(_wire().pcap()), tmp_path).flows) == 3


def test_a_compressed_file_that_ends_early_keeps_what_came_before(tmp_path: Path) -> None:
    import random

    wire = Wire()
    noise = random.Random(1)
    for number in range(2_000):
        wire.udp(CLIENT, 4_000 + number, SERVER, 5_000, noise.randbytes(100))
    whole = gzip.compress(wire.pcap())
    result = read(whole[: len(whole) // 2], tmp_path)
    assert result.reading.outcome is Outcome.DAMAGED
    assert 800 < len(result.flows) < 1_200
    assert "ends early" in result.reading.damage[0].what


def test_a_capture_without_packets_is_empty(tmp_path: Path) -> None:
    result = read(pcap([]), tmp_path)
    assert (result.reading.outcome, len(result.flows)) == (Outcome.EMPTY, 0)


@pytest.mark.parametrize("cut", [1, 20, 40, 49, 50, 60])
def test_a_file_that_ends_inside_a_packet_keeps_the_others(cut: int, tmp_path: Path) -> None:
    data = _wire().pcap()
    last = len(data) - (16 + 14 + 20 + 8 + 7)
    result = read(data[:-cut], tmp_path)
    assert (result.reading.outcome, len(result.flows)) == (Outcome.DAMAGED, 2)
    (damage,) = result.reading.damage
    assert damage.where == f"byte {last}"


@pytest.mark.parametrize("length", [0xFFFFFFFF, 0x7FFFFFFF, 300_000])
def test_a_length_that_lies_is_damage_where_it_stands(length: int, tmp_path: Path) -> None:
    data = bytearray(_wire().pcap())
    second = 24 + 16 + 49
    data[second + 8 : second + 12] = struct.pack("<I", length)
    result = read(bytes(data), tmp_path)
    (damage,) = result.reading.damage
    assert (damage.where, len(result.flows)) == (f"byte {second}", 1)
    assert "packet 2" in damage.what


@pytest.mark.parametrize("zeros", [16, 4096])
def test_zeros_behind_the_packets_are_damage(zeros: int, tmp_path: Path) -> None:
    """A file whose space was set aside before the machine stopped ends in them; they are no packets."""
    data = _wire().pcap()
    result = read(data + bytes(zeros), tmp_path)
    (damage,) = result.reading.damage
    assert (damage.where, len(result.flows)) == (f"byte {len(data)}", 3)
    assert "zeros" in damage.what


def test_a_cut_file_header_is_an_error_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(_wire().pcap()[:13])
    with pytest.raises(DamagedError, match="byte 13"):
        READER.read(str(path), ReadOptions())


def test_an_original_length_below_the_captured_one_counts_as_captured(tmp_path: Path) -> None:
    data = bytearray(_wire().pcap())
    data[24 + 12 : 24 + 16] = bytes(4)
    assert read(bytes(data), tmp_path).flow("udp-0")["bytes_up"] == 49


def test_a_huge_snap_length_means_none() -> None:
    head = read_head(pcap([], snap=0x7FFFFFFF))
    assert head is not None and head.limit == 262_144


def test_a_clock_that_runs_backwards_is_noted_and_never_negative(tmp_path: Path) -> None:
    wire = _wire()
    frames = [*wire.frames, (START - 10**9, wire.frames[0][1])]
    result = read(pcap(frames), tmp_path)
    flow = result.flow("udp-0")
    assert flow["started"] < flow["ended"]
    assert any("older" in note for note in result.reading.notes)


def test_progress_adds_up_to_the_file(tmp_path: Path) -> None:
    path = tmp_path / "x"
    data = _wire().pcap()
    path.write_bytes(data)
    told: list[int] = []
    READER.read(str(path), ReadOptions(progress=told.append))
    assert sum(told) == len(data)


@given(at=st.integers(0, 260), change=st.binary(max_size=8))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_change_returns_or_raises_a_capture_error(at: int, change: bytes, tmp_path: Path) -> None:
    data = bytearray(_wire().pcap())
    data[at : at + len(change)] = change
    path = tmp_path / "x"
    path.write_bytes(bytes(data))
    try:
        READER.read(str(path), ReadOptions(inspect=lambda message: None))
    except CaptureError as error:
        assert error.source is not None
