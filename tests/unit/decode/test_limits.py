"""The budget of one message."""

import pytest

from auditor.decode.limits import Budget, Limits, OverLimitError


def test_room_is_the_least_of_ratio_and_rest() -> None:
    """A decompression may yield the floor, then so many times its input, and never more than is left for the message."""
    budget = Budget(Limits(inflated=10_000, ratio=10, floor=100))
    assert budget.room(1) == 100
    assert budget.room(50) == 500
    budget.spend(9_950)
    assert budget.room(50) == 50
    budget.spend(100)
    assert budget.room(50) == 0


def test_fields_and_openings_end() -> None:
    """Behind the limit, a count raises; the text says which."""
    budget = Budget(Limits(fields=2, opened=1))
    budget.take_fields(2)
    assert budget.room_for_fields() == 0
    with pytest.raises(OverLimitError, match="more than 2 values"):
        budget.take_fields(1)
    budget.take_opening()
    with pytest.raises(OverLimitError, match="more than 1 nested values"):
        budget.take_opening()
