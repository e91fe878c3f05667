"""docs/demo.md explains every finding of the demonstration, and no other."""

import re
from pathlib import Path

import pytest

from auditor.cli.app import main
from auditor.model.audit import Audit
from auditor.report import audit_json
from tests.e2e import demo_page

PAGE = Path(__file__).parents[2] / "docs" / "demo.md"


@pytest.fixture(scope="module")
def audit(tmp_path_factory: pytest.TempPathFactory) -> Audit:
    out = tmp_path_factory.mktemp("reports")
    assert main(["demo", "--out", str(out), "--quiet"]) == 1
    path = out / "demo" / "audit.json"
    return audit_json.decode(path.read_bytes(), str(path))


@pytest.mark.timeout(300)
def test_every_finding_of_the_demo_is_explained(audit: Audit) -> None:
    """After a change: python -m tests.e2e.demo_page reports/demo/audit.json > docs/demo.md."""
    explained = set(re.findall(r"^- `([A-Z-]+-[0-9a-f]{10})`", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    found = {row.id for row in audit.findings}
    assert (found - explained, explained - found) == (set(), set())


@pytest.mark.timeout(300)
def test_every_rule_and_place_has_its_reason(audit: Audit) -> None:
    """The page can be made again."""
    assert demo_page.page(audit).startswith(demo_page.HEAD)
