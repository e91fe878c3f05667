"""The view beside a recording, in a real terminal: it opens on Enter, its crash leaves the recording alone, q ends both."""

import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

PROGRAM = """
import signal, sys, time
from pathlib import Path
from threading import Event
from auditor.live.beside import ViewBeside
stop = Event()
view = ViewBeside(Path(sys.argv[1]), stop, lambda line: print(line, file=sys.stderr, flush=True), scenario="short", language="en")
over = Event()
signal.signal(signal.SIGUSR1, lambda *_: over.set())
view.start()
end = time.monotonic() + float(sys.argv[2])
while time.monotonic() < end and not over.is_set() and not stop.wait(0.1):
    pass
ended = stop.is_set()
view.end()
print("STOPPED" if ended else "RECORDED ON", view.wishes_report, flush=True)
"""
SECONDS = 30


class Screen:
    """The other end of the terminal."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self.text = ""

    def wait_for(self, words: str) -> None:
        end = time.monotonic() + SECONDS
        while words not in self.text:
            assert time.monotonic() < end, self.text[-2000:]
            if select.select([self.descriptor], [], [], 0.1)[0]:
                self.text += os.read(self.descriptor, 65536).decode(errors="replace")

    def press(self, keys: bytes) -> None:
        os.write(self.descriptor, keys)


@contextmanager
def _recording(folder: Path, seconds: float) -> Iterator[tuple[Screen, subprocess.Popen[bytes]]]:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-c", PROGRAM, str(folder), str(seconds)]
    process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=os.environ | {"TERM": "xterm"})
    os.close(theirs)
    try:
        yield Screen(ours), process
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def _view_process(folder: Path) -> int:
    """The id of the view's process."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().split(b"\0")
        except OSError:
            continue
        if b"auditor.live.terminal" in words and str(folder).encode() in words:
            return int(path.parent.name)
    raise AssertionError("there is no view")


@pytest.fixture
def session(tmp_path: Path) -> Path:
    (tmp_path / "session.toml").write_text('schema = 1\n[session]\nproduct = "O2Nails"\n')
    return tmp_path


def _kill_view(_screen: Screen, folder: Path) -> None:
    os.kill(_view_process(folder), signal.SIGKILL)


def _press_ctrl_c(screen: Screen, _folder: Path) -> None:
    screen.press(b"\x03")


@pytest.mark.parametrize(("act", "words"), [(_kill_view, "broke off (code -9)"), (_press_ctrl_c, "the view is closed")])
def test_a_view_that_ends_leaves_the_recording_alone(session: Path, act: Callable[[Screen, Path], None], words: str) -> None:
    with _recording(session, SECONDS) as (screen, recorder):
        screen.wait_for("press Enter")
        screen.press(b"\r")
        screen.wait_for("O2Nails")
        act(screen, session)
        screen.wait_for(words)
        screen.wait_for("the recording goes on")
        recorder.send_signal(signal.SIGUSR1)  # its time is over: it ends when the test says so, however slow the machine
        screen.wait_for("RECORDED ON False")
    assert "\x1b[?1049l" in screen.text


def test_q_ends_the_recording_and_asks_for_the_report(session: Path) -> None:
    with _recording(session, SECONDS) as (screen, _):
        screen.wait_for("press Enter")
        screen.press(b"\r")
        screen.wait_for("O2Nails")
        screen.press(b"q")
        screen.wait_for("STOPPED True")


def test_a_recording_that_ends_takes_the_view_with_it(session: Path) -> None:
    with _recording(session, 4) as (screen, process):
        screen.wait_for("press Enter")
        screen.press(b"\r")
        screen.wait_for("RECORDED ON False")
        assert process.wait(SECONDS) == 0
    with pytest.raises(AssertionError, match="no view"):
        _view_process(session)


def test_nobody_has_to_press_anything(session: Path) -> None:
    with _recording(session, 1) as (screen, _):
        screen.wait_for("RECORDED ON False")
