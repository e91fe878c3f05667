"""verify: hashes, signature, captures and the repeated audit, over one signed report of the demo's site."""

import os
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


@pytest.mark.parametrize("changed", ["report", "captures", "both"])
def test_a_change_is_found_wherever_it_is(signed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], changed: str) -> None:
    """The captures being as they were says nothing of the report, nor the other way round; each file is named by its path."""
    report, captures = tmp_path / "site", tmp_path / "demo"
    shutil.copytree(signed / "out" / "site", report)
    captures.mkdir()
    shutil.copy(DEMO / "site.har", captures)
    named = {"report": [report / "summary.md"], "captures": [captures / "site.har"]}
    named["both"] = named["report"] + named["captures"]
    for path in named[changed]:
        path.write_bytes(path.read_bytes() + b" ")
    code, said = words_of(capsys, str(report), "--captures", str(captures), "--quiet")
    assert (code, said[:-1]) == (4, [f"error: {path}: changed" for path in named[changed]])


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
    ("missing", "words"),
    [
        ("key", "digest key"),
        ("waivers", "waivers"),
        ("register", "the register is another one"),
        ("data map", "the data map beside the register is another one"),
        ("captures", "not there"),
    ],
)
def test_what_is_not_there_is_inconclusive(
    signed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], missing: str, words: str
) -> None:
    """Without the key, the waivers, the register, its data map or a capture nothing can be said."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    report = str(signed / "out" / "site")
    shutil.copy(DEMO / "site.har", tmp_path)
    options = {
        "key": ["--captures", str(tmp_path), "--surface", "site"],
        "waivers": ["--captures", str(tmp_path), "--waivers", str(DEMO / "waivers.toml"), "--surface", "site"],
        "register": ["--captures", str(tmp_path), "--register", str(register(tmp_path)), "--surface", "site"],
        "data map": [
            "--captures",
            str(tmp_path),
            "--register",
            str(register(tmp_path / "m", "o2nails-1.1.datamap.toml")),
            "--surface",
            "site",
        ],
        "captures": ["--captures", str(tmp_path / "nowhere"), "--surface", "site"],
    }[missing]
    assert main(["verify", report, "--replay", *options]) == 3
    assert words in capsys.readouterr().err


def register(folder: Path, changed: str = "o2nails-1.1.toml") -> Path:
    """The bundled register with its data map; one of the two files has a remark more."""
    folder.mkdir(exist_ok=True)
    bundled = DEMO.parents[1] / "auditor" / "catalog" / "registers"
    for path in bundled.glob("o2nails-1.1*"):
        (folder / path.name).write_bytes(path.read_bytes() + (b"# another one\n" if path.name == changed else b""))
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


def words_of(capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, list[str]]:
    """The exit code, and what was said but for the last line's code."""
    code = main(["verify", *options])
    return code, capsys.readouterr().err.splitlines()


def test_what_held_is_said_and_what_nobody_checked_too(signed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Signed without a key to check it, signed with one, not signed: three sentences."""
    report, key = str(signed / "out" / "site"), str(signed / "key.pem.pub")
    bare = tmp_path / "bare"
    shutil.copytree(report, bare)
    (bare / "attestation.json").unlink()
    whole = "exit 0 (done): every file is as it was sealed; "
    alone = "; the captures were not looked at (--captures DIR)"
    assert words_of(capsys, report) == (0, [whole + "it is signed, but no public key was given" + alone])
    assert words_of(capsys, report, "--public-key", key) == (0, [whole + "the signature holds" + alone])
    assert words_of(capsys, str(bare)) == (0, [whole + "it is not signed" + alone])
    assert words_of(capsys, str(bare), "--captures", str(DEMO)) == (0, [whole + "it is not signed"])


def test_decisions_are_told_with_a_key_and_counted_without(
    signed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody's decision is shown as his before his key was seen to have signed it."""
    report, key = tmp_path / "site", str(signed / "key.pem")
    shutil.copytree(signed / "out" / "site", report)
    assert words_of(capsys, str(report), "--public-key", key)[1][:-1] == []
    decided = ["--who", "Lin Mei", "--role", "qa", "--decision", "reject", "--date", "2026-11-22", "--key", key, "--quiet"]
    assert main(["signoff", str(report), *decided]) == 0
    told = words_of(capsys, str(report), "--public-key", key)
    assert told[1][:-1] == ["sign-off: qa: reject by Lin Mei on 2026-11-22"]
    warned = words_of(capsys, str(report))
    assert warned[1][:-1] == ["warning: 1 sign-off record was not verified: give the deciders' keys with --public-key"]
    assert words_of(capsys, str(report), "--quiet") == (0, [])


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (
            ["{report}", "--replay"],
            2,
            "{report}: its captures are not where they usually are (name their folder with --captures DIR)",
        ),
        (["{folder}/nowhere"], 2, "{folder}/nowhere: is no report folder"),
        (["{report}", "--public-key", "{folder}/nokey"], 2, "{folder}/nokey: cannot be read: No such file or directory"),
        (
            ["{report}", "--public-key", "{report}/audit.json"],
            2,
            "{report}/audit.json: no Ed25519 public key (take the .pub file that `auditor keygen` wrote)",
        ),
        (
            ["{folder}/bare", "--public-key", "{key}"],
            4,
            "{folder}/bare: there is no signature (the report was not signed, or the file was removed)",
        ),
        (
            ["{folder}/empty"],
            4,
            "{folder}/empty/manifest.json: there is no manifest (the report was not sealed, or the file was removed)",
        ),
        (["{folder}/broken"], 4, "{folder}/broken/attestation.json: no DSSE envelope: Input data was truncated"),
        (["{report}", "--replay", "--captures", "{folder}/nowhere"], 3, "{folder}/nowhere/site.har: missing"),
    ],
)
def test_a_refusal_names_the_file_and_what_to_do(
    signed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], code: int, words: str
) -> None:
    """Word for word, with the path as it was given."""
    for name in ("bare", "broken"):
        shutil.copytree(signed / "out" / "site", tmp_path / name)
    (tmp_path / "bare" / "attestation.json").unlink()
    (tmp_path / "broken" / "attestation.json").write_text("{")
    (tmp_path / "empty").mkdir()
    places = {"report": str(signed / "out" / "site"), "folder": str(tmp_path), "key": str(signed / "key.pem.pub")}
    found = words_of(capsys, *(word.format(**places) for word in options))
    assert (found[0], found[1][0]) == (code, "error: " + words.format(**places))


