"""How a command ends, and the lines that it says on standard error."""

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TextIO

from auditor.errors import AuditError, ConfigError, ExitCode


@dataclass(frozen=True, slots=True)
class Ending:
    """The exit code of a command and why."""

    code: ExitCode
    reason: str
    word: str | None = None
    """None: the code's own word."""

    @property
    def line(self) -> str:
        """The last line on standard error."""
        return f"exit {int(self.code)} ({self.word or self.code.word}): {self.reason}"


@dataclass(slots=True)
class Heard:
    """What a piece of work said while somebody else listened: texts for standard error and for standard output."""

    said: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)


_LISTENER: ContextVar[Heard | None] = ContextVar("listener", default=None)


@contextlib.contextmanager
def heard() -> Iterator[Heard]:
    """Keeps what is said meanwhile (in this context only) instead of printing it: a worker has no terminal."""
    found = Heard()
    token = _LISTENER.set(found)
    try:
        yield found
    finally:
        _LISTENER.reset(token)


def listener() -> Heard | None:
    """Whoever listens instead of the terminal."""
    return _LISTENER.get()


@contextlib.contextmanager
def signals_like_ctrl_c() -> Iterator[None]:
    """SIGTERM, and SIGHUP (the terminal was closed), end the block as Ctrl-C does: what is finished stays, what is temporary
    goes. A signal that whoever started this program ignores (`nohup`) stays ignored."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    usual = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}
    heeded = [number for number, handler in usual.items() if handler is not signal.SIG_IGN]
    for number in heeded:
        signal.signal(number, signal.default_int_handler)
    try:
        yield
    finally:
        for number in heeded:
            signal.signal(number, usual[number])


def done(reason: str) -> Ending:
    """The good end of a command that gives no verdict."""
    return Ending(ExitCode.PASS, reason, "done")


def say(line: str) -> None:
    """One line on standard error, with escapes for what would command a terminal; nothing where nobody listens any more."""
    from auditor.report.display import safe

    if (keeper := listener()) is not None:
        keeper.said.append(line)
    elif sys.stderr is not None:
        try:
            print(safe(line), file=sys.stderr, flush=True)
        except (OSError, ValueError):
            abandon(sys.stderr)


def abandon(stream: TextIO) -> None:
    """Sends what is still to be written to a stream that takes nothing any more to nowhere: Python complains when it ends, else,
    and its exit code is another one."""
    with contextlib.suppress(OSError, ValueError):
        number = stream.fileno()
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, number)
        os.close(nowhere)


def tell_errors(errors: Iterable[AuditError]) -> None:
    """Each error as one line; of a file that the user writes, every fault."""
    for error in errors:
        for line in [str(fault) for fault in error.faults] if isinstance(error, ConfigError) else [str(error)]:
            say(f"error: {line}")


def failed(error: AuditError) -> Ending:
    """The end by an error, which is told; the last line says once more what and where, because logs are read from their end."""
    tell_errors((error,))
    if isinstance(error, ConfigError) and len(error.faults) > 1:
        paths = dict.fromkeys(fault.source.path for fault in error.faults)
        return Ending(error.exit_code, f"faults in {', '.join(paths)}: see the lines above")
    first = error.faults[0] if isinstance(error, ConfigError) and error.faults else error
    return Ending(error.exit_code, f"{first.source}: {first.what}" if first.source else first.what)


def counted(number: int, one: str, many: str | None = None) -> str:
    """`1 file`, `2 files`."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def worst(codes: Iterable[ExitCode]) -> ExitCode:
    """The code that wins."""
    return max(codes, key=lambda code: code.precedence, default=ExitCode.PASS)
