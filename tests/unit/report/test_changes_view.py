"""Changes since the last release, counted."""

from dataclasses import replace

from auditor.report.changes_view import SUBJECTS, change_counts
from auditor.report.words import table
from auditor.since import with_changes

from . import sample_audit


def test_without_an_earlier_report_nothing_is_counted() -> None:
    assert change_counts(sample_audit.audit()) == ()


def test_a_subject_without_a_change_has_its_zero() -> None:
    audit = sample_audit.audit()
    counts = change_counts(with_changes(audit, audit))
    assert [row.subject for row in counts] == list(SUBJECTS)
    assert {row.added + row.removed + row.changed for row in counts} == {0}


def test_what_came_and_what_went_are_apart() -> None:
    audit = sample_audit.audit()
    before = replace(audit, findings=audit.findings[2:], parties=(*audit.parties, replace(audit.parties[0], party="gone")))
    counts = {row.subject: row for row in change_counts(with_changes(audit, before))}
    assert (counts["finding"].added, counts["finding"].removed) == (2, 0)
    assert (counts["party"].added, counts["party"].removed) == (0, 1)


def test_every_subject_has_its_words() -> None:
    assert {f"changes.{subject}" for subject in SUBJECTS} <= set(table())
