"""A recorder that is killed: nothing that was acknowledged is lost, and the audit says what it is."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_kill_at_random_moments_loses_nothing_that_was_acknowledged() -> None:
    """A few rounds; `python -m tests.lab.killing --times 50` is the whole of it."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.lab.killing", "--times", "4"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=110)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert (told["rounds"], told["lost"]) == (4, 0)
    assert told["exchanges"] > 0
