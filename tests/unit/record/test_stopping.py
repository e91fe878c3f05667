import os
import signal

import pytest

from auditor.record.stopping import SIGNALS, stop_on_signals


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_asks_to_stop(number: int) -> None:
    with stop_on_signals() as stop:
        os.kill(os.getpid(), number)
        assert stop.wait(5)


def test_a_second_signal_acts_as_it_always_did() -> None:
    with pytest.raises(KeyboardInterrupt), stop_on_signals() as stop:
        os.kill(os.getpid(), signal.SIGINT)
        assert stop.wait(5)
        os.kill(os.getpid(), signal.SIGINT)
        signal.pause()


def test_handlers_are_put_back() -> None:
    before = [signal.getsignal(number) for number in SIGNALS]
    with stop_on_signals():
        pass
    assert [signal.getsignal(number) for number in SIGNALS] == before
