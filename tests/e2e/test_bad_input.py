"""Bad input, end to end: an error of one line with file and place, the exit code of the contract, and the rest is audited."""

import gzip
import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
import zstandard

from tests.e2e.command_line import CommandLine, Run, auditor
from tests.e2e.small_session import CAPTURES, FLOWS, HAR, packets, small_session
from tests.unit.closed_files import closed, give_away, open_folder

__all__ = ["auditor"]

LAST_LINE = re.compile(r"exit \d+ \([a-z]+\): .+")


def _audit_of(run: Run, out: Path, name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((out / name / "audit.json").read_text(encoding="utf-8"))
    assert document["verdict"]["exit"] == run.code
    return document


def _is_one_error(run: Run, *, code: int = 2) -> str:
    """The only error line of a run that ended as it must."""
    assert run.code == code
    assert LAST_LINE.fullmatch(run.last), run.err
    assert run.last.startswith(f"exit {code} ")
    (line,) = run.errors
    return line


@pytest.mark.parametrize("command", ["audit", "flows"])
def test_a_missing_file_is_named(command: str, auditor: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run = auditor(command, "nowhere.mitm")
    assert _is_one_error(run) == "error: nowhere.mitm: does not exist (give a capture file or a session folder)"


def test_a_folder_without_captures_is_named_and_gets_a_report(auditor: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    run = auditor("audit", tmp_path / "empty", "--out", tmp_path / "out", "--format", "json")
    assert _is_one_error(run) == f"error: {tmp_path}/empty: holds no captures (record some, or name the files)"
    document = _audit_of(run, tmp_path / "out", "empty")
    assert document["verdict"]["result"] == "inconclusive"
    assert document["verdict"]["reasons"][0] == "holds no captures"
    assert run.last == f"exit 2 (usage): {tmp_path}/empty: holds no captures"
    assert auditor("audit", tmp_path / "empty", "--out", tmp_path / "out", "--format", "json").last == run.last


@pytest.mark.parametrize("name", ["x.pcap", "x.pcapng", "x.har", "x.mitm", "x"])
def test_a_file_of_no_bytes_is_damaged(name: str, auditor: CommandLine, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"")
    run = auditor("flows", tmp_path / name)
    assert _is_one_error(run) == f"error: {tmp_path / name}: byte 0: is empty: 0 bytes (record it again)"


def test_a_text_file_that_is_called_pcap_has_no_known_format(auditor: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "x.pcap").write_text("just some text\n")
    run = auditor("audit", tmp_path / "x.pcap", "--out", tmp_path / "out", "--format", "json")
    line = _is_one_error(run)
    assert line.startswith(f"error: {tmp_path}/x.pcap: byte 0: has no known capture format (known: ")
    assert _audit_of(run, tmp_path / "out", "x")["inputs"][0]["outcome"] == "unknown_format"


CUT = (
    pytest.param("x.mitm", FLOWS[: len(FLOWS) - 10], 1, r"byte \d+", id="mitmproxy"),
    pytest.param("x.har", HAR[: len(HAR) - 10], 1, r"byte \d+", id="har"),
    pytest.param("x.pcap", packets(3)[:-10], 2, r"byte \d+", id="pcap"),
    pytest.param("x.mitm.gz", gzip.compress(FLOWS)[:-12], 1, r"byte \d+", id="gzip"),
)


@pytest.mark.parametrize(("name", "data", "least", "place"), CUT)
def test_what_stands_before_a_cut_is_audited_and_the_cut_has_its_place(
    name: str, data: bytes, least: int, place: str, auditor: CommandLine, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(data)
    run = auditor("audit", tmp_path / name, "--out", tmp_path / "out", "--format", "json")
    line = _is_one_error(run)
    assert re.match(rf"error: \S*{re.escape(name)}: {place}", line), line
    document = _audit_of(run, tmp_path / "out", "x")
    assert document["verdict"]["result"] in ("fail", "inconclusive")
    assert document["inputs"][0]["outcome"] == "damaged"
    assert document["flow_count"] >= least


VALID_AND_EMPTY = {
    "x.har": b'{"log": {"entries": []}}',
    "x.pcap": packets(0),
    "x.pcapng": bytes.fromhex("0a0d0d0a1c0000004d3c2b1a01000000ffffffffffffffff1c000000"),
}


@pytest.mark.parametrize("name", VALID_AND_EMPTY)
def test_a_valid_capture_of_nothing_has_no_rows_and_no_verdict(name: str, auditor: CommandLine, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(VALID_AND_EMPTY[name])
    run = auditor("flows", tmp_path / name, "--format", "ndjson")
    assert (run.code, run.out, run.last) == (0, "", "exit 0 (done): 0 flows")
    run = auditor("audit", tmp_path / name, "--out", tmp_path / "out", "--format", "json")
    assert (run.code, run.errors) == (3, [])
    assert _audit_of(run, tmp_path / "out", "x")["verdict"]["result"] == "inconclusive"


def test_one_bad_capture_among_good_ones_keeps_none_of_them_away(auditor: CommandLine, tmp_path: Path) -> None:
    session = small_session(tmp_path / "small")
    (session / "printer.pcap").write_text("no packets")
    run = auditor("audit", session, "--out", tmp_path / "out", "--format", "json")
    assert _is_one_error(run).startswith(f"error: {session}/printer.pcap: byte 0: has no known capture format")
    document = _audit_of(run, tmp_path / "out", "small")
    outcomes = {entry["path"]: (entry["outcome"], entry["flows"]) for entry in document["inputs"]}
    assert outcomes == {"app.mitm": ("read", 2), "site.har": ("read", 2), "printer.pcap": ("unknown_format", 0)}
    assert document["verdict"]["result"] != "pass"
    assert len(document["verdict"]["reasons"]) > 1


def test_every_bad_capture_is_named_once(auditor: CommandLine, tmp_path: Path) -> None:
    paths = []
    for number, data in enumerate((b"", b"text", FLOWS[:-5])):
        paths.append(tmp_path / f"{number}.mitm")
        paths[-1].write_bytes(data)
    run = auditor("flows", *paths, tmp_path / "missing", "--format", "ndjson")
    assert run.code == 2
    assert [line.split(": ")[1] for line in run.errors] == [str(path) for path in (*paths, tmp_path / "missing")]
    assert len(run.out.splitlines()) == 1
    assert run.last == "exit 2 (usage): 4 of 4 inputs could not be read to the end"


def test_a_file_with_many_damaged_places_says_four_lines_at_most(auditor: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "x.har").write_bytes(b'{"log": {"entries": [' + b", ".join([b"5"] * 50) + b"]}}")
    run = auditor("flows", tmp_path / "x.har")
    assert len(run.errors) == 4
    assert "and 47 more damaged places" in run.errors[-1]


def test_damage_wins_over_findings_and_both_are_listed(auditor: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "x.mitm"
    path.write_bytes(FLOWS + b"rubbish")
    run = auditor("audit", path, "--out", tmp_path / "out", "--fail-on", "low")
    document = _audit_of(run, tmp_path / "out", "x")
    assert (run.code, document["verdict"]["result"]) == (2, "fail")
    assert "damaged" in document["verdict"]["reasons"][0]
    assert "open finding" in document["verdict"]["reasons"][1]


# Files that the user writes -------------------------------------------------------------------------------------------------


def test_a_wrong_key_has_its_line_and_the_nearest_key(auditor: CommandLine, tmp_path: Path) -> None:
    session = small_session(tmp_path / "small")
    (session / "session.toml").write_text('schema = 1\n[session]\nname = "x"\nproducct = "y"\n')
    run = auditor("audit", session, "--out", tmp_path / "out", "--format", "json")
    line = _is_one_error(run)
    assert line == f"error: {session}/session.toml: line 4: unknown key 'producct' in [session] (did you mean 'product'?)"
    assert not (tmp_path / "out").exists()


def test_all_faults_of_all_files_are_told_at_once(auditor: CommandLine, tmp_path: Path) -> None:
    session = small_session(tmp_path / "small")
    (session / "session.toml").write_text('schema = 2\n[session]\nnam = "x"\n[[capture]]\npath = "../x"\nsurface = "ap"\n')
    (session / "subjects.toml").write_text('schema = 1\n[[identifier]]\nlabel = "a"\nkind = "imeii"\nvalue = 5\nowner = "cat"\n')
    (session / "waivers.toml").write_text('schema = 1\n[[waiver]]\nrule = "SEC-CLEARTXT"\nexpires = "soon"\n')
    run = auditor("audit", session)
    assert run.code == 2
    told = [re.sub(r"error: \S*/(\w+)\.toml: ", r"\1 ", line) for line in run.errors]
    expected = [
        "session line 1: schema 2",
        "session line 3: unknown key 'nam'",
        "session line 5: the capture '../x' lies outside",
        "session line 6: unknown surface 'ap' (did you mean 'app'?)",
        "subjects line 4: unknown kind 'imeii' (did you mean 'imei'?)",
        "subjects line 5: 'value' must be text",
        "subjects line 6: unknown owner 'cat'",
        "waivers line 2: [waiver] lacks the key 'party'",
        "waivers line 3: unknown rule 'SEC-CLEARTXT' (did you mean 'SEC-CLEARTEXT'?)",
        "waivers line 4: 'expires' is no date: 'soon'",
    ]
    for start in expected:
        assert any(line.startswith(start) for line in told), (start, told)
    assert "490154203237518" not in run.err


@pytest.mark.parametrize(
    ("option", "text", "what"),
    [
        ("--subjects", 'schema = 1\n[[identifier]]\nlabel = "a"\n', "line 2: [identifier] lacks the key 'kind'"),
        ("--waivers", "schema = 1\n[[waiver]]\n", "line 2: [waiver] lacks the key 'rule'"),
        ("--register", "schema = 1\nnonsense = 5\n", "line 2: unknown key 'nonsense'"),
        ("--subjects", "not toml", "not valid TOML"),
        ("--subjects", "a = " + "1" * 5_000, "not valid TOML"),
    ],
)
def test_a_named_file_with_faults_ends_the_run(option: str, text: str, what: str, auditor: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "x.har").write_bytes(HAR)
    (tmp_path / "named.toml").write_text(text)
    run = auditor("audit", tmp_path / "x.har", option, tmp_path / "named.toml", "--out", tmp_path / "out", "--format", "json")
    assert run.code == 2
    assert any(what in line and "named.toml" in line for line in run.errors), run.err
    assert not list((tmp_path / "out").glob("*/audit.json"))


@pytest.mark.parametrize(
    "option", ["--subjects", "--waivers", "--register", "--keylog", "--ip-asn", "--digest-key", "--baseline"]
)
def test_a_named_file_that_is_not_there_is_named(option: str, auditor: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "x.har").write_bytes(HAR)
    run = auditor("audit", tmp_path / "x.har", option, tmp_path / "nowhere", "--out", tmp_path / "out", "--format", "json")
    assert "nowhere" in _is_one_error(run)


@pytest.mark.parametrize("name", ["session.toml", "subjects.toml", "waivers.toml"])
@pytest.mark.parametrize("data", [b"\xff\xfe", b"schema = 1\nx = '\0'", b"\xef\xbb\xbfschema = 2"], ids=["utf16", "nul", "bom"])
def test_a_session_file_of_odd_bytes_is_named_with_its_place(
    name: str, data: bytes, auditor: CommandLine, tmp_path: Path
) -> None:
    session = small_session(tmp_path / "small")
    (session / name).write_bytes(data)
    line = _is_one_error(auditor("flows", session))
    assert re.match(rf"error: \S*{name}: (line \d+|byte \d+)", line), line


def test_a_session_file_that_is_a_folder_is_named(auditor: CommandLine, tmp_path: Path) -> None:
    session = small_session(tmp_path / "small")
    (session / "waivers.toml").mkdir()
    assert "waivers.toml: cannot be read: Is a directory" in _is_one_error(auditor("flows", session))


# Odd files ------------------------------------------------------------------------------------------------------------------


def test_a_pipe_and_a_device_are_no_files_and_never_waited_for(auditor: CommandLine, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero")):
        assert "is no regular file" in _is_one_error(auditor("flows", path))
        report = ("--out", tmp_path / "out", "--format", "json")
        assert "is no regular file" in _is_one_error(auditor("audit", path, *report))
    session = small_session(tmp_path / "small")
    os.mkfifo(session / "pipe")
    assert "pipe: is no regular file" in _is_one_error(auditor("flows", session))


def test_what_may_not_be_opened_is_named_and_the_rest_is_audited(auditor: CommandLine, tmp_path: Path) -> None:
    """A capture, and a folder inside the session: neither is nothing, and neither costs the others."""
    with open_folder() as folder:
        session = small_session(folder / "small")
        (session / "inside").mkdir()
        report = ("--out", folder / "out", "--format", "json", "--as-of", "2026-11-22")
        auditor("audit", session, *report)  # what is loaded where it is used is loaded by root
        give_away(folder)
        with closed(session / "app.mitm", session / "inside"):
            run = auditor("audit", session, *report)
        assert run.code == 2
        assert run.errors == [
            f"error: {session}: inside: cannot be read: Permission denied",
            f"error: {session}/app.mitm: cannot be read: Permission denied",
        ]
        document = _audit_of(run, folder / "out", "small")
    assert [entry["outcome"] for entry in document["inputs"]] == ["unreadable", "read", "read"]


def test_a_name_that_is_no_utf_8_is_shown_with_escapes(auditor: CommandLine, tmp_path: Path) -> None:
    path = os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xe4\xb8\xad.har")
    Path(path).write_bytes(HAR)
    run = auditor("flows", path, "--format", "ndjson")
    assert run.code == 0
    assert json.loads(run.out.splitlines()[0])["capture"] == f"{tmp_path}/\\xff中.har"
    assert auditor("audit", path, "--out", tmp_path / "out", "--format", "json").code in (1, 3)


def test_a_capture_path_with_a_nul_does_not_exist(auditor: CommandLine, tmp_path: Path) -> None:
    session = small_session(tmp_path / "small")
    (session / "session.toml").write_text('schema = 1\n[[capture]]\npath = "a\\u0000b"\n')
    run = auditor("flows", session)
    assert run.code == 2
    assert any("does not exist" in line for line in run.errors)


def test_phase_times_that_no_clock_shows_are_faults(auditor: CommandLine, tmp_path: Path) -> None:
    session = small_session(tmp_path / "small")
    text = 'schema = 1\n[[phase]]\nid = "print"\nstart = 0001-01-01T00:00:00Z\nend = 9999-12-31T00:00:00Z\n'
    (session / "session.toml").write_text(text)
    run = auditor("flows", session)
    assert run.code == 2
    assert [re.findall(r"line \d", line)[0] for line in run.errors] == ["line 4", "line 5"]


@pytest.mark.parametrize(("name", "pack"), zip(CAPTURES, (gzip.compress, zstandard.compress, gzip.compress), strict=True))
def test_compressed_captures_read_the_same(name: str, pack: Any, auditor: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "plain").write_bytes(CAPTURES[name])
    (tmp_path / "packed").write_bytes(pack(CAPTURES[name]))
    plain = auditor("flows", tmp_path / "plain", "--format", "csv")
    packed = auditor("flows", tmp_path / "packed", "--format", "csv")
    assert (plain.code, packed.code) == (0, 0)
    assert packed.out == plain.out.replace(f"{tmp_path}/plain", f"{tmp_path}/packed")


PIPES = {
    "the wireless key": ("record", "wifi", "x.pcapng", "--key-file", "pipe", "-o", "y.pcapng"),
    "a file of destinations": ("flows", "x.har", "--catalog", "destinations"),
    "the policy's text": ("flows", "session"),
    "a planted image": ("sightings", "x.har", "--subjects", "image.toml"),
    "the key log": ("flows", "x.har", "--keylog", "pipe"),
    "the register": ("flows", "x.har", "--register", "pipe"),
    "the text itself": ("policy", "read", "pipe"),
}


@pytest.mark.parametrize("words", PIPES.values(), ids=list(PIPES))
def test_a_pipe_that_nobody_writes_is_never_waited_for(
    words: tuple[str, ...], auditor: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for folder in ("destinations", "session"):
        Path(folder).mkdir()
    for name in ("pipe", "destinations/x.toml", "session/policy.txt"):
        os.mkfifo(name)
    Path("session/session.toml").write_text('schema = 1\n[session]\npolicy = ["policy.txt"]\n')
    image = '[[identifier]]\nlabel = "i"\nkind = "image"\nvalue = "pipe"\nowner = "persona"\n'
    Path("image.toml").write_text(f"schema = 1\n{image}")
    Path("x.har").write_bytes(HAR)
    Path("session/x.har").write_bytes(HAR)
    run = auditor(*words)
    assert run.code == 2
    assert run.err.count("error: ") == 1


@pytest.mark.parametrize(
    ("argv", "what"),
    [
        (["flows", ""], "an argument is empty"),
        (["init", ""], "an argument is empty"),
        (["verify", "reports/x", "--captures", ""], "the value of --captures is empty"),
        (["audit", "x.har", "--out="], "the value of --out is empty"),
        (["phase", "x", "--session", ""], "the value of --session is empty"),
    ],
)
def test_an_empty_argument_is_not_the_current_folder(
    argv: list[str], what: str, auditor: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who writes "$X" with a name that is not set means no folder at all."""
    monkeypatch.chdir(tmp_path)
    run = auditor(*argv)
    assert (run.code, run.errors) == (2, [f"error: {what} (is a variable not set?)"])
    assert list(tmp_path.iterdir()) == []
    assert auditor("init", tmp_path / "new", "--product", "", "--tester=").code == 0
