import os
import tomllib
from pathlib import Path

import pytest

from auditor.errors import UsageError
from auditor.record.session_folder import append_table, claim, free_name, list_capture, open_session
from auditor.session.files import read_session


def read(folder: Path) -> str:
    return (folder / "session.toml").read_text()


def test_a_new_session_is_one_that_the_auditor_reads(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / 'salon "ä" \\1'
    open_session(folder)
    list_capture(folder, "printer.pcapng", "printer")
    said = read_session(read(folder), "session.toml")
    assert said.name == 'salon "ä" \\1'
    assert [capture.path for capture in said.captures] == ["printer.pcapng"]


def test_only_the_owner_may_look_inside(tmp_path: Path) -> None:
    open_session(tmp_path / "new")
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "new" / "session.toml").stat().st_mode & 0o777 == 0o600


def test_a_session_that_is_there_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "session.toml").write_text("# mine\nschema = 1\n")
    open_session(tmp_path)
    assert read(tmp_path) == "# mine\nschema = 1\n"


def test_a_table_is_added_behind_the_users_text_and_once_only(tmp_path: Path) -> None:
    (tmp_path / "session.toml").write_text("# mine\nschema = 1\n[session]\nname = 'x'")
    list_capture(tmp_path, "a.pcapng", "printer")
    list_capture(tmp_path, "a.pcapng", "printer")
    assert read(tmp_path).startswith("# mine\nschema = 1\n[session]\nname = 'x'\n\n[[capture]]\n")
    assert len(tomllib.loads(read(tmp_path))["capture"]) == 1


@pytest.mark.parametrize("text", ["capture = []\n", "capture = 3\n", "broken = \n", "[capture]\nx = 1\n"])
def test_a_file_with_no_room_for_the_table_is_not_touched(tmp_path: Path, text: str) -> None:
    (tmp_path / "session.toml").write_text(text)
    with pytest.raises(UsageError, match="cannot be added"):
        append_table(tmp_path, "capture", (("path", "a"), ("surface", "app")), same=("path",))
    assert read(tmp_path) == text


def test_a_file_where_the_folder_should_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("")
    with pytest.raises(UsageError, match="x: the folder cannot be made"):
        open_session(tmp_path / "x")


def test_a_second_recording_gets_a_name_of_its_own(tmp_path: Path) -> None:
    assert free_name(tmp_path, "printer", ".pcapng") == "printer.pcapng"
    (tmp_path / "printer.pcapng").touch()
    (tmp_path / "printer-2.pcapng").symlink_to("nowhere")
    assert free_name(tmp_path, "printer", ".pcapng") == "printer-3.pcapng"


def test_a_session_is_claimed_by_one_recorder_until_that_lets_go(tmp_path: Path) -> None:
    first = claim(tmp_path)
    with pytest.raises(UsageError, match="recorded into it already"):
        claim(tmp_path)
    os.close(first)
    os.close(claim(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_cannot_be_claimed(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be opened"):
        claim(tmp_path / "gone")
