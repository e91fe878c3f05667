"""LibreOffice without a window: a workbook goes in, the cells as a spreadsheet program understood them come out."""

import shutil
import subprocess
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import NamedTuple

PROGRAM = shutil.which("soffice") or shutil.which("libreoffice")
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"


class OfficeCell(NamedTuple):
    """One cell that is not empty."""

    sheet: str
    kind: str
    """`string`, `float`, `date` ... as the program took it."""
    text: str
    """What is shown."""
    computed: bool
    """Whether it is a formula, or a link that can be followed."""


def cells(book: Path) -> list[OfficeCell]:
    """Every cell of the workbook, which is written beside it as a flat OpenDocument spreadsheet."""
    assert PROGRAM is not None
    profile = f"-env:UserInstallation=file://{book.parent}/profile"
    done = subprocess.run(
        [PROGRAM, profile, "--headless", "--convert-to", "fods", str(book)],
        cwd=book.parent,
        capture_output=True,
        text=True,
        timeout=110,
    )
    assert done.returncode == 0, done.stderr
    root = ElementTree.parse(book.with_suffix(".fods")).getroot()
    return [_cell(table.get(f"{_TABLE}name", ""), cell) for table in root.iter(f"{_TABLE}table") for cell in _filled(table)]


def _filled(table: ElementTree.Element) -> list[ElementTree.Element]:
    return [cell for cell in table.iter(f"{_TABLE}table-cell") if cell.get(f"{_OFFICE}value-type")]


def _cell(sheet: str, cell: ElementTree.Element) -> OfficeCell:
    lines = ["".join(line.itertext()) for line in cell.iter(f"{_TEXT}p")]
    computed = cell.get(f"{_TABLE}formula") is not None or next(cell.iter(f"{_TEXT}a"), None) is not None
    return OfficeCell(sheet, cell.get(f"{_OFFICE}value-type", ""), "\n".join(lines), computed)
