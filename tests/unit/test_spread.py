"""Work on captures, here or elsewhere."""

from auditor.spread import here


def test_results_come_in_the_order_of_the_items() -> None:
    """One after the other, in this process."""
    assert list(here(str, [3, 1, 2])) == ["3", "1", "2"]
    assert list(here(str, [])) == []
