"""A time has the phase that was running."""

import pytest

from auditor.model.session import Phase, Session

PHASES = (Phase(id="whole", start=0, end=100), Phase(id="print", start=10, end=20), Phase(id="again", start=10, end=20))


@pytest.mark.parametrize(
    ("at", "expected"),
    [(None, None), (-1, None), (0, "whole"), (9, "whole"), (10, "print"), (19, "print"), (20, "whole"), (100, None)],
)
def test_the_phase_that_began_last_counts_and_its_end_is_exclusive(at: int | None, expected: str | None) -> None:
    assert Session(name="s", folder=None, phases=PHASES).phase_at(at) == expected
