"""What changed since the last release stands in the document."""

from dataclasses import replace

from auditor.report import audit_json
from auditor.since import with_changes
from tests.unit.report import sample_audit


def test_without_an_earlier_report_nothing_is_said_of_changes() -> None:
    audit = sample_audit.audit()
    assert with_changes(audit, None) is audit


def test_the_same_audit_has_changed_in_nothing_and_that_is_said() -> None:
    audit = sample_audit.audit()
    changes = with_changes(audit, audit).changes
    assert changes is not None
    assert (changes.rows, changes.consent_question, changes.as_of) == ((), False, audit.as_of)


def test_a_recipient_that_is_gone_is_a_change_and_survives_the_document() -> None:
    before = sample_audit.audit()
    after = replace(before, recipients=before.recipients[1:])
    changed = with_changes(after, before)
    assert changed.changes is not None
    gone = before.recipients[0]
    assert [row.name for row in changed.changes.rows if (row.subject, row.change) == ("recipient", "removed")] == [
        f"{gone.surface} {gone.recipient}"
    ]
    assert audit_json.decode(audit_json.encode(changed)) == changed
