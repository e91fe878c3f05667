"""`auditor report`: formats rendered again from a report folder, which stays sealed."""

import shutil
from pathlib import Path

import pytest

from auditor.cli.app import main
from auditor.report import audit_json, html, manifest
from auditor.report.formats import FORMATS
from tests.unit.report import sample_audit, sample_rows


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A report folder with the document and the tables."""
    (tmp_path / "r" / "tables").mkdir(parents=True)
    (tmp_path / "r" / audit_json.FILE).write_bytes(audit_json.encode(sample_audit.audit()))
    for name, data in sample_rows.parquet().items():
        (tmp_path / "r" / name).write_bytes(data)
    return tmp_path / "r"


@pytest.mark.parametrize("name", ["html", "md", "xlsx", "sarif", "junit", "parquet", "csv", "lists"])
def test_each_format_is_written_again_and_the_manifest_names_it(folder: Path, name: str) -> None:
    assert main(["report", str(folder), "--format", name, "--quiet"]) == 0
    form = next(form for form in FORMATS if form.name == name)
    sealed = {output.path for output in manifest.decode((folder / manifest.FILE).read_bytes()).outputs}
    assert {file for file in form.files if (folder / file).is_file()} <= sealed
    assert any((folder / file).is_file() for file in form.files)


def test_the_language_is_that_which_was_asked_for(folder: Path) -> None:
    assert main(["report", str(folder), "--format", "md", "--lang", "zh", "--quiet"]) == 0
    assert "不放行" in (folder / "summary.md").read_text(encoding="utf-8")


def test_the_same_bytes_come_out_as_from_the_document(folder: Path) -> None:
    main(["report", str(folder), "--format", "html", "--quiet"])
    assert (folder / "report.html").read_bytes() == html.render(sample_audit.audit(), "en")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(["nowhere", "--format", "html"], "name a report folder", id="no folder"),
        pytest.param(["{folder}", "--format", "docx"], "no report format is called 'docx'", id="no format"),
        pytest.param(["{folder}"], "--format", id="no format named"),
    ],
)
def test_a_wrong_word_is_told_in_one_line(folder: Path, words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", *(word.format(folder=folder) for word in words)]) == 2
    assert said in capsys.readouterr().err


def test_a_file_that_is_no_document_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / audit_json.FILE).write_text("{}")
    assert main(["report", str(folder), "--format", "html"]) == 2
    assert "not an audit document" in capsys.readouterr().err


def test_tables_that_are_not_there_are_told_and_nothing_is_written(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree(folder / "tables")
    assert main(["report", str(folder), "--format", "csv"]) == 2
    assert "flows.parquet" in capsys.readouterr().err
    assert not (folder / "tables").exists()
