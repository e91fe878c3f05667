import io
import zipfile
from collections.abc import Callable
from xml.etree import ElementTree

import pytest

from auditor.model.audit import Audit
from auditor.report import xlsx

from . import sample_audit

NS = {"x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
DOCUMENTS = (sample_audit.audit, sample_audit.passed, sample_audit.inconclusive, sample_audit.empty, sample_audit.hostile)
SHEETS = ["Summary", "Recipients", "Matrix", "Findings", "Sightings", "Waivers", "Coverage", "Evidence", "Glossary"]


class Book:
    """A workbook as its parts say."""

    def __init__(self, data: bytes) -> None:
        self.archive = zipfile.ZipFile(io.BytesIO(data))
        self.strings = [
            "".join(node.itertext()) for node in self.part("xl/sharedStrings.xml").findall("x:si", NS)
        ]  # fmt: skip
        self.names = [sheet.get("name", "") for sheet in self.part("xl/workbook.xml").findall("x:sheets/x:sheet", NS)]

    def part(self, name: str) -> ElementTree.Element:
        return ElementTree.fromstring(self.archive.read(name))

    def sheet(self, name: str) -> ElementTree.Element:
        return self.part(f"xl/worksheets/sheet{self.names.index(name) + 1}.xml")

    def rows(self, name: str) -> list[list[str | float | None]]:
        return [
            [self.value(cell) for cell in row.findall("x:c", NS)] for row in self.sheet(name).findall("x:sheetData/x:row", NS)
        ]

    def value(self, cell: ElementTree.Element) -> str | float | None:
        text = cell.findtext("x:v", None, NS)
        if text is None:
            return None
        return self.strings[int(text)] if cell.get("t") == "s" else float(text)


def book(audit: Audit, lang: str = "en") -> Book:
    return Book(xlsx.render(audit, lang))


@pytest.mark.parametrize("build", DOCUMENTS)
def test_the_sheets_are_there_and_the_bytes_are_the_same_each_time(build: Callable[[], Audit]) -> None:
    data = xlsx.render(build(), "en")
    assert Book(data).names[: len(SHEETS)] == SHEETS
    assert xlsx.render(build(), "en") == data


@pytest.mark.parametrize("build", DOCUMENTS)
def test_no_cell_is_a_formula_or_a_link(build: Callable[[], Audit]) -> None:
    found = book(build())
    for name in found.names:
        sheet = found.sheet(name)
        assert list(sheet.iter(f"{{{NS['x']}}}f")) == []
        assert list(sheet.iter(f"{{{NS['x']}}}hyperlink")) == []
    assert not [name for name in found.archive.namelist() if "external" in name.lower()]


def test_hostile_text_stays_text_and_is_made_visible() -> None:
    found = book(sample_audit.hostile())
    assert any(text.startswith("=HYPERLINK") for text in found.strings)
    assert not any(character in text for text in found.strings for character in "\x1b\x00\u202e\u200b")


def test_headers_have_both_languages_panes_are_frozen_and_rows_filtered() -> None:
    found = book(sample_audit.audit())
    assert found.rows("Findings")[0][1] == "Severity\n严重程度"
    assert found.sheet("Findings").find("x:sheetViews/x:sheetView/x:pane[@state='frozen']", NS) is not None
    assert found.sheet("Findings").find("x:autoFilter", NS) is not None


def test_numbers_are_numbers_and_masked_identifiers_are_text() -> None:
    found = book(sample_audit.audit())
    header = [str(name).partition("\n")[0] for name in found.rows("Recipients")[0]]
    assert all(isinstance(row[header.index("Bytes up")], float) for row in found.rows("Recipients")[1:])
    assert found.rows("Sightings")[1][2] == "86••••••••••21"


def test_the_matrix_says_in_words_what_its_colours_say() -> None:
    found = book(sample_audit.audit())
    header, *rows = found.rows("Matrix")
    umeng = next(row for row in rows if "umeng.com" in str(row[0]))
    assert umeng[[str(name).partition("\n")[0] for name in header].index("IMEI")] == "omitted (3)"
    assert any("could not see" in str(cell) for row in rows for cell in row)


def test_a_text_longer_than_a_cell_is_cut_visibly() -> None:
    audit = sample_audit.audit()
    session = audit.session.__class__(
        **{name: getattr(audit.session, name) for name in audit.session.__slots__} | {"tester": "x" * 40_000}
    )
    found = book(audit.__class__(**{name: getattr(audit, name) for name in audit.__slots__} | {"session": session}))
    (long,) = (text for text in found.strings if text.startswith("xxx"))
    assert len(long) == 32_767
    assert long.endswith("…")


def test_words_come_in_the_asked_language() -> None:
    assert "不放行" in book(sample_audit.audit(), "zh").strings
