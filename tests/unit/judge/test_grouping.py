"""Groups of rows: keys, first and different values, counts; membership and words on whole columns."""

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from auditor.judge.grouping import Groups, has_word, is_among

ROWS = pd.DataFrame(
    {
        "surface": ["app", "site", "app", None, "app"],
        "host": ["a", "a", "a", None, None],
        "flow": ["1", "2", "1", "3", None],
        "word": [None, "x", "y", "z", None],
    },
    dtype="string",
)


def test_groups_count_in_order_of_first_appearance_and_a_null_is_a_value() -> None:
    """The key of rows without a host is one of its own."""
    assert Groups(ROWS, ("surface", "host")).keys == (("app", "a"), ("site", "a"), (None, None), ("app", None))


def test_first_leaves_nulls_out() -> None:
    """The first known value, None where a group has none."""
    assert Groups(ROWS, ("surface", "host")).first("word") == ["y", "x", "z", None]


def test_distinct_keeps_the_order_and_stops_at_the_most() -> None:
    """Different values once, and no more than asked."""
    groups = Groups(ROWS, ("host",))
    assert groups.distinct("word") == [("x", "y"), ("z",)]
    assert groups.distinct("flow", 1) == [("1",), ("3",)]
    assert groups.count("flow") == [2, 1]


def test_columns_that_are_not_there_are_all_null() -> None:
    """Rules give back rows with fewer columns than others."""
    groups = Groups(ROWS, ("host", "kind"))
    assert groups.keys == (("a", None), (None, None))
    assert groups.first("nowhere") == [None, None]
    assert groups.distinct("nowhere") == [(), ()]
    assert groups.count("nowhere") == [0, 0]


def test_no_rows_make_no_groups() -> None:
    """An empty table is nothing, not one group."""
    groups = Groups(ROWS.iloc[0:0], ("surface", "host"))
    assert (groups.size, groups.keys, groups.first("word")) == (0, (), [])


@given(st.lists(st.tuples(st.sampled_from(["a", "b", None]), st.sampled_from(["x", "y", "", None])), max_size=30))
def test_groups_are_those_of_a_dictionary(rows: list[tuple[str | None, str | None]]) -> None:
    """Whatever the rows are: the same keys in the same order as a plain loop finds."""
    frame = pd.DataFrame(rows, columns=["one", "two"]).astype("string")
    assert Groups(frame, ("one", "two")).keys == tuple(dict.fromkeys(rows))


def test_is_among_takes_values_not_positions() -> None:
    """A null is among none, even where the others hold one."""
    column = pd.Series(["a", None, "c"], index=[5, 6, 7], dtype="string")
    assert is_among(column, pd.Series(["c", None], dtype="object")).to_dict() == {5: False, 6: False, 7: True}
    assert not is_among(column, pd.Series([], dtype="object")).any()


def test_has_word_takes_whole_words() -> None:
    """`sms` is no part of another word."""
    column = pd.Series(["push sms", "smsx", None, ""], dtype="string")
    assert has_word(column, ("sms", "email")).tolist() == [True, False, False, False]
