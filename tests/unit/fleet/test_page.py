"""The fleet's page, workbook and tables."""

from pathlib import Path

import pytest

from auditor.fleet import page, workbook
from auditor.fleet.overview import Overview, overview
from auditor.fleet.questions import answers
from auditor.fleet.reports import Unread, reports_in

from .test_questions import flow, seen, with_tables

HOSTILE = '<script>alert(1)</script>\x1b[31m\u202e=cmd|"x"'


@pytest.fixture
def view(tmp_path: Path) -> Overview:
    """A fleet in which everything that came from outside is hostile."""
    with_tables(tmp_path / "a", [flow(HOSTILE)], [seen(HOSTILE, "imei")], app_version=HOSTILE, product=HOSTILE)
    reports = reports_in((str(tmp_path),))[0]
    return overview(reports, (Unread(path=HOSTILE, why=HOSTILE),), answers(reports), "2026-01-01", "en")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_escapes_whatever_it_is_given(view: Overview, lang: str) -> None:
    text = page.render(view, lang).decode()
    assert "<script" not in text
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "default-src &#39;none&#39;" in text


def test_the_page_says_what_is_new_and_who_has_no_verdict(tmp_path: Path) -> None:
    folder = with_tables(tmp_path / "a", [flow("baidu")], [])
    document = (folder / "audit.json").read_text().replace('"result": "fail", "exit": 1', '"result": "inconclusive", "exit": 3')
    (folder / "audit.json").write_text(document)
    reports = reports_in((str(tmp_path),))[0]
    found = overview(reports, (), answers(reports), "2026-11-01", "zh")
    assert found.no_verdict.rows[0][0] == "a"
    assert found.new.rows[0][0] == "baidu"
    assert "自 2026-11-01 起新增" in page.render(found, "zh").decode()


def test_the_same_fleet_gives_the_same_page(view: Overview) -> None:
    assert page.render(view, "en") == page.render(view, "en")


@pytest.mark.parametrize("version", ["new", "days", "more", "first", "{x}", "n" * 300])
def test_a_version_that_is_called_like_a_word_of_the_page_is_a_name(tmp_path: Path, version: str) -> None:
    with_tables(tmp_path / "a", [flow("baidu")], [], app_version=version)
    reports = reports_in((str(tmp_path),))[0]
    found = overview(reports, (), answers(reports), None, "zh")
    assert f'<th scope="col">{version[:30]}' in page.render(found, "zh").decode()
    assert workbook.render(found)
