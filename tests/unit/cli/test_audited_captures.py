"""Where the captures behind a report are looked for, and that another recording is never taken for one of them."""

from pathlib import Path

import pytest

from auditor.cli.app import main
from auditor.cli.audited_captures import captures_of, same_capture
from auditor.errors import IntegrityError, UsageError
from auditor.report import audit_json

DEMO = Path(__file__).resolve().parents[3] / "captures" / "demo"


@pytest.mark.parametrize("place", ["reports/../captures/site", "captures/site", "reports/../site", "site", "."])
def test_the_usual_places_are_looked_at(signed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    """captures/NAME beside the reports, then here, NAME likewise, then loose files here; what is named goes before."""
    here = tmp_path / "here"
    root, _, rest = place.rpartition("../")
    held = (tmp_path if root else here) / rest
    for folder in (here, held, tmp_path / "reports" / "site"):
        folder.mkdir(parents=True, exist_ok=True)
    (held / "site.har").write_bytes((DEMO / "site.har").read_bytes())
    monkeypatch.chdir(here)
    audit = audit_json.decode((signed / "out" / "site" / "audit.json").read_bytes())
    report = tmp_path / "reports" / "site"
    assert captures_of(report, audit, None).resolve() == held
    assert captures_of(report, audit, "else/where") == Path("else/where")
    (row,) = audit.inputs
    assert same_capture(held, row) == str(held / "site.har")


def test_another_recording_of_the_name_is_no_evidence(signed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 4 and the file; nothing is written."""
    audit = audit_json.decode((signed / "out" / "site" / "audit.json").read_bytes())
    finding = next(row.id for row in audit.findings if row.first_flow)
    (tmp_path / "site.har").write_bytes((DEMO / "site.har").read_bytes() + b" ")
    with pytest.raises(IntegrityError):
        same_capture(tmp_path, audit.inputs[0])
    words = ["evidence", str(signed / "out" / "site"), finding, "-o", str(tmp_path / "x.har"), "--captures", str(tmp_path)]
    assert main(words) == 4
    assert f"{tmp_path}/site.har: is not the capture that was audited" in capsys.readouterr().err
    assert not (tmp_path / "x.har").exists()


def test_captures_that_are_nowhere_are_asked_for(signed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the option's name, and the one capture that is missing by its own."""
    audit = audit_json.decode((signed / "out" / "site" / "audit.json").read_bytes())
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="usually are"):
        captures_of(tmp_path / "reports" / "site", audit, None)
    with pytest.raises(UsageError, match="is not there"):
        same_capture(tmp_path, audit.inputs[0])
