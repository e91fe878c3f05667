"""Work for several processes."""

import os
import signal
import time
from pathlib import Path

import pytest

from auditor.errors import UsageError
from auditor.fleet import workers
from auditor.fleet.workers import Lost, LostError, OnWorkers, each, inside, local


def doubled(number: int) -> int:
    """Twice the number; 13 raises, a path kills its worker once."""
    if number == 13:
        raise ValueError("a secret")
    return number * 2


def slowly(number: int) -> int:
    """Twice the number, the larger the later."""
    time.sleep(number / 20)
    return number * 2


def nested(count: int) -> list[int]:
    """Tasks of a task."""
    with inside() as cluster:
        return list(OnWorkers(cluster)(doubled, range(count)))


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
        on_workers = OnWorkers(cluster)
        assert list(on_workers(slowly, [3, 1, 2])) == [6, 2, 4]
        assert list(on_workers(slowly, [4, 5])) == [8, 10]  # and not what the same places of another call were
        with pytest.raises(LostError, match="could not be read: a worker failed: ValueError"):
            list(on_workers(doubled, [1, 13]))
        assert dict(each(cluster, nested, [3])) == {0: [0, 2, 4]}
        killed = dict(each(cluster, fatal, [str(Path("x"))]))
        assert isinstance(killed[0], Lost)
        assert "died" in killed[0].why


@pytest.mark.parametrize("count", [0, -1, 257])
def test_a_number_of_workers_that_cannot_be(count: int) -> None:
    with pytest.raises(UsageError), local(count):
        pass
