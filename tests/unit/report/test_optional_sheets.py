"""Sheets that are there only when there is something for them."""

from dataclasses import replace

from auditor.model.audit import Audit
from auditor.report.optional_sheets import optional_sheets
from auditor.report.sheet import Row
from auditor.since import with_changes

from . import sample_audit


def named(audit: Audit, name: str, lang: str = "en") -> list[Row]:
    return [row for sheet in optional_sheets(audit, lang) if sheet.name == name for row in sheet.rows]


def test_sheets_that_would_be_empty_are_not_there() -> None:
    assert optional_sheets(sample_audit.empty(), "en") == ()


def test_what_changed_has_its_sheet() -> None:
    before = sample_audit.audit()
    rows = named(with_changes(before, replace(before, recipients=before.recipients[1:])), "Changes")
    assert rows[0][:2] == ("Recipients", "Added")
    assert "consent" in str(rows[-1][0])


def test_what_stayed_in_the_local_network_has_its_sheet() -> None:
    rows = named(sample_audit.local(), "Local network", "zh")
    assert rows[0][1] == "tcp/9100"
    assert rows[0][4] == "PJL"


def test_a_defect_of_the_policy_has_its_row() -> None:
    rows = named(sample_audit.audit(), "Policy")
    assert len(rows) == len(sample_audit.audit().lint)
    assert rows[0][3] == 97
