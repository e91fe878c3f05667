"""The small part of Python that is compiled: it says what Python says, and refuses what it does not know."""

from types import FunctionType
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.capture import machine_code
from auditor.capture.columns import Bytes, Cells, Rows, Store
from auditor.capture.machine_values import UnknownPythonError
from tests.unit.capture.compiled_alone import compiled_alone

PRIMES = (2, 3, 5, 7, 11)


def _loops(a: int, b: int, c: int) -> int:
    """Loops within loops, with ways out; a loop's variable stays."""
    found = last = 0
    for index in range(a % 64):
        last, found = index, found + PRIMES[index % 4]
        if index == b:
            break
        if index % 2:
            continue
        for inner in range(index, c % 32):
            found ^= inner * index
    while found > 1_000 and last < 50:
        found, last = found // 3, last + 1
    return found * 100 + last if c > 0 else found - last


def _stores(block: Bytes, target: Store, cells: Cells, rows: Rows) -> int:
    """Bytes, cells and matrices, read and written, and a call that hands them on."""
    for index in range(len(block)):
        target[index] = block[index] + 1 & 255
        cells[index % len(cells)] += block[index] << 8
        rows[index % len(rows), 1] = cells[0] - index
    return _told(target, rows, len(cells))


def _told(block: Bytes, rows: Rows, count: int) -> int:
    total = 0
    for row in range(len(rows)):
        total += rows[row, 0] + rows[row, 1]
    return total + block[0] * count


def _twice(cells: Cells) -> int:
    return _both(cells, cells)


def _both(one: Cells, other: Cells) -> int:
    return one[0] + other[0]


def _listed(cells: Cells) -> int:
    return sum([cells[0]])


def _unpacked(a: int) -> int:
    first, _ = divmod(a, 2)
    return first


def _tried(a: int) -> int:
    try:
        return a
    finally:
        pass


def _ranged(a: int) -> int:
    for index in range(a, 0, -1):
        a += index
    return a


WHOLE = st.integers(-(1 << 28), 1 << 28)


@pytest.mark.parametrize("function", [_loops])
def test_numbers_are_python_s(function: FunctionType) -> None:
    compiled = compiled_alone(function)

    @given(WHOLE, WHOLE | st.integers(-3, 40), WHOLE)
    @settings(max_examples=200, deadline=None)
    def check(a: int, b: int, c: int) -> None:
        assert compiled(a, b, c) == function(a, b, c)

    check()


@given(st.binary(min_size=1, max_size=64), st.integers(1, 5), st.integers(1, 5))
@settings(max_examples=30, deadline=None)
def test_arrays_are_python_s(data: bytes, cells: int, rows: int) -> None:
    if not STORES:
        STORES.append(compiled_alone(_stores))
    results = []
    for function in (STORES[0], lambda *arrays: _stores(*(_view(array) for array in arrays))):
        arrays = (
            np.frombuffer(data, np.uint8),
            np.zeros(len(data), np.uint8),
            np.zeros(cells, np.int64),
            np.ones((rows, 2), np.int64),
        )
        results.append((function(*arrays), *(array.tolist() for array in arrays)))
    assert results[0] == results[1]


STORES: list[Any] = []


def _view(array: Any) -> Any:
    return memoryview(array)


@pytest.mark.parametrize("function", [_twice, _listed, _unpacked, _tried, _ranged])
def test_refuses_what_it_does_not_know(function: FunctionType) -> None:
    with pytest.raises(UnknownPythonError, match=function.__name__):
        machine_code.assembly([function], frozenset())
