"""What changed since the last release, counted for a table: an audit in, one row for each subject out."""

from dataclasses import dataclass

from auditor.model.audit import Audit

SUBJECTS = ("finding", "recipient", "data", "country", "party", "policy", "coverage", "verdict")
"""In the order of the page; keys of the words."""


@dataclass(frozen=True, slots=True)
class ChangeCount:
    """How much changed of one subject."""

    subject: str
    added: int
    removed: int
    changed: int


def change_counts(audit: Audit) -> tuple[ChangeCount, ...]:
    """One row for each subject, also where nothing changed: a zero is an answer. Nothing where there is no earlier report."""
    if audit.changes is None:
        return ()
    return tuple(_count(audit, subject) for subject in SUBJECTS)


def _count(audit: Audit, subject: str) -> ChangeCount:
    rows = audit.changes.rows if audit.changes else ()
    ways = [row.change for row in rows if row.subject == subject]
    return ChangeCount(subject, ways.count("added"), ways.count("removed"), ways.count("changed"))
