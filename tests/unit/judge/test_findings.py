"""Rows become findings: one for each key, with a stable id, the worst severity, the best confidence, and words."""

import hashlib

import pyarrow as pa
import pytest

from auditor.catalog import rule_texts
from auditor.judge.facts import Facts
from auditor.judge.findings import MAX_EVIDENCE, Judged, compared, covers, find, waived
from auditor.judge.rows import Rows
from auditor.model.finding import Finding
from auditor.model.rule import Cited
from auditor.model.session import Waiver
from auditor.model.vocabulary import Confidence, FindingClass, Severity, Status
from tests.rules.case_facts import facts

CITED = {text.id: Cited(text=text, citations=("A 1", "B 2")) for text in rule_texts.load()}


class Given:
    """A rule that finds the rows that it is given."""

    def __init__(self, rows: pa.Table, *, by_phase: bool = False, by_host: bool = True, rule: str = "ID-IMMUTABLE") -> None:
        self.id = rule
        self.by_phase = by_phase
        self.by_host = by_host
        self._rows = rows

    def hits(self, facts: Facts) -> Rows:
        return Rows.of(self._rows)


def judge(rows: list[dict[str, str | None]], *, by_phase: bool = False, by_host: bool = True) -> list[Judged]:
    table = pa.table({name: pa.array([row.get(name) for row in rows], pa.string()) for name in {**rows[0], **rows[-1]}})
    return list(find(facts([], surfaces=()), CITED, (Given(table, by_phase=by_phase, by_host=by_host),)))


def row(**more: str | None) -> dict[str, str | None]:
    usual = {"surface": "app", "phase": "print", "recipient": "trackerco", "host": "a.example", "kind": "imei", "flow": "c#1"}
    return {**usual, **more}


def finding(**more: object) -> Finding:
    return judge([row()])[0].finding if not more else _changed(**more)


def _changed(**more: object) -> Finding:
    from dataclasses import replace

    return replace(judge([row()])[0].finding, **more)  # type: ignore[arg-type]


def test_the_id_is_the_rule_and_ten_digits_of_its_key() -> None:
    """SHA-256 of rule, surface, phase, recipient, host and kind joined by newlines; what is absent is empty."""
    text = "ID-IMMUTABLE\napp\n\ntrackerco\na.example\nimei"
    assert finding().id == f"ID-IMMUTABLE-{hashlib.sha256(text.encode()).hexdigest()[:10]}"
    by_phase = judge([row(host=None, kind=None)], by_phase=True)[0].finding
    assert by_phase.id.endswith(hashlib.sha256(b"ID-IMMUTABLE\napp\nprint\ntrackerco\n\n").hexdigest()[:10])


def test_one_finding_for_each_key() -> None:
    """Every part of the key tells findings apart; phase and host only where the rule says so."""
    rows = [row(), row(kind="mac"), row(surface="site"), row(recipient="b"), row(host="b.example"), row(phase="pay"), row()]
    assert len(judge(rows)) == 5
    assert len(judge(rows, by_phase=True)) == 6
    assert len(judge(rows, by_host=False)) == 4


def test_no_two_findings_share_an_id() -> None:
    """A finding's id names it alone."""
    rows = [row(kind=kind, host=host) for kind in ("imei", None) for host in ("a.example", None)]
    ids = [entry.finding.id for entry in judge(rows)]
    assert len(set(ids)) == len(ids) == 4


def test_flows_are_counted_once_and_twenty_are_named() -> None:
    """The number is of all flows, the evidence the first of them in their order."""
    rows = [row(flow=f"c#{number}") for number in range(30)] + [row(flow="c#3")]
    judged = judge(rows)[0]
    assert (judged.finding.flows, judged.finding.first_flow) == (30, "c#0")
    assert judged.evidence == tuple(f"c#{number}" for number in range(MAX_EVIDENCE))


def test_the_worst_severity_and_the_best_confidence_of_the_rows_count() -> None:
    """One weak row takes nothing away from a strong one, in either order."""
    rows = [row(severity="medium", confidence="medium"), row(severity="high", confidence="none", **{"class": "vague"})]
    for order in (rows, rows[::-1]):
        found = judge(order)[0].finding
        assert (found.severity, found.confidence, found.finding_class) == (Severity.HIGH, Confidence.MEDIUM, FindingClass.VAGUE)


