"""A copy of this process works beside it, hears no Ctrl-C, and never outlives it."""

import gc
import os
import signal
import time
from threading import Event, Thread

import pytest

from auditor.capture.child import child, cores
from auditor.capture.mailbox import LostError, Outbox


def _is_there(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_child_has_what_this_process_has_and_sends_what_it_makes() -> None:
    here = ["what was made before"]
    with child(lambda outbox: outbox.put([here, os.getpid()])) as inbox:
        made, number = inbox.take()
    assert (made, number == os.getpid(), _is_there(number)) == (here, False, False)


def test_meanwhile_nobody_looks_for_cycles_among_what_both_share() -> None:
    with child(lambda outbox: outbox.put(gc.get_freeze_count())) as inbox:
        assert min(inbox.take(), gc.get_freeze_count()) > 10_000
    assert gc.get_freeze_count() == 0


def test_a_child_that_fails_says_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    def fail(outbox: Outbox) -> None:
        raise ValueError("a fault")

    with child(fail) as inbox, pytest.raises(LostError):
        inbox.take()
    assert capfd.readouterr() == ("", "")


def test_what_goes_wrong_here_ends_the_child() -> None:
    def for_ever(outbox: Outbox) -> None:
        outbox.put(os.getpid())
        outbox.flush()
        time.sleep(600)

    with pytest.raises(KeyError), child(for_ever) as inbox:
        number = inbox.take()
        raise KeyError
    assert not _is_there(number)


def test_ctrl_c_is_not_for_the_child() -> None:
    def wait(outbox: Outbox) -> None:
        outbox.put(os.getpid())
        outbox.flush()
        while not outbox.answers():
            time.sleep(0.001)
        outbox.put("still there")

    with child(wait) as inbox:
        os.kill(inbox.take(), signal.SIGINT)
        import numpy as np

        inbox.answer(np.arange(1))
        assert inbox.take() == "still there"


def test_ctrl_c_is_heard_here_and_ends_the_child(monkeypatch: pytest.MonkeyPatch) -> None:
    """At any moment, also between the start of the child and the first line that knows of it."""
    numbers: list[int] = []
    fork = os.fork

    def interrupted() -> int:
        numbers.append(fork())
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.05)  # so that whoever takes the signal has taken it
        return numbers[-1]

    monkeypatch.setattr(os, "fork", interrupted)
    over, usual = Event(), signal.getsignal(signal.SIGINT)
    Thread(target=over.wait, daemon=True).start()  # which may take the signal
    with pytest.raises(KeyboardInterrupt), child(lambda outbox: time.sleep(600)):
        time.sleep(600)
    over.set()
    assert not _is_there(numbers[0])
    assert signal.getsignal(signal.SIGINT) is usual
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, set())


@pytest.mark.parametrize("name", ["fork", "pipe"])
def test_without_room_for_a_process_there_is_none(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused() -> int:
        raise BlockingIOError

    monkeypatch.setattr(os, name, refused)
    with pytest.raises(LostError), child(lambda outbox: None):
        pass


def test_a_system_without_copies_of_processes_has_one_core(monkeypatch: pytest.MonkeyPatch) -> None:
    assert cores() == len(os.sched_getaffinity(0))
    monkeypatch.delattr(os, "fork")
    assert cores() == 1
