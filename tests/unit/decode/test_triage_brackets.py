"""Brackets of a document: which is open at each sign, and the commas since, as a stack tells them."""

from array import array

from hypothesis import given
from hypothesis import strategies as st

from auditor.decode.triage_brackets import DEEP, brackets


def told(signs: bytes) -> list[tuple[int, int]]:
    """The bracket and the commas of each place."""
    around, commas = (array("q", bytes(8 * (len(signs) + 1))) for _ in range(2))
    assert brackets(signs, around, commas) == len(signs) + 1
    return [*zip(around, commas, strict=True)]


@given(st.text('[]{},":', max_size=60))
def test_as_a_stack_tells_them(signs: str) -> None:
    stack, places = [(-1, 0)], []
    for at, sign in enumerate(signs):
        places.append(stack[-1])
        if sign in "[{":
            stack.append((at, 0))
        elif sign in "]}" and len(stack) > 1:
            stack.pop()
        elif sign == ",":
            stack[-1] = (stack[-1][0], stack[-1][1] + 1)
    assert told(signs.encode()) == [*places, stack[-1]]


def test_what_lies_deeper_goes_by_the_hundredth() -> None:
    found = told(b"[" * (DEEP + 3) + b",,]]" + b"],]")
    assert found[DEEP] == found[DEEP + 3] == (DEEP - 1, 0)
    assert found[-5:-2] == [(DEEP - 1, 2)] * 3
    assert found[-2:] == [(DEEP - 1, 3), (DEEP - 2, 0)]
