"""What became of each waiver: used, unused, about to expire, or expired and so without effect."""

import datetime
from collections.abc import Iterable

from auditor.judge.findings import covers
from auditor.model.audit import WaiverRow
from auditor.model.finding import Finding
from auditor.model.session import Waiver

WARNING_DAYS = 14


def waiver_rows(waivers: tuple[Waiver, ...], findings: Iterable[Finding], as_of: str) -> tuple[WaiverRow, ...]:
    """A row for each waiver; expired ones first, then by rule, party, surface and identifier."""
    found = tuple(findings)
    today = datetime.date.fromisoformat(as_of)
    rows = [_row(waiver, [finding.id for finding in found if covers(waiver, finding)], today) for waiver in waivers]
    return tuple(sorted(rows, key=lambda row: (row.state != "expired", row.rule, row.party, row.surface, row.identifier)))


def _row(waiver: Waiver, findings: list[str], today: datetime.date) -> WaiverRow:
    days = (datetime.date.fromisoformat(waiver.expires) - today).days
    return WaiverRow(
        rule=waiver.rule,
        party=waiver.party,
        identifier=waiver.identifier,
        surface=waiver.surface,
        reason=waiver.reason,
        owner=waiver.owner,
        expires=waiver.expires,
        state=_state(days, used=bool(findings)),
        days_left=days,
        findings=tuple(sorted(findings)),
    )


def _state(days: int, *, used: bool) -> str:
    if days < 0:
        return "expired"
    if not used:
        return "unused"
    return "expiring" if days <= WARNING_DAYS else "used"
