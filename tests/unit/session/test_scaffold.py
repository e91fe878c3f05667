"""A new session's files are sound, say what was answered, and harm nothing that is there."""

import stat
from pathlib import Path

import pytest

from auditor.session.files import read_session, read_subjects, read_waivers
from auditor.session.scaffold import Answers, write_scaffold


def test_the_files_are_sound_and_hold_the_answers(tmp_path: Path) -> None:
    answers = Answers(product='O2 "Nails"\n', app_version="4.2", firmware="1.0 \\", topology="P2", tester="美甲\x1b")
    write_scaffold(tmp_path / "deep" / "run 1", answers)
    folder = tmp_path / "deep" / "run 1"
    said = read_session((folder / "session.toml").read_text(encoding="utf-8"), "s")
    assert said.name == "run 1"
    assert (said.product, said.app_version, said.firmware, said.topology, said.tester) == tuple(
        getattr(answers, name) for name in ("product", "app_version", "firmware", "topology", "tester")
    )
    assert read_subjects((folder / "subjects.toml").read_text(), "s").identifiers == ()
    assert read_waivers((folder / "waivers.toml").read_text(), "w") == ()


@pytest.mark.parametrize("name", ["session.toml", "subjects.toml", "waivers.toml"])
def test_the_examples_in_the_comments_are_sound_too(name: str, tmp_path: Path) -> None:
    write_scaffold(tmp_path / "s", Answers())
    lines = (tmp_path / "s" / name).read_text().splitlines()
    examples = [
        line.removeprefix("# ") for line in lines if line.startswith(("# [[", "# [")) or (line.startswith("# ") and " = " in line)
    ]
    text = "\n".join([line for line in lines if not line.startswith("#")] + examples)
    {"session.toml": read_session, "subjects.toml": read_subjects, "waivers.toml": read_waivers}[name](text, name)


def test_subjects_and_key_are_ignored_by_git_and_private(tmp_path: Path) -> None:
    write_scaffold(tmp_path / "s", Answers())
    assert (tmp_path / "s" / ".gitignore").read_text().split() == ["subjects.toml", "session.key"]
    for path in (tmp_path / "s").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("name", ["session.toml", "subjects.toml"])
def test_a_file_that_is_there_is_never_written_over(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("mine")
    with pytest.raises(FileExistsError):
        write_scaffold(tmp_path, Answers())
    assert (tmp_path / name).read_text() == "mine"


def test_a_link_is_never_followed(tmp_path: Path) -> None:
    (tmp_path / "s").mkdir()
    (tmp_path / "s" / "session.toml").symlink_to(tmp_path / "victim")
    with pytest.raises(OSError):
        write_scaffold(tmp_path / "s", Answers())
    assert not (tmp_path / "victim").exists()


@pytest.mark.parametrize("name", ["subjects.toml", "waivers.toml"])
def test_what_fails_half_way_leaves_no_half_a_session(name: str, tmp_path: Path) -> None:
    """The next try would find files of the last one and refuse."""
    (tmp_path / name).mkdir()
    with pytest.raises(FileExistsError):
        write_scaffold(tmp_path, Answers())
    assert [path.name for path in tmp_path.iterdir()] == [name]
