"""Two processes make tables: they come in order, whoever made them, and all of them, whoever dies."""

import os
import resource
import signal
from collections.abc import Callable
from functools import partial

import pyarrow as pa
import pytest

from auditor.capture import turns
from auditor.capture.turns import in_turns


@pytest.fixture(autouse=True)
def two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "cores", lambda: 2)


def _table(number: int) -> pa.Table:
    return pa.table({"number": [number] * number, "process": [os.getpid()] * number})


def _works(count: int) -> list[Callable[[], pa.Table]]:
    return [partial(_table, number) for number in range(count)]


@pytest.mark.parametrize("count", [0, 1, 2, 40])
def test_tables_come_in_order(count: int) -> None:
    """Also those without a row."""
    assert [table["number"].to_pylist() for table in in_turns(_works(count))] == [[number] * number for number in range(count)]


def test_a_busy_process_leaves_tables_to_the_other() -> None:
    """This one makes none until the other has made one."""
    here, (told, tell) = os.getpid(), os.pipe()

    def slow(number: int) -> pa.Table:
        if os.getpid() == here:
            os.read(told, 1)
        else:
            os.write(tell, b"made")
        return _table(number)

    makers = {
        name for table in in_turns([partial(slow, number) for number in range(1, 9)]) for name in table["process"].to_pylist()
    }
    assert len(makers - {here}) == 1


def test_one_core_does_it_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "cores", lambda: 1)
    makers = {name for table in in_turns(_works(5)) for name in table["process"].to_pylist()}
    assert makers == {os.getpid()}


def test_without_a_pipe_this_process_does_it_alone() -> None:
    """A process may have no file more than it has; one too few for the second pipe is the same."""
    usual = resource.getrlimit(resource.RLIMIT_NOFILE)
    before = os.listdir("/dev/fd")
    lowest = os.dup(0)
    os.close(lowest)
    for spare in range(6):
        resource.setrlimit(resource.RLIMIT_NOFILE, (lowest + spare, usual[1]))
        try:
            rows = [len(table) for table in in_turns(_works(5))]
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, usual)
        assert rows == [0, 1, 2, 3, 4]
    assert os.listdir("/dev/fd") == before, "nothing stays open"


@pytest.mark.parametrize("last", [0, 1, 9])
def test_a_child_that_dies_leaves_its_tables_to_this_process(last: int) -> None:
    """In the middle of one, which is made again here."""
    here = os.getpid()

    def deadly(number: int) -> pa.Table:
        if os.getpid() != here and number >= last:
            os.kill(os.getpid(), signal.SIGKILL)
        return _table(number)

    tables = list(in_turns([partial(deadly, number) for number in range(10)]))
    assert [len(table) for table in tables] == list(range(10))


def test_a_fault_in_the_work_is_heard_here() -> None:
    def fail() -> pa.Table:
        raise KeyError("work")

    with pytest.raises(KeyError, match="work"):
        list(in_turns([fail, *_works(3)]))


def test_who_wants_no_more_leaves_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    numbers: list[int] = []
    fork = os.fork

    def noted() -> int:
        numbers.append(fork())
        return numbers[-1]

    monkeypatch.setattr(os, "fork", noted)
    tables = in_turns(_works(9))
    next(tables)
    tables.close()
    with pytest.raises(ProcessLookupError):
        os.kill(numbers[0], 0)
