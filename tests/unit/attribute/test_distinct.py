"""Rows that are one endpoint share a number."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.attribute.distinct import KEYS, distinct

from .test_table import DAY, observed

TEXTS = st.sampled_from((None, "a", "b", "a\0b"))
LISTS = st.lists(st.sampled_from(("a", "b", "a\0b")), max_size=3)
ROWS = st.fixed_dictionaries({"host": TEXTS, "server_ip": TEXTS, "names": LISTS, "server_port": st.sampled_from((None, 0, 80))})


def key(row: dict[str, Any]) -> tuple[object, ...]:
    """What makes two rows one endpoint; a NUL in a name of several is told from two names nowhere, for no host holds one."""
    names = row["names"] if len(row["names"]) < 2 else "\0".join(row["names"]).split("\0")
    return (row["host"], row["server_ip"], row["server_port"], len(row["names"]) > 1, tuple(names))


@given(st.lists(ROWS, min_size=1, max_size=20))
def test_numbers_are_those_of_equal_rows(rows: list[dict[str, Any]]) -> None:
    """Equal rows have one number, numbers count in order of appearance, and each has its first row."""
    numbers, firsts = distinct(observed(*rows), with_day=False)
    seen: dict[tuple[object, ...], int] = {}
    assert numbers.tolist() == [seen.setdefault(key(row), len(seen)) for row in rows]
    assert [key(rows[first]) for first in firsts.tolist()] == list(seen)


def test_the_day_counts_where_it_is_asked_for() -> None:
    """Rows of two days are two endpoints, and one without a time is a third; else they are one."""
    frame = observed({"host": "a"}, {"host": "a", "started": DAY}, {"host": "a", "started": DAY + 1}, {"host": "a", "started": 0})
    assert distinct(frame, with_day=True)[0].tolist() == [0, 1, 1, 2]
    assert distinct(frame, with_day=False)[0].tolist() == [0, 0, 0, 0]


def test_a_resolver_is_one_endpoint_whatever_it_is_asked() -> None:
    """Of other applications a further name may contradict the first."""
    rows = [{"server_ip": "8.8.8.8", "application": kind, "names": [name]} for kind in ("dns", "tls") for name in ("a", "b")]
    assert distinct(observed(*rows), with_day=False)[0].tolist() == [0, 0, 1, 2]


@pytest.mark.parametrize("count", [0, 1])
def test_few_rows(count: int) -> None:
    """No rows have no numbers."""
    numbers, firsts = distinct(observed(*[{"host": "a"}] * count), with_day=False)
    assert (numbers.tolist(), firsts.tolist()) == ([0] * count, [0] * count)


def test_many_different_values_do_not_overflow() -> None:
    """Nine columns of many values are more combinations than 64 bits hold: they are numbered on the way."""
    rows = [
        {"host": f"h{i}", "server_ip": f"s{i}", "server_port": i, "application": f"a{i}", "names": [f"n{i}"], "cnames": [f"c{i}"],
         "transport": f"t{i}", "host_source": f"o{i}"}
        for i in range(3_000)
    ]  # fmt: skip
    numbers, _ = distinct(observed(*rows, *rows), with_day=False)
    assert numbers.tolist() == [*range(3_000), *range(3_000)]
    assert len(KEYS) == 9
