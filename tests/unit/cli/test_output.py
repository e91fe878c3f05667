"""Data goes whole to a file or to standard output."""

from pathlib import Path

import pytest

from auditor.cli.output import show, write_file, write_out
from auditor.errors import UsageError


def test_a_file_takes_the_place_of_the_old_one_whole(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_text("old")
    write_file(path, b"new")
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_is_replaced_and_its_target_unharmed(tmp_path: Path) -> None:
    (tmp_path / "victim").write_text("mine")
    (tmp_path / "x").symlink_to(tmp_path / "victim")
    write_file(tmp_path / "x", b"new")
    assert (tmp_path / "victim").read_text() == "mine"
    assert (tmp_path / "x").read_text() == "new"


@pytest.mark.parametrize("name", ["folder", "missing/x"])
def test_what_cannot_be_written_is_named_and_leaves_nothing(name: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(UsageError, match=rf"{name}: cannot be written"):
        write_file(tmp_path / name, b"x")
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


@pytest.mark.parametrize("target", [None, "", "-"])
def test_without_a_file_data_goes_to_standard_output(target: str | None, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    write_out(b"\xff\x00", target)
    show("中")
    assert capfdbinary.readouterr().out == b"\xff\x00" + "中\n".encode()
