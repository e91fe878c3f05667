from collections.abc import Callable
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.model.audit import Audit
from auditor.model.vocabulary import Severity
from auditor.report import junit

from . import sample_audit

DOCUMENTS = (sample_audit.audit, sample_audit.passed, sample_audit.inconclusive, sample_audit.empty, sample_audit.hostile)


def cases(audit: Audit, suite: str, lang: str = "en") -> dict[str, ElementTree.Element]:
    root = ElementTree.fromstring(junit.render(audit, lang))
    return {case.get("name", ""): case for case in root.findall(f"testsuite[@name='{suite}']/testcase")}


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("build", DOCUMENTS)
def test_the_counts_are_those_of_the_cases(build: Callable[[], Audit], lang: str) -> None:
    root = ElementTree.fromstring(junit.render(build(), lang))
    for suite in root.iter("testsuite"):
        assert suite.get("tests") == str(len(suite.findall("testcase")))
        assert suite.get("failures") == str(len(suite.findall("testcase/failure")))
    assert root.get("tests") == str(len(list(root.iter("testcase"))))
    assert root.get("skipped") == str(len(list(root.iter("skipped"))))


def test_an_open_finding_that_fails_the_audit_is_a_failure_and_a_milder_one_is_not() -> None:
    found = cases(sample_audit.audit(), "rules")
    failure = found["FLOW-BEFORE-CONSENT umeng.com"].find("failure")
    assert failure is not None
    assert failure.get("type") == "critical"
    assert found["ID-HASHED tencent_cloud"].find("failure") is None


def test_which_severity_fails_is_the_one_that_was_asked_for() -> None:
    audit = sample_audit.audit()
    lower = replace(audit, verdict=replace(audit.verdict, fail_on=Severity.MEDIUM))
    assert cases(lower, "rules")["ID-HASHED tencent_cloud"].find("failure") is not None


def test_a_waived_finding_is_skipped() -> None:
    skipped = cases(sample_audit.audit(), "rules")["ID-IN-URL first_party"].find("skipped")
    assert skipped is not None
    assert skipped.get("message") == "waived"


def test_a_rule_without_a_finding_passes_only_when_there_was_traffic() -> None:
    assert cases(sample_audit.passed(), "rules")["SEC-CLEARTEXT"].find("skipped") is None
    assert cases(sample_audit.empty(), "rules")["SEC-CLEARTEXT"].find("skipped") is not None


def test_what_was_not_tested_is_skipped() -> None:
    assert cases(sample_audit.audit(), "claims")["closure L91"].find("skipped") is not None
    assert cases(sample_audit.audit(), "parties")["apple"].find("skipped") is not None
    assert cases(sample_audit.audit(), "parties")["paypal"].find("skipped") is None


def test_a_contradicted_claim_an_unmet_gate_and_a_damaged_input_are_failures() -> None:
    audit = sample_audit.audit()
    assert cases(audit, "claims")["encryption L133"].find("failure") is not None
    assert cases(audit, "coverage")["packet_loss"].find("failure") is not None
    assert cases(audit, "inputs")["printer-2.pcap"].find("failure") is not None


@settings(deadline=None)
@given(st.text(max_size=30))
def test_any_captured_text_gives_well_formed_xml(captured: str) -> None:
    audit = sample_audit.audit()
    inputs = (replace(audit.inputs[0], path=captured, damage=(captured,)),)
    ElementTree.fromstring(junit.render(replace(audit, inputs=inputs, session=replace(audit.session, name=captured)), "en"))
