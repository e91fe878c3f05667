"""Files that nobody finds: read by whoever inherits them, without a name."""

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from auditor.nameless_file import handles, nameless


def test_it_is_read_by_its_path_here_and_in_another_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each time from its beginning; and on Linux no folder has it, whatever ends the process."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with nameless() as (file, path):
        file.write(b"secret")
        file.flush()
        assert Path(path).read_bytes() == Path(path).read_bytes() == b"secret"
        code = f"print(open({path!r}).read() * 2)"
        said = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, pass_fds=handles(path), check=True).stdout
        assert said == b"secretsecret\n"
        assert sys.platform != "linux" or list(tmp_path.iterdir()) == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("path", "found"), [(None, ()), ("/x/keys", ()), ("/dev/fd/7", (7,)), ("/dev/fd/x", ())])
def test_what_must_be_inherited(path: str | None, found: tuple[int, ...]) -> None:
    """Only of a path without a name."""
    assert handles(path) == found