def test_a_surface_that_was_named_once_need_not_be_named_again(signed: Path, tmp_path: Path) -> None:
    """It stands in the report. Named otherwise, another audit comes out."""
    words = ["verify", str(signed / "out" / "site"), "--replay", "--captures", str(DEMO), "--quiet"]
    words += ["--digest-key", str(signed / "digest.key")]
    assert main(words) == 0
    assert main([*words, "--surface", "app"]) == 4


def test_planted_values_that_are_not_at_hand_are_no_breach_of_integrity(
    signed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The file with them is no part of a report: who has it not cannot repeat the audit, which is not to say that it was another."""
    shutil.copy(DEMO / "site.har", tmp_path)
    shutil.copy(DEMO / "subjects.toml", tmp_path.parent / "elsewhere.toml")
    subjects, key = str(tmp_path.parent / "elsewhere.toml"), str(signed / "digest.key")
    options = ["--digest-key", key, "--quiet"]
    assert main(["audit", str(tmp_path / "site.har"), "--subjects", subjects, "--out", str(tmp_path / "out"), *options]) == 1
    capsys.readouterr()
    words = [str(tmp_path / "out" / "site"), "--replay", "--captures", str(tmp_path), *options]
    code, said = words_of(capsys, *words)
    assert (code, said[0].partition(": ")[2][:56]) == (3, "planted values that the audit was given are not there: p")
    assert said[0].endswith("(name their file with --subjects)")
    assert main(["verify", *words, "--subjects", subjects]) == 0


@pytest.mark.parametrize("place", ["empty", "tables/empty/below"])
def test_an_empty_folder_was_never_sealed(signed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], place: str) -> None:
    """It holds nothing now, but somebody changed the report."""
    report = tmp_path / "site"
    shutil.copytree(signed / "out" / "site", report)
    (report / place).mkdir(parents=True)
    code, said = words_of(capsys, str(report))
    assert (code, said[0]) == (4, f"error: {report / place}: is an empty folder, and no report has one")


@pytest.mark.parametrize("make", ["link", "dangling", "loop", "folder", "pipe"])
def test_what_is_no_file_is_no_part_of_a_sealed_report(
    signed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], make: str
) -> None:
    """A link to the very bytes leads elsewhere tomorrow; a pipe must not be waited for."""
    report = tmp_path / "site"
    shutil.copytree(signed / "out" / "site", report)
    place = report / ("tables" if make == "folder" else "summary.md")
    place.rename(tmp_path / place.name)
    if make == "pipe":
        os.mkfifo(place)
    else:
        place.symlink_to({"dangling": "nowhere", "loop": place.name}.get(make, f"../{place.name}"))
    code, said = words_of(capsys, str(report), "--public-key", str(signed / "key.pem.pub"))
    assert code == 4
    assert said[0] == f"error: {place}: is no file, and so not what was sealed (a link, a pipe or a device)"


def test_a_repeated_audit_is_given_what_the_audit_was_given(
    signed: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every option reaches it; what it finds, or cannot do, is the end."""
    from auditor.cli import verify_replay

    asked: list[verify_replay.Given] = []
    results: list[Exception | list[str]] = [[], ["audit.json", "summary.md"], verify_replay.NotReplayableError("no digest key")]

    def replay(files: object, captures: object, sealed: object, given: verify_replay.Given) -> list[str]:
        asked.append(given)
        result = results[len(asked) - 1]
        if isinstance(result, Exception):
            raise result
        return result

    monkeypatch.setattr(verify_replay, "replay", replay)
    report = str(signed / "out" / "site")
    options = {"subjects": "s", "waivers": "w", "baseline": "b", "catalog": "c", "keylog": "k", "ip_asn": "i", "digest_key": "d"}
    words = [word for name, value in options.items() for word in ("--" + name.replace("_", "-"), value)]
    words = [report, "--replay", "--captures", str(DEMO), "--register", "r", "--surface", "site", *words]
    assert words_of(capsys, *words)[1][-1].endswith("was given; auditing the captures again gives the same bytes")
    assert asked == [
        verify_replay.Given(**{**options, "catalog": ("c",)}, register_name="r", surface=asked[0].surface, quiet=False)  # type: ignore[arg-type]
    ]
    differing = "another audit of the same inputs gives other bytes"
    assert words_of(capsys, *words) == (
        4,
        [
            f"error: {report}/audit.json: {differing}",
            f"error: {report}/summary.md: {differing}",
            "exit 4 (integrity): 2 files are not what the audit gives",
        ],
    )
    assert words_of(capsys, *words) == (
        3,
        ["error: no digest key", "exit 3 (inconclusive): the audit could not be repeated"],
    )
