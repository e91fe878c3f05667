"""The terminal view beside a recording that runs in this process: a folder and the recording's wish to stop in, a view out.

The view is a process of its own that only reads the journal. When it crashes, the recording does not notice; the terminal is
put in order and the person is told how to look again. What the recorder has to say meanwhile goes into `.record.log`, because
the screen belongs to the view.
"""

import os
import select
import subprocess
import sys
import termios
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread

from auditor.live.terminal_code import STOP

LOG = ".record.log"
WAIT_SECONDS = 0.2
END_SECONDS = 5
_PLAIN = b"\x1b[?1049l\x1b[?1000l\x1b[?1003l\x1b[?1006l\x1b[?1015l\x1b[?2004l\x1b[<u\x1b[?25h\x1b[0m\r\n"
"""Takes a terminal back from a program that died on its alternate screen: screen, mouse, paste, keyboard, cursor, colours."""


class ViewBeside:
    """A view that is started when the recording is ready."""

    def __init__(self, folder: Path, stop: Event, say: Callable[[str], None], *, scenario: str, language: str) -> None:
        self.wishes_report = False
        """Whether the person ended the recording in the view, and wants to see what it came to."""
        self._folder, self._stop, self._say = folder, stop, say
        self._words = (str(folder), scenario, language)
        self._over = Event()
        self._thread: Thread | None = None

    def start(self) -> None:
        """To be called once the recording runs; returns at once."""
        self._thread = Thread(target=self._run, name="view", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """The recording is over: the view goes with it."""
        self._over.set()
        if self._thread is not None:
            self._thread.join(END_SECONDS)

    def _run(self) -> None:
        self._say("press Enter for the live view; Ctrl-C ends the recording")
        if not self._is_entered():
            return
        command = [sys.executable, "-m", "auditor.live.terminal", *self._words]
        with _screen_of_its_own(self._folder / LOG):
            code = self._watch(subprocess.Popen(command, stderr=_terminal()))  # noqa: S603 - our own words
        if code == STOP:
            self.wishes_report = True
            self._stop.set()
        elif not self._over.is_set():
            ended = "is closed" if code == 0 else f"broke off (code {code})"
            self._say(f"the view {ended}; the recording goes on: `auditor live {self._folder}` shows it, Ctrl-C ends it")

    def _is_entered(self) -> bool:
        while not (self._over.is_set() or self._stop.is_set()):
            if select.select([sys.stdin], [], [], WAIT_SECONDS)[0]:
                return bool(sys.stdin.readline())
        return False

    def _watch(self, process: "subprocess.Popen[bytes]") -> int:
        while process.poll() is None:
            if self._over.wait(WAIT_SECONDS):
                process.terminate()
                with suppress(subprocess.TimeoutExpired):
                    process.wait(END_SECONDS)
                process.kill()
        return process.wait()


def _terminal() -> int:
    return sys.stdout.fileno()


@contextmanager
def _screen_of_its_own(log: Path) -> Iterator[None]:
    """Standard error goes into the log while the block runs; after it the terminal is as it was."""
    kept = os.dup(2)
    before = termios.tcgetattr(sys.stdin.fileno())
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
    os.dup2(descriptor, 2)
    os.close(descriptor)
    try:
        yield
    finally:
        os.write(sys.stdout.fileno(), _PLAIN)
        termios.tcsetattr(sys.stdin.fileno(), termios.TCSADRAIN, before)
        os.dup2(kept, 2)
        os.close(kept)
