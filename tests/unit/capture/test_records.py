"""The structure of captures: what is strict stops at the rule that is broken, and any bytes return."""

import struct
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.capture import columns as c
from auditor.capture import records as r
from tests.unit.capture.stores import cells
from tests.unit.capture.wire import block, enhanced

FRAME = b"\x02" * 60


def _matrix(rows: int, width: int) -> Any:
    return memoryview(np.zeros((rows, width), np.int64))


def _record(size: int, data: bytes, *, seconds: int = 5, fraction: int = 7, original: int = 0) -> bytes:
    return struct.pack("<IIII", seconds, fraction, size, original or size) + data


def _walk(data: bytes, room: int = 4) -> tuple[list[list[int]], int, int, int]:
    """Rows, where it stopped, why, and the rule."""
    records, walk = _matrix(room, c.RECORD_CELLS), cells(c.W_CELLS)
    count = r.walk_records(data, len(data), 0, 0, 16, 262_144, 1, records, walk)
    rows = [[records[row, column] for column in range(c.RECORD_CELLS)] for row in range(count)]
    return rows, walk[c.W_AT], walk[c.W_WHY], walk[c.W_CODE]


def test_a_record_is_a_row() -> None:
    rows, at, why, _ = _walk(_record(60, FRAME, original=1_500) + _record(60, FRAME)[:30])
    assert rows == [[16, 60, 1_500, 5_000_007_000, 1]]
    assert (at, why) == (76, c.NEED_MORE)


def test_an_original_length_below_the_captured_one_lies() -> None:
    rows, *_ = _walk(_record(60, FRAME, original=10))
    assert rows[0][c.ORIGINAL] == 60


def test_it_stops_when_the_rows_are_full_and_when_a_length_lies() -> None:
    rows, at, why, _ = _walk(_record(60, FRAME) * 3, room=2)
    assert (len(rows), at, why) == (2, 152, c.ROWS_FULL)
    rows, at, why, code = _walk(_record(60, FRAME) + _record(300_000, FRAME))
    assert (len(rows), at, why, r.RULES[code]) == (1, 76, c.BROKEN, r.RULES[r.CAPTURED_TOO_LONG])


def _blocks(data: bytes, known: int = 1) -> tuple[int, int, int, int]:
    """Packets, where it stopped, why, and the rule."""
    interfaces = _matrix(1, c.INTERFACE_CELLS)
    interfaces[0, c.I_LINK], interfaces[0, c.I_DIVISOR], interfaces[0, c.I_FACTOR] = 1, 1, 1_000
    walk = cells(c.W_CELLS)
    count = r.walk_blocks(data, len(data), 0, interfaces, known, _matrix(8, c.RECORD_CELLS), walk)
    return count, walk[c.W_AT], walk[c.W_WHY], walk[c.W_CODE]


GOOD = enhanced(1_790_000_000_000_000_000, FRAME)
SIMPLE = block(3, struct.pack("<I", 60) + FRAME)
BROKEN_BLOCKS = {
    "uneven": (struct.pack("<II", 6, 33) + bytes(40), r.LENGTH_UNEVEN),
    "too small": (struct.pack("<II", 6, 12) + bytes(40), r.LENGTH_TOO_SMALL),
    "too long": (struct.pack("<II", 6, 1 << 28) + bytes(40), r.LENGTH_TOO_LONG),
    "other trailer": (GOOD[:-4] + b"\0\0\0\0", r.TRAILER),
    "data beyond the block": (GOOD[:20] + struct.pack("<I", 5_000) + GOOD[24:], r.DATA_TOO_LONG),
    "no such interface": (GOOD[:8] + struct.pack("<I", 7) + GOOD[12:], r.NO_INTERFACE),
}


@pytest.mark.parametrize("name", BROKEN_BLOCKS)
def test_a_block_that_lies_stops_the_walk_behind_the_good_ones(name: str) -> None:
    data, rule = BROKEN_BLOCKS[name]
    assert _blocks(GOOD + SIMPLE + data) == (2, len(GOOD + SIMPLE), c.BROKEN, rule)


def test_a_block_without_a_packet_is_for_somebody_else() -> None:
    other = block(5, bytes(16))
    assert _blocks(GOOD + other) == (1, len(GOOD), c.OTHER_BLOCK, 0)
    assert _blocks(GOOD[:-1]) == (0, 0, c.NEED_MORE, 0)
    assert _blocks(SIMPLE, known=0)[2:] == (c.BROKEN, r.NO_INTERFACE)


@pytest.mark.parametrize(
    ("bits", "divisor", "factor", "offset", "nanoseconds"),
    [(0, 1, 1_000, 0, 5_000), (0, 10, 1, 0, 0), (10, 1, 1, 0, 4_882_812), (0, 1, 1, -10, 0), (0, 1, 1, 7, 12), (63, 1, 1, 0, 0)],
)
def test_times_are_in_the_interface_s_own_units(bits: int, divisor: int, factor: int, offset: int, nanoseconds: int) -> None:
    interfaces = _matrix(1, c.INTERFACE_CELLS)
    for cell, value in ((c.I_BITS, bits), (c.I_DIVISOR, divisor), (c.I_FACTOR, factor), (c.I_OFFSET, offset)):
        interfaces[0, cell] = value
    assert r.time_of(0, 5, interfaces, 0) == nanoseconds


@given(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1), st.integers(0, 63), st.integers(-(2**62), 2**62))
def test_no_time_leaves_the_years_that_a_table_can_show(high: int, low: int, bits: int, offset: int) -> None:
    interfaces = _matrix(1, c.INTERFACE_CELLS)
    for cell, value in ((c.I_BITS, bits), (c.I_DIVISOR, 1), (c.I_FACTOR, 1_000_000_000), (c.I_OFFSET, offset)):
        interfaces[0, cell] = value
    assert 0 <= r.time_of(high, low, interfaces, 0) <= r.MAX_TIME


@given(st.binary(max_size=200), st.integers(0, 120), st.binary(max_size=8))
@settings(max_examples=200)
def test_any_bytes_return_and_nothing_behind_the_end_is_used(data: bytes, at: int, change: bytes) -> None:
    wounded = bytearray(GOOD + SIMPLE)
    wounded[at : at + len(change)] = change
    for given_bytes in (data, bytes(wounded)):
        assert _blocks(given_bytes)[1] <= len(given_bytes)
        assert _walk(given_bytes)[1] <= len(given_bytes)
