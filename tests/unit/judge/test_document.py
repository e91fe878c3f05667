"""The result document: sorted, without clocks, with the sightings that findings rest on."""

from dataclasses import replace
from typing import Any

import msgspec

from auditor.catalog import rule_texts
from auditor.judge.claims import check_claims
from auditor.judge.coverage import Recorded, gates
from auditor.judge.document import Judgement, Setting, document, iso
from auditor.judge.facts import Facts
from auditor.judge.findings import find
from auditor.judge.verdict import decide
from auditor.model.audit import Audit
from auditor.model.rule import Cited
from auditor.model.session import Phase, Session
from auditor.model.tables import RECIPIENTS
from auditor.model.vocabulary import Severity
from tests.rules.case_facts import SECOND, START, facts

CITED = {text.id: Cited(text=text, citations=()) for text in rule_texts.load()}
SETTING = Setting(
    version="1",
    as_of="2026-01-01",
    fail_on=Severity.HIGH,
    catalog_sha256="",
    destinations=0,
    references=0,
    cited=CITED,
    applied=("ID-LINKED", "COV-UNDECRYPTED"),
    inputs=(),
)


def audit(given: Facts) -> Audit:
    judged = find(given, CITED)
    measured = gates(given, Recorded())
    judgement = Judgement(
        judged=judged,
        gates=measured,
        verdict=decide([row.finding for row in judged], measured, (), Severity.HIGH),
        claims=check_claims(given),
        waivers=(),
    )
    return document(given, judgement, SETTING, RECIPIENTS.of_rows(), given.pairs)


def made(*rows: dict[str, Any], sightings: list[dict[str, Any]] | None = None, **more: Any) -> Audit:
    return audit(facts(list(rows), sightings, **more))


def test_times_have_nine_decimals_and_z() -> None:
    """Nanoseconds are never lost to a float."""
    assert iso(1_700_000_000_000_000_001) == "2023-11-14T22:13:20.000000001Z"
    assert iso(None) is None


def test_only_sightings_of_findings_are_kept() -> None:
    """Of the finding's kind, in a flow that it names; all are counted."""
    found = made({"to": "first"}, sightings=[{"kind": "imei"}, {"kind": "phone"}, {"kind": "phone", "direction": "down"}])
    assert [row.kind for row in found.sightings] == ["imei"]
    assert found.sighting_count == 3
    assert found.sightings[0].at == "2023-11-14T22:13:20.000000000Z"


def test_hosts_show_how_far_their_traffic_was_seen() -> None:
    """One row for each surface and host; the address where no name is known; nobody's traffic is left out."""
    rows = made(
        {"to": "payco"}, {"to": "payco", "visibility": "opaque"}, {"to": "nameless", "visibility": "null"}, {"to": "phone"}
    )
    shown = [(row.host, row.flows, row.decrypted, row.opaque) for row in rows.coverage.hosts]
    assert shown == [("203.0.113.9", 1, 0, 0), ("pay.payco.example", 2, 1, 1)]


def test_hosts_show_what_was_sent_there_and_back() -> None:
    """Bytes up and down are two sums."""
    rows = made({"bytes_up": 100, "bytes_down": 7}, {"bytes_up": 30, "bytes_down": 1})
    assert [(row.bytes_up, row.bytes_down) for row in rows.coverage.hosts] == [(130, 8)]


def test_blind_spots_are_what_could_not_be_seen_and_not_what_was_not_read() -> None:
    """Bodies and unknown recipients have lists of their own."""
    coverage = made({"to": "nameless", "visibility": "opaque", "unread": ["request body: over a limit"]}).coverage
    assert coverage.blind_spots == ("app: 203.0.113.9 could not be looked into",)
    assert any("request body: over a limit" in line for line in coverage.unread)
    assert len(coverage.blind_spots_zh) == len(coverage.blind_spots)


def test_phases_come_in_order_of_time_and_missing_ones_last() -> None:
    """A phase that ran twice is one row from its first start to its last end."""
    phases = tuple(
        Phase(id=name, start=START + start * SECOND, end=START + (start + 1) * SECOND)
        for name, start in (("print", 5), ("browse", 1), ("print", 9))
    )
    session = Session(name="s", folder=None, phases=phases, required_phases=("pay", "print"))
    found = made({"to": "payco", "phase": "print"}, session=session)
    assert [(row.id, row.required, row.flows) for row in found.session.phases] == [
        ("browse", False, 0),
        ("print", True, 1),
        ("pay", True, 0),
    ]
    assert (found.session.phases[1].started, found.session.phases[1].ended) == (
        "2023-11-14T22:13:25.000000000Z",
        "2023-11-14T22:13:30.000000000Z",
    )
    assert found.session.phases[2].started is None


def test_every_applied_rule_is_named() -> None:
    """Also those that found nothing."""
    assert [row.id for row in made({"to": "first"}).catalog.applied] == ["COV-UNDECRYPTED", "ID-LINKED"]


def test_the_order_of_rows_does_not_show() -> None:
    """The same facts in another order give the same bytes."""
    rows = [{"to": "payco", "flow_id": "a", "started": 1}, {"to": "stranger", "flow_id": "b", "started": 2}]
    sent = [{"kind": "imei", "flow_id": "a"}, {"kind": "mac", "flow_id": "b"}]
    one = audit(facts(rows, sent))
    other = audit(facts(rows[::-1], sent[::-1]))
    assert msgspec.json.encode(one) == msgspec.json.encode(other)


def test_a_session_without_traffic_makes_a_document() -> None:
    """Inconclusive, every list empty or about what is missing."""
    found = audit(replace(facts([], surfaces=())))
    assert (found.verdict.result, found.flow_count, found.coverage.hosts) == ("inconclusive", 0, ())
