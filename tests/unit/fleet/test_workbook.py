"""The fleet's workbook."""

import io
from pathlib import Path
from zipfile import ZipFile

from auditor.fleet import workbook
from auditor.fleet.overview import overview
from auditor.fleet.questions import answers
from auditor.fleet.reports import reports_in

from .test_questions import flow, with_tables


def test_it_has_a_sheet_for_each_question_and_no_formula(tmp_path: Path) -> None:
    """Whatever a report holds."""
    with_tables(tmp_path / "a", [flow('=cmd|"x"')], [], app_version="=1+1", product="@x")
    reports = reports_in((str(tmp_path),))[0]
    view = overview(reports, (), answers(reports), "2026-01-01", "en")
    with ZipFile(io.BytesIO(workbook.render(view))) as book:
        sheets = [book.read(name) for name in book.namelist() if name.startswith("xl/worksheets/sheet")]
    assert len(sheets) == 9
    assert not any(b"<f>" in sheet for sheet in sheets)
    assert workbook.render(view) == workbook.render(view)
