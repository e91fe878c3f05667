"""Paths become sessions: what a folder holds, what it lists, and what loose files are."""

import dataclasses
import os
from pathlib import Path

import pytest

from auditor.errors import ConfigError, UsageError
from auditor.model.session import UnderTest
from auditor.model.vocabulary import Surface
from auditor.session import folder as module
from auditor.session.folder import OpenedSession, holds_reports, open_sessions, read_text, shown
from tests.unit.capture.wire import START, pcapng
from tests.unit.closed_files import closed, open_folder


def _open(*paths: Path | str, **options: object) -> tuple[OpenedSession, ...]:
    return open_sessions(tuple(map(str, paths)), **options)  # type: ignore[arg-type]


def _write(folder: Path, **files: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text)
    return folder


def test_a_folder_without_session_file_is_a_session_of_its_name(tmp_path: Path) -> None:
    (opened,) = _open(_write(tmp_path / "run 1", b__har="x", a__mitm="x"))
    assert (opened.session.name, opened.session.folder) == ("run 1", str(tmp_path / "run 1"))
    assert [(capture.name, capture.listed) for capture in opened.session.captures] == [("a.mitm", False), ("b.har", False)]
    assert (opened.warnings, opened.errors, opened.session.required_phases) == ((), (), ())


def test_a_folder_is_named_by_what_it_is_and_not_by_how_it_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _write(tmp_path / "run", a__mitm="x")
    monkeypatch.chdir(tmp_path / "run")
    assert [opened.session.name for opened in _open(".")] == ["run"]


def test_listed_captures_come_first_and_others_with_a_warning(tmp_path: Path) -> None:
    text = 'schema = 1\n[[capture]]\npath = "./z.har"\nsurface = "site"\nkeylog = "keys"\n'
    (opened,) = _open(_write(tmp_path / "s", session__toml=text, z__har="x", a__mitm="x", keys="x"))
    captures = opened.session.captures
    assert [(capture.name, capture.surface, capture.listed) for capture in captures] == [
        ("./z.har", Surface.SITE, True),
        ("a.mitm", None, False),
    ]
    assert captures[0].keylog == str(tmp_path / "s" / "keys")
    assert opened.warnings == (f"{tmp_path}/s/a.mitm: not listed in session.toml; audited with its format's usual surface",)


def test_what_is_no_capture_is_passed_over(tmp_path: Path) -> None:
    names = ("subjects.toml", "notes.md", "x.txt", "keys.pem", "a.log", "shot.png", ".hidden", "session.key", "README.md")
    session = _write(tmp_path / "s", a__mitm="x")
    for name in names:
        (session / name).write_text("schema = 1" if name.endswith("toml") else "x")
    _write(session / ".git", x__har="x")
    _write(session / "streams", x__har="x")
    _write(session / "deep", x__har="x")
    (opened,) = _open(session)
    assert [capture.name for capture in opened.session.captures] == ["a.mitm", "deep/x.har"]


def test_a_listed_capture_is_one_whatever_it_is_called(tmp_path: Path) -> None:
    text = 'schema = 1\n[[capture]]\npath = "x.log"\n'
    (opened,) = _open(_write(tmp_path / "s", session__toml=text))
    assert [capture.name for capture in opened.session.captures] == ["x.log"]
    assert opened.errors == ()


def test_a_folder_without_captures_is_an_error_that_stops_nothing(tmp_path: Path) -> None:
    (opened,) = _open(_write(tmp_path / "s"))
    assert [error.what for error in opened.errors] == ["holds no captures"]


def test_loose_files_are_one_session_named_after_the_first(tmp_path: Path) -> None:
    session = _write(tmp_path / "s", a__mitm="x")
    first, second = _open(tmp_path / "x.tar.har", session, "y.pcap")
    assert (first.session.name, first.session.folder) == ("x", None)
    assert [capture.name for capture in first.session.captures] == [str(tmp_path / "x.tar.har"), "y.pcap"]
    assert second.session.name == "s"


@pytest.mark.parametrize(("path", "name"), [(".hidden", "capture"), ("a", "a"), ("...", "capture"), ("d/美甲.har", "美甲")])
def test_a_loose_session_always_has_a_name(path: str, name: str) -> None:
    (opened,) = _open(path)
    assert opened.session.name == name


def test_an_empty_path_is_not_the_current_folder() -> None:
    with pytest.raises(UsageError, match="a path is empty"):
        _open("a.mitm", "")


