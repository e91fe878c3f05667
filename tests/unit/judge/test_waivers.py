"""What became of waivers: used, unused, expiring, expired."""

import pytest

from auditor.judge.waivers import waiver_rows

from .test_findings import finding, waiver


@pytest.mark.parametrize(
    ("as_of", "state", "days"),
    [
        ("2026-06-15", "used", 15),
        ("2026-06-16", "expiring", 14),
        ("2026-06-30", "expiring", 0),
        ("2026-07-01", "expired", -1),
    ],
)
def test_the_warning_comes_fourteen_days_ahead(as_of: str, state: str, days: int) -> None:
    """Fifteen days are enough, fourteen warn, the last day still counts, the next does not."""
    row = waiver_rows((waiver(),), (finding(),), as_of)[0]
    assert (row.state, row.days_left) == (state, days)


def test_a_waiver_without_a_finding_is_unused() -> None:
    """Also in its last days; an expired one is expired first of all."""
    other = waiver(party="nobody")
    assert waiver_rows((other,), (finding(),), "2026-01-01")[0].state == "unused"
    assert waiver_rows((other,), (finding(),), "2026-06-29")[0].state == "unused"
    assert waiver_rows((other,), (finding(),), "2026-07-09")[0].state == "expired"


def test_an_expired_waiver_names_what_it_covered() -> None:
    """So that a reader sees what is open again."""
    row = waiver_rows((waiver(),), (finding(),), "2026-07-09")[0]
    assert row.findings == (finding().id,)


def test_expired_waivers_stand_on_top() -> None:
    """Then by rule, party, surface and identifier."""
    waivers = (waiver(rule="Z"), waiver(rule="B", expires="2020-01-01"), waiver(rule="A"))
    assert [row.rule for row in waiver_rows(waivers, (), "2026-01-01")] == ["B", "A", "Z"]
