"""Rows of a table by number: choosing, asking, working out, joining."""

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from auditor.judge.columns import Column, constant, numbered_texts
from auditor.judge.rows import Rows, below

TABLE = pa.table(
    {
        "host": ["a", "b", None, "a"],
        "port": [1, None, 3, 4],
        "parts": [["x", "y"], [], None, ["y"]],
    }
)
WORDS = st.lists(st.sampled_from(["a", "b", "c", None]), max_size=12)


def texts(values: list[str | None]) -> Rows:
    return Rows.made(len(values), word=values, place=[str(number) for number in range(len(values))])


def test_rows_are_those_of_the_table() -> None:
    """Null stays null, and a column that is not there is null everywhere."""
    rows = Rows.of(TABLE)
    assert (len(rows), rows.texts("host"), rows.texts("nowhere")) == (4, ["a", "b", None, "a"], [None] * 4)
    assert rows.present("host") == {"a", "b"}


def test_numbers_say_which_are_known() -> None:
    """A null is 0 and not known."""
    values, known = Rows.of(TABLE).where(np.array([True, True, False, True])).numbers("port")
    assert (values.tolist(), known.tolist()) == ([1, 0, 4], [True, False, True])


def test_lists_come_whole_or_entry_by_entry() -> None:
    """An empty list and a missing one have no entry; a column that is not there has none at all."""
    rows = Rows.of(TABLE)
    assert rows.lists("parts") == [["x", "y"], [], None, ["y"]]
    each = rows.each_of("parts", "part")
    assert list(zip(each.texts("host"), each.texts("part"), strict=True)) == [("a", "x"), ("a", "y"), ("a", "y")]
    assert (rows.lists("nowhere"), len(rows.each_of("nowhere", "part"))) == ([None] * 4, 0)


def test_null_is_neither_one_of_some_words_nor_another() -> None:
    """What is not known cannot be held against anybody."""
    rows = Rows.of(TABLE)
    assert rows.is_in("host", ("a", "z")).tolist() == [True, False, False, True]
    assert rows.is_not("host", "a").tolist() == [False, True, False, False]
    assert rows.is_among("host", Rows.made(2, host=["b", None])).tolist() == [False, True, False, False]


def test_what_is_said_of_rows_goes_with_them() -> None:
    """Columns of their own are chosen with the rows, hide the table's, and can be taken away."""
    rows = Rows.of(TABLE).saying(host=numbered_texts(["p", None, "q", "r"]), note="same").where(np.array([0, 1, 1, 0], np.bool_))
    assert (rows.texts("host"), rows.texts("note")) == ([None, "q"], ["same", "same"])
    assert rows.without("host").texts("host") == [None, None]


def test_each_combination_is_asked_once() -> None:
    """Whatever the number of rows."""
    asked: list[int | None] = []

    def ask(host: str | None, port: int | None) -> str | None:
        asked.append(port)
        return host

    rows = Rows.of(pa.concat_tables([TABLE] * 3))
    found = rows.worked_out(("host", "port"), ask)
    assert (len(asked), found.texts()) == (4, ["a", "b", None, "a"] * 3)


@given(WORDS)
def test_a_question_is_answered_as_in_a_plain_loop(words: list[str | None]) -> None:
    assert texts(words).which(("word",), lambda word: word == "a").tolist() == [word == "a" for word in words]
    assert texts(words).distinct(("word",)).texts("word") == list(dict.fromkeys(words))


@given(WORDS, WORDS)
def test_a_join_is_that_of_two_plain_loops(left: list[str | None], right: list[str | None]) -> None:
    """In the order of the rows, then of the others; null equals null."""
    other = texts(right)
    wanted = [(word, str(place)) for word in left for place, there in enumerate(right) if there == word]
    inner = texts(left).joined(other, ("word",), "place", "found", inner=True)
    assert list(zip(inner.texts("word"), inner.texts("found"), strict=True)) == wanted
    outer = texts(left).joined(other, ("word",), "place", "found", inner=False)
    missing = sum(word not in right for word in left)
    assert (len(outer), outer.texts("found").count(None)) == (len(wanted) + missing, missing)


@given(WORDS, WORDS)
def test_rows_below_each_other_keep_their_words(first: list[str | None], second: list[str | None]) -> None:
    both = below((texts(first), texts(second)), ("word",))
    assert both.texts("word") == [*first, *second]


def test_many_columns_of_many_words_do_not_run_out_of_numbers() -> None:
    """The product of the columns' sizes is larger than 64 bits hold."""
    size = 70
    column = Column(np.arange(size), numbered_texts(str(number) for number in range(size)).words)
    names = [f"c{number}" for number in range(12)]
    rows = Rows.made(size).saying(**dict.fromkeys(names, column))
    codes, firsts = rows.combined(names)
    assert (codes.tolist(), firsts.tolist()) == (list(range(size)), list(range(size)))


def test_a_constant_is_the_same_everywhere() -> None:
    assert (constant("x", 2).texts(), constant(None, 2).texts()) == (["x", "x"], [None, None])
