"""redact: what a user meets at the command line; what becomes of the values is tested in tests/unit/redact and tests/integrity."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from auditor.cli.app import main
from auditor.redact import packets, proof
from tests.unit.capture.wire import CLIENT, SERVER, Wire
from tests.unit.closed_files import closed, give_away, open_folder

IMEI = "352099001761481"
SUBJECTS = f'schema = 1\n[[identifier]]\nlabel = "phone"\nkind = "imei"\nvalue = "{IMEI}"\nowner = "phone"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A session with one value in one packet."""
    made = tmp_path / "in" / "small"
    made.mkdir(parents=True)
    (made / "subjects.toml").write_text(SUBJECTS, encoding="utf-8")
    wire = Wire()
    wire.udp(CLIENT, 40_000, SERVER, 9_999, b'{"imei":"%s"}' % IMEI.encode())
    (made / "a.pcap").write_bytes(wire.pcap())
    (made / "session.key").write_bytes(bytes(32))
    return made


def run(folder: Path, *options: str) -> int:
    return main(["redact", str(folder), "--as-of", "2026-11-22", "--quiet", *options])


def test_a_session_is_written_and_says_what_was_done(folder: Path, tmp_path: Path) -> None:
    """Readable by its owner only, without the value, and an audit reads it."""
    out = tmp_path / "shared" / "small"
    assert run(folder, "-o", str(out)) == 0
    assert sorted(path.name for path in out.iterdir()) == [
        "a.pcap",
        "redaction.md",
        "session.toml",
        "subjects.toml",
        "waivers.toml",
    ]
    assert not any(IMEI.encode() in path.read_bytes() for path in out.iterdir())
    assert not any(path.stat().st_mode & 0o077 for path in out.iterdir())
    assert "- imei: 1" in (out / "redaction.md").read_text(encoding="utf-8")
    assert "same findings" in (out / "redaction.md").read_text(encoding="utf-8")


def test_a_session_can_be_redacted_again(folder: Path, tmp_path: Path) -> None:
    """Its pseudonyms get pseudonyms."""
    assert run(folder, "-o", str(tmp_path / "once")) == 0
    assert run(tmp_path / "once", "-o", str(tmp_path / "twice")) == 0
    assert (tmp_path / "once" / "a.pcap").read_bytes() != (tmp_path / "twice" / "a.pcap").read_bytes()


def test_what_is_there_is_never_written_over(folder: Path, tmp_path: Path) -> None:
    """A folder that holds something, a file, a link, a place in the session itself."""
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").write_text("x", encoding="utf-8")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    for place in (tmp_path / "full", tmp_path / "full" / "x", tmp_path / "link", folder, folder / "below"):
        assert run(folder, "-o", str(place)) == 2, place
    (tmp_path / "empty").mkdir()
    assert run(folder, "-o", str(tmp_path / "empty")) == 0


@pytest.mark.parametrize("path", ["nowhere", "in/small/a.pcap", ""])
def test_what_is_no_session_is_refused(folder: Path, tmp_path: Path, path: str) -> None:
    """A loose file is none either."""
    assert run(tmp_path / path if path else Path("nowhere/at/all"), "-o", str(tmp_path / "out")) == 2
    assert not (tmp_path / "out").exists()


def test_a_damaged_capture_gives_two_and_the_rest_is_written(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its name is on standard error."""
    (folder / "b.pcap").write_bytes((folder / "a.pcap").read_bytes()[:-3])
    assert run(folder, "-o", str(tmp_path / "out")) == 2
    assert "b.pcap" in capsys.readouterr().err
    assert (tmp_path / "out" / "a.pcap").exists()
    assert not (tmp_path / "out" / "b.pcap").exists()


def test_a_value_that_would_be_left_is_never_written(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The check has the last word: exit code 4, no folder, and the value is not in the message either."""

    def unchanged(paths: tuple[str, ...], *_: object) -> packets.Rewritten:
        files = [Path(path).read_bytes() for path in paths]
        return packets.Rewritten(files=files, flows=None, told={}, had_secrets=False)

    monkeypatch.setattr(packets, "rewrite", unchanged)
    assert run(folder, "-o", str(tmp_path / "out")) == 4
    said = capsys.readouterr().err
    assert "a.pcap: phone" in said
    assert IMEI not in said
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


def test_findings_that_differ_give_three_and_are_named(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The session is there all the same."""
    monkeypatch.setattr(proof, "differences", lambda *_: (("ID-HASHED app",), ()))
    assert run(folder, "-o", str(tmp_path / "out")) == 3
    assert "ID-HASHED app" in capsys.readouterr().err
    assert "ID-HASHED app" in (tmp_path / "out" / "redaction.md").read_text(encoding="utf-8")


def test_an_interrupt_leaves_nothing_behind(folder: Path, tmp_path: Path) -> None:
    """Ctrl-C: 130, no folder, no temporary one beside it."""
    code = "import sys; from auditor.cli.app import main; sys.exit(main(sys.argv[1:]))"
    words = [sys.executable, "-c", code, "redact", str(folder), "-o", str(tmp_path / "out" / "small")]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3]), "LANG": "zh_CN.UTF-8"}
    process = subprocess.Popen(words, stderr=subprocess.PIPE, env=environment, text=True)
    assert process.stderr is not None
    assert process.stderr.readline().startswith("redacting")
    time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert (process.returncode, "Traceback" in said) == (130, False)
    assert not list(tmp_path.glob("out/*"))


def test_a_session_without_captures_is_not_redacted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder with the findings of nothing would be called complete."""
    assert main(["init", str(tmp_path / "empty"), "--quiet"]) == 0
    assert run(tmp_path / "empty", "-o", str(tmp_path / "out")) == 2
    assert not (tmp_path / "out").exists()
    said = capsys.readouterr().err.splitlines()
    assert said == [
        f"error: {tmp_path}/empty: holds no captures (record some, or name the files)",
        f"exit 2 (usage): {tmp_path}/empty holds no captures, and nothing was written",
    ]


def test_what_may_not_be_opened_is_left_out_and_said(capsys: pytest.CaptureFixture[str]) -> None:
    """A part of the session that nobody could look at keeps the end from being called whole."""
    with open_folder() as root:
        made = root / "small"
        (made / "inside").mkdir(parents=True)
        (made / "subjects.toml").write_text(SUBJECTS, encoding="utf-8")
        wire = Wire()
        wire.udp(CLIENT, 40_000, SERVER, 9_999, b'{"imei":"%s"}' % IMEI.encode())
        (made / "a.pcap").write_bytes(wire.pcap())
        (made / "session.key").write_bytes(bytes(32))
        give_away(root)
        with closed(made / "inside"):
            assert run(made, "-o", str(root / "out")) == 2
        assert (root / "out" / "a.pcap").exists()
    assert "exit 2 (usage): not everything in the session could be read, and that is left out" in capsys.readouterr().err
