"""Where a report goes, and what the names of sessions become."""

from pathlib import Path

import pytest

from auditor.cli import report_folder
from auditor.cli.report_folder import MAX_NAME, _replace, baseline_audit, folder_name, locked, put_record, render_again
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
        assert (tmp_path / "out" / f".{folder}.lock").exists()
    assert [path.name for path in (tmp_path / "out").iterdir()] == [folder]


def test_a_lock_is_free_again_after_an_error(tmp_path: Path) -> None:
    """Nothing of it is left, either: the file of another user could not be locked again."""
    with pytest.raises(KeyError), locked(str(tmp_path), "x"):
        raise KeyError
    assert list(tmp_path.iterdir()) == []
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


# Killed runs ----------------------------------------------------------------------------------------------------------------


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def _left(place: Path, kind: str) -> None:
    if kind == "folder":
        (place / "tables").mkdir(parents=True)
    elif kind == "file":
        place.write_bytes(b"half")
    else:
        place.symlink_to(place.parent / "elsewhere", target_is_directory=True)


@pytest.mark.parametrize("kind", ["file", "folder", "link"])
def test_a_record_is_put_whole_and_what_a_killed_run_left_is_removed(tmp_path: Path, kind: str) -> None:
    """Nothing unfinished ever lies in the report: it would no longer be as it was sealed."""
    (tmp_path / "demo").mkdir()
    _left(tmp_path / ".demo.new", kind)
    _left(tmp_path / ".demo.old", kind)
    put_record(tmp_path / "demo", "signoff.ndjson", b"one\n")
    put_record(tmp_path / "demo", "signoff.ndjson", b"two\n")
    assert (_names(tmp_path), _names(tmp_path / "demo")) == (["demo"], ["signoff.ndjson"])
    assert (tmp_path / "demo" / "signoff.ndjson").read_bytes() == b"two\n"


def test_a_record_that_cannot_be_put_is_named_and_the_earlier_one_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "demo").mkdir()
    put_record(tmp_path / "demo", "signoff.ndjson", b"one\n")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(report_folder, "write_new", full)
    with pytest.raises(UsageError, match="No space left"):
        put_record(tmp_path / "demo", "signoff.ndjson", b"two\n")
    assert (_names(tmp_path), (tmp_path / "demo" / "signoff.ndjson").read_bytes()) == (["demo"], b"one\n")


@pytest.mark.parametrize("exchanges", [True, False], ids=["exchange", "two renames"])
def test_a_report_is_replaced_with_or_without_an_exchange_of_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exchanges: bool
) -> None:
    if not exchanges:
        monkeypatch.setattr(report_folder, "_exchanged", lambda one, other: False)
    for text in (b"old", b"new"):
        _replace(tmp_path / "demo", {"tables/a": text})
    assert _names(tmp_path) == ["demo"]
    assert (tmp_path / "demo" / "tables" / "a").read_bytes() == b"new"


def test_a_report_rendered_again_keeps_its_records_and_only_what_was_rendered(tmp_path: Path) -> None:
    _replace(tmp_path / "demo", {"a": b"1", "b": b"2"})
    put_record(tmp_path / "demo", "signoff.ndjson", b"one\n")
    render_again(tmp_path / "demo", {"a": b"3", "signoff.ndjson": b"not this one"})
    assert {path.name: path.read_bytes() for path in (tmp_path / "demo").iterdir()} == {"a": b"3", "signoff.ndjson": b"one\n"}


def test_a_report_that_another_run_holds_is_not_rendered_again(tmp_path: Path) -> None:
    _replace(tmp_path / "demo", {"a": b"1"})
    with locked(str(tmp_path), "demo"), pytest.raises(UsageError, match="another run writes this report"):
        render_again(tmp_path / "demo", {"a": b"2"})
    assert (tmp_path / "demo" / "a").read_bytes() == b"1"
