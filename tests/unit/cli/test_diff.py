"""`auditor diff`: two reports, what changed."""

from pathlib import Path

import pytest

from auditor.cli.app import main

DEMO = Path(__file__).resolve().parents[3] / "captures" / "demo"


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Reports of the demo's site and of its printer."""
    folder = tmp_path_factory.mktemp("reports")
    key = folder / "key"
    key.write_bytes(bytes(32))
    for name in ("site.har", "printer.pcapng"):
        main(["audit", str(DEMO / name), "--digest-key", str(key), "--out", str(folder), "--as-of", "2026-11-22", "--quiet"])
    return folder


def test_a_report_and_itself_do_not_differ(reports: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is printed, and the end is good."""
    assert main(["diff", str(reports / "site"), str(reports / "site"), "--quiet"]) == 0
    assert capsys.readouterr().out == ""


def test_changes_are_listed_with_their_sign(reports: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Added, removed, and the question to legal."""
    assert main(["diff", str(reports / "site"), str(reports / "printer"), "--quiet"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert {line[0] for line in lines[:-1]} >= {"+", "-"}
    assert "consent" in lines[-1]


def test_a_new_bad_finding_fails_when_asked(reports: Path) -> None:
    """Only with --fail-on."""
    assert main(["diff", str(reports / "site"), str(reports / "printer"), "--fail-on", "high", "--quiet"]) == 1


def test_no_report_is_an_error(tmp_path: Path) -> None:
    """A folder without audit.json."""
    assert main(["diff", str(tmp_path), str(tmp_path), "--quiet"]) == 2
