"""Zstandard: all frames, and what skippable ones hold."""

import time
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from zstandard import ZstdCompressor, compress

from auditor.decode.content_format import BrokenError
from auditor.decode.limits import Budget, Limits, OverLimitError
from auditor.decode.zstd_stream import Zstd, inflate
from tests.unit.decode.messages import values


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (compress(b"imei=3520"), [b"imei=3520"]),
        (compress(b"a" * 9) + compress(b"imei"), [b"aaaaaaaaaimei"]),
        (b"\x50\x2a\x4d\x18\x04\0\0\x003520" + compress(b"x" * 9), [b"xxxxxxxxx", b"3520"]),
        (compress(b"imei=3520") + b"tail\0\xff", [b"imei=3520", b"tail\0\xff"]),
        (compress(b"a" * 9) + compress(b"imei") + b"tail", [b"aaaaaaaaaimei", b"tail"]),
        (b"no frame", None),
    ],
)
def test_values(data: bytes, found: list[bytes] | None) -> None:
    """What is found in a value; None where it is not of the format."""
    assert values(Zstd(), data) == found


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    """Values, nothing, or a reason: never another error."""
    try:
        values(Zstd(), data or b"x")
    except (BrokenError, OverLimitError) as fault:
        assert str(fault)


def test_a_damaged_frame_behind_a_sound_one() -> None:
    """What stands before the fault and behind the frame comes out, and the fault is said."""
    found: list[bytes] = []
    with pytest.raises(BrokenError, match="zstd is damaged"):
        opened = Zstd().open(compress(b"imei=3520") + compress(b"b" * 99)[:9] + b"\xff" * 40, Budget(Limits()))
        assert opened
        found.extend(inner.value for inner in opened.inners)
    assert found == [b"imei=3520", b"\xff" * 32]


def test_a_bomb_before_a_fault_is_stopped() -> None:
    """The way that finds the fault keeps to the limit, too."""
    bomb = compress(bytes(1 << 26)) + b"tail"
    with pytest.raises(OverLimitError, match="zstd grows past the limit"):
        opened = Zstd().open(bomb, Budget(Limits(inflated=1 << 20)))
        assert opened
        list(opened.inners)


def test_a_cut_frame_is_told() -> None:
    """What stands before the cut comes out, and the cut is said."""
    with pytest.raises(BrokenError, match="zstd is cut short"):
        values(Zstd(), compress(bytes(range(256)) * 40)[:-3])


def test_frames_to_be_skipped_are_heads_wherever_they_stand() -> None:
    """Before, between and behind frames with data."""
    skipped = [b"\x5a\x2a\x4d\x18\x04\0\0\0" + word for word in (b"3520", b"9900", b"1761")]
    inflated = inflate(skipped[0] + compress(b"a") + skipped[1] + compress(b"b") + skipped[2] + b"rest", 99)
    assert inflated is not None
    assert (inflated.data, inflated.head, inflated.rest, inflated.broken) == (b"ab", b"352099001761", b"rest", "")


@pytest.mark.parametrize("size", [0, 1, 300, 70_000, 300_000])
@pytest.mark.parametrize(("checksum", "length"), [(False, True), (True, True), (False, False)])
def test_the_end_of_a_frame(size: int, checksum: bool, length: bool) -> None:
    """Blocks of each kind, with and without what a frame's head may hold; a byte less is cut short."""
    data = bytes(size // 2) + Random(size).randbytes(size - size // 2)
    frame = ZstdCompressor(write_checksum=checksum, write_content_size=length).compress(data)
    inflated, cut = inflate(frame + b"rest", 1 << 20), inflate(frame[:-1], 1 << 20)
    assert inflated is not None
    assert (inflated.data, inflated.rest, inflated.broken) == (data, b"rest", "")
    assert cut is not None
    assert cut.broken


def test_many_frames_cost_their_bytes() -> None:
    """Not the square of their number, nor where the last one is damaged."""
    begun = time.process_time()
    inflated = inflate(compress(b"ab") * 60_000 + compress(b"b" * 99)[:9] + b"\xff" * 40, 1 << 20)
    assert time.process_time() - begun < 10
    assert inflated is not None
    assert (len(inflated.data), inflated.broken) == (120_000, "is damaged")
