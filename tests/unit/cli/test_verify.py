"""verify: hashes, signature, captures and the repeated audit, over one signed report of the demo's site."""

import shutil
from pathlib import Path

import pytest

from auditor.cli.app import main

DEMO = Path(__file__).resolve().parents[3] / "captures" / "demo"


def test_an_untouched_report_verifies(signed: Path) -> None:
    """With the public key, and with the captures beside it."""
    report, key = str(signed / "out" / "site"), str(signed / "key.pem.pub")
    assert main(["verify", report, "--public-key", key, "--captures", str(DEMO), "--quiet"]) == 0


def test_another_key_does_not_verify(signed: Path, tmp_path: Path) -> None:
    """A signature of somebody else proves nothing."""
    assert main(["keygen", "-o", str(tmp_path / "other.pem"), "--quiet"]) == 0
    report = str(signed / "out" / "site")
    assert main(["verify", report, "--public-key", str(tmp_path / "other.pem.pub"), "--quiet"]) == 4


def test_captures_that_are_not_there_are_inconclusive(signed: Path, tmp_path: Path) -> None:
    """Nothing was shown to differ, and nothing to be the same."""
    assert main(["verify", str(signed / "out" / "site"), "--captures", str(tmp_path), "--quiet"]) == 3


def test_a_changed_file_is_named(signed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One byte more in one file."""
    copy = tmp_path / "site"
    shutil.copytree(signed / "out" / "site", copy)
    (copy / "summary.md").write_bytes((copy / "summary.md").read_bytes() + b" ")
    assert main(["verify", str(copy), "--quiet"]) == 4
    assert "summary.md: changed" in capsys.readouterr().err


def again(signed: Path, report: Path, *options: str) -> int:
    """The exit code of --replay with the key of the digests."""
    words = ["verify", str(report), "--replay", "--captures", str(DEMO), "--surface", "site", "--quiet"]
    return main([*words, "--digest-key", str(signed / "digest.key"), *options])


def test_the_same_captures_give_the_same_bytes_again(signed: Path) -> None:
    """Every file of the report, from the date and the options that it records."""
    assert again(signed, signed / "out" / "site", "--public-key", str(signed / "key.pem.pub")) == 0


def test_a_report_that_was_made_up_and_sealed_is_found_by_replay(
    signed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its hashes fit, because whoever writes a folder can seal it; the audit of the captures gives other bytes."""
    from auditor.report import audit_json, manifest, seal

    copy = tmp_path / "site"
    shutil.copytree(signed / "out" / "site", copy)
    (copy / "attestation.json").unlink()
    text = (copy / "audit.json").read_text(encoding="utf-8").replace('"high"', '"low"')
    (copy / "audit.json").write_text(text, encoding="utf-8")
    files = {str(path.relative_to(copy)): path.read_bytes() for path in copy.rglob("*") if path.is_file()}
    audit = audit_json.decode(files["audit.json"])
    (copy / "manifest.json").write_bytes(seal.seal(audit, files, None, None)[manifest.FILE])
    assert main(["verify", str(copy), "--captures", str(DEMO), "--quiet"]) == 0
    assert again(signed, copy) == 4
    assert "audit.json: another audit" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("missing", "words"), [("key", "digest key"), ("waivers", "waivers"), ("register", "register"), ("captures", "not there")]
)
def test_what_is_not_there_is_inconclusive(
    signed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], missing: str, words: str
) -> None:
    """Without the key, the waivers, the register or a capture nothing can be said."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    report = str(signed / "out" / "site")
    shutil.copy(DEMO / "site.har", tmp_path)
    options = {
        "key": ["--captures", str(tmp_path), "--surface", "site"],
        "waivers": ["--captures", str(tmp_path), "--waivers", str(DEMO / "waivers.toml"), "--surface", "site"],
        "register": ["--captures", str(tmp_path), "--register", str(register(tmp_path)), "--surface", "site"],
        "captures": ["--captures", str(tmp_path / "nowhere"), "--surface", "site"],
    }[missing]
    assert main(["verify", report, "--replay", *options]) == 3
    assert words in capsys.readouterr().err


def register(folder: Path) -> Path:
    """A register that differs in its version."""
    bundled = DEMO.parents[1] / "auditor" / "catalog" / "registers"
    for path in bundled.glob("o2nails-1.1*"):
        text = path.read_text(encoding="utf-8")
        (folder / path.name).write_text(text.replace('version = "', 'version = "x', 1), encoding="utf-8")
    return folder / "o2nails-1.1.toml"


def test_replay_needs_the_captures(signed: Path) -> None:
    """Which captures a report is about is never guessed."""
    assert main(["verify", str(signed / "out" / "site"), "--replay", "--quiet"]) == 2


def test_a_key_is_asked_for_and_there_is_no_signature(signed: Path, tmp_path: Path) -> None:
    """A removed attestation is no unsigned report when a key was given."""
    copy = tmp_path / "site"
    shutil.copytree(signed / "out" / "site", copy)
    (copy / "attestation.json").unlink()
    assert main(["verify", str(copy), "--public-key", str(signed / "key.pem.pub"), "--quiet"]) == 4
    assert main(["verify", str(copy), "--quiet"]) == 0
