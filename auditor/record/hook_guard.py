"""Errors in an addon's hooks in, counts out.

mitmproxy logs an exception of a hook and lets the flow pass, so a fault of ours would look like "nothing found". Here every
call is counted, every error too, and both reach the journal; traffic is never held up by them.
"""

import sys
from collections import Counter
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Concatenate, Protocol


class Guarded(Protocol):
    """An addon whose hooks are guarded."""

    hook_faults: "HookFaults"


class HookFaults:
    """What was called and what failed, by hook."""

    def __init__(self, report: Callable[[str, str], None]) -> None:
        """`report` gets the hook's name and what went wrong, without any content of the flow."""
        self.calls: Counter[str] = Counter()
        self.errors: Counter[str] = Counter()
        self._report = report

    @property
    def total(self) -> int:
        """All errors."""
        return self.errors.total()

    def failed(self, hook: str, error: BaseException) -> None:
        """Counts an error and reports it."""
        self.errors[hook] += 1
        self._report(hook, _what(error))


def guarded[A: Guarded, **P](hook: Callable[Concatenate[A, P], None], name: str = "") -> Callable[Concatenate[A, P], None]:
    """The hook, with its errors counted. What ends the process or cancels a task is counted and goes on its way.

    `name` is that of the hook where several share a function.
    """
    name = name or hook.__name__

    @wraps(hook)
    def call(self: A, /, *args: P.args, **kwargs: P.kwargs) -> None:
        self.hook_faults.calls[name] += 1
        try:
            hook(self, *args, **kwargs)
        except BaseException as error:  # the one place that may: whatever fails here is recorded as a fact
            self.hook_faults.failed(name, error)
            if not isinstance(error, Exception):
                raise

    return call


def _what(error: BaseException) -> str:
    """Type and place of an error. Not its text: that may quote traffic."""
    trace, place = error.__traceback__, ""
    while trace is not None:
        place = f" at {Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return f"{type(error).__name__}{place}"


def complain(text: str) -> None:
    """A line on standard error, which mitmdump's -q does not silence."""
    sys.stderr.write(f"audit: {text}\n")
    sys.stderr.flush()
