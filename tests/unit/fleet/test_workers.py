"""Work for several processes."""

import os
import signal
from pathlib import Path

import pytest

from auditor.errors import UsageError
from auditor.fleet import workers
from auditor.fleet.workers import Lost, each, local


def doubled(number: int) -> int:
    """Twice the number; 13 raises, a path kills its worker once."""
    if number == 13:
        raise ValueError("a secret")
    return number * 2


def fatal(path: str) -> str:
    """Kills its worker each time."""
    os.kill(os.getpid(), signal.SIGKILL)
    return path


@pytest.mark.timeout(300)
def test_results_come_with_their_numbers_and_failures_cost_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """A task that raises is lost, without its words; one that kills its workers is given up."""
    monkeypatch.setitem(workers.SETTINGS, "distributed.scheduler.allowed-failures", 1)
    with local(2) as cluster:
        assert not cluster.may_spill
        found = dict(each(cluster, doubled, [1, 13, 3]))
        assert (found[0], found[2]) == (2, 6)
        assert isinstance(found[1], Lost)
        assert found[1].why == "a worker failed: ValueError"
        killed = dict(each(cluster, fatal, [str(Path("x"))]))
        assert isinstance(killed[0], Lost)
        assert "died" in killed[0].why


@pytest.mark.parametrize("count", [0, -1, 257])
def test_a_number_of_workers_that_cannot_be(count: int) -> None:
    with pytest.raises(UsageError), local(count):
        pass