def test_a_finding_never_has_no_confidence() -> None:
    """The words of findings are high, medium and low."""
    assert judge([row(confidence="none")])[0].finding.confidence is Confidence.LOW
    assert judge([row()])[0].finding.confidence is Confidence.LOW


def test_texts_and_citations_come_from_the_catalog() -> None:
    """What a rule does not say otherwise is its text's."""
    found = finding()
    assert (found.severity, found.finding_class, found.references) == (Severity.HIGH, FindingClass.CLEAR, ("A 1", "B 2"))
    assert found.message == "The app sends IMEI, which cannot be reset, to trackerco (a.example)."
    assert found.message_zh == "应用向 trackerco（a.example）发送不可重置的 IMEI。"


def test_identifiers_are_all_named() -> None:
    """Labels of planted values, sorted, each once."""
    rows = [row(identifier="z"), row(identifier="a"), row(identifier=None), row(identifier="z")]
    assert judge(rows)[0].finding.identifier == "a, z"


def test_the_party_gives_the_clause() -> None:
    """Where the rule names none; an undeclared recipient has none."""
    assert judge([row(party="payco")])[0].finding.clause == "L12"
    assert judge([row(party="payco", clause="L99")])[0].finding.clause == "L99"
    assert finding().clause is None


def test_findings_come_worst_first_whatever_the_order_of_rows() -> None:
    """The same facts in another order give the same findings."""
    rows = [row(severity=word, host=f"{word}.example") for word in ("low", "critical", "info", "high")]
    names = [entry.finding.host for entry in judge(rows)]
    assert names == [entry.finding.host for entry in judge(rows[::-1])]
    assert names == ["critical.example", "high.example", "low.example", "info.example"]


def test_hostile_names_stay_text_in_messages() -> None:
    """Braces and format fields in captured names mean nothing."""
    found = judge([row(host="{kind.__class__}{0}%s")])[0].finding
    assert "{kind.__class__}{0}%s" in found.message


def waiver(**more: str) -> Waiver:
    usual = {"rule": "ID-IMMUTABLE", "party": "trackerco", "identifier": "imei", "surface": "app"}
    return Waiver(**{**usual, "reason": "r", "owner": "o", "expires": "2026-06-30", **more})


@pytest.mark.parametrize(
    ("more", "is_covered"),
    [
        ({}, True),
        ({"identifier": "*"}, True),
        ({"identifier": "mac"}, False),
        ({"party": "payco"}, False),
        ({"party": "*"}, False),
        ({"surface": "site"}, False),
        ({"rule": "ID-LINKED"}, False),
    ],
)
def test_a_waiver_covers_exactly_its_finding(more: dict[str, str], is_covered: bool) -> None:
    """All four parts must agree; a star stands for any identifier, never for any party."""
    assert covers(waiver(**more), finding()) is is_covered


def test_a_star_is_the_party_of_findings_without_recipient() -> None:
    """A contradicted claim can be accepted too."""
    assert covers(waiver(party="*", identifier="*"), finding(recipient=None))
    assert not covers(waiver(identifier="*"), finding(recipient=None))


@pytest.mark.parametrize(
    ("as_of", "status"), [("2026-06-29", Status.WAIVED), ("2026-06-30", Status.WAIVED), ("2026-07-01", Status.OPEN)]
)
def test_a_waiver_counts_up_to_its_last_day(as_of: str, status: Status) -> None:
    """The day after, the finding is open again."""
    assert waived(judge([row()]), (waiver(),), as_of)[0].finding.status is status


def test_an_expired_waiver_beside_a_valid_one_changes_nothing() -> None:
    """The order of waivers does not matter."""
    both = (waiver(expires="2020-01-01"), waiver())
    for order in (both, both[::-1]):
        assert waived(judge([row()]), order, "2026-01-01")[0].finding.status is Status.WAIVED


def test_without_a_baseline_nothing_is_new() -> None:
    """Null, not new; an empty baseline makes everything new."""
    judged = judge([row(), row(kind="mac")])
    assert {entry.finding.baseline for entry in compared(judged, None)} == {None}
    assert {entry.finding.baseline for entry in compared(judged, frozenset())} == {"new"}
    known = frozenset({judged[0].finding.id})
    assert [entry.finding.baseline for entry in compared(judged, known)] == ["known", "new"]
