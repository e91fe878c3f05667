"""A day as people, databases and clients write it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.identify.dates import spellings


@pytest.mark.parametrize(
    "written",
    [
        "1991-04-07",
        "07/04/1991",
        "04.07.1991",
        "19910407",
        "1991/4/7",
        "1991年4月7日",
        "1991年04月07日",
        "April 7, 1991",
        "07 Apr 1991",
        "7-Apr-1991",
        "1991-04-07T00:00:00.000Z",
        "1991-04-07 00:00:00",
        "670982400",
        "670982400000",
        "670953600000",
    ],
)
def test_written(written: str) -> None:
    """One of each order, and midnight in Greenwich and in China."""
    assert written in {text for _, text in spellings("1991", "04", "07")}


@pytest.mark.parametrize("written", ["-87609600", "-87609600000", "-87638400", "-87638400000"])
def test_days_before_1970(written: str) -> None:
    """Their numbers are negative, and those of a few years before it have eight digits."""
    assert written in {text for _, text in spellings("1967", "03", "24")}


def test_days_beside_1970_have_no_number() -> None:
    """A number of few digits is any number."""
    assert not [text for _, text in spellings("1970", "01", "09") if text.isdigit() and len(text) > 8]


@given(st.integers(0, 9999), st.integers(0, 99), st.integers(0, 99))
def test_any_digits(year: int, month: int, day: int) -> None:
    """Days that do not exist are written all the same, and have no midnight."""
    assert all(text for _, text in spellings(f"{year:04}", f"{month:02}", f"{day:02}"))
