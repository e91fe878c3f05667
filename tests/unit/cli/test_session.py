"""`auditor init`: a session that can be audited at once, and no file of somebody's lost."""

from pathlib import Path

import pytest

from auditor.cli.app import main


def test_a_new_session_holds_the_answers_and_is_sound(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "deep" / "release"
    assert main(["init", str(folder), "--product", "O2Nails 4", "--tester", "me"]) == 0
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.splitlines()[-1] == f"exit 0 (done): {folder} is ready"
    assert 'product = "O2Nails 4"' in (folder / "session.toml").read_text()
    assert sorted(path.name for path in folder.iterdir()) == [".gitignore", "session.toml", "subjects.toml", "waivers.toml"]
    assert main(["flows", str(folder), "-q"]) == 2
    assert "holds no captures" in capsys.readouterr().err


def test_the_next_command_can_be_pasted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever the folder is called."""
    assert main(["init", str(tmp_path / "my 会话")]) == 0
    assert f"then: auditor audit '{tmp_path}/my 会话'" in capsys.readouterr().err.splitlines()


@pytest.mark.parametrize("name", ["session.toml", "subjects.toml", "waivers.toml"])
def test_a_folder_that_holds_a_session_is_left_alone(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / name).write_text("mine")
    assert main(["init", str(tmp_path)]) == 2
    assert f"already holds {name} (choose another folder; nothing was changed)" in capsys.readouterr().err
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [(name, "mine")]


@pytest.mark.parametrize("folder", ["file", "file/deeper", "/proc/nowhere"])
def test_a_folder_that_cannot_be_made_is_named(folder: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("x")
    assert main(["init", str(tmp_path / folder), "-q"]) == 2
    assert f"error: {tmp_path / folder}: cannot be written" in capsys.readouterr().err


def test_captures_may_be_there_already(tmp_path: Path) -> None:
    (tmp_path / "app.mitm").write_bytes(b"x")
    assert main(["init", str(tmp_path), "--quiet"]) == 0
