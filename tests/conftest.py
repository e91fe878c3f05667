"""What holds for all tests: Hypothesis has no deadline, because a busy machine is no failure, and in CI it repeats itself; what the
tool remembers of reports is not the user's."""

import os
import signal
from pathlib import Path

import pytest
from hypothesis import settings

from auditor.decode import triage
from auditor.identify import prefixes
from auditor.reuse import state

if (
    signal.getsignal(signal.SIGINT) is signal.SIG_IGN
):  # as a shell without job control starts us, and our children would inherit it
    signal.signal(signal.SIGINT, signal.default_int_handler)

settings.register_profile("no deadline", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "no deadline")


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes are named by their argument: a stream that holds the time of its making (gzip) would have another name in each of the
    processes that share the tests, and these refuse to start when their names differ."""
    return argname if isinstance(val, bytes) and not (val.isascii() and len(val) < 40) else None


@pytest.fixture(autouse=True, scope="session")
def memory_of_the_tests(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Reports that tests write are remembered in a folder of the tests."""
    folder = tmp_path_factory.mktemp("cache")
    state.cache_folder = lambda: Path(folder)


@pytest.fixture(autouse=True)
def no_machine_code_of_other_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether messages are looked through in machine code depends on how much a process has seen, so each test begins anew."""
    monkeypatch.setattr(triage, "_engine", triage._Engine())
    monkeypatch.setattr(prefixes, "_engine", prefixes._Engine())