@pytest.mark.parametrize(("said", "inside"), [("mine.toml", True), ("other.toml", False), ("o2nails-1.1", False)])
def test_a_register_in_the_folder_goes_with_the_session(said: str, inside: bool, tmp_path: Path) -> None:
    text = f'schema = 1\n[session]\nregister = "{said}"\n'
    session = _write(tmp_path / "s", session__toml=text, mine__toml="x", a__mitm="x")
    (opened,) = _open(session)
    assert opened.session.register == (str(session / said) if inside else said)
    assert [capture.name for capture in opened.session.captures] == ["a.mitm"]


def test_options_fill_what_the_session_leaves_open(tmp_path: Path) -> None:
    text = 'schema = 1\n[[capture]]\npath = "a"\nsurface = "site"\nkeylog = "k"\n[[capture]]\npath = "b"\n'
    session = _write(tmp_path / "s", session__toml=text)
    (opened,) = _open(session, surface=Surface.PRINTER, keylog="keys", background=("idle.har",))
    found = [(capture.name, capture.surface, capture.keylog, capture.background) for capture in opened.session.captures]
    assert found == [
        ("a", Surface.SITE, str(session / "k"), False),
        ("b", Surface.PRINTER, "keys", False),
        ("idle.har", Surface.PRINTER, "keys", True),
    ]


def test_faults_of_all_files_of_a_folder_come_together(tmp_path: Path) -> None:
    session = _write(tmp_path / "s", session__toml="x = 1", subjects__toml="[", waivers__toml="schema = 5")
    (session / "waivers.toml").write_bytes(b"\xff")
    with pytest.raises(ConfigError) as caught:
        _open(session)
    assert [Path(fault.source.path).name for fault in caught.value.faults] == [
        "session.toml",
        "session.toml",
        "subjects.toml",
        "waivers.toml",
    ]


def test_bytes_that_are_no_utf_8_are_shown_as_escapes() -> None:
    assert shown(os.fsdecode(b"a\xff/\xe4\xb8\xad")) == "a\\xff/中"


def test_text_is_utf_8_with_or_without_a_mark(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"\xef\xbb\xbfx = 1")
    assert read_text(str(tmp_path / "a")) == "x = 1"


def test_text_that_cannot_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "latin").write_bytes(b"ab\xff")
    monkeypatch.setattr(module, "MAX_TEXT", 1 << 20)
    (tmp_path / "large").write_bytes(bytes((1 << 20) + 1))
    cases = (
        ("latin", "byte 2: is not UTF-8 text"),
        ("large", "is larger than 1 MiB"),
        (".", "cannot be read"),
        ("none", "No such file"),
    )
    for name, what in cases:
        with pytest.raises(UsageError, match=what):
            read_text(str(tmp_path / name))


def test_the_policy_text_is_read_and_is_no_capture(tmp_path: Path) -> None:
    """Whatever its ending; one that is not there is an error that stops nothing."""
    (tmp_path / "policy.htm").write_bytes(b"<p>Privacy")
    (tmp_path / "session.toml").write_text('schema = 1\n[session]\npolicy = ["policy.htm", "gone.txt"]\n', encoding="utf-8")
    (tmp_path / "a.har").write_bytes(b"{}")
    (opened,) = open_sessions((str(tmp_path),))
    assert [(text.name, text.data) for text in opened.session.policy] == [("policy.htm", b"<p>Privacy")]
    assert [capture.name for capture in opened.session.captures] == ["a.har"]
    assert [error.source.path for error in opened.errors if error.source] == [str(tmp_path / "gone.txt")]


TESTED = {
    "product": "P",
    "app_version": "1.2",
    "firmware": "F3",
    "region": "EU",
    "app_sha256": "a" * 64,
    "firmware_sha256": "b" * 64,
    "topology": "wifi_proxy",
    "tester": "T",
    "scripted": "made up",
    "register": "own",
    "required_phases": ("print",),
}


def test_whatever_session_toml_says_of_the_test_is_in_the_session(tmp_path: Path) -> None:
    """Every field, so that a further one cannot be forgotten; captures get their place on the disk."""
    lines = [f"{name} = {list(value) if isinstance(value, tuple) else value!r}" for name, value in TESTED.items()]
    text = "\n".join(["schema = 1", "[session]", *lines, "[first_party]", "domains = ['Own.Example.']", "tenants = ['shop']"])
    text += "\n[[capture]]\npath = 'a.har'\n[[phase]]\nid = 'print'\nstart = 2026-01-01T00:00:00Z\nend = 2026-01-01T00:00:01Z\n"
    (tmp_path / "session.toml").write_text(text)
    (tmp_path / "a.har").write_text("{}")
    session = open_sessions((str(tmp_path),))[0].session
    said = {field.name: getattr(session, field.name) for field in dataclasses.fields(UnderTest)}
    captures, phases = said.pop("captures"), said.pop("phases")
    assert said == TESTED | {"domains": ("own.example",), "tenants": ("shop",)}
    assert [(capture.name, capture.path) for capture in captures] == [("a.har", str(tmp_path / "a.har"))]
    assert [(phase.id, phase.end - phase.start) for phase in phases] == [("print", 10**9)]


