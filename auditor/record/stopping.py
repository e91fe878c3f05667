"""Signals in, a wish to stop out: a recording ends in order, whoever ends it."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)
SAME_WISH_SECONDS = 2.0
"""Ctrl-C often comes twice: from the terminal, and once more from sudo, make or timeout."""


@contextmanager
def stop_on_signals() -> Iterator[Event]:
    """An event that is set by Ctrl-C or SIGTERM while the block runs. A signal that comes later still acts as it always did."""
    stop = Event()
    asked = float("inf")

    def ask(number: int, _frame: FrameType | None) -> None:
        nonlocal asked
        asked = min(asked, time.monotonic())
        if time.monotonic() - asked > SAME_WISH_SECONDS:
            for each, handler in before.items():
                signal.signal(each, handler)
            os.kill(os.getpid(), number)
        stop.set()

    before = {number: signal.signal(number, ask) for number in SIGNALS}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
