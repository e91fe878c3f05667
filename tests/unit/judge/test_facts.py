"""What rules see: recipients only, sent only, and no mere names."""

import pytest

from tests.rules.case_facts import facts


def test_contacts_are_those_who_receive_data() -> None:
    """The phone's own system, the network and the local network do not."""
    given = facts([{"to": name} for name in ("first", "payco", "stranger", "nameless", "phone", "network", "printer")])
    assert given.contacts.texts("recipient") == ["first_party", "payco", "trackerco", "203.0.113.9"]


def test_sent_goes_up_and_is_more_than_a_name() -> None:
    """Answers and low confidence are left out; weak kinds without a planted value identify nobody."""
    rows = [
        {"kind": "imei"},
        {"kind": "imei", "direction": "down"},
        {"kind": "imei", "match": "name", "confidence": "low"},
        {"kind": "ip", "match": "pattern", "confidence": "medium"},
        {"kind": "ip"},
    ]
    given = facts([{}], rows)
    assert (len(given.sent), len(given.identifying)) == (3, 2)


@pytest.mark.parametrize(("age", "is_child"), [(13, True), (14, False), (None, False)])
def test_a_child_is_younger_than_the_policy_says(age: int | None, is_child: bool) -> None:
    """The register of the tests says 14."""
    assert facts([{}], persona_age=age).is_child is is_child


def test_the_clause_of_a_claim() -> None:
    """None where the policy makes no such claim."""
    given = facts([{}])
    assert (given.clause_of("encryption"), given.clause_of("no_such_claim")) == ("L30", None)
