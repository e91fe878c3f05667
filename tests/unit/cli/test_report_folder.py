"""Where a report goes, and what the names of sessions become."""

from pathlib import Path

import pytest

from auditor.cli.report_folder import MAX_NAME, baseline_audit, folder_name, locked
from auditor.errors import AuditError, UsageError

NAMES = (
    ("release 1.0", "release 1.0"),
    ("../../escape", "_.._escape"),
    ("/etc/passwd", "_etc_passwd"),
    ("..", "session"),
    (".", "session"),
    ("", "session"),
    ("...", "session"),
    (".hidden", "hidden"),
    ("a\nb\x1b\0", "a_b__"),
    ("C:\\x", "C__x"),
    ("美甲打印机", "美甲打印机"),
    ("长" * 200, "长" * (MAX_NAME // 3)),
    ("a" * 500, "a" * MAX_NAME),
    ("a" * (MAX_NAME - 1) + ". b", "a" * (MAX_NAME - 1)),
)


@pytest.mark.parametrize(("name", "folder"), NAMES)
def test_a_name_is_never_hidden_nor_a_way_out_nor_too_long(name: str, folder: str) -> None:
    assert folder_name(name) == folder


@pytest.mark.parametrize(("name", "folder"), NAMES)
def test_every_name_can_be_a_folder_with_its_lock(name: str, folder: str, tmp_path: Path) -> None:
    with locked(str(tmp_path / "out"), name):
        (tmp_path / "out" / folder).mkdir()
    assert {path.name for path in (tmp_path / "out").iterdir()} - {f".{folder}.lock"} == {folder}


def test_a_lock_is_free_again_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(KeyError), locked(str(tmp_path), "x"):
        raise KeyError
    with locked(str(tmp_path), "x"):
        pass


def test_an_error_inside_is_not_taken_for_one_of_the_lock(tmp_path: Path) -> None:
    with pytest.raises(PermissionError, match="mine"), locked(str(tmp_path), "x"):
        raise PermissionError("mine")


def test_the_same_report_is_locked_and_another_is_not(tmp_path: Path) -> None:
    with locked(str(tmp_path), "a/b"):
        with pytest.raises(UsageError, match="another run writes this report right now"), locked(str(tmp_path), "a_b"):
            pass
        with locked(str(tmp_path), "c"):
            pass


def test_a_baseline_is_a_report_or_named(tmp_path: Path) -> None:
    assert baseline_audit(None) is None
    for path, what in ((tmp_path, "cannot be read"), (tmp_path / "nowhere", "cannot be read")):
        with pytest.raises(UsageError, match=what):
            baseline_audit(str(path))
    (tmp_path / "audit.json").write_text("{}")
    with pytest.raises(AuditError, match="not an audit document"):
        baseline_audit(str(tmp_path))
