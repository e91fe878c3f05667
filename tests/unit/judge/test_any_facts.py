"""Whatever the tables hold, nulls included: every rule answers, ids are unique, gates and claims say something."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor.catalog import rule_texts
from auditor.judge.claims import check_claims
from auditor.judge.coverage import Recorded, gates
from auditor.judge.findings import find
from auditor.judge.foreground import foreground
from auditor.model.rule import Cited
from auditor.model.vocabulary import Confidence, Relation, Visibility
from auditor.recipients import recipients_table
from tests.rules.case_facts import RECIPIENTS, facts

CITED = {text.id: Cited(text=text, citations=()) for text in rule_texts.load()}


def maybe(*values: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from(("null", *values))


FLOW = st.fixed_dictionaries(
    {"to": st.sampled_from(sorted(RECIPIENTS)), "surface": st.sampled_from(["app", "printer", "site"])},
    optional={
        "phase": maybe("before_consent", "declined", "background", "untrusted_certificate"),
        "host": maybe("a.example", "{0}%s.example", "fw.b.example"),
        "server_ip": maybe("203.0.113.1", "192.168.1.40"),
        "client_ip": maybe("192.168.1.40"),
        "url": maybe("http://x/firmware.bin", "::"),
        "application": maybe("http", "mqtt", "dns"),
        "visibility": maybe(*Visibility),
        "relation": st.sampled_from(list(Relation)),
        "confidence": st.sampled_from(list(Confidence)),
        "party": maybe("payco", "nobody"),
        "entity": maybe("X"),
        "country": maybe("US"),
        "server_country": maybe("SG"),
        "purposes": maybe("sms", "", "push analytics"),
        "vantage": maybe("server", ""),
        "entity_match": maybe("same_group"),
        "compared_party": maybe("payco"),
        "tls_version": maybe("TLSv1"),
        "bytes_up": maybe(0, 5),
        "bytes_down": maybe(0, 5),
        "packets_down": maybe(0),
        "unread": maybe([], ["request body: looks encrypted"]),
        "background": st.sampled_from([True, False]),
        "app": maybe("com.x"),
    },
)
SIGHTING = st.fixed_dictionaries(
    {"kind": st.sampled_from(["imei", "phone", "ssid", "token", "password", "birth_date", "push_token"])},
    optional={
        "identifier": maybe("x"),
        "match": st.sampled_from(["planted", "pattern", "name"]),
        "confidence": st.sampled_from(["high", "medium", "low"]),
        "direction": st.sampled_from(["up", "down"]),
        "part": maybe("query", "body"),
        "encodings": maybe([], ["md5"]),
        "phase": maybe("before_consent"),
        "host": maybe("a.example"),
    },
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(FLOW, max_size=4), st.lists(SIGHTING, max_size=4), st.sampled_from([None, 3, 40]))
def test_any_facts_are_judged(flows: list[dict[str, Any]], sightings: list[dict[str, Any]], age: int | None) -> None:
    """No table breaks a rule."""
    given_facts = facts(flows, sightings if flows else [], persona_age=age)
    front = foreground(given_facts).facts
    found = [row.finding for row in find(front, CITED)]
    ids = [row.id for row in found]
    assert len(ids) == len(set(ids))
    assert {row.confidence for row in found} <= {Confidence.HIGH, Confidence.MEDIUM, Confidence.LOW}
    assert all(row.message and row.message_zh for row in found)
    assert len(gates(front, Recorded())) == 7
    assert len(check_claims(front)) == len(front.register.claims)
    assert len(recipients_table(front)) == len(front.every.distinct(("surface", "recipient")))
