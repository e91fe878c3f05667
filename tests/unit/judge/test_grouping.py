"""Groups of rows: keys, first and different values, counts and sums."""

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from auditor.judge.grouping import Groups, has_word
from auditor.judge.rows import Rows

TABLE = pa.table(
    {
        "surface": ["app", "site", "app", None, "app"],
        "host": ["a", "a", "a", None, None],
        "flow": ["1", "2", "1", "3", None],
        "word": [None, "x", "y", "z", None],
    }
)


def test_groups_count_in_order_of_first_appearance_and_a_null_is_a_value() -> None:
    """The key of rows without a host is one of its own."""
    assert Groups(Rows.of(TABLE), ("surface", "host")).keys == (("app", "a"), ("site", "a"), (None, None), ("app", None))


def test_first_leaves_nulls_out() -> None:
    """The first known value, None where a group has none."""
    assert Groups(Rows.of(TABLE), ("surface", "host")).first("word") == ["y", "x", "z", None]


def test_distinct_keeps_the_order_and_stops_at_the_most() -> None:
    """Different values once, and no more than asked."""
    groups = Groups(Rows.of(TABLE), ("host",))
    assert groups.distinct("word") == [("x", "y"), ("z",)]
    assert groups.distinct("flow", 1) == [("1",), ("3",)]
    assert groups.count("flow") == [2, 1]


def test_columns_that_are_not_there_are_all_null() -> None:
    """Rules give back rows with fewer columns than others."""
    groups = Groups(Rows.of(TABLE), ("host", "kind"))
    assert groups.keys == (("a", None), (None, None))
    assert groups.first("nowhere") == [None, None]
    assert groups.distinct("nowhere") == [(), ()]
    assert groups.count("nowhere") == [0, 0]


def test_no_rows_make_no_groups() -> None:
    """An empty table is nothing, not one group."""
    groups = Groups(Rows.of(TABLE.slice(0, 0)), ("surface", "host"))
    assert (groups.size, groups.keys, groups.first("word")) == (0, (), [])


@given(st.lists(st.tuples(st.sampled_from(["a", "b", None]), st.sampled_from(["x", "y", "", None])), max_size=30))
def test_groups_are_those_of_a_dictionary(rows: list[tuple[str | None, str | None]]) -> None:
    """Whatever the rows are: the same keys in the same order as a plain loop finds."""
    table = pa.table({name: pa.array([row[place] for row in rows], pa.string()) for place, name in enumerate(("one", "two"))})
    assert Groups(Rows.of(table), ("one", "two")).keys == tuple(dict.fromkeys(rows))


def test_numbers_are_added_up_in_each_group() -> None:
    """Sums, sizes and the least known number; a group without any has none."""
    groups = Groups(Rows.of(TABLE), ("surface",))
    assert groups.sizes() == [3, 1, 1]
    assert groups.sums(np.array([1, 2, 4, 8, 16])) == [21, 2, 8]
    assert groups.least(np.array([5, 0, 3, 9, 7]), np.array([True, False, True, True, True])) == [3, None, 9]


def test_has_word_takes_whole_words() -> None:
    """`sms` is no part of another word."""
    texts = ("push sms", "smsx", None, "")
    assert [has_word(text, ("sms", "email")) for text in texts] == [True, False, False, False]
