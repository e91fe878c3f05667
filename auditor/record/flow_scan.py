"""The command of a live scan in, its lines out, as they come: sightings and what was skipped. The scan is a process of its own; a
thread here listens to it, and the proxy never waits for either.
"""

import json
import os
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Thread

STOP_SECONDS = 6.0
"""Longer than the scan's own patience."""
MOST_LINE = 1 << 16

type Line = dict[str, object]


class FlowScan:
    """A live scan that runs."""

    def __init__(self, command: Sequence[str], tell: Callable[[Line], None]) -> None:
        """Starts it. `tell` gets each line, on a thread of its own.

        Raises:
            OSError: it cannot be started.
        """
        self._tell = tell
        self._ended = False
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=_environment()
        )
        self._thread = Thread(target=self._listen, name="live scan", daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        pipe = self._process.stdout
        while pipe is not None and (data := pipe.readline(MOST_LINE)):
            try:
                line = json.loads(data)
            except ValueError:
                continue
            if isinstance(line, dict):
                self._tell(line)
        if not self._ended:
            self._tell(
                {"record": "skipped", "flows": None, "bytes": None, "reason": "the live scan broke off; the audit looks at all"}
            )

    def stop(self) -> None:
        """Lets it end its work, and ends it where that takes too long."""
        self._ended = True
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            code = self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            code = self._process.wait()
        self._thread.join(STOP_SECONDS)
        if code:
            self._tell({"record": "skipped", "flows": None, "bytes": None, "reason": f"the live scan ended with {code}"})


def _environment() -> dict[str, str]:
    """The scan imports the same package as this process, wherever that was found."""
    here = str(Path(__file__).resolve().parents[2])
    before = os.environ.get("PYTHONPATH")
    return {**os.environ, "PYTHONPATH": f"{here}{os.pathsep}{before}" if before else here}
