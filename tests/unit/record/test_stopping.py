import os
import signal
import time

import pytest

from auditor.record import stopping
from auditor.record.stopping import SIGNALS, stop_on_signals


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_asks_to_stop(number: int) -> None:
    with stop_on_signals() as stop:
        os.kill(os.getpid(), number)
        assert stop.wait(5)


def test_a_signal_that_comes_twice_is_one_wish() -> None:
    with stop_on_signals() as stop:
        for _ in range(3):
            os.kill(os.getpid(), signal.SIGINT)
        assert stop.wait(5)
        time.sleep(0.1)


def test_a_signal_that_comes_later_acts_as_it_always_did(monkeypatch: pytest.MonkeyPatch) -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell without job control starts us with it ignored
    monkeypatch.setattr(stopping, "SAME_WISH_SECONDS", 0.05)
    with pytest.raises(KeyboardInterrupt), stop_on_signals() as stop:
        os.kill(os.getpid(), signal.SIGINT)
        assert stop.wait(5)
        time.sleep(0.2)
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(5)


def test_handlers_are_put_back() -> None:
    before = [signal.getsignal(number) for number in SIGNALS]
    with stop_on_signals():
        pass
    assert [signal.getsignal(number) for number in SIGNALS] == before
