"""The age of a session's persona, by its planted date of birth."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.model.session import Phase, PlantedValue, Session, Subjects
from auditor.persona import persona_age

NO_PHASES = Session(name="s", folder=None)


def subjects(*values: str, owner: str = "persona", kind: str = "birth_date") -> Subjects:
    planted = tuple(PlantedValue(label=f"b{i}", kind=kind, value=value, owner=owner) for i, value in enumerate(values))
    return Subjects(identifiers=planted)


@pytest.mark.parametrize(
    ("born", "age"), [("2012-06-15", 13), ("2012-06-14", 14), ("2012/6/14", 14), ("20120614", 14), ("2012年6月14日", 14)]
)
def test_years_are_full_years(born: str, age: int) -> None:
    """The day before the birthday is a year less, however the date is written."""
    assert persona_age(subjects(born), NO_PHASES, "2026-06-14") == age


def test_the_session_tells_the_day_before_the_options_do() -> None:
    """An audit repeated in ten years says the same."""
    session = Session(name="s", folder=None, phases=(Phase(id="print", start=1_781_400_000_000_000_000, end=2 * 10**18),))
    assert persona_age(subjects("2012-06-14"), session, "2036-01-01") == 14


def test_the_youngest_counts() -> None:
    """Of several personas the one that the law protects."""
    assert persona_age(subjects("1980-01-01", "2015-01-01"), NO_PHASES, "2026-06-14") == 11


@pytest.mark.parametrize("value", ["15.6.2012", "2012-13-01", "2012-02-30", "yesterday", ""])
def test_what_is_no_date_is_no_age(value: str) -> None:
    """Nothing is guessed."""
    assert persona_age(subjects(value), NO_PHASES, "2026-06-14") is None


def test_only_the_personas_own_date_counts() -> None:
    """Not the printer's, and no other kind."""
    assert persona_age(subjects("2012-06-14", owner="printer"), NO_PHASES, "2026-06-14") is None
    assert persona_age(subjects("2012-06-14", kind="text"), NO_PHASES, "2026-06-14") is None
    assert persona_age(Subjects(), NO_PHASES, "2026-06-14") is None


@given(st.text(max_size=12))
def test_any_text_is_an_age_or_none(value: str) -> None:
    """A planted value is free text."""
    age = persona_age(subjects(value), NO_PHASES, "2026-06-14")
    assert age is None or isinstance(age, int)
