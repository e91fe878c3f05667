"""The verdict: fail over inconclusive over pass, the exit code by precedence, never a pass without evidence."""

import re
from dataclasses import replace
from typing import Any

import pytest

from auditor.errors import ExitCode
from auditor.judge.verdict import InputState, decide
from auditor.model.finding import Finding, Gate, Verdict
from auditor.model.said import Said
from auditor.model.vocabulary import Outcome, Result, Severity, Status

from .test_findings import finding

HAN = re.compile("[一-鿿]")
READ = InputState("app.mitm", Outcome.READ)
MISSED = Gate(
    name="hosts_decrypted", value=0.5, least=0.8, passed=False, lowered=False, detail=(Said("a", "甲"), Said("b", "乙"))
)
PASSED = Gate(name="min_flows", value=1.0, least=1.0, passed=True, lowered=False, detail=())


def decided(
    findings: tuple[Finding, ...] = (),
    gates: tuple[Gate, ...] = (PASSED,),
    inputs: tuple[InputState, ...] = (READ,),
    fail_on: Severity = Severity.HIGH,
    errors: tuple[str, ...] = (),
) -> Verdict:
    return decide(findings, gates, inputs, fail_on, errors)


def test_pass_needs_every_gate_and_no_finding() -> None:
    """Nothing else gives 0."""
    assert (decided().result, decided().exit) == (Result.PASS, ExitCode.PASS)


@pytest.mark.parametrize(
    ("severity", "fail_on", "result"),
    [
        (Severity.HIGH, Severity.HIGH, Result.FAIL),
        (Severity.CRITICAL, Severity.HIGH, Result.FAIL),
        (Severity.MEDIUM, Severity.HIGH, Result.PASS),
        (Severity.MEDIUM, Severity.MEDIUM, Result.FAIL),
        (Severity.HIGH, Severity.CRITICAL, Result.PASS),
        (Severity.INFO, Severity.LOW, Result.PASS),
    ],
)
def test_a_finding_at_or_above_the_limit_fails(severity: Severity, fail_on: Severity, result: Result) -> None:
    """At the limit, just above and just below it."""
    assert decided((finding(severity=severity),), fail_on=fail_on).result is result


def test_a_waived_finding_does_not_fail() -> None:
    """It is in the report, not in the verdict."""
    assert decided((finding(status=Status.WAIVED),)).result is Result.PASS


@pytest.mark.parametrize("outcome", [Outcome.MISSING, Outcome.UNKNOWN_FORMAT, Outcome.DAMAGED])
def test_an_unreadable_input_never_passes(outcome: Outcome) -> None:
    """Exit 2, and inconclusive where nothing was found."""
    verdict = decided(inputs=(READ, InputState("x", outcome)))
    assert (verdict.result, verdict.exit) == (Result.INCONCLUSIVE, ExitCode.USAGE)


@pytest.mark.parametrize("outcome", [Outcome.TORN, Outcome.EMPTY])
def test_a_torn_or_empty_input_is_inconclusive(outcome: Outcome) -> None:
    """Exit 3: it was read, but it is no evidence for a pass."""
    verdict = decided(inputs=(READ, InputState("x", outcome)))
    assert (verdict.result, verdict.exit) == (Result.INCONCLUSIVE, ExitCode.INCONCLUSIVE)


def test_fail_wins_over_inconclusive() -> None:
    """Exit 1 before 3, both causes told."""
    verdict = decided((finding(),), (MISSED,))
    assert (verdict.result, verdict.exit, len(verdict.reasons)) == (Result.FAIL, ExitCode.FAIL, 2)


def test_two_wins_over_one_but_the_result_stays_fail() -> None:
    """An unreadable input gives the code, the finding the result; all causes in order of precedence."""
    verdict = decided((finding(),), (MISSED,), (InputState("x.mitm", Outcome.DAMAGED),), errors=("session.toml: wrong",))
    assert (verdict.result, verdict.exit) == (Result.FAIL, ExitCode.USAGE)
    assert [reason.en.split(":")[0].split(" ")[0] for reason in verdict.reasons] == ["session.toml", "x.mitm", "1", "coverage"]


def test_precedence_of_exit_codes() -> None:
    """70 > 4 > 2 > 1 > 3 > 0."""
    codes = sorted(ExitCode, key=lambda code: -code.precedence)
    assert [int(code) for code in codes] == [130, 70, 4, 2, 1, 3, 0]


