"""Which sessions one worker audits one after the other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.fleet.batches import MOST, SMALL, batches

BIG = SMALL + 1


@pytest.mark.parametrize(
    ("sizes", "workers", "expected"),
    [
        ([], 2, []),
        ([1, 1], 2, [(0,), (1,)]),
        ([1, BIG, 1, BIG + 1, None], 2, [(3,), (1,), (4,), (0,), (2,)]),
        ([1] * 32, 1, [(number, number + 1) for number in range(0, 32, 2)]),
    ],
)
def test_large_sessions_are_alone_and_first_and_small_ones_together_where_they_are_many(
    sizes: list[int | None], workers: int, expected: list[tuple[int, ...]]
) -> None:
    assert batches(sizes, workers) == expected


@given(st.lists(st.one_of(st.none(), st.integers(0, 2 * SMALL)), max_size=400), st.integers(0, 4))
def test_each_session_is_in_one_batch_and_none_is_too_long(sizes: list[int | None], workers: int) -> None:
    found = batches(sizes, workers)
    assert sorted(number for batch in found for number in batch) == list(range(len(sizes)))
    assert all(1 <= len(batch) <= MOST for batch in found)
