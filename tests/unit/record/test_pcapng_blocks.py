"""What is written is read back by Wireshark's own tools where they are installed, and by a reader of four lines here."""

import shutil
import subprocess
from pathlib import Path
from struct import unpack_from

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.record.counters import Counters
from auditor.record.pcapng_blocks import (
    enhanced_packet,
    interface_description,
    interface_statistics,
    is_packet,
    section_header,
)

AT = 1_700_000_000_123_456_789


def options(block: bytes, start: int) -> dict[int, bytes]:
    """A block's options, up to opt_endofopt."""
    found: dict[int, bytes] = {}
    at = start
    while True:
        code, length = unpack_from("<HH", block, at)
        if code == 0:
            assert at + 4 + 4 == len(block)
            return found
        found[code] = block[at + 4 : at + 4 + length]
        at += 4 + (length + 3) // 4 * 4


@pytest.mark.parametrize(
    ("block", "kind"),
    [
        (section_header("tool é", "Linux 6"), 0x0A0D0D0A),
        (interface_description(1, "wlan0", "host 192.0.2.9", "Linux"), 1),
        (enhanced_packet(AT, b"x" * 61, 61), 6),
        (interface_statistics(AT, AT - 5, Counters()), 5),
    ],
)
def test_a_block_says_its_kind_and_twice_its_length(block: bytes, kind: int) -> None:
    assert unpack_from("<II", block) == (kind, len(block))
    assert unpack_from("<I", block, len(block) - 4) == (len(block),)
    assert len(block) % 4 == 0


@given(st.binary(max_size=300), st.integers(0, 2**64 - 1), st.integers(0, 2**32 - 1))
def test_a_frame_is_kept_byte_for_byte_with_time_and_original_length(frame: bytes, at: int, original: int) -> None:
    block = enhanced_packet(at, memoryview(frame), original)
    _, total, interface, high, low, kept, length = unpack_from("<IIIIIII", block)
    assert (high << 32 | low, kept, length, interface) == (at, len(frame), original, 0)
    assert block[28 : 28 + kept] == frame
    assert total == len(block) == 32 + (kept + 3) // 4 * 4
    assert is_packet(block)


def test_counts_and_their_times_stand_in_the_statistics() -> None:
    found = options(interface_statistics(AT, AT - 10, Counters(received=2**40, dropped=7, delivered=2**40 - 7)), 20)
    assert {code: unpack_from("<Q", value)[0] for code, value in found.items() if code > 3} == {4: 2**40, 5: 7, 8: 2**40 - 7}
    high, low = unpack_from("<II", found[3])
    assert high << 32 | low == AT
    assert not is_packet(interface_statistics(AT, AT, Counters()))


def test_times_are_nanoseconds_and_the_filter_is_in_words() -> None:
    found = options(interface_description(1, "wlan0", "host 192.0.2.9", "Linux"), 16)
    assert found[9] == b"\x09"
    assert found[2] == b"wlan0"
    assert found[11] == b"\0host 192.0.2.9"


def test_without_a_filter_none_is_written() -> None:
    assert 11 not in options(interface_description(1, "wlan0", "", "Linux"), 16)


@pytest.mark.skipif(shutil.which("capinfos") is None, reason="capinfos (Wireshark) is not installed")
def test_wireshark_reads_the_file_as_it_was_meant(tmp_path: Path) -> None:
    path = tmp_path / "x.pcapng"
    blocks = [section_header("tool", "Linux"), interface_description(101, "tun0", "", "Linux")]
    blocks += [enhanced_packet(AT + n, bytes(n), n + 1) for n in range(20, 30)]
    path.write_bytes(b"".join((*blocks, interface_statistics(AT + 99, AT, Counters(received=10, delivered=10)))))
    command = ["capinfos", "-T", "-m", "-c", "-a", "-S", "-r", str(path)]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=20, check=True).stdout
    assert ",10," in answer.replace("'", "").replace('"', "")
    assert "1700000000.123456809" in answer
