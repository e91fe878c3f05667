"""The command line as a user meets it, for the end-to-end tests: arguments go in, the exit code and what was said come out."""

import functools
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from auditor import knowledge
from auditor.cli.app import main
from auditor.identify import patterns

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One command that ended."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        """The lines on standard error."""
        return self.err.splitlines()

    @property
    def last(self) -> str:
        """The last line on standard error."""
        return self.lines[-1] if self.lines else ""

    @property
    def errors(self) -> list[str]:
        """The lines that name an error."""
        return [line for line in self.lines if line.startswith("error: ")]


class CommandLine:
    """Runs commands in this process, which saves them the start of the interpreter."""

    def __init__(self, capture: pytest.CaptureFixture[str]) -> None:
        self._capture = capture

    def __call__(self, *argv: str | Path) -> Run:
        """One command. No ending of any command shows a traceback."""
        self._capture.readouterr()
        code = main([str(word) for word in argv])
        out, err = self._capture.readouterr()
        assert "Traceback" not in err
        assert "Traceback" not in out
        assert code != 70, err
        return Run(code=code, out=out, err=err)


@pytest.fixture
def auditor(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> CommandLine:
    """The command line, with a home of its own; what is the same in every run (catalog, shapes) is made once for all tests."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr(knowledge, "load", _load)
    monkeypatch.setattr(knowledge, "rule_ids", _rule_ids)
    monkeypatch.setattr(patterns, "_Free", _free)
    return CommandLine(capfd)


_load = functools.cache(knowledge.load)
_rule_ids = functools.cache(knowledge.rule_ids)
_free = functools.cache(patterns._Free)


def start(
    *argv: str | Path, env: Mapping[str, str] | None = None, cwd: Path = ROOT, **options: object
) -> "subprocess.Popen[str]":
    """The command line in a process of its own."""
    return subprocess.Popen(  # type: ignore[call-overload, no-any-return]
        [sys.executable, "-m", "auditor", *map(str, argv)],
        env={**os.environ, "PYTHONPATH": str(ROOT), **(env or {})},
        cwd=cwd,
        text=True,
        **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "encoding": "utf-8"} | options,
    )


def run(*argv: str | Path, env: Mapping[str, str] | None = None, cwd: Path = ROOT) -> Run:
    """One command in a process of its own, from start to end."""
    process = start(*argv, env=env, cwd=cwd)
    out, err = process.communicate(timeout=SECONDS)
    assert "Traceback" not in err
    return Run(code=process.returncode, out=out, err=err)
