"""Files that somebody names: read, or refused in one line; a pipe that nobody writes is never waited for."""

import os
from pathlib import Path

import pytest

from auditor import named_file
from auditor.cli.app import main
from auditor.errors import UsageError

DEMO = Path(__file__).resolve().parents[2]


def test_a_file_gives_its_bytes(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"\0x")
    assert named_file.read(str(tmp_path / "a"), 2) == b"\0x"


@pytest.mark.parametrize(
    ("name", "limit", "words"),
    [
        ("pipe", 9, "pipe: is no regular file (name it)"),
        ("none", 9, "none: cannot be read: No such file or directory (name it)"),
        (".", 9, "cannot be read: Is a directory (name it)"),
        ("long", 3, "long: is larger than 3 bytes (name it)"),
        ("large", 1 << 20, "large: is larger than 1 MiB (name it)"),
    ],
)
def test_what_cannot_be_read_is_one_line(tmp_path: Path, name: str, limit: int, words: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "long").write_bytes(b"four")
    (tmp_path / "large").write_bytes(bytes((1 << 20) + 1))
    with pytest.raises(UsageError) as raised:
        named_file.read(str(tmp_path / name), limit, fix="name it")
    assert str(raised.value).endswith(words)


def test_a_pipe_of_the_shell_is_read() -> None:
    """As in `--public-key <(fetch the key)`."""
    reading, writing = os.pipe()
    os.write(writing, b"key")
    os.close(writing)
    try:
        assert named_file.read(f"/dev/fd/{reading}") == b"key"
    finally:
        os.close(reading)


@pytest.mark.parametrize(
    "words",
    [
        "policy read {pipe}",
        "policy lint {pipe}",
        "policy compare {pipe} {pipe}",
        "verify {report} --public-key {pipe}",
        "report {folder} --format md",
        "diff {folder} {folder}",
        "diff {pipe} {pipe}",
        "evidence {folder} X --captures {folder} -o {folder}/out",
        "signoff {report} --who A --role qa --decision reject --key {pipe}",
        "audit {site} --out {folder} --key {pipe}",
        "audit {site} --out {folder} --baseline {folder}",
        "audit {site} --out {folder} --keylog {pipe}",
        "audit {site} --out {folder} --digest-key {pipe}",
        "audit {site} --out {folder} --waivers {pipe}",
    ],
)
def test_no_command_waits_for_a_pipe(tmp_path: Path, capsys: pytest.CaptureFixture[str], words: str) -> None:
    """Its exit code is that of an input that cannot be read, and the last line but one names it."""
    os.mkfifo(tmp_path / "audit.json")
    site, report = DEMO / "captures" / "demo" / "site.har", DEMO / "reports" / "demo"
    places = {"pipe": tmp_path / "audit.json", "folder": tmp_path, "site": site, "report": report}
    assert main(words.format(**places).split()) == 2
    assert f"{tmp_path}/audit.json: is no regular file" in capsys.readouterr().err
