"""Relation, phase and register in; class and why-line out."""

import pytest

from auditor.catalog import register_file
from auditor.live.classes import BY_RELATION, Policy, RowClass, Why, is_before_consent
from auditor.model.vocabulary import Relation

POLICY = Policy(register_file.load("o2nails-1.1"))


def test_every_relation_has_a_class() -> None:
    assert set(BY_RELATION) == set(Relation)


@pytest.mark.parametrize(
    ("relation", "party", "phase", "row_class", "key", "clause"),
    [
        ("first_party", None, "print", RowClass.CLEAR, "first_party", "L61"),
        ("declared", "alibaba_cloud", "print", RowClass.CLEAR, "declared", "L175"),
        ("declared", "alibaba_cloud", None, RowClass.CLEAR, "declared", "L175"),
        ("other_surface", "baidu", "print", RowClass.INCORRECT, "other_surface", "L189"),
        ("undeclared", None, "print", RowClass.OMITTED, "undeclared", ""),
        ("unknown", None, "print", RowClass.UNKNOWN, "unknown", ""),
        ("no such word", None, None, RowClass.UNKNOWN, "unknown", ""),
        (None, None, None, RowClass.UNKNOWN, "unknown", ""),
        ("system", None, "before_consent", RowClass.NOISE, "system", ""),
        ("first_party", None, "before_consent", RowClass.CLEAR, "first_party", "L61"),
        ("declared", "alibaba_cloud", "before_consent", RowClass.OMITTED, "before_consent", "L175"),
        ("declared", "alibaba_cloud", "declined", RowClass.OMITTED, "declined", "L175"),
        ("unknown", None, "declined", RowClass.UNKNOWN, "declined", ""),
    ],
)
def test_a_contact_has_the_class_of_its_relation_and_the_line_that_says_so(
    relation: str | None, party: str | None, phase: str | None, row_class: RowClass, key: str, clause: str
) -> None:
    found, why = POLICY.of_flow(relation, party, phase)
    assert (found, why.key, why.clause) == (row_class, key, clause)


@pytest.mark.parametrize(
    ("kind", "relation", "party", "row_class", "key", "clause"),
    [
        ("imei", "first_party", None, RowClass.CLEAR, "data_declared", "L85 L157"),
        ("ssid", "first_party", None, RowClass.OMITTED, "data_omitted", ""),
        ("android_id", "first_party", None, RowClass.VAGUE, "data_open", "L85 L157"),
        ("imei", "declared", "tencent_cloud", RowClass.INCORRECT, "data_incorrect", "L85 L157"),
        ("token", "first_party", None, RowClass.CLEAR, "data_declared", ""),
        ("imei", "undeclared", None, RowClass.OMITTED, "undeclared", ""),
        (None, "declared", "tencent_cloud", RowClass.CLEAR, "declared", "L177"),
    ],
)
def test_an_identifier_is_as_bad_as_the_worse_of_recipient_and_data(
    kind: str | None, relation: str, party: str | None, row_class: RowClass, key: str, clause: str
) -> None:
    found, why = POLICY.of_sighting(kind, relation, party, "print")
    assert (found, why.key, why.clause) == (row_class, key, clause)


def test_without_a_register_only_the_relation_is_told() -> None:
    assert Policy(None).of_flow("declared", "alibaba_cloud", None) == (RowClass.CLEAR, Why(key="declared"))
    assert Policy(None).of_sighting("ssid", "first_party", None, None)[0] is RowClass.CLEAR


def test_what_the_audit_will_probably_say_is_named_by_its_rule() -> None:
    assert POLICY.of_flow("undeclared", None, "print")[1].rule == "FLOW-PARTY-OMITTED"
    assert POLICY.of_flow("declared", "apple", "before_consent")[1].rule == "FLOW-BEFORE-CONSENT"


def test_rules_that_are_named_exist() -> None:
    from auditor.catalog import rule_texts
    from auditor.live import classes

    known = {text.id for text in rule_texts.load()}
    assert set(classes._RULES.values()) | set(classes._CONSENT_RULES.values()) <= known


@pytest.mark.parametrize("row_class", list(RowClass))
def test_only_what_no_line_explains_asks_for_a_look(row_class: RowClass) -> None:
    assert row_class.is_unexplained == (row_class in ("ambiguous", "incorrect", "omitted", "unknown"))


def test_system_and_first_party_are_expected_before_consent() -> None:
    assert not is_before_consent("system", "before_consent")
    assert not is_before_consent("first_party", "declined")
    assert is_before_consent("declared", "before_consent")
    assert not is_before_consent("undeclared", "consented")
