"""What changed between two audits, and whether it asks for consent anew."""

from dataclasses import replace
from typing import Any

import msgspec

from auditor.judge.comparison import Change, Subject, compare
from auditor.model.audit import Audit, FindingRow
from auditor.model.vocabulary import Relation, Severity, Status
from tests.unit.report import sample_audit


def changed(audit: Audit, **more: Any) -> Audit:
    return replace(audit, **more)


def with_findings(audit: Audit, findings: tuple[FindingRow, ...]) -> Audit:
    return changed(audit, findings=findings)


def test_an_audit_and_itself_differ_in_nothing() -> None:
    """No row, no question."""
    audit = sample_audit.audit()
    assert compare(audit, audit).differences == ()
    assert not compare(audit, audit).consent_question
    assert compare(audit, audit).worst() is None


def test_findings_come_and_go_by_id() -> None:
    """What is gone forwards is new backwards."""
    audit = sample_audit.audit()
    fewer = with_findings(audit, audit.findings[1:])
    gone, new = compare(audit, fewer), compare(fewer, audit)
    assert [(row.change, row.name) for row in gone.differences] == [(Change.REMOVED, audit.findings[0].id)]
    assert [(row.change, row.name) for row in new.differences] == [(Change.ADDED, audit.findings[0].id)]
    assert (gone.worst(), new.worst()) == (None, audit.findings[0].severity)


def test_a_waived_finding_has_changed_and_weighs_nothing() -> None:
    """And the other way round it weighs again."""
    audit = sample_audit.audit()
    first = audit.findings[0]
    open_row = msgspec.structs.replace(first, status=Status.OPEN, severity=Severity.CRITICAL)
    waived_row = msgspec.structs.replace(open_row, status=Status.WAIVED)
    before = with_findings(audit, (open_row,))
    after = with_findings(audit, (waived_row,))
    row = compare(before, after).differences[0]
    assert (row.change, row.before, row.after) == (Change.CHANGED, "open, critical", "waived, critical")
    assert compare(before, after).worst() is None
    assert compare(after, before).worst() is Severity.CRITICAL


def test_a_new_recipient_with_data_and_a_country() -> None:
    """Three rows, and the question of consent; a recipient that is gone asks nothing."""
    audit = sample_audit.audit()
    row = replace(audit.recipients[0], recipient="newco", country="BR", kinds=("card",), relation=Relation.UNDECLARED)
    more = changed(audit, recipients=(*audit.recipients, row))
    found = compare(audit, more)
    assert [(entry.subject, entry.name) for entry in found.differences] == [
        (Subject.RECIPIENT, f"{row.surface} newco"),
        (Subject.DATA, f"{row.surface} card"),
        (Subject.COUNTRY, "BR"),
    ]
    assert found.consent_question
    assert found.count(Subject.COUNTRY, Change.ADDED) == 1
    assert not compare(more, audit).consent_question


def test_the_phones_own_system_is_no_recipient() -> None:
    """Its contacts change from day to day."""
    audit = sample_audit.audit()
    row = replace(audit.recipients[0], recipient="osmaker", country="BR", kinds=(), relation=Relation.SYSTEM)
    assert compare(audit, changed(audit, recipients=(*audit.recipients, row))).differences == ()


def test_another_text_of_the_policy_asks_for_consent() -> None:
    """Its hash is enough."""
    audit = sample_audit.audit()
    other = changed(audit, register=replace(audit.register, source_sha256="0" * 64))
    found = compare(audit, other)
    (row,) = found.differences
    assert (row.subject, row.name, row.change) == (Subject.POLICY, "text", Change.CHANGED)
    assert (row.before, row.after) == (audit.register.source_sha256, "0" * 64)
    assert found.consent_question


def test_a_gate_that_only_one_of_them_has_came_or_went() -> None:
    """A register may ask for phases that the last one did not; what is not there has no value before, or none after."""
    audit = sample_audit.audit()
    gate, *rest = audit.coverage.gates
    fewer = changed(audit, coverage=replace(audit.coverage, gates=tuple(rest)))
    rows = [found for pair in ((fewer, audit), (audit, fewer)) for found in compare(*pair).differences]
    assert [(row.subject, row.change, row.name) for row in rows] == [
        (Subject.COVERAGE, Change.ADDED, gate.name),
        (Subject.COVERAGE, Change.REMOVED, gate.name),
    ]
    assert (rows[0].before, rows[1].after) == (None, None)
    assert rows[0].after == rows[1].before is not None


def test_differences_are_in_order_findings_first_and_worst_first() -> None:
    """The same order for any order of rows."""
    audit, empty = sample_audit.audit(), sample_audit.empty()
    found = compare(empty, audit).differences
    severities = [row.severity.rank for row in found if row.severity is not None and row.change is Change.ADDED]
    assert severities == sorted(severities, reverse=True)
    subjects = [list(Subject).index(row.subject) for row in found]
    assert subjects == sorted(subjects)
    turned = changed(audit, findings=audit.findings[::-1], recipients=audit.recipients[::-1])
    assert compare(empty, turned) == compare(empty, audit)
