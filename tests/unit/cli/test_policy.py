"""`auditor policy`: texts in, tables and registers out; every wrong file is told in one line."""

import json
from pathlib import Path

import pytest

from auditor.catalog import register_file
from auditor.cli.app import main

FOLDER = Path(__file__).parents[2] / "golden" / "policies"
CLEAN = str(FOLDER / "clean.txt")


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(["policy", *words])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_read_prints_the_parties(capsys: pytest.CaptureFixture[str]) -> None:
    """A row for each, on standard output; the last line of the other says how many."""
    code, out, err = run(capsys, "read", CLEAN, "--format", "ndjson")
    assert code == 0
    assert [json.loads(line)["name_en"] for line in out.splitlines()] == [
        "Hetzner Online GmbH",
        "Sentry Software, Inc.",
        "Postmark Mail Ltd.",
    ]
    assert err.splitlines()[-1].startswith("exit 0 (done): 3 parties in ")


def test_the_register_is_written_and_the_data_map_never_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What the owner filled in stays."""
    register = tmp_path / "own.toml"
    assert run(capsys, "read", CLEAN, "-o", str(register))[0] == 0
    data_map = tmp_path / "own.datamap.toml"
    written = data_map.read_text(encoding="utf-8") + "# mine\n"
    data_map.write_text(written, encoding="utf-8")
    assert run(capsys, "read", CLEAN, "-o", str(register), "--quiet")[0] == 0
    assert data_map.read_text(encoding="utf-8") == written
    loaded = register_file.load(str(register))
    assert (len(loaded.parties), loaded.child_age, loaded.disclosed_countries) == (3, 16, ("US",))


def test_a_changed_text_is_told_against_the_register(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each difference with its line; the same text has none."""
    register = tmp_path / "own.toml"
    run(capsys, "read", CLEAN, "-o", str(register), "--quiet")
    assert "no difference to the confirmed register" in run(capsys, "read", CLEAN, "--register", str(register))[2]
    changed = tmp_path / "clean.txt"
    changed.write_text(Path(CLEAN).read_text(encoding="utf-8").replace("under 16", "under 14"), encoding="utf-8")
    err = run(capsys, "read", str(changed), "--register", str(register))[2]
    assert "changed: document child_age: 16 -> 14" in err


@pytest.mark.parametrize(("words", "code"), [((), 0), (("--fail-on", "low"), 1), (("--fail-on", "critical"), 0)])
def test_lint_ends_with_1_only_when_asked(words: tuple[str, ...], code: int, capsys: pytest.CaptureFixture[str]) -> None:
    """Defects are rows; the verdict is the user's wish."""
    assert run(capsys, "lint", str(FOLDER / "prose.txt"), *words)[0] == code


def test_compare_wants_two_languages(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One language is a usage error that says what is missing."""
    text = tmp_path / "en.txt"
    text.write_text("Privacy policy\n\nWe share your data with nobody at all.", encoding="utf-8")
    code, _, err = run(capsys, "compare", str(text))
    assert (code, "give the other version too" in err) == (2, True)
    assert run(capsys, "compare", CLEAN)[0] == 0


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "empty"),
        (b"%PDF-1.7", "a PDF"),
        (b'{"log": {"version": "1.2", "entries": []}}', "JSON, not text or HTML"),
        (b'[\n {"a": 1}]', "JSON, not text or HTML"),
        (b"PK\x03\x04", "a ZIP archive or an office document"),
        (b"word " * 200_000, "more than 500,000 characters"),
        (b"(" * 300_000, "a paragraph of more than 200,000 characters"),
        ("我们收集".encode() + b"\xff" + "您的信息".encode() * 30, "not valid UTF-8"),
    ],
)
def test_a_wrong_file_is_told_in_one_line(data: bytes, what: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Name, fault and what to do; exit 2; nothing on standard output."""
    path = tmp_path / "p.txt"
    path.write_bytes(data)
    for command in ("read", "lint", "compare"):
        code, out, err = run(capsys, command, str(path))
        lines = err.splitlines()
        assert (code, out, len(lines)) == (2, "", 2)
        assert "p.txt" in lines[0]
        assert what in lines[0]


OTHER_TEXTS = {
    "licence": "Permission is hereby granted, free of charge, to any person obtaining a copy of this software.",
    "manual": "# The printer\n\nPress the button. The lamp is green when the printer is ready. Share it with your friends.",
    "shell of a page": "<html><head><title>x</title></head><body><h1>Privacy Policy</h1><p>Loading ...</p></body></html>",
    "Chinese": "指甲打印机使用说明\n\n请先打开电源，等待指示灯变为绿色，然后放入手指。",
}


@pytest.mark.parametrize("command", ["read", "lint", "compare"])
@pytest.mark.parametrize("text", OTHER_TEXTS.values(), ids=list(OTHER_TEXTS))
def test_another_text_is_no_policy_that_declares_nobody(
    command: str, text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is of another format: exit 2, no row and no register."""
    path = tmp_path / "p.txt"
    path.write_text(text, encoding="utf-8")
    words = ("-o", str(tmp_path / "register.toml")) if command == "read" else ()
    code, out, err = run(capsys, command, str(path), *words)
    assert (code, out) == (2, "")
    assert err.startswith(f"error: {path}: does not look like a privacy policy")
    assert [entry.name for entry in tmp_path.iterdir()] == ["p.txt"]


@pytest.mark.parametrize("command", ["read", "lint"])
def test_a_policy_in_another_language_could_not_be_read(command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """That is neither a policy that declares nobody nor no policy."""
    path = tmp_path / "p.txt"
    path.write_text(
        "Politique\n\nNous partageons vos informations avec une entreprise qui mesure notre audience et qui les garde longtemps.",
        encoding="utf-8",
    )
    code, _, err = run(capsys, command, str(path))
    assert code == 3
    assert "most of the text is neither English nor Chinese, and was not read" in err.splitlines()[-1]


def test_where_nothing_can_be_written_nothing_is_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command, name in (("read", "x.toml"), ("lint", "x.csv"), ("compare", "x.csv")):
        code, out, err = run(capsys, command, str(tmp_path / "missing"), "-o", str(tmp_path / "nowhere" / name))
        assert (code, out) == (2, "")
        assert "its folder is not there" in err


def test_a_missing_file_and_a_register_of_another_name(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Usage errors."""
    assert run(capsys, "read", str(tmp_path / "gone.txt"))[0] == 2
    code, _, err = run(capsys, "read", CLEAN, "-o", str(tmp_path / "register.json"))
    assert (code, "name it FILE.toml" in err) == (2, True)
