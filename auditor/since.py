"""What changed since the last release: an earlier audit and this one in, this one with its changes out."""

from dataclasses import replace

from auditor.judge.comparison import compare
from auditor.model.audit import Audit
from auditor.model.changes import ChangeRow, ChangesRow


def with_changes(audit: Audit, before: Audit | None) -> Audit:
    """The audit with what changed since the earlier one; as it is where there is none."""
    if before is None:
        return audit
    found = compare(before, audit)
    rows = tuple(
        ChangeRow(
            subject=row.subject.value,
            change=row.change.value,
            name=row.name,
            severity=row.severity,
            before=row.before,
            after=row.after,
            message=row.message,
            message_zh=row.message_zh,
        )
        for row in found.differences
    )
    earlier = before.session
    return replace(
        audit,
        changes=ChangesRow(
            session=earlier.name,
            app_version=earlier.app_version,
            as_of=before.as_of,
            consent_question=found.consent_question,
            rows=rows,
        ),
    )
