"""A copy of this process that works beside it: a function goes in, what it sends comes out, and it is gone afterwards.

The copy has all that this process has made so far, and costs some milliseconds. It never outlives the one that made it: Ctrl-C is
for that one alone, and who sends to a process that is gone ends.
"""

import gc
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from auditor.capture.mailbox import Inbox, LostError, Outbox, mailbox
from auditor.ctrl_c import copied, later

LARGE = 64 * 1024 * 1024
"""Bytes of a capture from which a second process pays."""


def cores() -> int:
    """Processors that this process may use; one where no process can have a copy of itself."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") and hasattr(os, "fork") else 1


@contextmanager
def child(work: Callable[[Outbox], None]) -> Iterator[Inbox]:
    """What a copy of this process sends while it works. Whatever goes wrong there, this process misses the end: `LostError`.

    Raises:
        LostError: there is no room for another process.
    """
    try:
        inbox, outbox = mailbox()
    except OSError as error:
        raise LostError from error
    number = 0
    try:
        with later():
            gc.freeze()  # both share the pages of what is there by now until one writes: looking for cycles would
            number = _fork(work, inbox, outbox)
            outbox.close()
        yield inbox
    finally:
        gc.unfreeze()
        inbox.close()
        if number:
            with suppress(ProcessLookupError, ChildProcessError):
                os.kill(number, signal.SIGKILL)
                os.waitpid(number, 0)


def _fork(work: Callable[[Outbox], None], inbox: Inbox, outbox: Outbox) -> int:
    """The copy's number.

    Raises:
        LostError: there is no room for it.
    """
    try:
        return copied(lambda: _work(work, inbox, outbox))
    except OSError as error:
        outbox.close()
        raise LostError from error


def _work(work: Callable[[Outbox], None], inbox: Inbox, outbox: Outbox) -> None:
    inbox.close()
    work(outbox)
    outbox.flush()
