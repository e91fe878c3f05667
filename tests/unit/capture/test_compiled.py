"""Compiled code: kept under a name that follows the sources, made in seconds, never a fault of the reading."""

from pathlib import Path

import pytest

from auditor.capture import compiled, engine
from auditor.capture.machine_code import assembly


def test_the_cache_follows_the_user_s_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    assert compiled.cache_folder() == Path("/somewhere/auditor")
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert compiled.cache_folder() == Path.home() / ".cache" / "auditor"


def test_small_captures_need_no_compiled_code() -> None:
    assert engine.engine_for(engine.COMPILED_FROM - 1) is engine.PLAIN


def test_middling_captures_do_not_wait_for_compilation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert engine.engine_for(engine.COMPILING_FROM - 1) is engine.PLAIN


def test_every_function_of_the_bulk_path_can_be_compiled() -> None:
    for module in compiled.MODULES:
        for name, function in vars(module).items():
            if getattr(function, "__module__", "") == module.__name__ and hasattr(function, "__code__"):
                assert f"@auditor_{name}(" in assembly([function], frozenset()), (module.__name__, name)


def test_what_is_inlined_is_there() -> None:
    names = {name for module in compiled.MODULES for name in vars(module)}
    assert names >= compiled.INLINED


def test_a_cache_that_cannot_be_written_is_no_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocked = tmp_path / "file"
    blocked.write_bytes(b"")
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked / "below"))
    compiled._keep(b"", compiled._path())
    assert not compiled.cached()


def test_compiled_and_plain_code_read_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from auditor.capture.packets import READERS
    from auditor.capture.reader import ReadOptions
    from tests.unit.capture.test_glance import _many

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    path = tmp_path / "x.pcap"
    path.write_bytes(_many().pcap())
    read = []
    for chosen in (compiled.engine(), engine.PLAIN):
        monkeypatch.setattr(engine, "engine_for", lambda size, chosen=chosen: chosen)
        frame = READERS[1].read(str(path), ReadOptions()).flows
        read.append([{key: str(value) for key, value in row.items()} for row in frame.astype(object).to_dict("records")])
    assert read[0] == read[1]
    assert compiled.cached()
