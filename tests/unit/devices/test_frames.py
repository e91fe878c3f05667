"""Frames of capture files, of both formats, in both byte orders, compressed, cut and damaged."""

import gzip
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.devices import frames
from auditor.devices.frames import BlockReader, read_frames
from tests.unit.capture.wire import block, enhanced, interface, option, pcap, pcapng, section

FRAMES = [(1_790_000_000_000_000_000 + number * 1000, bytes([number]) * 60) for number in range(5)]


def written(tmp_path: Path, data: bytes) -> str:
    path = tmp_path / "a.cap"
    path.write_bytes(data)
    return str(path)


@pytest.mark.parametrize("data", [pcap(FRAMES), pcapng(FRAMES), pcapng(FRAMES, big=1), gzip.compress(pcapng(FRAMES))])
def test_every_frame_comes_with_link_and_time(tmp_path: Path, data: bytes) -> None:
    assert list(read_frames(written(tmp_path, data))) == [(1, at, frame) for at, frame in FRAMES]


def test_a_file_that_is_no_capture_has_no_frames(tmp_path: Path) -> None:
    assert list(read_frames(written(tmp_path, b"PK\x03\x04 nothing of the kind"))) == []
    assert list(read_frames(str(tmp_path / "missing"))) == []


@pytest.mark.parametrize("data", [pcap(FRAMES), pcapng(FRAMES)])
def test_a_cut_file_gives_what_is_whole(tmp_path: Path, data: bytes) -> None:
    for size in range(0, len(data), 13):
        found = list(read_frames(written(tmp_path, data[:size])))
        assert found == [(1, at, frame) for at, frame in FRAMES[: len(found)]]


def test_microseconds_binary_fractions_and_offsets_are_times(tmp_path: Path) -> None:
    cases = ((b"", 1_790_000_000_000_001), (option(9, b"\x8a"), 1_790_000_000 << 10), (option(9, b"\x09"), 1_790_000_000 * 10**9))
    wanted = (1_790_000_000_000_001_000, 1_790_000_000 * 10**9, 1_790_000_000 * 10**9)
    for (options, ticks), time in zip(cases, wanted, strict=True):
        body = struct.pack("<IIIII", 0, ticks >> 32, ticks & 0xFFFFFFFF, 4, 4) + b"abcd"
        block = struct.pack("<II", 6, 12 + len(body)) + body + struct.pack("<I", 12 + len(body))
        assert list(read_frames(written(tmp_path, section() + interface(options=options) + block))) == [(1, time, b"abcd")]


def test_a_packet_of_an_interface_that_was_never_described_is_left_out() -> None:
    reader = BlockReader()
    assert list(reader.take(b"\6\0\0\0", enhanced(0, b"x" * 8)[8:-4])) == []


@given(st.binary(max_size=300))
def test_any_bytes_behind_a_section_end_the_reading_quietly(data: bytes) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        for head in (section() + interface(), pcap([])):
            for _, _, frame in read_frames(written(Path(folder), head + data)):
                assert len(frame) <= len(data)


def test_a_simple_packet_is_of_the_first_interface_and_has_no_time(tmp_path: Path) -> None:
    """pcapng section 4.4: it says its length alone; the padding is no part of it."""
    simple = block(3, struct.pack("<I", 5) + b"abcde\0\0\0")
    wanted = [(105, 0, b"abcde")]
    assert list(read_frames(written(tmp_path, section() + interface(105) + interface(1) + simple))) == wanted
    assert list(read_frames(written(tmp_path, section() + simple + interface(105) + simple))) == wanted


def test_a_new_section_forgets_the_interfaces_of_the_last(tmp_path: Path) -> None:
    """Files that were joined: the second file's first interface is its number 0."""
    data = (
        section() + interface(1) + enhanced(0, b"one!") + section() + enhanced(0, b"none") + interface(105) + enhanced(0, b"two!")
    )
    assert [(link, frame) for link, _, frame in read_frames(written(tmp_path, data))] == [(1, b"one!"), (105, b"two!")]


@pytest.mark.parametrize(("limit", "links"), [(2, [1, 105]), (3, [1, 105, 127])])
def test_so_many_interfaces_are_known(limit: int, links: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file may describe interfaces without end."""
    monkeypatch.setattr(frames, "MAX_INTERFACES", limit)
    data = (
        section()
        + interface(1)
        + interface(105)
        + interface(127)
        + b"".join(enhanced(0, b"abcd", number=number) for number in range(3))
    )
    assert [link for link, _, _ in read_frames(written(tmp_path, data))] == links
