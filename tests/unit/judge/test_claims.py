"""Claims of the policy: held, contradicted, or not tested; silence never holds one."""

from typing import Any

import pytest

from auditor.judge.claims import CONTRADICTED, HELD, NOT_TESTED, ClaimResult, check_claims
from auditor.model.session import Phase, Session
from tests.rules.case_facts import SECOND, START, facts


def claim(name: str, *rows: dict[str, Any], sightings: list[dict[str, Any]] | None = None, **more: Any) -> ClaimResult:
    results = check_claims(facts(list(rows), sightings, **more))
    return next(result for result in results if result.claim.id == name)


@pytest.mark.parametrize(
    ("name", "held", "broken"),
    [
        ("encryption", {"to": "first"}, {"to": "first", "visibility": "cleartext"}),
        ("only_listed_sharing", {"to": "payco"}, {"to": "stranger"}),
        ("site_only_siteco", {"to": "first"}, {"to": "siteco", "relation": "other_surface"}),
    ],
)
def test_three_answers(name: str, held: dict[str, Any], broken: dict[str, Any]) -> None:
    """Traffic that obeys, traffic that does not, and none at all."""
    assert claim(name, held).result == HELD
    assert claim(name, held, broken).result == CONTRADICTED
    assert claim(name, {"to": "phone"}).result == NOT_TESTED


def test_a_contradiction_names_its_first_flow_and_counts_the_rest() -> None:
    """The reason in both languages, the first flow as evidence."""
    found = claim("only_listed_sharing", {"to": "first"}, {"to": "stranger"}, {"to": "stranger"})
    assert found.first_flow == "app.mitm#f2"
    assert found.reason == "2 flows: recipients that the policy does not list"
    assert found.reason_zh.startswith("2 条流量")


def test_contact_data_may_go_to_those_who_send_messages() -> None:
    """The first party and an SMS service; a payment service may not have it, whatever it was told."""
    phone = [{"kind": "phone", "flow_id": "f1"}]
    assert claim("phone_for_codes", {"to": "smsco"}, sightings=phone).result == HELD
    assert claim("phone_for_codes", {"to": "first"}, sightings=phone).result == HELD
    assert claim("phone_for_codes", {"to": "payco"}, sightings=phone).result == CONTRADICTED
    assert claim("phone_for_codes", {"to": "payco"}, sightings=[{"kind": "imei", "flow_id": "f1"}]).result == NOT_TESTED


def test_opaque_traffic_of_the_first_party_is_encrypted() -> None:
    """Nobody could look into it, and that is what the claim says; without payload there is nothing to test."""
    assert claim("encryption", {"to": "first", "visibility": "opaque"}).result == HELD
    assert claim("encryption", {"to": "first", "visibility": "null"}).result == NOT_TESTED


def test_deletion_needs_a_deletion_and_what_follows_it() -> None:
    """Not tested without the phase, nor when nothing follows; held by traffic without planted values."""
    phases = (Phase(id="delete_account", start=START, end=START + 10 * SECOND),)
    session = Session(name="s", folder=None, phases=phases)
    late = {"to": "first", "started": 11}
    sent = [{"kind": "phone", "flow_id": "f1"}]
    assert claim("deletion", late, sightings=sent).result == NOT_TESTED
    assert claim("deletion", {"to": "first", "started": 9}, sightings=sent, session=session).result == NOT_TESTED
    assert claim("deletion", late, session=session).result == HELD
    assert claim("deletion", late, sightings=sent, session=session).result == CONTRADICTED
    pattern = [{**sent[0], "match": "pattern", "identifier": "null"}]
    assert claim("deletion", late, sightings=pattern, session=session).result == HELD


def test_children_need_a_child() -> None:
    """A grown-up's date of birth tests nothing."""
    born = [{"kind": "birth_date", "flow_id": "f1"}]
    assert claim("no_children", {"to": "first"}, sightings=born, persona_age=30).result == NOT_TESTED
    assert claim("no_children", {"to": "first"}, sightings=born, persona_age=13).result == CONTRADICTED
    assert claim("no_children", {"to": "first"}, persona_age=13).result == NOT_TESTED


def test_a_date_of_birth_by_its_shape_alone_is_no_childs() -> None:
    """A pattern finds any date; the age is the planted person's."""
    sightings = [
        {"kind": "birth_date", "flow_id": "f1", "match": "pattern"},
        {"kind": "imei", "flow_id": "f1", "match": "planted"},
    ]
    assert claim("no_children", {"to": "first"}, sightings=sightings, persona_age=13).result == NOT_TESTED


def test_a_claim_that_traffic_cannot_show_says_why() -> None:
    """It is not held by default."""
    found = claim("changes_prompted", {"to": "first"})
    assert found.result == NOT_TESTED
    assert "not in the traffic" in found.reason


def test_every_claim_has_a_result_in_the_order_of_the_register() -> None:
    """Also in a session without any traffic."""
    given = facts([], surfaces=())
    assert [result.claim for result in check_claims(given)] == list(given.register.claims)
    assert {result.result for result in check_claims(given)} == {NOT_TESTED}
