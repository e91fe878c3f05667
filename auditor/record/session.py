"""Phone and printer at once into one session folder: `auditor record session`.

The printer's packets are taken in a process of their own, so that a busy proxy costs no packets, and the end of one does not
end the other. Both append to one journal, and read the same clock and the same phases.
"""

import os
import signal
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from threading import Event
from typing import NoReturn

import msgspec

from auditor.ctrl_c import later
from auditor.errors import AuditError, ExitCode, UsageError
from auditor.record.addon_equipment import Equip
from auditor.record.choosing import Ask
from auditor.record.printer import record_printer
from auditor.record.privilege import become, calling_user
from auditor.record.recording import RecordResult, StopReason
from auditor.record.rotation import Rotation
from auditor.record.stopping import SIGNALS, stop_on_signals

_READY = b"\n"
_MOST = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionResult:
    """How both recordings went."""

    app: RecordResult
    printer: RecordResult

    @property
    def files(self) -> tuple[str, ...]:
        """All capture files."""
        return (*self.app.files, *self.printer.files)

    @property
    def exit(self) -> ExitCode:
        """0 only when both are 0."""
        return max(self.app.exit, self.printer.exit, key=lambda code: code.precedence)

    @property
    def reason(self) -> str:
        """One line for the end of standard error."""
        return f"app: {self.app.reason}; printer: {self.printer.reason}"


class PrinterProcess:
    """A printer's recorder that runs as a child of this process."""

    def __init__(self, record: Callable[[Event, Callable[[], None]], RecordResult]) -> None:
        """Forks, and waits until `record` records; it gets the wish to stop, and what to call when it has begun.

        To be called before any thread is started.

        Raises:
            UsageError: it does not begin.
        """
        self._process, (self._pipe, write) = 0, os.pipe()
        try:
            with later(SIGNALS):  # the child must not take them for the parent's, nor the parent lose the child
                self._process = os.fork()
                if not self._process:
                    os.close(self._pipe)
                    _serve(record, write)
                os.close(write)
            began = os.read(self._pipe, 1) == _READY
            text = "" if began else os.read(self._pipe, _MOST).decode(errors="backslashreplace")
        except BaseException:  # nobody would be left to end it, and it records nothing yet
            if self._process:
                os.kill(self._process, signal.SIGKILL)
                self._wait()
            raise
        if not began:
            self._wait()
            raise UsageError(text or "the printer's recorder did not start")

    def end(self) -> RecordResult:
        """Stops it and gives its result."""
        os.kill(self._process, signal.SIGTERM)
        data = b""
        while part := os.read(self._pipe, _MOST):
            data += part
        code = self._wait()
        try:
            return msgspec.json.decode(data, type=RecordResult)
        except msgspec.MsgspecError:
            return _killed(f"the printer's recorder ended with {code}")

    def _wait(self) -> int:
        os.close(self._pipe)
        return os.waitstatus_to_exitcode(os.waitpid(self._process, 0)[1])


def record_session(
    app: Callable[[Event], RecordResult],
    interface: str,
    folder: str,
    *,
    printer: str | None = None,
    stop: Event,
    engine: str = "socket",
    environment: Mapping[str, str] = os.environ,
    rotation: Rotation | None = None,
    equip: Equip | None = None,
    ask: Ask | None = None,
    typed: Sequence[str] = (),
) -> SessionResult:
    """Records both until `stop` is set. `app` is `record_app` with all but its `stop`; the rest as in `record_printer`.

    Raises:
        UsageError: one of them does not start; nothing goes on then.
    """

    def wire(ends: Event, ready: Callable[[], None]) -> RecordResult:
        return record_printer(
            interface,
            folder,
            printer=printer,
            stop=ends,
            engine=engine,
            environment=environment,
            ready=ready,
            rotation=rotation,
            equip=equip,
            ask=ask,
            typed=typed,
        )

    child = PrinterProcess(wire)
    try:
        caller = calling_user(environment, os.geteuid())
        if caller:
            become(caller)
        recorded = app(stop)
    except BaseException:
        child.end()
        raise
    return SessionResult(app=recorded, printer=child.end())


def _serve(record: Callable[[Event, Callable[[], None]], RecordResult], pipe: int) -> NoReturn:
    """The child: a byte when it records, then its result; or its error as text. Never returns into the parent's code."""
    code, began = int(ExitCode.INTERNAL), False

    def ready() -> None:
        nonlocal began
        began = True
        os.write(pipe, _READY)

    try:
        with stop_on_signals() as stop:
            result = record(stop, ready)
        os.write(pipe, msgspec.json.encode(result))
        code = result.exit
    except AuditError as error:
        code = error.exit_code
        os.write(pipe, (b"" if began else b" ") + str(error).encode())
    finally:
        os._exit(code)


def _killed(why: str) -> RecordResult:
    """The result of a recorder that left none."""
    return RecordResult(
        files=(), stopped=StopReason.FAILED, packets=0, bytes_written=0, lost=0, received=0, engine="unknown", detail=why
    )
