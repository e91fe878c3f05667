import json
from pathlib import Path

import pytest

from auditor.errors import UsageError
from auditor.model.tables import FINDINGS, FLOWS, RECIPIENTS, SIGHTINGS
from auditor.report.formats import FORMATS, Format, formats

from . import sample_audit
from .sample_rows import FINDING, FLOW, SIGHTING

FRAMES = {
    "flows": FLOWS.frame([FLOW]),
    "sightings": SIGHTINGS.frame([SIGHTING]),
    "findings": FINDINGS.frame([FINDING]),
    "recipients": RECIPIENTS.frame(),
}


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
@pytest.mark.parametrize("name", ["audit", "empty", "hostile"])
def test_each_format_writes_exactly_its_files_and_the_same_bytes_again(form: Format, name: str) -> None:
    if form.name == "pdf":
        pytest.importorskip("weasyprint", reason="WeasyPrint, the extra `pdf`, is not installed")
    audit = getattr(sample_audit, name)()
    written = form.write(audit, FRAMES, "en")
    assert tuple(written) == form.files
    assert all(written.values())
    assert form.write(audit, FRAMES, "en") == written


def test_names_and_files_are_unique() -> None:
    files = [file for form in FORMATS for file in form.files]
    assert len(files) == len(set(files))
    assert len({form.name for form in FORMATS}) == len(FORMATS)


def test_audit_json_is_written_whatever_is_asked_for() -> None:
    assert [form.name for form in formats(("md",))] == ["json", "md"]


def test_unasked_all_defaults_are_written() -> None:
    assert {"json", "html", "md", "parquet"} <= {form.name for form in formats(())}
    assert "csv" not in {form.name for form in formats(())}


def test_an_unknown_name_is_a_usage_error_that_lists_the_known_ones() -> None:
    with pytest.raises(UsageError, match="docx") as caught:
        formats(("json", "docx"))
    assert "html" in str(caught.value)


def test_audit_json_does_not_depend_on_the_language() -> None:
    audit = sample_audit.audit()
    assert FORMATS[0].write(audit, {}, "en") == FORMATS[0].write(audit, {}, "zh")
    assert json.loads(FORMATS[0].write(audit, {}, "en")["audit.json"])["schema"] == 1


@pytest.mark.parametrize("page", ["reports.md", "zh/reports.md"])
def test_each_format_is_described_in_the_documentation(page: str) -> None:
    text = (Path(__file__).parents[3] / "docs" / page).read_text("utf-8")
    assert [form.name for form in FORMATS if f"| `{form.name}` |" not in text] == []


@pytest.mark.parametrize("name", ["json", "html", "md", "xlsx", "sarif", "junit", "lists"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_document_format_renders_every_sample_from_the_audit_alone(name: str, lang: str) -> None:
    form = next(form for form in FORMATS if form.name == name)
    for build in (sample_audit.audit, sample_audit.passed, sample_audit.empty, sample_audit.hostile, sample_audit.local):
        files = form.write(build(), {}, lang)
        assert set(files) == set(form.files)
        assert all(files.values())
