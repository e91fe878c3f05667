"""The workbook in a real spreadsheet program: LibreOffice reads every sheet as it was written. Skipped where there is none."""

import csv
import shutil
import subprocess
from pathlib import Path

import pytest

from auditor.report import xlsx
from tests.unit.report import sample_audit

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
pytestmark = pytest.mark.skipif(OFFICE is None, reason="no LibreOffice on this machine")


@pytest.mark.timeout(120)
@pytest.mark.parametrize("name", ["audit", "hostile"])
def test_libreoffice_opens_the_workbook_and_computes_nothing(name: str, tmp_path: Path) -> None:
    book = tmp_path / "report.xlsx"
    book.write_bytes(xlsx.render(getattr(sample_audit, name)(), "zh"))
    assert OFFICE is not None
    every_sheet = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
    done = subprocess.run(
        [OFFICE, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", every_sheet, str(book)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=110,
    )
    assert done.returncode == 0, done.stderr
    sheets = sorted(tmp_path.glob("report-*.csv"))
    assert len(sheets) >= 9
    cells = [cell for path in sheets for row in csv.reader(path.open(encoding="utf-8", newline="")) for cell in row]
    assert "接收方" in " ".join(cells)
    assert not [cell for cell in cells if cell.startswith(("Err:", "#NAME", "#VALUE"))]
