"""keygen and evidence, over one signed report of the demo's site."""

from pathlib import Path

import pytest

from auditor.cli.app import main
from auditor.report import audit_json

DEMO = Path(__file__).resolve().parents[3] / "captures" / "demo"


def test_a_key_is_private(signed: Path) -> None:
    """Nobody else may read it, and it is never written over."""
    assert (signed / "key.pem").stat().st_mode & 0o077 == 0
    assert main(["keygen", "-o", str(signed / "key.pem"), "--quiet"]) == 2


def test_a_signed_report_is_not_rendered_again(signed: Path) -> None:
    """Its files may not change."""
    assert main(["report", str(signed / "out" / "site"), "--format", "md", "--quiet"]) == 2


def test_evidence_is_one_flow(signed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The smallest capture of a finding holds its first flow and nothing else, and says what of."""
    report = signed / "out" / "site"
    audit = audit_json.decode((report / "audit.json").read_bytes())
    finding = next(row for row in audit.findings if row.first_flow)
    target = tmp_path / "cut"
    assert main(["evidence", str(report), finding.id, "-o", str(target), "--captures", str(DEMO)]) == 0
    assert capsys.readouterr().err.startswith(f"wrote {target}.har: 1 entry of site.har\n")
    assert main(["flows", str(tmp_path / "cut.har"), "--format", "ndjson", "-o", str(tmp_path / "rows"), "--quiet"]) == 0
    assert len((tmp_path / "rows").read_text().splitlines()) == 1


def test_an_unknown_finding_is_an_error(signed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In one short line, however many there are."""
    words = ["evidence", str(signed / "out" / "site"), "NO-SUCH", "-o", str(tmp_path / "x"), "--captures", str(DEMO), "--quiet"]
    assert main(words) == 2
    said = capsys.readouterr().err.splitlines()[0]
    assert said.startswith("error: ") and "no finding is called 'NO-SUCH' (audit.json and the page name its " in said
    assert len(said) < 300
