"""What a report depends on, as digests."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from auditor.model.session import CaptureFile, Session, Waiver
from auditor.reuse import keys
from auditor.reuse.keys import dated, facts_key, report_key, session_files, tool_sha256
from tests.unit.closed_files import closed, open_folder

WAIVER = Waiver(rule="R", party="p", identifier="*", surface="app", reason="r", owner="o", expires="2026-12-31")


@pytest.fixture
def session(tmp_path: Path) -> Session:
    folder = tmp_path / "s"
    (folder / "streams").mkdir(parents=True)
    for name in ("app.har", "waivers.toml", "session.key", ".phase", "streams/x"):
        (folder / name).write_text(name)
    return Session(
        name="s", folder=str(folder), captures=(CaptureFile(path=str(folder / "app.har"), name="app.har", surface=None),)
    )


def test_the_files_are_those_that_facts_depend_on(session: Session) -> None:
    """The waivers belong to the judgement, the key is in by its digest, hidden files are nobody's."""
    assert [path.name for path in session_files(session)] == ["app.har", "x"]


def test_reports_that_were_written_into_a_session_are_no_part_of_it(session: Session) -> None:
    report = Path(str(session.folder)) / "reports" / "s"
    report.mkdir(parents=True)
    (report / "audit.json").write_text("{}")
    assert [path.name for path in session_files(session)] == ["app.har", "x"]


def test_a_hidden_file_counts_where_the_session_lists_it(session: Session) -> None:
    path = Path(str(session.folder)) / ".hidden.har"
    path.write_text("x")
    listed = replace(session, captures=(*session.captures, CaptureFile(path=str(path), name=".hidden.har", surface=None)))
    before = facts_key(listed, b"k")
    path.write_text("y")
    assert facts_key(listed, b"k") != before


def test_a_key_does_not_depend_on_where_the_session_is(session: Session, tmp_path: Path) -> None:
    import shutil

    shutil.copytree(str(session.folder), tmp_path / "elsewhere")
    moved = (replace(entry, path=str(tmp_path / "elsewhere" / entry.name)) for entry in session.captures)
    there = replace(session, folder=str(tmp_path / "elsewhere"), captures=tuple(moved))
    assert facts_key(session, b"k") == facts_key(there, b"k")


@pytest.mark.parametrize("name", ["app.har", "streams/x"])
def test_a_changed_file_changes_it(session: Session, name: str) -> None:
    before = facts_key(session, b"k")
    (Path(str(session.folder)) / name).write_text("changed")
    assert facts_key(session, b"k") != before


def test_another_key_session_or_part_changes_it(session: Session) -> None:
    keys = {
        facts_key(session, b"k"),
        facts_key(session, b"other"),
        facts_key(session, b"k", "planted"),
        facts_key(replace(session, tenants=("x",)), b"k"),
    }
    assert len(keys) == 4


def test_the_report_depends_on_facts_and_judgement() -> None:
    assert len({report_key("a", 1), report_key("b", 1), report_key("a", 2)}) == 3


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2026-11-22", "2026-11-23", True),
        ("2026-12-16", "2026-12-17", False),
        ("2026-12-17", "2026-12-31", True),
        ("2026-12-31", "2027-01-01", False),
    ],
)
def test_a_date_counts_where_a_waiver_ends_or_is_about_to(one: str, other: str, same: bool) -> None:
    assert (dated((WAIVER,), 30, one) == dated((WAIVER,), 30, other)) is same


def test_a_birthday_counts() -> None:
    assert dated((), 13, "2026-11-22") != dated((), 14, "2026-11-22")


def test_the_tools_source_is_in_it() -> None:
    assert len(tool_sha256()) == 64


def test_a_name_that_is_no_utf_8_is_a_name(session: Session) -> None:
    (Path(str(session.folder)) / "streams" / os.fsdecode(b"\xff")).write_text("x")
    assert facts_key(session, b"k")


def test_a_file_that_cannot_be_read_has_a_key_of_its_own() -> None:
    """The audit says what is wrong with it; once it can be read, the report is made again."""
    with open_folder() as folder:
        (folder / "a.har").write_text("x")
        capture = CaptureFile(path=str(folder / "a.har"), name="a.har", surface=None)
        session = Session(name="s", folder=str(folder), captures=(capture,))
        readable = facts_key(session, b"k")
        with closed(folder / "a.har"):
            assert facts_key(session, b"k") != readable
        assert facts_key(session, b"k") == readable


def test_the_tool_is_its_source_templates_and_words_but_not_what_the_catalog_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "_PACKAGE", tmp_path)
    names = ("a.py", "report/page.jinja", "words.toml", "catalog/load.py", "catalog/rules/x.toml", "__pycache__/a.pyc")
    said = []
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
        said.append(tool_sha256.__wrapped__())
    assert len(set(said[:4])) == 4
    assert said[3:] == [said[3]] * 3
