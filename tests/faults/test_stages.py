"""Faults put into every stage of an audit that would pass: none of them ends in a pass, and each is named.

A fault is an exception that a function raises where it stood, or an answer of the wrong type. What counts is what a release
manager sees: the exit code, the verdict of the document if there is one, and the last line.
"""

import asyncio
import importlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.command_line import CommandLine, auditor
from tests.faults.passing_session import passing_session

__all__ = ["auditor"]

STAGES = (
    "auditor.capture.formats.recognise",
    "auditor.cli.sessions.opened",
    "auditor.cli.one_audit.subjects",
    "auditor.cli.one_audit.digest_key",
    "auditor.cli.one_audit.sealing",
    "auditor.cli.one_audit.write_report",
    "auditor.cli.sessions.portable",
    "auditor.cli.report_folder._files",
    "auditor.cli.report_folder._replace",
    "auditor.cli.report_folder._swap",
    "auditor.identify.detector.Detector.build",
    "auditor.identify.detector.Detector.look",
    "auditor.identify.detector.Detector._mask_text",
    "auditor.learning.with_session",
    "auditor.local_network.look",
    "auditor.pipeline.observe",
    "auditor.observe._placed",
    "auditor.pipeline.attribute",
    "auditor.pipeline.attribute_sightings",
    "auditor.pipeline.masked_flows",
    "auditor.pipeline.masked_sightings",
    "auditor.pipeline.foreground",
    "auditor.pipeline.recipients_table",
    "auditor.pipeline.document",
    "auditor.judge.findings._rule",
    "auditor.judge.findings.find",
    "auditor.judge.coverage.gates",
    "auditor.judge.claims.check_claims",
    "auditor.judge.verdict.decide",
    "auditor.recipients.attribute_flows",
    "auditor.report.seal.seal",
    "auditor.report.audit_json.encode",
)
"""Functions, each where its caller finds it."""

EXCEPTIONS: tuple[Callable[[], BaseException], ...] = (
    lambda: ValueError("fault"),
    lambda: MemoryError(),
    lambda: RecursionError("fault"),
    lambda: OSError(5, "Input/output error"),
    lambda: BrokenPipeError(32, "Broken pipe"),
    lambda: StopIteration("fault"),
    lambda: SystemExit(0),
    lambda: asyncio.CancelledError(),
    lambda: KeyboardInterrupt(),
)
EACH = len(EXCEPTIONS)
CHOSEN = [(stage, EXCEPTIONS[(number * 4 + turn) % EACH]) for number, stage in enumerate(STAGES) for turn in range(4)]
"""Four exceptions for each stage, taken in turn; every exception meets a third of the stages or more."""
NEVER = {0, 1}


def _place(name: str) -> tuple[Any, str]:
    """The object that holds a function, and its name there."""
    parts = name.split(".")
    for count in range(len(parts) - 1, 0, -1):
        try:
            found: Any = importlib.import_module(".".join(parts[:count]))
        except ModuleNotFoundError:
            continue
        for part in parts[count:-1]:
            found = getattr(found, part)
        return found, parts[-1]
    raise AssertionError(f"nothing is called {name}")


def _verdict(out: Path) -> str | None:
    """What the document says, None where there is none."""
    document = out / "p" / "audit.json"
    if not document.exists():
        return None
    verdict: str = json.loads(document.read_bytes())["verdict"]["result"]
    return verdict


@pytest.fixture
def session(tmp_path: Path) -> Path:
    return passing_session(tmp_path / "p")


def test_without_a_fault_the_session_passes(auditor: CommandLine, session: Path, tmp_path: Path) -> None:
    """Or the other tests here would prove nothing."""
    run = auditor("audit", session, "--out", tmp_path / "out", "--format", "json")
    assert (run.code, _verdict(tmp_path / "out")) == (0, "pass"), run.err


@pytest.mark.parametrize(("stage", "fault"), CHOSEN, ids=lambda part: part if isinstance(part, str) else type(part()).__name__)
def test_no_exception_ends_in_a_pass(
    stage: str,
    fault: Callable[[], BaseException],
    session: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    from auditor.cli.app import main

    def fails(*_: object, **__: object) -> None:
        raise fault()

    holder, name = _place(stage)
    monkeypatch.setattr(holder, name, fails)
    code = main(["audit", str(session), "--out", str(tmp_path / "out"), "--format", "json"])
    err = capfd.readouterr().err
    assert code not in NEVER, err
    assert _verdict(tmp_path / "out") in (None, "inconclusive", "fail"), err
    assert err.splitlines()[-1].startswith("exit "), err
    assert "Traceback" not in err


@pytest.mark.parametrize("answer", [None, 0, "text", object()], ids=["None", "zero", "text", "object"])
@pytest.mark.parametrize(
    "stage",
    [
        "auditor.pipeline.observe",
        "auditor.pipeline.attribute",
        "auditor.pipeline.masked_flows",
        "auditor.pipeline.document",
        "auditor.judge.coverage.gates",
        "auditor.judge.verdict.decide",
        "auditor.judge.findings.find",
        "auditor.identify.detector.Detector.look",
    ],
)
def test_no_answer_of_the_wrong_type_ends_in_a_pass(
    stage: str,
    answer: object,
    session: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    from auditor.cli.app import main

    holder, name = _place(stage)
    monkeypatch.setattr(holder, name, lambda *_, **__: answer)
    code = main(["audit", str(session), "--out", str(tmp_path / "out"), "--format", "json"])
    err = capfd.readouterr().err
    assert code not in NEVER, err
    assert "Traceback" not in err


def test_a_stage_that_vanished_mid_way_leaves_the_earlier_report_whole(
    auditor: CommandLine, session: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A report is replaced as a whole or not at all."""
    from auditor.cli import report_folder
    from auditor.cli.output import write_new

    auditor("audit", session, "--out", tmp_path / "out")
    before = {path: path.read_bytes() for path in (tmp_path / "out" / "p").rglob("*") if path.is_file()}
    (session / "subjects.toml").write_text((session / "subjects.toml").read_text() + "\n# changed\n")
    writes = []

    def write(path: Path, data: bytes) -> None:
        writes.append(path)
        if len(writes) == 4:
            raise OSError(28, "No space left on device")
        write_new(path, data)

    monkeypatch.setattr(report_folder, "write_new", write)
    run = auditor("audit", session, "--out", tmp_path / "out")
    assert (run.code, "No space left" in run.err) == (2, True)
    assert {path: path.read_bytes() for path in (tmp_path / "out" / "p").rglob("*") if path.is_file()} == before
