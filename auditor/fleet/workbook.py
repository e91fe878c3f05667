"""`fleet.xlsx`: the overview in, a workbook out; text is text, whatever a report holds."""

from auditor.fleet.overview import Grid, Overview
from auditor.fleet.words import table
from auditor.report import xlsx
from auditor.report.sheet import Sheet

FILE = "fleet.xlsx"
_WIDTH = {"reason": 60, "session": 30, "path": 40, "recipient": 26, "product": 26, "first": 18, "last": 18}


def render(view: Overview) -> bytes:
    """The workbook; headers have both languages."""
    grids = (
        ("Sessions", view.sessions),
        ("No verdict", view.no_verdict),
        ("Not read", view.not_read),
        ("New", view.new),
        ("Matrix", view.matrix),
        ("By day", view.by_day),
        ("Contacts", view.contacts),
        ("Sent", view.sent),
        ("Waivers", view.waivers),
    )
    return xlsx.workbook([_sheet(name, grid) for name, grid in grids], "Fleet", view.as_of)


def _sheet(name: str, grid: Grid) -> Sheet:
    columns = [(*table()[column], _WIDTH.get(column, 14)) for column in grid.words]
    columns += [(variant, variant, 14) for variant in grid.columns[len(grid.words) :]]
    return Sheet(name=name, columns=tuple(columns), rows=grid.rows, frozen=1)
