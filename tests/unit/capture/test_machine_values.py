"""Expressions that are compiled: they give what Python gives, operands that decide and floors of negative numbers included."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.capture import machine_code
from auditor.capture.columns import Cells
from auditor.capture.machine_values import UnknownPythonError, flat, parameters
from tests.unit.capture.compiled_alone import compiled_alone

LIMIT = 9
NAMES = ("a", "b")
WHOLE = st.integers(-(1 << 28), 1 << 28)
COMPILED: dict[object, Any] = {}


def _sums(a: int, b: int, c: int) -> int:
    """Arithmetic with precedence, constants of the module, and operands that decide."""
    total = a * 3 + b // 7 - (c // b if b else LIMIT) + (a & 255 | b ^ c) + (a >> 3) + ((c & 15) << 5) + a % 16 - -b
    total += min(a, b) * max(b, c) + (a or b) + (b and c) + ~c
    if a < b <= c or (not a > LIMIT and b != c):
        total -= 1
    elif a in (1, b, c) and c not in (2, 3):
        total += 2
    return total


@given(WHOLE, WHOLE | st.integers(-3, 40), WHOLE)
@settings(max_examples=300, deadline=None)
def test_numbers_are_python_s(a: int, b: int, c: int) -> None:
    if _sums not in COMPILED:
        COMPILED[_sums] = compiled_alone(_sums)
    assert COMPILED[_sums](a, b, c) == _sums(a, b, c)


def _divided(a: int, b: int) -> int:
    return a // b


def test_division_by_zero_gives_zero() -> None:
    assert compiled_alone(_divided)(7, 0) == 0
    assert [compiled_alone(_divided)(a, b) for a, b in ((7, 2), (-7, 2), (7, -2), (-7, -2))] == [3, -4, -4, 3]


def test_an_array_is_a_pointer_and_its_sizes() -> None:
    kinds = parameters(_listed)
    assert kinds == {"cells": "Cells", "size": "int", "return": "int"}
    assert [flat(name, kind) for name, kind in list(kinds.items())[:2]] == [
        ["ptr noalias %cells", "i64 %cells.length"],
        ["i64 %size"],
    ]


def _listed(cells: Cells, size: int) -> int:
    return sum([cells[0], size])


def _powered(a: int) -> int:
    return int(a**2)


def _named(a: int) -> int:
    return a + len(NAMES[0])


def _unheard_of(a: int) -> int:
    return a + missing  # type: ignore[name-defined,no-any-return]  # noqa: F821


@pytest.mark.parametrize("function", [_listed, _powered, _named, _unheard_of])
def test_refuses_what_it_does_not_know(function: object) -> None:
    with pytest.raises(UnknownPythonError):
        machine_code.assembly([function], frozenset())  # type: ignore[list-item]
