"""The counts of the catalog, and the page that shows them."""

from pathlib import Path

import pytest

from auditor.catalog.destination_rules import assemble, load
from auditor.catalog.tally import BEGIN, END, main, placed, tables
from auditor.errors import UsageError

ACME = """schema = 1
[group]
slug = "acme"
name = "Acme"
[[source]]
code = "DOC"
title = "the vendor's page"
[[entity]]
id = "acme"
name = "Acme Ltd."
[[service]]
name = "Acme push"
entity = "acme"
purposes = ["push"]
vantage = ["app"]
hosts = ["push.acme.example"]
addresses = ["203.0.113.0/24"]
confidence = "low"
source = ["DOC"]
seen = 2026-11-22
"""
PAGE = Path(__file__).parents[3] / "docs" / "catalog.md"


def test_counts() -> None:
    """One host and one address of one group and party."""
    text = tables(assemble([("acme.toml", ACME.encode())]))
    assert "| Acme | 1 | 0 | 0 | 1 | 0 | 2 | 2 |" in text
    assert "| acme | 1 | 0 | 0 | 1 | 0 | 2 | 2 |" in text


def test_the_page_is_up_to_date() -> None:
    """docs/catalog.md shows what the catalog holds now; `python -m auditor.catalog.tally --write docs/catalog.md` renews it."""
    page = PAGE.read_text("utf-8")
    assert placed(page, tables(load())) == page


def test_a_page_without_markers_is_refused() -> None:
    """The tables are never put into a page that does not ask for them."""
    with pytest.raises(UsageError):
        placed("# page", "text")
    assert placed(f"a {BEGIN} old {END} z", "new") == f"a {BEGIN}\n\nnew\n{END} z"


def test_as_a_command(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Prints, or writes into a page."""
    assert main([]) == 0
    assert "| Alibaba Group |" in capsys.readouterr().out
    page = tmp_path / "page.md"
    page.write_text(f"{BEGIN}{END}")
    assert main(["--write", str(page)]) == 0
    assert "| Alibaba Group |" in page.read_text("utf-8")
