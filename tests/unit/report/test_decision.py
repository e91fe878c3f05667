from dataclasses import replace

import msgspec
import pytest

from auditor.model.audit import Audit, FindingRow
from auditor.model.vocabulary import Severity, Status
from auditor.report.decision import Decision, blockers, decide, open_counts, ranked, short, why

from . import sample_audit


def waived(audit: Audit) -> Audit:
    rows = tuple(msgspec.structs.replace(row, status=Status.WAIVED) for row in sample_audit.audit().findings)
    return replace(audit, findings=rows)


CASES = [
    (sample_audit.audit(), Decision.NO_GO, "5 open findings"),
    (sample_audit.passed(), Decision.GO, "Every coverage gate is met"),
    (waived(sample_audit.passed()), Decision.GO_WITH_WAIVERS, "5 findings"),
    (sample_audit.inconclusive(), Decision.NOT_ENOUGH_EVIDENCE, "4 coverage gates"),
    (sample_audit.empty(), Decision.NOT_ENOUGH_EVIDENCE, "not recorded"),
    (replace(sample_audit.audit(), findings=()), Decision.NO_GO, "5 findings at or above high"),
]


@pytest.mark.parametrize(("audit", "decision", "words"), CASES)
def test_each_verdict_gives_its_decision_and_one_sentence(audit: Audit, decision: Decision, words: str) -> None:
    assert decide(audit) is decision
    assert words in why(audit).en
    assert why(audit).zh != why(audit).en


def test_a_waived_finding_that_would_not_have_failed_is_no_waiver_to_sign() -> None:
    mild = tuple(msgspec.structs.replace(row, severity=Severity.LOW) for row in waived(sample_audit.passed()).findings)
    assert decide(replace(sample_audit.passed(), findings=mild)) is Decision.GO


def test_open_findings_come_before_waived_ones_and_worse_before_milder() -> None:
    order = [(row.status, row.severity) for row in ranked(sample_audit.audit().findings)]
    assert order[0] == (Status.OPEN, Severity.CRITICAL)
    assert order[-1][0] is Status.WAIVED
    assert [severity.rank for status, severity in order if status is Status.OPEN] == [4, 3, 3, 3, 3, 2]


def test_what_blocks_follows_the_severity_that_was_asked_for() -> None:
    audit = sample_audit.audit()
    only_critical = replace(audit, verdict=replace(audit.verdict, fail_on=Severity.CRITICAL))
    assert len(blockers(audit)) == 5
    assert [row.rule for row in blockers(only_critical)] == ["FLOW-BEFORE-CONSENT"]


def test_only_open_findings_are_counted() -> None:
    assert list(open_counts(sample_audit.audit()).values()) == [1, 4, 1, 0, 0]


def test_a_finding_in_one_line_names_recipient_data_and_phase() -> None:
    row: FindingRow = sample_audit.audit().findings[0]
    assert short(row, "en") == "Personal data sent before consent (umeng.com, IMEI, before consent)"
    assert short(row, "zh").startswith("同意前发送个人信息")
