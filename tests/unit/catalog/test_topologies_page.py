"""The page of set-ups is made from the data, in both languages, and up to date."""

from pathlib import Path

import pytest

from auditor.catalog import topologies_page
from auditor.catalog.topology_file import load

DOCS = Path(__file__).parents[3] / "docs"


@pytest.mark.parametrize(("lang", "path"), [("en", DOCS / "topologies.md"), ("zh", DOCS / "zh" / "topologies.md")])
def test_the_page_is_up_to_date(lang: str, path: Path) -> None:
    """After a change of the data: python -m auditor.catalog.topologies_page > docs/topologies.md, and with zh the other."""
    assert path.read_text(encoding="utf-8") == topologies_page.render(load(), lang)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_leg_that_cannot_be_seen_is_on_the_page(lang: str) -> None:
    page = topologies_page.render(load(), lang)
    for setup in load():
        for leg in setup.topology.unseen_zh if lang == "zh" else setup.topology.unseen:
            assert f"- {leg}\n" in page
