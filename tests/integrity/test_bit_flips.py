"""A signed report with its captures, and one bit of it changed: `auditor verify` finds every change and names the file."""

import random
import shutil
from pathlib import Path

import pytest

from auditor.cli import verify as command
from auditor.cli.app import main
from auditor.errors import AuditError
from auditor.report import attestation, audit_json, manifest, signoff

DEMO = Path(__file__).resolve().parents[2] / "captures" / "demo"
FLIPS = 1000
SEED = 20261122


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the key, the demo session, and its signed report with a sign-off record."""
    folder = tmp_path_factory.mktemp("sealed")
    shutil.copytree(DEMO, folder / "demo")
    assert main(["keygen", "-o", str(folder / "key.pem"), "--quiet"]) == 0
    key = ["--key", str(folder / "key.pem"), "--quiet"]
    asked = ["--as-of", "2026-11-22", "--format", "json", "--out", str(folder / "out")]
    assert main(["audit", str(folder / "demo"), *asked, *key]) == 1
    report = folder / "out" / "demo"
    assert main(["signoff", str(report), "--who", "Lin Mei", "--role", "qa", "--decision", "reject", *key]) == 0
    assert verify(folder) == 0
    return folder


def verify(folder: Path) -> int:
    """The exit code over everything that is there."""
    report, public = str(folder / "out" / "demo"), str(folder / "key.pem.pub")
    return main(["verify", report, "--captures", str(folder / "demo"), "--public-key", public, "--quiet"])


def quick(folder: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """The same without the parsing of a command line, which takes most of the time: exit code and what was said."""
    try:
        ending = command.verify(
            str(folder / "out" / "demo"), captures=str(folder / "demo"), public_key=[str(folder / "key.pem.pub")], quiet=True
        )
    except AuditError as error:
        return int(error.exit_code), str(error)
    return int(ending.code), capsys.readouterr().err


def targets(folder: Path) -> list[Path]:
    """Every file that the seal answers for."""
    report, session = folder / "out" / "demo", folder / "demo"
    sealing = [report / name for name in (audit_json.FILE, manifest.FILE, attestation.FILE, signoff.FILE)]
    return [*sealing, *(session / name for name in ("journal.ndjson", "app.mitm", "printer.pcapng", "site.har"))]


def test_every_single_flipped_bit_is_found_and_the_file_named(sealed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """1,000 seeded flips, the same number in each file: exit code 4 each time, and the path of the file in the message."""
    choice = random.Random(SEED)
    files = targets(sealed)
    unseen = []
    for number in range(FLIPS):
        path = files[number % len(files)]
        data = path.read_bytes()
        bit = choice.randrange(len(data) * 8)
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << bit % 8
        path.write_bytes(changed)
        code, said = quick(sealed, capsys) if number % 40 else (verify(sealed), capsys.readouterr().err)
        path.write_bytes(data)
        if code != 4 or str(path) not in said:
            unseen.append(f"{path.name} bit {bit}: exit {code}: {said.strip()}")
    assert unseen == []
    assert verify(sealed) == 0


@pytest.mark.parametrize("change", ["truncated", "longer", "empty"])
def test_a_file_of_another_length_is_found_and_named(sealed: Path, change: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The last byte gone, one byte more, and nothing left."""
    for path in targets(sealed):
        data = path.read_bytes()
        path.write_bytes({"truncated": data[:-1], "longer": data + b"\n", "empty": b""}[change])
        code = verify(sealed)
        said = capsys.readouterr().err
        path.write_bytes(data)
        if not (change == "empty" and path.name == signoff.FILE):  # a record that never was is none
            assert (path.name, code, str(path) in said) == (path.name, 4, True)
