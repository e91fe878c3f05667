"""Work for several processes."""

import os
import re
import signal
import time
from dataclasses import replace
from pathlib import Path

import pytest

from auditor.errors import UsageError
from auditor.fleet import workers
from auditor.fleet.same_tool import this_tool
from auditor.fleet.workers import GoneError, Lost, LostError, OnWorkers, each, inside, local, remote


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
        together = dict(each(cluster, doubled, [1, 13, 3], [(0, 1, 2)]))
        assert (together[0], together[1], together[2]) == (2, found[1], 6)
        assert dict(each(cluster, doubled, [1, 2, 3], [(2,), (0, 1)])) == {0: 2, 1: 4, 2: 6}
        assert workers.places(cluster) == 2
        on_workers = OnWorkers(cluster)
        assert list(on_workers(slowly, [3, 1, 2])) == [6, 2, 4]
        assert list(on_workers(slowly, [4, 5])) == [8, 10]  # and not what the same places of another call were
        with pytest.raises(LostError, match="could not be read: a worker failed: ValueError"):
            list(on_workers(doubled, [1, 13]))
        assert dict(each(cluster, nested, [3])) == {0: [0, 2, 4]}
        killed = dict(each(cluster, fatal, [str(Path("x"))]))
        assert isinstance(killed[0], Lost)
        assert "died" in killed[0].why


@pytest.mark.timeout(100)
def test_a_cluster_that_is_there_is_asked_for_workers_of_this_tool_and_may_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """In this process: a scheduler, then a worker, which may have come after all were asked what they are."""
    from distributed import Future, LocalCluster

    monkeypatch.setattr(workers, "WORKERS_WITHIN", 0.1)
    monkeypatch.setattr(workers, "CONNECT", "1s")
    with LocalCluster(n_workers=0, processes=False, protocol="tcp", dashboard_address=None) as there:  # type: ignore[no-untyped-call]
        address = there.scheduler_address
        with pytest.raises(UsageError, match="has no workers"), remote(address):
            pass
        there.scale(1)
        with remote(address) as cluster:
            other = replace(cluster, tool=replace(this_tool(), version="0.0.0"))
            ((_, lost),) = each(other, doubled, [1])
            assert isinstance(lost, Lost)
            assert re.fullmatch(r"worker tcp://\S+ has version \S+ of the tool, here is 0\.0\.0", lost.why)
            results = each(cluster, slowly, [0, 40])
            assert next(results) == (0, 0)
            cluster.client.cancel([Future(key, cluster.client) for key in cluster.client.futures], force=True)  # type: ignore[no-untyped-call]
            with pytest.raises(GoneError, match="ended before the work did"):
                list(results)


@pytest.mark.parametrize("count", [0, -1, 257])
def test_a_number_of_workers_that_cannot_be(count: int) -> None:
    with pytest.raises(UsageError), local(count):
        pass


@pytest.mark.parametrize("address", ["", "nonsense", "tcp://127.0.0.1", "http://127.0.0.1:8786", "inproc://1", "127.0.0.1:8786"])
def test_what_is_no_address_of_a_scheduler_is_refused_at_once(address: str) -> None:
    with pytest.raises(UsageError, match="no address"), workers.remote(address):
        pass
