"""The entry point: Ctrl-C ends with 130 wherever it comes, also inside of code that was made from text."""

import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from auditor.__main__ import Interrupted, interrupt, told

ROOT = Path(__file__).resolve().parents[2]

IN_TEXT = """
import signal, sys
from auditor.cli import app
from auditor.__main__ import run
def main(words, alone):
    exec("import os, signal; os.kill(os.getpid(), signal.SIGINT); import time; time.sleep(5)")
app.main = main
run()
"""


def test_ctrl_c_in_code_made_from_text_ends_with_130() -> None:
    """Python remembers a plain KeyboardInterrupt that passed through such code, and kills itself at the end."""
    done = subprocess.run([sys.executable, "-c", IN_TEXT], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (130, "exit 130 (interrupted): interrupted\n")


WEAK = """
import signal, sys
from auditor.cli import app
from auditor.__main__ import run
class Thing:
    def __del__(self):
        signal.raise_signal(signal.SIGINT)
def main(words, alone):
    thing = Thing()
    del thing
    import time
    time.sleep(20)
app.main = main
run()
"""
COMPILED = """
import importlib, signal, sys
from auditor.cli import app
from auditor.__main__ import run
def main(words, alone):
    class Interrupting:
        def find_spec(self, name, path, target=None):
            if any(frame.f_code.co_name == "exec_module" and "ExtensionFileLoader" in frame.f_code.co_qualname for frame in stack()):
                sys.meta_path.remove(self)
                signal.raise_signal(signal.SIGINT)
    def stack():
        frame = sys._getframe()
        while frame:
            yield frame
            frame = frame.f_back
    sys.meta_path.insert(0, Interrupting())
    for name in ("uuid", "zoneinfo", "json"):
        sys.modules.pop(name, None)
    import orjson
    import time
    time.sleep(20)
app.main = main
run()
"""


WANTED = """
import pathlib, signal, sys, tempfile
from auditor.cli import app
from auditor.__main__ import run
def main(words, alone):
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "wanted_by_somebody.py").write_text("import signal; signal.raise_signal(signal.SIGINT)")
        sys.path.insert(0, folder)
        try:
            import wanted_by_somebody
        except BaseException:
            pass
        import time
        time.sleep(20)
app.main = main
run()
"""


@pytest.mark.parametrize(
    "program",
    [WEAK, COMPILED, WANTED],
    ids=["what is let go of", "a compiled module that is made", "a module that another wants"],
)
def test_ctrl_c_is_heard_where_nobody_can_catch_it_and_nothing_breaks(program: str) -> None:
    """Raised there, it would be told and forgotten, or end the process with a fault of memory."""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (130, "exit 130 (interrupted): interrupted\n")


def test_other_faults_of_what_goes_are_told_as_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[object] = []
    monkeypatch.setattr(sys, "__unraisablehook__", heard.append)
    fault: Any = SimpleNamespace(exc_value=ValueError("a fault"))
    told(fault)
    assert heard == [fault]


def test_the_package_and_its_start_load_next_to_nothing() -> None:
    """Until they are loaded Python itself takes Ctrl-C, with a traceback."""
    code = "import sys; before = set(sys.modules); import auditor.__main__; print(sorted(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "['auditor', 'auditor.__main__']"


def test_whoever_catches_ctrl_c_catches_this() -> None:
    with pytest.raises(KeyboardInterrupt):
        interrupt(signal.SIGINT, None)
    assert Interrupted.__mro__[1] is KeyboardInterrupt
