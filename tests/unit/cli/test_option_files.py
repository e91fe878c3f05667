"""Files that options name are looked at before any capture is read."""

from pathlib import Path

import pytest

from auditor.capture.plain_text import dumped
from auditor.cli import one_audit, progress
from auditor.cli.app import main
from auditor.cli.option_files import check_background, check_keylog
from auditor.errors import AuditError, UnknownFormatError, UsageError
from tests.unit.capture.wire import Wire, client_hello, records

SECRET = f"CLIENT_RANDOM {'a' * 64} {'b' * 96}\n"
FOR_ALL = ("--register", "--catalog", "--keylog", "--digest-key")
OPTIONS = {
    "flows": (*FOR_ALL, "--ip-asn"),
    "sightings": (*FOR_ALL, "--subjects"),
    "audit": (*FOR_ALL, "--ip-asn", "--subjects", "--waivers", "--baseline", "--key", "--background"),
}


@pytest.fixture
def captures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, ...]:
    """Two sessions; a wrong file for any option stands beside them."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        wire = Wire()
        wire.connect().open().up(records(client_hello("a.example")))
        (tmp_path / name / "x.pcap").write_bytes(wire.pcap())
    (tmp_path / "wrong").write_text("neither = [ this nor that\n")
    monkeypatch.chdir(tmp_path)
    return "one", "two"


def _fail(*_: object) -> None:
    pytest.fail("reading began")


@pytest.mark.parametrize("file", ["wrong", "missing"])
@pytest.mark.parametrize(("command", "option"), [(command, option) for command, names in OPTIONS.items() for option in names])
@pytest.mark.parametrize("count", [1, 2])
def test_a_wrong_file_is_told_at_once_and_once(
    command: str,
    option: str,
    file: str,
    count: int,
    captures: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """However many sessions there are."""
    monkeypatch.setattr(progress, "reading", _fail)
    monkeypatch.setattr(one_audit, "reading", _fail)
    assert main([command, *captures[:count], option, file]) == 2
    shown = capfd.readouterr()
    assert shown.err.splitlines()[-1].startswith("exit 2 (usage): ")
    assert shown.err.count("error: ") == 1
    assert file in shown.err
    assert not Path("reports").exists()


@pytest.mark.parametrize(
    ("text", "is_right"),
    [
        (SECRET, True),
        (dumped([], []).decode(), True),
        ("# made by a browser\n\n", True),
        ("", True),
        ("# a comment\nand something else\n", False),
    ],
)
def test_a_key_log_may_be_empty_still_or_what_one_opened_and_nothing_else(text: str, is_right: bool, tmp_path: Path) -> None:
    path = tmp_path / "keys"
    path.write_text(text)
    if is_right:
        check_keylog(str(path))
    else:
        with pytest.raises(UsageError, match="holds no line of the NSS key log format"):
            check_keylog(str(path))


def test_no_key_log_is_none() -> None:
    check_keylog(None)


def test_a_folder_is_no_key_log(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is no regular file"):
        check_keylog(str(tmp_path))


def test_a_background_capture_that_is_damaged_is_left_to_the_audit(tmp_path: Path) -> None:
    (tmp_path / "empty.har").write_bytes(b"")
    check_background((str(tmp_path / "empty.har"),))
    with pytest.raises(UnknownFormatError):
        check_background((str(tmp_path),))
    with pytest.raises(AuditError, match="does not exist"):
        check_background((str(tmp_path / "empty.har"), str(tmp_path / "missing")))