def test_a_folder_that_may_not_be_opened_is_named() -> None:
    """Whether it may not be listed or not be entered: what it holds is not known, which is not nothing."""
    with open_folder() as folder:
        (folder / "s").mkdir()
        with closed(folder / "s"), pytest.raises(UsageError, match="cannot be read: Permission denied") as caught:
            _open(folder / "s")
        assert str(caught.value).startswith(f"{folder}/s: ")


def test_a_closed_folder_inside_a_session_is_a_fault_and_the_rest_is_there() -> None:
    with open_folder() as folder:
        (_write(folder / "s", a__har="x") / "inside").mkdir()
        with closed(folder / "s" / "inside"):
            (opened,) = _open(folder / "s")
    assert [capture.name for capture in opened.session.captures] == ["a.har"]
    assert [error.what for error in opened.errors] == ["inside: cannot be read: Permission denied"]


@pytest.mark.parametrize("name", ["session.toml", "subjects.toml", "waivers.toml"])
def test_a_session_file_that_is_a_pipe_or_leads_nowhere_is_named(name: str, tmp_path: Path) -> None:
    """Nobody waits for a pipe, and a broken link is no absent file."""
    os.mkfifo(tmp_path / name)
    with pytest.raises(ConfigError, match="is no regular file"):
        _open(tmp_path)
    (tmp_path / name).unlink()
    (tmp_path / name).symlink_to(name)
    with pytest.raises(ConfigError, match="Too many levels of symbolic links"):
        _open(tmp_path)


def test_reports_in_a_session_are_no_captures(tmp_path: Path) -> None:
    """Whoever writes them there audits them the next time, else. A folder with a session.toml is never taken for one."""
    session = _write(tmp_path / "s", **{"session.toml": "schema = 1", "a.har": "{}"})
    for name in ("reports/s/audit.json", "old/audit.json", "kept/session.toml", "kept/audit.json"):
        (session / name).parent.mkdir(parents=True, exist_ok=True)
        (session / name).write_text("{}")
    (opened,) = _open(session)
    assert [capture.name for capture in opened.session.captures] == ["a.har"]
    assert not holds_reports(session / "kept")
    assert holds_reports(session / "reports")


def test_sessions_inside_a_session_are_named_in_one_line(tmp_path: Path) -> None:
    outer = _write(tmp_path / "lab", **{"a.har": "{}"})
    for name in ("x", "y", "z"):
        _write(outer / name, **{"session.toml": "schema = 1"})
        (opened,) = _open(outer)
        assert len(opened.warnings) == 1
    assert opened.warnings[0].endswith("lab/x and 2 more are sessions of their own and no part of this one")


def test_the_files_of_a_rotated_set_are_one_capture_where_its_first_is_named(tmp_path: Path) -> None:
    """As a shell writes out `capture_*`; a later file alone stands for itself."""
    names = [f"capture_0000{number}_2026010100000{number}.pcapng" for number in (1, 2, 3)]
    for name in (*names, "other.pcap"):
        (tmp_path / name).write_text("x")
    (opened,) = _open(*(tmp_path / name for name in (*names, "other.pcap")))
    assert [Path(capture.path).name for capture in opened.session.captures] == [names[0], "other.pcap"]
    (opened,) = _open(*(tmp_path / name for name in names[1:]))
    assert [Path(capture.path).name for capture in opened.session.captures] == names[1:]


def test_in_a_folder_a_rotated_set_is_one_capture_too(tmp_path: Path) -> None:
    """Its later files are read behind the first; each on its own would begin in the middle of conversations."""
    names = [f"capture_0000{number}_2026010100000{number}.pcapng" for number in (1, 2)]
    for name in names:
        (tmp_path / name).write_bytes(pcapng([(START, b"x" * 60)]))
    (opened,) = _open(tmp_path)
    assert [Path(capture.path).name for capture in opened.session.captures] == names[:1]
