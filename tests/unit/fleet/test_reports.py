"""Reading many report folders."""

import json
from pathlib import Path

import pytest
from fsspec.implementations.memory import MemoryFileSystem

from auditor.fleet.reports import reports_in

WAIVER = {
    "rule": "R",
    "party": "baidu",
    "identifier": "*",
    "surface": "app",
    "owner": "Qiu",
    "expires": "2026-12-01",
    "state": "used",
    "findings": ["a", "b"],
    "reason": "x",
}
FINDINGS = [
    {"severity": "high", "status": "open"},
    {"severity": "low", "status": "open"},
    {"severity": "critical", "status": "waived"},
]


def report(folder: Path, **changed: object) -> Path:
    """A report folder with as much of a document as a fleet reads."""
    document = {
        "as_of": "2026-11-22",
        "session": {"name": folder.name, "product": "P", "app_version": "1", "started": "2026-11-01T10:00:00.000000000Z"},
        "verdict": {"result": "fail", "exit": 1, "reasons": ["because"]},
        "findings": FINDINGS,
        "waivers": [WAIVER],
        "flow_count": 3,
        "sighting_count": 2,
        **changed,
    }
    folder.mkdir(parents=True)
    (folder / "audit.json").write_text(json.dumps(document))
    return folder


def test_what_a_report_says_of_its_session(tmp_path: Path) -> None:
    (found,), unread = reports_in((str(report(tmp_path / "a")),))
    assert (found.session, found.verdict, found.reason, found.flows) == ("a", "fail", "because", 3)
    assert (found.open_findings, found.high_findings) == (2, 1)
    assert (found.waivers[0].state, found.waivers[0].findings) == ("used", 2)
    assert unread == ()


def test_a_folder_of_reports_is_its_reports_each_once(tmp_path: Path) -> None:
    for name in ("b", "a"):
        report(tmp_path / name)
    found, _ = reports_in((str(tmp_path), str(tmp_path / "a")))
    assert [entry.session for entry in found] == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "why"),
    [("{", "damaged"), ("[]", "damaged"), ("{}", "damaged"), ('{"as_of": 1}', "damaged"), ("\xff", "damaged")],
)
def test_a_damaged_document_is_named_and_costs_nobody_else(tmp_path: Path, text: str, why: str) -> None:
    report(tmp_path / "good")
    report(tmp_path / "bad")
    (tmp_path / "bad" / "audit.json").write_bytes(text.encode("latin-1"))
    found, unread = reports_in((str(tmp_path),))
    assert [entry.session for entry in found] == ["good"]
    assert why in unread[0].why
    assert unread[0].path.endswith("bad")


def test_a_folder_that_is_no_report_is_named(tmp_path: Path) -> None:
    found, unread = reports_in((str(tmp_path), str(tmp_path / "nowhere")))
    assert found == ()
    assert [entry.why for entry in unread] == ["is no report folder: it holds no audit.json"] * 2


def test_a_report_of_another_schema_is_named(tmp_path: Path) -> None:
    """It is not damaged, and its numbers may mean something else."""
    found, (unread,) = reports_in((str(report(tmp_path / "a", schema=999)),))
    assert (found, "has schema 999" in unread.why) == ((), True)


def test_a_report_counts_once_by_whatever_name(tmp_path: Path) -> None:
    folder = report(tmp_path / "a")
    (tmp_path / "link").symlink_to(folder)
    found, unread = reports_in((str(tmp_path), str(folder), f"{tmp_path}/x/../a", f"{tmp_path}/link/"))
    assert (len(found), unread) == (1, ())


def test_a_report_whose_document_is_gone_is_named(tmp_path: Path) -> None:
    report(tmp_path / "a")
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "manifest.json").write_text("{}")
    found, (unread,) = reports_in((str(tmp_path),))
    assert (len(found), Path(unread.path).name) == (1, "b")


def test_a_storage_that_refuses_one_report_does_not_cost_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    system = MemoryFileSystem()
    for name in ("a", "b"):
        system.pipe(f"/reports/{name}/audit.json", (report(tmp_path / name) / "audit.json").read_bytes())
    given = MemoryFileSystem.cat_file

    def refused(asked: MemoryFileSystem, path: str, **options: object) -> bytes:
        if path.startswith("/reports/b/"):
            raise PermissionError(path)
        data: bytes = given(asked, path, **options)
        return data

    monkeypatch.setattr(MemoryFileSystem, "cat_file", refused)
    (found,), (unread,) = reports_in(("memory://reports",))
    assert (found.path, unread.path, unread.why) == ("memory://reports/a", "memory://reports/b", "access is denied")
    monkeypatch.setattr(MemoryFileSystem, "exists", lambda *_, **__: refused(system, "/reports/b/"))
    assert [entry.why for entry in reports_in(("memory://reports",))[1]] == ["access is denied"]
