"""The command line, end to end: how commands end, where data goes, and that the same input gives the same bytes."""

import gc
import json
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from filelock import FileLock

from auditor import __main__
from auditor.cli import app
from tests.e2e.command_line import ROOT, SECONDS, CommandLine, auditor, run, start
from tests.e2e.small_session import FLOWS, HAR, SUBJECTS, small_session

__all__ = ["auditor"]


@pytest.fixture
def session(tmp_path: Path) -> Path:
    return small_session(tmp_path / "in" / "small")


def _document(out: Path, name: str = "small") -> dict[str, Any]:
    document: dict[str, Any] = json.loads((out / name / "audit.json").read_text(encoding="utf-8"))
    return document


# How commands end -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("argv", "error"),
    [
        (["flows", "--nosuch", "x"], "error: No such option: --nosuch"),
        (["flows", "x", "-k"], "error: No such option: -k (Possible options: --keylog)"),
        (["flows", "x", "--out", "y"], "error: No such option: --out (Possible options: --format, --output, --quiet)"),
        (["audit", "x", "--output", "y"], "error: No such option: --output (Possible options: --out)"),
        (["flowz"], "error: No such command 'flowz'."),
        (["flows"], "error: Missing argument 'PATH...'."),
        (["flows", "x", "--format", "xml"], "error: Invalid value for '--format'"),
        (["audit", "x", "--surface", "fridge"], "error: Invalid value for '--surface'"),
        (["audit", "x", "--as-of", "tomorrow"], "error: --as-of is no date: 'tomorrow' (write YYYY-MM-DD)"),
        (["audit", "x", "--format", "doc"], "error: no report format is called 'doc'"),
        (["explain", "SEC-CLEARTXT"], "error: unknown rule 'SEC-CLEARTXT' (did you mean "),
        (["schema", "flowz"], "error: "),
    ],
)
def test_wrong_words_end_with_2_and_one_line(argv: list[str], error: str, auditor: CommandLine) -> None:
    run = auditor(*argv)
    assert run.code == 2
    assert run.errors[0].startswith(error), run.err
    assert len(run.lines) == 2
    assert run.last.startswith("exit 2 (usage): ")
    assert run.out == ""


