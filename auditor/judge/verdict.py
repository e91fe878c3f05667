"""Findings, coverage and the state of the inputs become one answer. Pass needs evidence: anything incomplete prevents it."""

from collections.abc import Iterable
from dataclasses import dataclass

from auditor.errors import ExitCode
from auditor.model.finding import Finding, Gate, Verdict
from auditor.model.vocabulary import Outcome, Result, Severity, Status

UNREADABLE = (Outcome.MISSING, Outcome.UNKNOWN_FORMAT, Outcome.DAMAGED)

_SAYS_LITTLE = {Outcome.TORN: "the recording was cut off", Outcome.EMPTY: "the capture holds no traffic"}
"""Inputs that were read and yet are not enough for a pass."""


@dataclass(frozen=True, slots=True)
class InputState:
    """One input's path and outcome."""

    path: str
    outcome: Outcome


def decide(
    findings: Iterable[Finding],
    gates: Iterable[Gate],
    inputs: Iterable[InputState],
    fail_on: Severity,
    errors: Iterable[str] = (),
) -> Verdict:
    """The verdict with all its causes. `errors` are faults of the session that are no input's."""
    causes: list[tuple[ExitCode, str]] = [(ExitCode.USAGE, error) for error in errors]
    for entry in inputs:
        if entry.outcome in UNREADABLE:
            causes.append((ExitCode.USAGE, f"{entry.path}: {entry.outcome.replace('_', ' ')}"))
        elif entry.outcome in _SAYS_LITTLE:
            causes.append((ExitCode.INCONCLUSIVE, f"{entry.path}: {_SAYS_LITTLE[entry.outcome]}"))
    failing = [row for row in findings if row.status is Status.OPEN and row.severity.rank >= fail_on.rank]
    if failing:
        word = "finding" if len(failing) == 1 else "findings"
        causes.append((ExitCode.FAIL, f"{len(failing)} open {word} at {fail_on} or above"))
    causes.extend((ExitCode.INCONCLUSIVE, _missed(gate)) for gate in gates if not gate.passed)
    causes.sort(key=lambda cause: -cause[0].precedence)
    if not causes:
        return Verdict(
            result=Result.PASS, exit=ExitCode.PASS, reasons=(f"every gate was passed and no open finding is {fail_on} or worse",)
        )
    result = Result.FAIL if failing else Result.INCONCLUSIVE
    return Verdict(result=result, exit=causes[0][0], reasons=tuple(reason for _, reason in causes))


def _missed(gate: Gate) -> str:
    more = f" and {len(gate.detail) - 1} more" if len(gate.detail) > 1 else ""
    said = f": {gate.detail[0]}{more}" if gate.detail else ""
    value = "not known" if gate.value is None else f"{gate.value:.4g}"
    return f"coverage {gate.name} is {value}, needed {gate.least:.4g}{said}"
