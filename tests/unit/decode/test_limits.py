"""The budget of one message."""

from auditor.decode.limits import Budget, Limits


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
    """Behind a limit there is no room, and the text says which limit it was."""
    budget = Budget(Limits(fields=3, opened=2, tried=100))
    assert budget.room_for_openings() == (2, "more than 2 nested values")
    budget.take_fields(2)
    assert budget.room_for_openings() == (1, "more than 3 values")
    budget.take_fields(2)
    assert budget.room_for_fields() == 0
    assert budget.take_opening(60) == ""
    assert budget.take_opening(60) == "more than 100 bytes of nested values"
    assert budget.take_opening(30) == ""
    assert budget.take_opening(1) == "more than 2 nested values"
