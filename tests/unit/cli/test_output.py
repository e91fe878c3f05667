"""Data goes whole to a file or to standard output."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from auditor.cli.options import RowFormat
from auditor.cli.output import check_target, show, tell_promise, write_file, write_new, write_out
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


@pytest.mark.parametrize(
    ("name", "words"), [("folder", "it is a folder"), ("missing/x", "its folder is not there"), ("file/x", "not there")]
)
def test_a_target_that_cannot_be_is_refused_before_any_work(name: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("mine")
    with pytest.raises(UsageError, match=words):
        check_target(str(tmp_path / name))


def test_a_target_that_can_be_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "old").write_text("mine")
    for target in (None, "-", str(tmp_path / "old"), str(tmp_path / "new")):
        check_target(target)
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("old", "mine")]


def test_a_new_file_is_its_owner_s_alone_and_takes_nobody_s_place(tmp_path: Path) -> None:
    """Neither a file that is there nor one that a link leads to is written over."""
    write_new(tmp_path / "folder" / "x", b"mine")
    assert (tmp_path / "folder" / "x").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "folder").stat().st_mode & 0o777 == 0o700
    (tmp_path / "link").symlink_to("nowhere")
    for taken in ("folder/x", "link"):
        with pytest.raises(FileExistsError):
            write_new(tmp_path / taken, b"theirs")
    assert (tmp_path / "folder" / "x").read_bytes() == b"mine"


@pytest.mark.parametrize(
    ("target", "form", "said"),
    [
        ("x.csv", RowFormat.TABLE, "note: x.csv gets the format table; add --format csv for what its name says\n"),
        ("x.PARQUET", RowFormat.CSV, "note: x.PARQUET gets the format csv; add --format parquet for what its name says\n"),
        ("x.csv", RowFormat.CSV, ""),
        ("x.txt", RowFormat.TABLE, ""),
        ("-", RowFormat.TABLE, ""),
        (None, RowFormat.TABLE, ""),
    ],
)
def test_a_name_that_promises_another_format_is_no_order(
    target: str | None, form: RowFormat, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """--format decides; who expected otherwise learns why."""
    tell_promise(target, form, quiet=False)
    tell_promise(target, form, quiet=True)
    assert capsys.readouterr().err == said


@pytest.mark.parametrize("target", [None, "", "-"])
def test_without_a_file_data_goes_to_standard_output(target: str | None, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    write_out(b"\xff\x00", target)
    show("中")
    assert capfdbinary.readouterr().out == b"\xff\x00" + "中\n".encode()


def test_pieces_are_written_one_behind_the_other(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    write_out((piece for piece in (b"one ", b"two")), str(tmp_path / "x"))
    assert (tmp_path / "x").read_bytes() == b"one two"
    write_out((piece for piece in (b"one ", b"two")), None)
    assert capfdbinary.readouterr().out == b"one two"


def test_what_fails_between_two_pieces_leaves_the_old_file(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"old")

    def failing() -> Iterator[bytes]:
        yield b"new"
        raise KeyError

    with pytest.raises(KeyError):
        write_out(failing(), str(tmp_path / "x"))
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("x", b"old")]
