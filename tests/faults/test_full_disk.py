"""A disk that is full, at each writer: a small file system in a mount namespace of the test's own.

The command ends with a code of the contract and one line that names the disk; what was there before is there still, whole; nothing
unfinished stays. Recordings on a full disk are tested in `tests/e2e/test_record_printer.py` and `tests/e2e/test_record_app.py`.
"""

import contextlib
import io
import json
import os
import shutil
import subprocess
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest

from auditor.cli.app import main
from auditor.record.journal import Journal, Kind
from auditor.report import seal
from auditor.session.journal import read_journal
from tests.faults.passing_session import passing_session

pytestmark = [
    pytest.mark.skipif(os.geteuid() != 0, reason="a small disk needs root to be mounted"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]
SMALL = "size=200k"

type Command = Callable[[Path, Path], list[str]]


def _in_own_mounts(folder: Path, work: Callable[[Path], object]) -> object:
    """What `work` gives (as JSON), done in a child that sees a small disk at `folder/disk`; nobody else sees it."""
    (folder / "disk").mkdir()
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        told: object = "nothing"
        try:
            os.unshare(os.CLONE_NEWNS)
            subprocess.run(["mount", "--make-rprivate", "/"], check=True)
            subprocess.run(["mount", "-t", "tmpfs", "-o", SMALL, "tmpfs", str(folder / "disk")], check=True)
            told = work(folder / "disk")
        except BaseException:  # noqa: BLE001 - it is shown by the test
            told = traceback.format_exc()
        finally:
            os.write(writing, json.dumps(told).encode())
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        data = pipe.read()
    os.waitpid(pid, 0)
    return json.loads(data)


def _fill(disk: Path, left: int) -> None:
    """Takes all room but some."""
    with contextlib.suppress(OSError), (disk / "ballast").open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))
    size = (disk / "ballast").stat().st_size
    os.truncate(disk / "ballast", max(0, size - left))


def _run(words: list[str]) -> tuple[int, str]:
    err, out = io.StringIO(), io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    with contextlib.redirect_stderr(err), contextlib.redirect_stdout(out):
        return main(words), err.getvalue()


def _files(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes().hex()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "ballast" and not path.name.endswith(".lock")
    }


COMMANDS: dict[str, Command] = {
    "audit": lambda disk, made: ["audit", str(made / "p"), "--out", str(disk / "out"), "--format", "html", "--quiet"],
    "signoff": lambda disk, made: [
        *("signoff", str(disk / "out" / "p"), "--who", "Lin Mei", "--role", "qa", "--decision", "reject"),
        *("--key", str(made / "key.pem"), "--note", "x" * 1900, "--quiet"),
    ],
    "report": lambda disk, made: ["report", str(disk / "out" / "p"), "--format", "html", "--quiet"],
    "flows": lambda disk, made: ["flows", str(made / "p"), "--format", "parquet", "-o", str(disk / "flows.parquet"), "--quiet"],
    "keygen": lambda disk, made: ["keygen", "-o", str(disk / "key.pem"), "--quiet"],
    "init": lambda disk, made: ["init", str(disk / "new"), "--quiet"],
    "redact": lambda disk, made: ["redact", str(made / "p"), "-o", str(disk / "shared"), "--quiet"],
}
"""Every command that writes a file, over a disk that has a report already."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A session that passes, its small report and a key, on a disk with room."""
    folder = tmp_path_factory.mktemp("made")
    passing_session(folder / "p")
    assert main(["audit", str(folder / "p"), "--out", str(folder / "out"), "--format", "json", "--quiet"]) == 0
    assert main(["keygen", "-o", str(folder / "key.pem"), "--quiet"]) == 0
    return folder


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_on_a_full_disk_says_so_and_leaves_what_was_there_whole(name: str, made: Path, tmp_path: Path) -> None:
    def work(disk: Path) -> object:
        shutil.copytree(made / "out", disk / "out")
        before = _files(disk)
        _fill(disk, 0)
        code, said = _run(COMMANDS[name](disk, made))
        whole = seal.check({key: bytes.fromhex(data) for key, data in _files(disk / "out" / "p").items()}, ()).differences
        left = sorted(set(_files(disk)) - set(before))
        changed = [key for key, data in before.items() if _files(disk).get(key) != data]
        os.truncate(disk / "ballast", 0)
        again, _ = _run(COMMANDS[name](disk, made)) if name == "signoff" else (0, "")
        return {"code": code, "said": said, "left": left, "changed": changed, "whole": not whole, "again": again}

    found = _in_own_mounts(tmp_path, work)
    assert isinstance(found, dict), found
    assert "No space left on device" in found["said"]
    assert "Traceback" not in found["said"]
    assert (found["code"], found["changed"], found["whole"], found["again"]) == (2, [], True, 0), found
    assert found["left"] == [], found


def test_a_journal_on_a_full_disk_tells_and_keeps_every_record_until_there_is_room(tmp_path: Path) -> None:
    def work(disk: Path) -> object:
        journal = Journal(disk / "journal.ndjson", "a")
        _fill(disk, 8192)
        refused = 0
        for number in range(400):
            journal.add(Kind.NOTE, number=number, text="x" * 100)
            if number % 20 == 19:
                try:
                    journal.sync()
                except OSError:
                    refused += 1
        os.truncate(disk / "ballast", 0)
        with contextlib.suppress(OSError):
            journal.check()
        journal.close()
        data = (disk / "journal.ndjson").read_bytes()
        numbers = [json.loads(line)["number"] for line in data.split(b"\n")[:-1] if not line.endswith(b"\x18")]
        return {"refused": refused, "numbers": numbers, "damage": [str(entry) for entry in read_journal(data).damage]}

    found = _in_own_mounts(tmp_path, work)
    assert isinstance(found, dict), found
    assert found["refused"] > 0
    assert (found["numbers"], found["damage"]) == (list(range(400)), [])
