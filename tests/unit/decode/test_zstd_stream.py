"""Zstandard: all frames, and what skippable ones hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from zstandard import compress

from auditor.decode.content_format import BrokenError
from auditor.decode.limits import Budget, Limits, OverLimitError
from auditor.decode.zstd_stream import Zstd
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
    """What stands before the fault comes out, and the fault is said."""
    found: list[bytes] = []
    with pytest.raises(BrokenError, match="zstd is damaged"):
        opened = Zstd().open(compress(b"imei=3520") + compress(b"b" * 99)[:9] + b"\xff" * 40, Budget(Limits()))
        assert opened
        found.extend(inner.value for inner in opened.inners)
    assert found == [b"imei=3520"]


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
