"""Ctrl-C waits until a block is over, whoever takes it; a copy of this process hears none."""

import os
import signal
import time
from threading import Event, Thread

import pytest

from auditor.ctrl_c import copied, later


def test_ctrl_c_waits_for_the_end_of_the_block_even_where_another_thread_takes_it() -> None:
    over, done, usual = Event(), [], signal.getsignal(signal.SIGINT)
    Thread(target=over.wait, daemon=True).start()
    with pytest.raises(KeyboardInterrupt), later():
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.05)
        done.append("the block")
    over.set()
    assert done == ["the block"]
    assert signal.getsignal(signal.SIGINT) is usual


def test_ctrl_c_is_heard_where_the_block_fails_too() -> None:
    with pytest.raises(KeyboardInterrupt), later():
        os.kill(os.getpid(), signal.SIGINT)
        raise OSError


def test_other_signals_wait_too_where_somebody_hears_them(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[int] = []
    usual = signal.signal(signal.SIGUSR1, lambda number, _: heard.append(number)), signal.signal(signal.SIGUSR2, signal.SIG_IGN)
    try:
        with later((signal.SIGUSR1, signal.SIGUSR2)):
            signal.raise_signal(signal.SIGUSR1)
            signal.raise_signal(signal.SIGUSR2)
            assert heard == []
            assert signal.getsignal(signal.SIGUSR2) is signal.SIG_IGN
        assert heard == [signal.SIGUSR1]
    finally:
        signal.signal(signal.SIGUSR1, usual[0])
        signal.signal(signal.SIGUSR2, usual[1])


def test_in_another_thread_the_block_is_as_any() -> None:
    """No other thread is ever interrupted, and none may ask for signals."""
    usual, found = signal.getsignal(signal.SIGINT), []

    def work() -> None:
        with later():
            found.append(signal.getsignal(signal.SIGINT))

    thread = Thread(target=work)
    thread.start()
    thread.join()
    assert found == [usual]


def test_a_copy_ignores_ctrl_c_and_says_nothing_when_it_fails(capfd: pytest.CaptureFixture[str]) -> None:
    def work() -> None:
        signal.raise_signal(signal.SIGINT)
        os.write(into, b"still there")
        raise ValueError("a fault")

    out, into = os.pipe()
    number = copied(work)
    os.close(into)
    assert os.read(out, 100) == b"still there"
    assert os.waitpid(number, 0) == (number, 0)
    os.close(out)
    assert capfd.readouterr() == ("", "")