@pytest.mark.parametrize("name", ["-dash.har", "--dashes.har"])
def test_a_path_that_looks_like_an_option_is_told_how_to_write_it(
    name: str, auditor: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(name).write_bytes(HAR)
    run = auditor("flows", name)
    assert run.code == 2
    assert run.errors[0].endswith(f" (for the path {name} write ./{name})")
    assert auditor("flows", f"./{name}").code == 0


def test_no_words_show_the_help_and_end_with_2(auditor: CommandLine) -> None:
    run = auditor()
    assert run.code == 2
    assert "Usage: auditor" in run.out + run.err
    assert run.last.startswith("exit 2 (usage): ")


def test_the_help_is_on_standard_output_and_ends_with_0(auditor: CommandLine) -> None:
    run = auditor("flows", "--help")
    assert (run.code, run.err) == (0, "")
    assert "Example: auditor flows" in run.out


def test_quiet_says_nothing_at_0_and_the_last_line_otherwise(auditor: CommandLine, session: Path, tmp_path: Path) -> None:
    assert auditor("flows", session, "-o", tmp_path / "x.csv", "-q").err == ""
    run = auditor("audit", session, "--out", tmp_path / "out", "--format", "json", "--quiet")
    assert (run.code, len(run.lines), run.out) == (1, 1, "")
    assert run.last.startswith("exit 1 (fail): ")


def test_whoever_writes_takes_the_short_option_and_wrong_words_name_the_help_that_would_tell(auditor: CommandLine) -> None:
    for words in ("audit x", "demo", "record app", "record printer", "record session", "fleet x"):
        run = auditor(*words.split(), "-o")
        assert run.errors == ["error: Option '-o' requires an argument."], words
    assert (
        auditor("policy", "lint").last == "exit 2 (usage): the command's words are wrong; `auditor policy lint --help` shows them"
    )


def test_data_is_on_standard_output_and_the_rest_on_standard_error(auditor: CommandLine, session: Path) -> None:
    run = auditor("flows", session, "--format", "ndjson")
    assert (run.code, run.err) == (0, "exit 0 (done): 5 flows\n")
    assert [json.loads(line)["capture"] for line in run.out.splitlines()].count("site.har") == 2


def test_an_internal_error_says_where_and_never_what(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    def fail(*_args: object, **_options: object) -> None:
        raise KeyError("490154203237518")

    monkeypatch.setattr("auditor.catalog.rule_texts.load", fail)
    assert app.main(["explain", "X"]) == 70
    said = capfd.readouterr().err
    assert "490154203237518" not in said
    assert said.splitlines()[-1] == "exit 70 (internal): internal error"


def test_a_file_that_the_system_refuses_anywhere_is_named(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Where nobody nearer has worded it: no internal error, but the file and what the system says."""

    def refused(*_: object) -> None:
        raise PermissionError(13, "Permission denied", "captures/x\x1b[31m")

    monkeypatch.setattr("auditor.fleet.storage.session_paths", refused)
    assert app.main(["audit", "x"]) == 2
    assert capfd.readouterr().err.splitlines() == [
        "error: captures/x\\x1b[31m: cannot be used: Permission denied",
        "exit 2 (usage): captures/x\\x1b[31m: cannot be used: Permission denied",
    ]


def test_running_out_of_memory_ends_with_70(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    def fail(*_args: object, **_options: object) -> None:
        raise MemoryError

    monkeypatch.setattr("auditor.catalog.rule_texts.load", fail)
    assert app.main(["explain", "X"]) == 70
    assert capfd.readouterr().err == "exit 70 (internal): out of memory\n"


def test_ctrl_c_ends_with_130_and_leaves_no_half_report(auditor: CommandLine, session: Path, tmp_path: Path) -> None:
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    gc.disable()  # Hypothesis is told of collections, and an exception in what it does then is lost
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        run = auditor("audit", session, ROOT / "captures" / "demo", "--out", tmp_path / "out")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        gc.enable()
    assert (run.code, run.last) == (130, "exit 130 (interrupted): interrupted")
    reports = [path.parent for path in (tmp_path / "out").glob("*/audit.json")]
    assert all(auditor("verify", report).code == 0 for report in reports), "what was finished before is whole"
    assert not [path for path in (tmp_path / "out").glob(".*") if path.is_dir()], "nothing half stays"


def test_ctrl_c_while_the_program_is_still_being_loaded_ends_with_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(app, "main", interrupt)
    with pytest.raises(SystemExit) as caught:
        __main__.run()
    assert caught.value.code == 130


# Where data goes ------------------------------------------------------------------------------------------------------------


def _many(folder: Path) -> Path:
    """A capture with more rows than a pipe holds, the last of them damaged."""
    path = folder / "many.har"
    entries = HAR.partition(b'"entries": [')[2].rpartition(b"]}}")[0]
    path.write_bytes(b'{"log": {"entries": [' + b", ".join([entries] * 150) + b", 5]}}")
    return path


def test_a_reader_that_goes_away_does_not_change_the_exit_code(tmp_path: Path) -> None:
    process = start("flows", _many(tmp_path), "--format", "ndjson", env={"XDG_STATE_HOME": str(tmp_path)})
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.readline().startswith('{"capture":')
    process.stdout.close()
    err = process.stderr.read()
    assert (process.wait(SECONDS), err.splitlines()[-1]) == (2, "exit 2 (usage): 1 of 1 inputs could not be read to the end")
    assert "Broken" not in err


def test_a_reader_that_goes_away_at_once_is_no_error() -> None:
    """Of a text that is not data, too."""
    done = subprocess.run(
        ["sh", "-c", f"'{sys.executable}' -m auditor --help 2>&1 | true; echo ${{PIPESTATUS:-0}}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert (done.stdout, done.stderr) == ("0\n", "")


def test_a_full_standard_output_is_an_error_of_one_line(tmp_path: Path) -> None:
    (tmp_path / "x.har").write_bytes(HAR)
    with open("/dev/full", "w") as full:
        process = start("flows", tmp_path / "x.har", env={"XDG_STATE_HOME": str(tmp_path)}, stdout=full)
        _, err = process.communicate(timeout=SECONDS)
    assert process.returncode == 2
    assert "error: standard output cannot be written: No space left on device" in err
    assert "Traceback" not in err
    assert "Exception" not in err


@pytest.mark.parametrize(("closing", "code"), [("2>&-", 0), ("2>/dev/full", 0), (">&-", 2)])
def test_closed_standard_streams_are_no_internal_error(closing: str, code: int, tmp_path: Path) -> None:
    (tmp_path / "x.har").write_bytes(HAR)
    command = f"'{sys.executable}' -m auditor flows '{tmp_path}/x.har' --format ndjson {closing}"
    done = subprocess.run(
        ["sh", "-c", command], cwd=ROOT, capture_output=True, text=True, env={**os.environ, "XDG_STATE_HOME": str(tmp_path)}
    )
    assert done.returncode == code, done.stderr
    assert "exit " not in done.stdout
    assert all(json.loads(line) for line in done.stdout.splitlines())


@pytest.mark.parametrize("target", ["missing/x.csv", "folder", "file/x.csv"])
def test_an_output_file_that_cannot_be_written_is_named(target: str, auditor: CommandLine, session: Path, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("x")
    run = auditor("flows", session, "-o", tmp_path / target)
    assert run.code == 2
    assert f"{tmp_path / target}: cannot be written" in run.errors[0]


@pytest.mark.parametrize("out", ["file", "file/deeper", "/proc/nowhere"])
def test_an_out_folder_that_cannot_be_made_is_named(out: str, auditor: CommandLine, session: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    run = auditor("audit", session, "--out", tmp_path / out)
    assert run.code == 2
    assert str(tmp_path / out) in run.errors[0]
    assert "choose another --out" in run.errors[0]


def test_a_read_only_out_folder_is_named(auditor: CommandLine, session: Path) -> None:
    run = auditor("audit", session, "--out", "/proc/self/fdinfo")
    assert run.code == 2
    assert "/proc/self/fdinfo: cannot be written" in run.errors[0]


# The report folder ----------------------------------------------------------------------------------------------------------


def test_a_report_is_replaced_as_a_whole_and_sign_off_records_stay(auditor: CommandLine, session: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert auditor("audit", session, "--out", out, "--format", "json").code == 1
    report = out / "small"
    (report / "stale.html").write_text("old")
    (report / "signoff-1.json").write_text("{}")
    (report / "signoff-1.json.dsse").write_text("signed")
    (out / ".small.new").mkdir()
    assert auditor("audit", session, "--out", out, "--format", "json").code == 1
    assert sorted(path.name for path in report.iterdir()) == [
        "audit.json",
        "manifest.json",
        "signoff-1.json",
        "signoff-1.json.dsse",
    ]
    assert [path.name for path in out.iterdir() if not path.name.endswith(".lock")] == ["small"]


def test_a_report_that_a_killed_run_had_moved_aside_comes_back_with_its_sign_offs(
    auditor: CommandLine, session: Path, tmp_path: Path
) -> None:
    aside = tmp_path / "out" / ".small.old"
    aside.mkdir(parents=True)
    (aside / "signoff-1.json").write_text("{}")
    assert auditor("audit", session, "--out", tmp_path / "out", "--format", "json").code == 1
    assert (tmp_path / "out" / "small" / "signoff-1.json").exists()
    assert not aside.exists()


def test_nobody_else_can_read_a_report(auditor: CommandLine, session: Path, tmp_path: Path) -> None:
    assert auditor("audit", session, "--out", tmp_path / "out", "--format", "parquet").code == 1
    for path in (tmp_path / "out" / "small").rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_a_second_run_on_one_report_is_refused_and_harms_nothing(auditor: CommandLine, session: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    with FileLock(tmp_path / "out" / ".small.lock"):
        run = auditor("audit", session, "--out", tmp_path / "out")
    assert run.code == 2
    assert "another run writes this report right now" in run.errors[0]


def test_a_session_name_is_never_a_way_out_of_the_reports(auditor: CommandLine, session: Path, tmp_path: Path) -> None:
    (session / "session.toml").write_text('schema = 1\n[session]\nname = "../../escape"\n')
    run = auditor("audit", session, "--out", tmp_path / "out", "--format", "json", "-q")
    assert run.code == 1, run.err
    assert [path.name for path in (tmp_path / "out").iterdir() if path.is_dir()] == ["_.._escape"]
    assert _document(tmp_path / "out", "_.._escape")["session"]["name"] == "../../escape"


def test_two_sessions_of_one_report_folder_are_refused(auditor: CommandLine, tmp_path: Path) -> None:
    one, two = (small_session(tmp_path / name) for name in ("one", "two"))
    for path, name in ((one, "a/b"), (two, "a_b")):
        (path / "session.toml").write_text(f'schema = 1\n[session]\nname = "{name}"\n')
    run = auditor("audit", one, two, "--out", tmp_path / "out")
    assert run.code == 2
    assert ["2 sessions would have the report folder 'a_b'" in line for line in run.errors] == [True, True]


def test_several_sessions_get_a_report_each_and_the_worst_code(auditor: CommandLine, session: Path, tmp_path: Path) -> None:
    (tmp_path / "loose.har").write_bytes(HAR)
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "x.har").write_bytes(HAR[:-30])
    run = auditor("audit", tmp_path / "loose.har", session, tmp_path / "broken", "--out", tmp_path / "out", "--format", "json")
    assert run.code == 2
    assert run.last == "exit 2 (usage): 3 sessions: 2 fail, 1 usage"
    assert sorted(path.parent.name for path in (tmp_path / "out").glob("*/audit.json")) == ["broken", "loose", "small"]


def test_a_session_whose_register_is_not_there_does_not_cost_the_others(
    auditor: CommandLine, session: Path, tmp_path: Path
) -> None:
    other = small_session(tmp_path / "other")
    (other / "session.toml").write_text('schema = 1\n[session]\nname = "other"\nregister = "nowhere"\n')
    run = auditor("audit", other, session, "--out", tmp_path / "out", "--format", "json")
    assert run.code == 2
    assert "nowhere" in run.errors[0]
    assert (tmp_path / "out" / "small" / "audit.json").exists()


# The same bytes -------------------------------------------------------------------------------------------------------------


def test_a_second_audit_gives_the_same_bytes_whatever_the_surroundings(
    auditor: CommandLine, session: Path, tmp_path: Path
) -> None:
    assert auditor("audit", session, "--out", tmp_path / "a", "--as-of", "2026-11-22", "--format", "parquet").code == 1
    first = (tmp_path / "a" / "small" / "audit.json").read_bytes()
    other = {"PYTHONHASHSEED": "77", "TZ": "Asia/Shanghai", "LC_ALL": "C", "HOME": str(tmp_path / "nobody"), "COLUMNS": "60"}
    words = ["audit", ".", "--out", "../../b", "--as-of", "2026-11-22", "--lang", "zh", "--format", "parquet"]
    done = run(*words, env=other, cwd=session)
    assert done.code == 1, done.err
    assert (tmp_path / "b" / "small" / "audit.json").read_bytes() == first
    for name in ("flows", "sightings", "findings", "recipients"):
        table = f"small/tables/{name}.parquet"
        pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "a" / table), pd.read_parquet(tmp_path / "b" / table))


def test_loose_files_give_the_same_bytes_from_another_folder(
    auditor: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.mitm").write_bytes(FLOWS)
    (tmp_path / "idle.har").write_bytes(HAR)
    words = ["--as-of", "2026-11-22", "--format", "json"]
    monkeypatch.chdir(tmp_path / "one")
    assert auditor("audit", "x.mitm", "../two/x.mitm", "--background", "../idle.har", "--out", "../a", *words).code == 1
    paths = [tmp_path / "one" / "x.mitm", tmp_path / "two" / "x.mitm"]
    monkeypatch.chdir("/")
    assert auditor("audit", *paths, "--background", tmp_path / "idle.har", "--out", tmp_path / "b", *words).code == 1
    first, second = ((tmp_path / out / "x" / "audit.json").read_bytes() for out in ("a", "b"))
    assert first == second
    assert str(tmp_path).encode() not in first
    assert [entry["path"] for entry in json.loads(first)["inputs"]] == ["one/x.mitm", "two/x.mitm", "idle.har"]


def test_the_result_document_holds_no_absolute_path(auditor: CommandLine, session: Path, tmp_path: Path) -> None:
    (tmp_path / "subjects.toml").write_text(SUBJECTS)
    words: list[str | Path] = ["--subjects", tmp_path / "subjects.toml", "--out", tmp_path / "out", "--format", "json"]
    assert auditor("audit", session, *words).code == 1
    text = (tmp_path / "out" / "small" / "audit.json").read_text()
    assert str(tmp_path) not in text
    assert os.uname().nodename not in text


def test_a_planted_value_is_found_and_never_written_out(auditor: CommandLine, session: Path, tmp_path: Path) -> None:
    run = auditor("audit", session, "--out", tmp_path / "out")
    assert _document(tmp_path / "out")["sighting_count"] >= 1
    for path in (tmp_path / "out" / "small").rglob("*.*"):
        assert b"490154203237518" not in path.read_bytes(), path
    assert "490154203237518" not in run.out + run.err


# Surroundings ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("locale", ["C", "zh_CN.UTF-8", "zh_CN.GBK"])
def test_every_locale_shows_chinese_or_escapes(locale: str, tmp_path: Path) -> None:
    env = {"LC_ALL": locale, "PYTHONIOENCODING": "gbk" if locale.endswith("GBK") else ""}
    process = start("explain", "SEC-CLEARTEXT", "--lang", "zh", env=env, encoding="gbk" if locale.endswith("GBK") else "utf-8")
    out, err = process.communicate(timeout=SECONDS)
    assert process.returncode == 0, err
    assert "处理" in out


def test_chinese_names_are_read_and_written_where_the_system_s_names_are_ascii(tmp_path: Path) -> None:
    (tmp_path / "会话").mkdir()
    (tmp_path / "会话" / "抓包.har").write_bytes(HAR)
    env = {"LC_ALL": "C", "PYTHONUTF8": "0"}
    process = start("audit", str(tmp_path / "会话"), "--out", str(tmp_path / "out"), "--format", "json", env=env)
    _, err = process.communicate(timeout=SECONDS)
    assert process.returncode in (1, 3), err
    assert (tmp_path / "out" / "会话" / "audit.json").is_file()


@pytest.mark.parametrize("files", [5, 6])
def test_too_few_open_files_are_one_line_and_no_file_s_fault(files: int, session: Path, tmp_path: Path) -> None:
    words = f"ulimit -n {files}; exec {sys.executable} -m auditor audit {session} --out {tmp_path / 'out'}"
    done = subprocess.run(["sh", "-c", words], cwd=ROOT, capture_output=True, text=True, timeout=SECONDS)
    lines = [line for line in done.stderr.splitlines() if not line.startswith(("reading", "warning", "note", "report"))]
    if done.returncode == 2:
        assert lines == [
            "error: too many files are open at once (allow more: ulimit -n 256)",
            "exit 2 (usage): too many files are open at once",
        ]
    else:
        assert (done.returncode, len(lines)) == (1, 1), done.stderr


def test_what_the_terminal_cannot_show_becomes_an_escape() -> None:
    process = start("explain", "SEC-CLEARTEXT", "--lang", "zh", env={"PYTHONIOENCODING": "ascii"})
    out, err = process.communicate(timeout=SECONDS)
    assert process.returncode == 0, err
    assert "\\u5904\\u7406" in out


def test_without_a_home_flows_are_listed_and_an_audit_says_what_to_do(
    auditor: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "x.har").write_bytes(HAR)
    monkeypatch.delenv("XDG_STATE_HOME")
    monkeypatch.delenv("HOME")
    monkeypatch.setattr(os, "getuid", lambda: 987_654)
    assert auditor("flows", tmp_path / "x.har").code == 0
    run = auditor("audit", tmp_path / "x.har", "--out", tmp_path / "out")
    assert run.code == 2
    assert "there is no home folder (name one with --digest-key FILE)" in run.errors[0]
    (tmp_path / "key").write_bytes(bytes(32))
    assert auditor("audit", tmp_path / "x.har", "--out", tmp_path / "out", "--digest-key", tmp_path / "key").code in (1, 3)


def test_flows_leaves_no_key_behind(auditor: CommandLine, session: Path) -> None:
    before = sorted(session.iterdir())
    assert auditor("flows", session).code == 0
    assert sorted(session.iterdir()) == before
