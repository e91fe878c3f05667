"""Ctrl-C and copies of this process: a block that is not interrupted, and a copy that Ctrl-C is not for."""

import os
import signal
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager


@contextmanager
def later(numbers: Sequence[int] = (signal.SIGINT,)) -> Iterator[None]:
    """Ctrl-C, or whichever signals, is heard at the end of the block, where somebody hears it at all. Masking it would not do:
    another thread takes it, and Python raises in this one."""
    if threading.current_thread() is not threading.main_thread():  # the only one that is interrupted
        yield
        return
    heard: list[int] = []
    usual = {number: handler for number in numbers if callable(handler := signal.getsignal(number))}
    for number in usual:
        signal.signal(number, lambda number, _: heard.append(number))
    try:
        yield
    finally:
        for number, handler in usual.items():
            signal.signal(number, handler)
        if heard:
            signal.raise_signal(heard[0])


def copied(work: Callable[[], object]) -> int:
    """The number of a process that is a copy of this one and does nothing but some work; what goes wrong there, nobody hears.

    Ctrl-C is for this one, which ends the copy: call it within `later()`, and know the number before that is over.

    Raises:
        OSError: there is no room for it.
    """
    with warnings.catch_warnings():  # a progress bar's thread holds nothing that the copy waits for
        warnings.simplefilter("ignore", DeprecationWarning)
        number = os.fork()
    if number:
        return number
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        work()
    finally:
        os._exit(0)
