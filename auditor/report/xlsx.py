"""`report.xlsx`: an audit in, a workbook for people who work in spreadsheets out.

Header rows in both languages, filters, frozen panes; numbers are numbers and everything else is text: no cell is a formula
or a link, whatever a capture holds. The same audit gives the same bytes.
"""

import datetime
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from auditor.model.audit import Audit
from auditor.report.display import safe
from auditor.report.sheet import Cell, Coloured, Sheet
from auditor.report.sheets import sheets

if TYPE_CHECKING:
    from xlsxwriter.format import Format as CellFormat
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

NAME = "xlsx"
FILE = "report.xlsx"

_LONGEST = 32_767
"""Characters that a cell can hold; longer text is cut, with an ellipsis at its end."""

_NO_GUESSES = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
_COLOURS: dict[str, dict[str, object]] = {
    "bad": {"bg_color": "#FBE6E4", "font_color": "#8C1710"},
    "warn": {"bg_color": "#FDF0D5", "font_color": "#6B4100"},
    "good": {"bg_color": "#E3F3E8", "font_color": "#14532D"},
    "hatched": {"pattern": 14, "fg_color": "#B7C0C9", "bg_color": "#FFFFFF"},
}


@dataclass(frozen=True, slots=True)
class _Styles:
    head: "CellFormat"
    text: "CellFormat"
    number: "CellFormat"
    coloured: "dict[str, CellFormat]"


def render(audit: Audit, lang: str) -> bytes:
    """The workbook; `lang` chooses the language of the words in the cells, headers have both."""
    return workbook(sheets(audit, lang), f"Traffic audit {audit.session.name}", audit.as_of)


def workbook(pages: Sequence[Sheet], title: str, as_of: str) -> bytes:
    """A workbook of these sheets. Its date is the audit's, because one that held the clock would differ from run to run."""
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, _NO_GUESSES)
    book.set_properties({"title": safe(title), "created": _day(as_of)})
    styles = _styles(book)
    for sheet in pages:
        _write(book.add_worksheet(sheet.name), sheet, styles)
    book.close()
    return buffer.getvalue()


def _day(as_of: str) -> datetime.datetime:
    try:
        return datetime.datetime.combine(datetime.date.fromisoformat(as_of), datetime.time(), datetime.UTC).replace(tzinfo=None)
    except ValueError:
        return datetime.datetime(2000, 1, 1)  # noqa: DTZ001 - XlsxWriter takes naive times only


def _styles(workbook: "Workbook") -> _Styles:
    wrapped: dict[str, object] = {"text_wrap": True, "valign": "top"}
    return _Styles(
        head=workbook.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#E9EDF1", "bottom": 1}),
        text=workbook.add_format({**wrapped, "num_format": "@"}),
        number=workbook.add_format({"num_format": "#,##0", "valign": "top"}),
        coloured={name: workbook.add_format({**wrapped, **colour, "num_format": "@"}) for name, colour in _COLOURS.items()},
    )


def _write(worksheet: "Worksheet", sheet: Sheet, styles: _Styles) -> None:
    for column, (english, chinese, width) in enumerate(sheet.columns):
        # A kind that a session invented is a header too.
        head = safe(english) if english == chinese else f"{safe(english)}\n{safe(chinese)}"
        worksheet.write_string(0, column, head, styles.head)
        worksheet.set_column(column, column, width)
    worksheet.set_row(0, 32)
    for number, row in enumerate(sheet.rows, 1):
        _write_row(worksheet, number, row, styles)
    worksheet.freeze_panes(1, sheet.frozen)
    if sheet.rows and sheet.filtered:
        worksheet.autofilter(0, 0, len(sheet.rows), len(sheet.columns) - 1)
    worksheet.set_landscape()
    worksheet.set_paper(9)
    worksheet.fit_to_pages(1, 0)
    worksheet.repeat_rows(0)


def _write_row(worksheet: "Worksheet", number: int, row: Sequence[Cell], styles: _Styles) -> None:
    for column, cell in enumerate(row):
        value, colour = (cell.value, cell.colour) if isinstance(cell, Coloured) else (cell, None)
        style = styles.coloured[colour] if colour else styles.text
        if value is None:
            worksheet.write_blank(number, column, None, style)
        elif isinstance(value, str):
            shown = safe(value)
            worksheet.write_string(number, column, shown if len(shown) <= _LONGEST else shown[: _LONGEST - 1] + "…", style)
        else:
            worksheet.write_number(number, column, value, style if colour else styles.number)
