"""Damaged files of every format through the command line. `python -m tests.hostile.run COUNT SEED` runs more."""

import pytest

from tests.hostile.run import faults, mutations, warm
from tests.hostile.seeds import seeds

COUNT = 150
"""Ten thousand take most of an hour: `python -m tests.hostile.run 10000 1`."""
PARTS = 4


@pytest.fixture(scope="module", autouse=True)
def everything_is_loaded() -> None:
    warm()


def test_there_are_enough_seeds() -> None:
    assert len(seeds()) >= 80
    assert len({seed.name for seed in seeds()}) == len(seeds())


@pytest.mark.timeout(600)
@pytest.mark.parametrize("part", range(PARTS))
def test_no_damaged_file_ends_in_a_traceback_a_hang_or_a_pass(part: int) -> None:
    files = (entry for number, entry in enumerate(mutations(COUNT, 1)) if number % PARTS == part)
    assert list(faults(files)) == []