def test_a_missed_gate_says_what_is_missing() -> None:
    """Value, bound, the first detail and how many more."""
    assert decided(gates=(MISSED,)).reasons == (
        Said(
            "coverage hosts_decrypted is 0.5, needed 0.8: a and 1 more",
            "覆盖度“已解密主机比例”为 0.5，要求 0.8：甲 等另外 1 项",
        ),
    )


def test_a_doubt_keeps_the_verdict_open() -> None:
    """Another text than the register was confirmed for: exit 3, and no pass; a finding still fails."""
    doubt = Said("the text differs", "文本不同")
    verdict = decide((), (PASSED,), (READ,), Severity.HIGH, (), (doubt,))
    assert (verdict.result, verdict.exit, verdict.reasons) == (Result.INCONCLUSIVE, ExitCode.INCONCLUSIVE, (doubt,))
    assert decide((finding(),), (PASSED,), (READ,), Severity.HIGH, (), (doubt,)).exit == ExitCode.FAIL


def test_every_cause_is_said_in_both_languages() -> None:
    """A Chinese reader gets every cause in Chinese, but for the text of an error, which is nobody's wording."""
    states = tuple(InputState("x", outcome) for outcome in Outcome)
    causes = decided((finding(),), (MISSED, replace(MISSED, value=None)), states).reasons + decided().reasons
    assert len(causes) == 10
    assert all(HAN.search(cause.zh) and not HAN.search(cause.en.replace("甲", "")) for cause in causes)


def _gate(value: float | None, detail: tuple[Said, ...]) -> Gate:
    return Gate(name="min_flows", value=value, least=1.0, passed=False, lowered=False, detail=detail)


ONE = Said("x", "甲")


WORDS: list[tuple[dict[str, Any], str, str]] = [
    ({}, "every gate was passed and no open finding is high or worse", "所有覆盖度要求均已满足，且没有未处理的发现达到“高”级别"),
    ({"findings": (finding(severity=Severity.HIGH),)}, "1 open finding at high or above", "1 个未处理的发现达到或超过“高”级别"),
    (
        {"findings": (finding(severity=Severity.LOW),) * 2, "fail_on": Severity.LOW},
        "2 open findings at low or above",
        "2 个未处理的发现达到或超过“低”级别",
    ),
    ({"inputs": (InputState("a.har", Outcome.UNKNOWN_FORMAT),)}, "a.har: unknown format", "a.har：格式未知"),
    ({"inputs": (InputState("a.har", Outcome.UNREADABLE),)}, "a.har: unreadable", "a.har：无法打开文件"),
    ({"inputs": (InputState("a.har", Outcome.DAMAGED),)}, "a.har: damaged", "a.har：文件损坏"),
    ({"inputs": (InputState("a.har", Outcome.MISSING),)}, "a.har: missing", "a.har：文件不存在"),
    ({"inputs": (InputState("a.har", Outcome.TORN),)}, "a.har: the recording was cut off", "a.har：录制中断"),
    ({"inputs": (InputState("a.har", Outcome.EMPTY),)}, "a.har: the capture holds no traffic", "a.har：抓包文件中没有流量"),
    ({"errors": ("no register",)}, "no register", "no register"),
    ({"gates": (_gate(None, ()),)}, "coverage min_flows is not known, needed 1", "覆盖度“各端流量数”为 未知，要求 1"),
    ({"gates": (_gate(0.5, (ONE,)),)}, "coverage min_flows is 0.5, needed 1: x", "覆盖度“各端流量数”为 0.5，要求 1：甲"),
    (
        {"gates": (_gate(0.123456, (ONE,) * 3),)},
        "coverage min_flows is 0.1235, needed 1: x and 2 more",
        "覆盖度“各端流量数”为 0.1235，要求 1：甲 等另外 2 项",
    ),
]


@pytest.mark.parametrize(("given", "en", "zh"), WORDS, ids=[en for _, en, _ in WORDS])
def test_a_verdict_says_why_in_both_languages(given: dict[str, Any], en: str, zh: str) -> None:
    """Word for word: this is the sentence that a release is stopped with."""
    (reason,) = decided(**given).reasons
    assert (reason.en, reason.zh) == (en, zh)
