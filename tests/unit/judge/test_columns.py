"""Columns as numbered words: few values and many give the same answers."""

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.judge import columns
from auditor.judge.columns import Column, Words, constant, different, factorized, numbered, numbered_texts, together, translated

TEXTS = st.lists(st.one_of(st.none(), st.text(max_size=3)), max_size=20)
NUMBERS = st.lists(st.integers(-3, 3), max_size=20)


def both_ways[T](monkeypatch: pytest.MonkeyPatch, work: Callable[[], T]) -> list[T]:
    """What the lists say, and what the arrays say."""
    answers = [work()]
    with monkeypatch.context() as patch:
        patch.setattr(columns, "FEW", -1)
        answers.append(work())
    return answers


@given(TEXTS)
def test_texts_come_back_as_they_went_in(texts: list[str | None]) -> None:
    """Null is -1, equal texts have one number, and numbers count in order of appearance."""
    with pytest.MonkeyPatch.context() as patch:
        few, many = both_ways(patch, lambda: numbered(pa.array(texts, pa.string())))
    assert few.texts() == many.texts() == numbered_texts(texts).texts() == texts
    assert few.codes.tolist() == many.codes.tolist()
    assert few.words.listed == many.words.listed == few.words.array.to_pylist()


@given(NUMBERS)
def test_different_numbers_count_in_order_of_appearance(numbers: list[int]) -> None:
    """Lists and arrays agree on what is different, and on each number's place."""
    values = np.array(numbers, np.int64)
    with pytest.MonkeyPatch.context() as patch:
        found = both_ways(patch, lambda: different(values).tolist())
        places = both_ways(patch, lambda: (factorized(values)[0].tolist(), factorized(values)[1]))
    assert found == [list(dict.fromkeys(numbers))] * 2
    assert places[0] == places[1]


@given(TEXTS, TEXTS)
def test_columns_below_each_other_keep_their_texts(first: list[str | None], second: list[str | None]) -> None:
    """However many words there are."""
    with pytest.MonkeyPatch.context() as patch:
        few, many = both_ways(patch, lambda: together([numbered_texts(first), numbered_texts(second)]).texts())
    assert few == many == [*first, *second]


@given(TEXTS, TEXTS)
def test_a_word_that_is_none_of_others_has_their_count_as_number(texts: list[str | None], others: list[str | None]) -> None:
    """So that it is neither null nor one of them."""
    column, words = numbered_texts(texts), numbered_texts(others).words
    with pytest.MonkeyPatch.context() as patch:
        few, many = both_ways(patch, lambda: translated(column, words).tolist())
    listed = words.listed
    assert few == many == [-1 if text is None else listed.index(text) if text in listed else len(listed) for text in texts]


def test_integers_of_any_width_stay_integers() -> None:
    """Ports are compared as numbers, and below texts they are texts."""
    ports = numbered(pa.array([443, None, 80, 443], pa.int64()))
    assert (ports.texts(), ports.codes.tolist(), ports.words.type) == ([443, None, 80, 443], [0, -1, 1, 0], pa.int64())
    assert together([ports, numbered_texts(["a"])]).texts() == ["443", None, "80", "443", "a"]


def test_what_is_neither_text_nor_integer_is_read_as_text() -> None:
    """As Arrow spells it."""
    assert numbered(pa.array([True, None, False])).texts() == ["true", None, "false"]


def test_a_constant_says_the_same_everywhere() -> None:
    """Or nothing."""
    assert [constant(word, 2).texts() for word in ("x", None)] == [["x", "x"], [None, None]]


def test_chosen_rows_keep_the_words_of_all() -> None:
    """Choosing takes numbers only."""
    words = Words(["a", "b"], pa.string())
    assert Column(np.array([0, 1, -1]), words).take(np.array([2, 1])).texts() == [None, "b"]
    assert (len(words), len(Words(pa.array(["a"]), pa.string())), words.array.to_pylist()) == (2, 1, ["a", "b"])
