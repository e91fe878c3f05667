"""What workers of one machine have loaded when they start."""

import subprocess
import sys

PROGRAM = """
import gc, logging, sys, threading
import auditor.cli.worker_start
assert threading.active_count() == 1, threading.enumerate()  # whoever is copied must not hold locks of others
assert not logging.getLogger("distributed").isEnabledFor(logging.CRITICAL)
assert gc.get_freeze_count() > 100_000
before = set(sys.modules)
from auditor import knowledge, pipeline
from auditor.cli.one_audit import audited
print(sorted(set(sys.modules) - before))
"""


def test_an_audit_needs_nothing_more_and_no_thread_runs() -> None:
    run = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False, timeout=100)
    assert (run.stdout, run.stderr) == ("[]\n", "")
