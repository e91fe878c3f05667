"""What is a key log and what is not."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor.capture.keylog import key_file, keylog_fault

RANDOM, SECRET = "ab" * 32, "0f" * 48


@pytest.mark.parametrize(
    "line",
    [
        f"CLIENT_RANDOM {RANDOM} {SECRET}",
        f"CLIENT_TRAFFIC_SECRET_0 {RANDOM} {SECRET}",
        f"SERVER_HANDSHAKE_TRAFFIC_SECRET {RANDOM.upper()} {SECRET}\r",
        f"CLIENT_EARLY_TRAFFIC_SECRET {RANDOM} {SECRET}",
        f"EXPORTER_SECRET {RANDOM} {SECRET}",
        f"RSA {'ab' * 8} {SECRET}",
        f"# a comment\n\nCLIENT_RANDOM {RANDOM} {SECRET}\nhalf a li",
    ],
)
def test_key_logs(tmp_path: Path, line: str) -> None:
    """One whole line is enough: the program that writes it may still be running."""
    path = tmp_path / "keys.log"
    path.write_text(line + "\n")
    assert keylog_fault(str(path)) is None


@pytest.mark.parametrize(
    "text", ["", "junk", "CLIENT_RANDOM", f"CLIENT_RANDOM {RANDOM}", f"CLIENT_RANDOM xyz {SECRET}", f"OTHER {RANDOM} {SECRET}"]
)
def test_other_files(tmp_path: Path, text: str) -> None:
    """A label alone, half a line, another file."""
    path = tmp_path / "keys.log"
    path.write_text(text)
    assert "holds no line" in str(keylog_fault(str(path)))


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    """A folder, a file that is not there."""
    assert "cannot be read" in str(keylog_fault(str(tmp_path)))
    assert "cannot be read" in str(keylog_fault(str(tmp_path / "nothing")))


@given(data=st.binary(max_size=200))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=30)
def test_any_bytes_return(data: bytes, tmp_path: Path) -> None:
    """Hostile files included."""
    path = tmp_path / "keys.log"
    path.write_bytes(data)
    keylog_fault(str(path))


def test_the_file_for_another_program_holds_both_and_goes_away(tmp_path: Path) -> None:
    log = tmp_path / "keys"
    log.write_bytes(b"given")
    with key_file(str(log), b"secrets") as path:
        assert path is not None and Path(path).read_bytes() == b"secrets\ngiven" and Path(path).stat().st_mode & 0o77 == 0
    assert not Path(path).exists()
    with key_file(str(log), b"") as path:
        assert path == str(log)
