"""The workbook in a real spreadsheet program: LibreOffice takes every cell for what it was written as. Skipped where there is none.

The workbook of a hostile session is opened in test_hostile_session.
"""

import re
from dataclasses import replace

import pytest

from auditor.report import xlsx
from tests.e2e import office
from tests.unit.report import sample_audit

pytestmark = pytest.mark.skipif(office.PROGRAM is None, reason="no LibreOffice on this machine")

DIGITS = "490154203237510"
"""As long as an IMEI, and no IMEI: nothing masks it."""
SHEETS = ["Summary", "Recipients", "Matrix", "Findings", "Sightings", "Waivers", "Coverage", "Evidence", "Glossary"]


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> list[office.OfficeCell]:
    audit = sample_audit.audit()
    book = tmp_path_factory.mktemp("office") / "report.xlsx"
    book.write_bytes(xlsx.render(replace(audit, session=replace(audit.session, firmware=DIGITS)), "zh"))
    return office.cells(book)


@pytest.mark.timeout(120)
def test_every_sheet_is_there_with_headers_in_both_languages(read: list[office.OfficeCell]) -> None:
    assert list(dict.fromkeys(cell.sheet for cell in read))[: len(SHEETS)] == SHEETS
    assert next(cell for cell in read if cell.sheet == "Recipients").text == "Recipient\n接收方"


def test_the_program_computes_nothing(read: list[office.OfficeCell]) -> None:
    assert [cell for cell in read if cell.computed or cell.text.startswith(("Err:", "#NAME", "#VALUE", "#REF"))] == []


def test_digits_of_an_identifier_stay_text_and_are_shown_in_full(read: list[office.OfficeCell]) -> None:
    assert [cell.kind for cell in read if cell.text == DIGITS] == ["string"]
    assert [cell for cell in read if re.search(r"\dE\+\d", cell.text)] == []


def test_counts_are_numbers(read: list[office.OfficeCell]) -> None:
    numbers = [cell for cell in read if cell.sheet == "Findings" and cell.kind == "float"]
    assert [cell.text for cell in numbers][:1] == [str(sample_audit.audit().findings[0].flows)]
    assert {cell.kind for cell in read} == {"string", "float"}
