"""Compiled code: kept under a name that follows the sources, never a fault of what uses it."""

from pathlib import Path

import pytest

from auditor import object_code, triage_code
from auditor.object_code import ObjectCode

ONE = """
define i64 @auditor_one(i64 %a) nounwind {
  %b = add i64 %a, 1
  ret i64 %b
}
"""


def one() -> int:
    return 1


def code(tmp_path: Path, text: str = "x") -> ObjectCode:
    source = tmp_path / "source.py"
    source.write_text(text)
    return ObjectCode("test", (one,), (source,), lambda _: ONE)


def test_the_cache_follows_the_user_s_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    assert object_code.cache_folder() == Path("/somewhere/auditor")
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert object_code.cache_folder() == Path.home() / ".cache" / "auditor"


def test_a_cache_that_cannot_be_written_is_no_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocked = tmp_path / "file"
    blocked.write_bytes(b"")
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked / "below"))
    doors, _keeps = object_code.functions(code(tmp_path))
    assert doors["one"](41) == 42
    assert not object_code.cached(code(tmp_path))


def test_what_was_compiled_is_kept_and_loaded_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    first = code(tmp_path)
    object_code.functions(first)
    assert object_code.cached(first)

    def fails(_: object) -> str:
        raise AssertionError("compiled again")

    doors, _keeps = object_code.functions(first._replace(write=fails))
    assert doors["one"](1) == 2


def test_another_source_is_other_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    object_code.functions(code(tmp_path))
    assert not object_code.cached(code(tmp_path, "changed"))


def test_all_that_the_project_compiles_names_its_sources() -> None:
    from auditor.capture import compiled

    for each in (compiled.CODE, triage_code.CODE):
        assert all(path.is_file() for path in each.sources)
