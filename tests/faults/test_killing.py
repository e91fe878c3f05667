"""Writers killed at random moments; `python -m tests.faults.killing 1000 SEED` goes on."""

from collections.abc import Iterator

import pytest

from tests.faults import killing
from tests.faults.killing import Place, Writer

TIMES = 200
PARTS = 4


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    with killing.prepared() as found:
        yield found


@pytest.mark.timeout(300)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("part", range(PARTS))
def test_nothing_acknowledged_is_lost_and_a_second_run_goes_on(place: Place, part: int) -> None:
    told = killing.run(place, TIMES // PARTS, 20261122 + part, first=1000 * part)
    assert sum(count for name, count in told.items() if name != "acknowledged") == TIMES // PARTS
    assert told["acknowledged"] > TIMES // PARTS


def test_a_writer_that_acknowledges_too_early_is_found(place: Place) -> None:
    """Or the other test would prove nothing: this one says what it has not written."""
    journal = killing.WRITERS[0]

    def early(where: Place, number: int, say: killing.Say) -> None:
        journal.write(where, number, lambda count: say(count + 40))

    liar = Writer("journal", early, journal.check)
    said = killing.killed(place, 100_000, liar, 0.0)
    with pytest.raises(AssertionError):
        liar.check(place, 100_000, said)
