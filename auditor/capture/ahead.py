"""Works one step ahead: while a batch is looked at, another thread reads and walks the next one (compiled code has no lock)."""

import importlib
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from queue import SimpleQueue

SWITCH = 0.00005
"""Seconds that a thread which comes back from compiled code waits for Python's lock at most (Python's own choice is a hundred
times that): it comes back several times in a millisecond, and would wait most of the time."""


def one_ahead[T](steps: Iterator[T]) -> Iterator[T]:
    """The steps, each computed while the caller works on the one before. What a step raises is raised here."""
    asked: SimpleQueue[bool] = SimpleQueue()
    made: SimpleQueue[tuple[T | None, BaseException | None, bool]] = SimpleQueue()

    def work() -> None:
        while asked.get():
            try:
                made.put((next(steps), None, False))
            except StopIteration:
                made.put((None, None, True))
            except BaseException as error:  # noqa: BLE001 - raised again by the other thread
                made.put((None, error, True))

    thread = threading.Thread(target=work, name="capture-ahead", daemon=True)
    thread.start()
    try:
        asked.put(True)
        while True:
            step, error, over = made.get()
            if error is not None:
                raise error
            if over:
                return
            asked.put(True)
            yield step  # type: ignore[misc]
    finally:
        asked.put(False)
        thread.join()


@contextmanager
def quick_switching() -> Iterator[None]:
    """Threads take turns more often inside."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def import_ahead(*modules: str) -> None:
    """Imports modules that the end will need while the beginning reads: half a second for those of tables."""

    def work() -> None:
        for module in modules:
            importlib.import_module(module)

    threading.Thread(target=work, name="import-ahead", daemon=True).start()
