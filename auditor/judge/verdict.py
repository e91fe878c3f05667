"""Findings, coverage and the state of the inputs become one answer. Pass needs evidence: anything incomplete prevents it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from auditor.errors import ExitCode
from auditor.judge.chinese import GATES, OUTCOMES, SEVERITIES, in_chinese
from auditor.model.finding import Finding, Gate, Verdict
from auditor.model.said import Said
from auditor.model.vocabulary import Outcome, Result, Severity, Status

_SAYS_LITTLE = {
    Outcome.TORN: Said("the recording was cut off", "录制中断"),
    Outcome.EMPTY: Said("the capture holds no traffic", "抓包文件中没有流量"),
}
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
    doubts: Iterable[Said] = (),
) -> Verdict:
    """The verdict with all its causes. `errors` are faults of the session that are no input's; `doubts` keep it from passing."""
    causes: list[tuple[ExitCode, Said]] = [(ExitCode.USAGE, Said.plain(error)) for error in errors]
    causes.extend(_of_inputs(inputs))
    failing = [row for row in findings if row.status is Status.OPEN and row.severity.rank >= fail_on.rank]
    if failing:
        causes.append((ExitCode.FAIL, _failing(len(failing), fail_on)))
    causes.extend((ExitCode.INCONCLUSIVE, _missed(gate)) for gate in gates if not gate.passed)
    causes.extend((ExitCode.INCONCLUSIVE, doubt) for doubt in doubts)
    causes.sort(key=lambda cause: -cause[0].precedence)
    if not causes:
        return Verdict(result=Result.PASS, exit=ExitCode.PASS, reasons=(_passing(fail_on),))
    result = Result.FAIL if failing else Result.INCONCLUSIVE
    return Verdict(result=result, exit=causes[0][0], reasons=tuple(reason for _, reason in causes))


def _of_inputs(inputs: Iterable[InputState]) -> Iterator[tuple[ExitCode, Said]]:
    for entry in inputs:
        if entry.outcome.is_error:
            said = Said(entry.outcome.replace("_", " "), in_chinese(OUTCOMES, entry.outcome))
            yield ExitCode.USAGE, _at(entry.path, said)
        elif entry.outcome in _SAYS_LITTLE:
            yield ExitCode.INCONCLUSIVE, _at(entry.path, _SAYS_LITTLE[entry.outcome])


def _at(path: str, said: Said) -> Said:
    return Said(f"{path}: {said.en}", f"{path}：{said.zh}")


def _failing(number: int, fail_on: Severity) -> Said:
    word = "finding" if number == 1 else "findings"
    limit = in_chinese(SEVERITIES, fail_on)
    return Said(f"{number} open {word} at {fail_on} or above", f"{number} 个未处理的发现达到或超过“{limit}”级别")


def _passing(fail_on: Severity) -> Said:
    return Said(
        f"every gate was passed and no open finding is {fail_on} or worse",
        f"所有覆盖度要求均已满足，且没有未处理的发现达到“{in_chinese(SEVERITIES, fail_on)}”级别",
    )


def _missed(gate: Gate) -> Said:
    number = len(gate.detail) - 1
    more = Said(f" and {number} more", f" 等另外 {number} 项") if number > 0 else Said.plain("")
    said = Said(f": {gate.detail[0].en}{more.en}", f"：{gate.detail[0].zh}{more.zh}") if gate.detail else Said.plain("")
    value = Said("not known", "未知") if gate.value is None else Said.plain(f"{gate.value:.4g}")
    name = in_chinese(GATES, gate.name)
    return Said(
        f"coverage {gate.name} is {value.en}, needed {gate.least:.4g}{said.en}",
        f"覆盖度“{name}”为 {value.zh}，要求 {gate.least:.4g}{said.zh}",
    )
