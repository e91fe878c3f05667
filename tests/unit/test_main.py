"""The entry point: Ctrl-C ends with 130 wherever it comes, also inside of code that was made from text."""

import signal
import subprocess
import sys

import pytest

from auditor.__main__ import Interrupted, interrupt

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


def test_whoever_catches_ctrl_c_catches_this() -> None:
    with pytest.raises(KeyboardInterrupt):
        interrupt(signal.SIGINT, None)
    assert Interrupted.__mro__[1] is KeyboardInterrupt
