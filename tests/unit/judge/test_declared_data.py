"""One class for each kind at a recipient: clear, vague, incorrect or omitted."""

import pytest

from auditor.judge.declared_data import clause_of_kind, sighting_class
from auditor.model.register import DataUse
from auditor.model.vocabulary import FindingClass
from tests.rules.case_facts import REGISTER


@pytest.mark.parametrize(
    ("party", "purposes", "kind", "wanted"),
    [
        ("smsco", "sms", "phone", "clear"),
        ("smsco", "sms", "email", "incorrect"),
        ("smsco", "sms", "ssid", "omitted"),
        ("pushco", "push", "push_token", "vague"),
        ("pushco", "push", "imei", "incorrect"),
        ("payco", "payment", "phone", "incorrect"),
        ("cloudco", "cloud_hosting", "phone", "vague"),
        ("cloudco", "", "phone", "vague"),
        ("cloudco", None, "ssid", "omitted"),
        ("siteco", "analytics", "ip", "vague"),
        ("mailco", "email", "phone", "vague"),
    ],
)
def test_at_a_declared_party(party: str, purposes: str | None, kind: str, wanted: str) -> None:
    """The data map decides first, then whether the policy mentions the kind, then whether the purpose is open."""
    assert sighting_class(REGISTER, "declared", party, purposes, kind, "app", None) == wanted


@pytest.mark.parametrize(
    ("relation", "kind", "wanted"),
    [
        ("first_party", "imei", "clear"),
        ("first_party", "android_id", "vague"),
        ("first_party", "ssid", "omitted"),
        ("first_party", "token", "clear"),
        ("undeclared", "imei", "clear"),
        ("undeclared", "android_id", "clear"),
        ("undeclared", "oaid", "omitted"),
    ],
)
def test_at_others(relation: str, kind: str, wanted: str) -> None:
    """Whom a stranger is, is another question than what it gets."""
    assert sighting_class(REGISTER, relation, None, None, kind, "app", None) == wanted


def test_a_data_map_counts_only_on_its_surface_and_in_its_phases() -> None:
    """Elsewhere the line is not there."""
    from dataclasses import replace

    use = DataUse(party="payco", purpose="payment", kinds=("phone",), surfaces=(), phases=("pay",), status="confirmed")
    register = replace(REGISTER, uses=(use,))
    classes = [
        sighting_class(register, "declared", "payco", "payment", "phone", "app", phase) for phase in ("pay", "print", None)
    ]
    assert classes == [FindingClass.CLEAR, FindingClass.VAGUE, FindingClass.VAGUE]


def test_the_clause_of_a_kind() -> None:
    """The first category that names it, openly or outright."""
    assert [clause_of_kind(REGISTER, kind) for kind in ("phone", "android_id", "ssid")] == ["L20", "L21", None]
