"""The memory of large immutable things."""

from auditor.attribute.remembered import once_for_each


def test_the_work_is_done_once_for_one_object_and_again_for_an_equal_one() -> None:
    """Identity decides, not what the objects hold."""
    asked: list[list[int]] = []

    @once_for_each
    def size(things: list[int]) -> int:
        asked.append(things)
        return len(things)

    one, other = [1, 2], [1, 2]
    assert [size(one), size(one), size(other)] == [2, 2, 2]
    assert [things is one for things in asked] == [True, False]


def test_a_thing_lives_as_long_as_its_answer_so_that_no_other_takes_its_place() -> None:
    """An object's identity is free again when it dies: the memory keeps it alive."""

    @once_for_each
    def first(things: list[int]) -> int:
        return things[0]

    assert [first([number]) for number in range(100)] == list(range(100))
