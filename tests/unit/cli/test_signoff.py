"""signoff: decisions are signed, appended, kept over another audit, and shown by verify."""

import shutil
from pathlib import Path

import pytest

from auditor.cli.app import main
from auditor.report import signoff

DEMO = Path(__file__).resolve().parents[3] / "captures" / "demo"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two keys and a small report."""
    folder = tmp_path_factory.mktemp("made")
    for name in ("qa.pem", "legal.pem"):
        assert main(["keygen", "-o", str(folder / name), "--quiet"]) == 0
    (folder / "digest.key").write_bytes(bytes(32))
    assert audit(folder) == 1
    return folder


def audit(folder: Path, day: str = "2026-11-22") -> int:
    words = ["audit", str(DEMO / "site.har"), "--out", str(folder / "out"), "--format", "json", "--as-of", day]
    return main([*words, "--digest-key", str(folder / "digest.key"), "--quiet"])


@pytest.fixture
def report(made: Path, tmp_path: Path) -> Path:
    """A report of its own for each test."""
    shutil.copytree(made / "out" / "site", tmp_path / "out" / "site", ignore=shutil.ignore_patterns(signoff.FILE))
    return tmp_path / "out" / "site"


def sign(made: Path, report: Path, role: str, decision: str, *options: str) -> int:
    key = str(made / f"{role}.pem")
    words = ["signoff", str(report), "--who", "Lin Mei", "--role", role, "--decision", decision, "--key", key, "--quiet"]
    return main([*words, "--date", "2026-11-22", *options])


def keys(made: Path) -> list[str]:
    return [word for name in ("qa", "legal") for word in ("--public-key", str(made / f"{name}.pem.pub"))]


def test_decisions_are_appended_and_the_history_is_kept(made: Path, report: Path) -> None:
    """Three lines, each with who, role, decision and date; the first is still there."""
    for role, decision in (("qa", "reject"), ("legal", "approve"), ("qa", "approve")):
        assert sign(made, report, role, decision) == 0
    found = signoff.claimed((report / signoff.FILE).read_bytes())
    assert [(row.who, row.role, row.decision, row.date) for row in found] == [
        ("Lin Mei", "qa", "reject", "2026-11-22"),
        ("Lin Mei", "legal", "approve", "2026-11-22"),
        ("Lin Mei", "qa", "approve", "2026-11-22"),
    ]


def test_verify_shows_what_counts(made: Path, report: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The last decision of each role, where the keys of all deciders are given; a stranger's key breaks it."""
    sign(made, report, "qa", "reject")
    sign(made, report, "legal", "approve")
    sign(made, report, "qa", "approve")
    assert main(["verify", str(report), *keys(made)]) == 4  # the report itself bears no signature
    capsys.readouterr()
    assert main(["verify", str(report)]) == 0
    assert "3 sign-off records were not verified" in capsys.readouterr().err


@pytest.mark.parametrize("gone", [0, 1, 2])
def test_a_line_that_is_taken_out_is_found(made: Path, report: Path, gone: int) -> None:
    """Without any key: the chain alone tells, but for the last line."""
    for decision in ("reject", "abstain", "approve"):
        sign(made, report, "qa", decision)
    lines = (report / signoff.FILE).read_bytes().splitlines(keepends=True)
    del lines[gone]
    (report / signoff.FILE).write_bytes(b"".join(lines))
    assert main(["verify", str(report), "--quiet"]) == (0 if gone == 2 else 4)


def test_another_audit_keeps_the_record(made: Path) -> None:
    """The folder is replaced as a whole; people's decisions stay, about the manifest that they were about."""
    report = made / "out" / "site"
    assert sign(made, report, "qa", "approve") == 0
    before = (report / signoff.FILE).read_bytes()
    assert audit(made) == 1
    assert (report / signoff.FILE).read_bytes() == before


def test_a_changed_report_is_not_signed(made: Path, report: Path) -> None:
    """Nobody signs what is not as it was sealed."""
    (report / "audit.json").write_bytes((report / "audit.json").read_bytes() + b" ")
    assert sign(made, report, "qa", "approve") == 4
    assert not (report / signoff.FILE).exists()


@pytest.mark.parametrize("options", [["--date", "tomorrow"], ["--note", "\x1b[31m"], ["--note", "x" * 2001], ["--who", " "]])
def test_odd_words_are_refused(made: Path, report: Path, options: list[str]) -> None:
    """A date that is none, a control character, a text without end, nobody."""
    assert sign(made, report, "qa", "approve", *options) == 2


def test_a_folder_that_is_no_report_is_refused(made: Path, tmp_path: Path) -> None:
    """And nothing is left behind in it or beside it."""
    (tmp_path / "x").mkdir()
    assert sign(made, tmp_path / "x", "qa", "approve") == 4
    assert sign(made, tmp_path / "y", "qa", "approve") == 2
    assert sorted(path.name for path in tmp_path.rglob("*") if not path.name.endswith(".lock")) == ["x"]


def test_an_audit_that_writes_another_report_keeps_the_record_too(made: Path) -> None:
    """What did not change is not written again, so that only another date shows it."""
    report = made / "out" / "site"
    assert sign(made, report, "qa", "approve") == 0
    before = (report / signoff.FILE).read_bytes()
    assert audit(made, "2026-11-23") == 1
    assert (report / signoff.FILE).read_bytes() == before
