"""A finding's id stands for its rule, surface, phase, recipient, host and kind, and for nothing else."""

import hashlib
from dataclasses import replace
from typing import Any

import pytest

from auditor.model.finding import Finding
from auditor.model.vocabulary import Confidence, FindingClass, Severity, Status

FINDING = Finding(
    rule="SEC-CLEARTEXT",
    severity=Severity.HIGH,
    finding_class=FindingClass.CLEAR,
    confidence=Confidence.HIGH,
    surface="app",
    phase=None,
    recipient="google",
    party=None,
    entity=None,
    service=None,
    host="a.example",
    kind="imei",
    identifier=None,
    flows=1,
    first_flow="x#1",
    clause=None,
    references=(),
    message="m",
    message_zh="m",
)


def test_the_id_is_the_hash_that_the_contract_describes() -> None:
    text = "SEC-CLEARTEXT\napp\n\ngoogle\na.example\nimei"
    assert FINDING.id == f"SEC-CLEARTEXT-{hashlib.sha256(text.encode()).hexdigest()[:10]}"


@pytest.mark.parametrize("name", ["rule", "surface", "phase", "recipient", "host", "kind"])
def test_another_tuple_is_another_finding(name: str) -> None:
    changes: dict[str, Any] = {name: "other"}
    assert replace(FINDING, **changes).id != FINDING.id


def test_what_may_change_between_runs_does_not_change_the_id() -> None:
    assert replace(FINDING, flows=9, message="other", status=Status.WAIVED, severity=Severity.LOW).id == FINDING.id
