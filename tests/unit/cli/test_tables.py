"""`auditor flows` tells on standard error what a reader should know of a capture, and nothing of it on standard output."""

import subprocess
import sys
from pathlib import Path

import pytest

from auditor.cli.app import main
from tests.unit.capture.wire import Wire, client_hello, records


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    """A TLS conversation."""
    wire = Wire()
    wire.connect().open().up(records(client_hello("a.example")))
    path = tmp_path / "x.pcap"
    path.write_bytes(wire.pcap())
    return path


def test_a_key_log_without_secrets_is_told(capture: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """The table is there all the same; with --quiet nobody is told."""
    begun = tmp_path / "begun.log"
    begun.write_text("# no secrets here yet\n")
    words = ["flows", str(capture), "--keylog", str(begun), "--format", "csv"]
    assert main(words) == 0
    shown = capfd.readouterr()
    assert "x.pcap: the key log holds no line of the NSS key log format" in shown.err
    assert "note:" not in shown.out
    assert "a.example" in shown.out
    assert main([*words, "--quiet"]) == 0
    assert capfd.readouterr().err == ""


def test_what_the_snap_length_cut_is_told(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """With the number of packets."""
    from tests.unit.capture.wire import pcap

    wire = Wire()
    wire.connect().open().up(records(client_hello("a.example")))
    data = bytearray(pcap([(at, frame[:80]) for at, frame in wire.frames]))
    at = len(data) - 80 - 16
    data[at + 12 : at + 16] = (200).to_bytes(4, "little")
    path = tmp_path / "cut.pcap"
    path.write_bytes(data)
    assert main(["flows", str(path)]) == 0
    assert "note: " in (err := capfd.readouterr().err)
    assert "1 packets were cut by the snap length" in err


@pytest.mark.parametrize("form", ["table", "csv", "ndjson"])
def test_a_process_of_its_own_prints_the_same_without_pandas(capture: Path, form: str, capfd: pytest.CaptureFixture[str]) -> None:
    """Nothing that `flows` does with one capture needs a frame."""
    code = (
        "import sys; from auditor.cli.app import main; code = main(sys.argv[1:], alone=True); sys.exit('pandas' in sys.modules)"
    )
    words = ["flows", str(capture), "--quiet", "--format", form]
    alone = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=True)
    assert main(words) == 0
    assert capfd.readouterr().out == alone.stdout
    assert "a.example" in alone.stdout


def test_packets_that_nobody_can_read_are_no_0(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """The table is there, and the last line says how many it lacks."""
    from tests.unit.capture.wire import pcap

    wire = Wire()
    wire.connect().open().up(records(client_hello("a.example")))
    path = tmp_path / "x.pcap"
    path.write_bytes(pcap(wire.frames, link=147))
    for command in ("flows", "sightings"):
        assert main([command, str(path)]) == 3
        assert (
            capfd.readouterr().err.splitlines()[-1]
            == f"exit 3 (inconclusive): 0 {command}, but {len(wire.frames)} packets could not be read"
        )
