"""Compiled code: kept under a name that follows the sources, loaded without numba, never a fault of the reading."""

import os
from pathlib import Path

import pytest

from auditor.capture import compiled, engine


def test_the_cache_follows_the_user_s_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    assert compiled.cache_folder() == Path("/somewhere/auditor")
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert compiled.cache_folder() == Path.home() / ".cache" / "auditor"
    monkeypatch.setenv("NUMBA_CACHE_DIR", "/elsewhere")
    assert compiled.cache_folder() == Path("/elsewhere")


def test_small_captures_need_no_compiled_code() -> None:
    assert engine.engine_for(engine.COMPILED_FROM - 1) is engine.PLAIN


def test_middling_captures_do_not_wait_for_compilation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    assert engine.engine_for(engine.COMPILING_FROM - 1) is engine.PLAIN


def test_every_function_of_the_bulk_path_says_its_types() -> None:
    compiler = compiled._Compiler()
    for module in compiled.MODULES:
        for name, function in vars(module).items():
            if getattr(function, "__module__", "") == module.__name__ and hasattr(function, "__code__"):
                assert set(compiled._parameters(function)) <= set(compiler.types), (module.__name__, name)


def test_a_cache_that_cannot_be_written_is_no_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocked = tmp_path / "file"
    blocked.write_bytes(b"")
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(blocked / "below"))
    compiled._keep(dict.fromkeys(compiled.DOORS, b""), compiled._paths())
    assert not compiled.cached()


@pytest.mark.skipif(
    not compiled.cached() and "AUDITOR_TEST_COMPILED" not in os.environ,
    reason="nothing compiled is cached; compiling takes half a minute",
)
def test_compiled_and_plain_code_read_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from auditor.capture.packets import READERS
    from auditor.capture.reader import ReadOptions
    from tests.unit.capture.test_glance import _many

    path = tmp_path / "x.pcap"
    path.write_bytes(_many().pcap())
    read = []
    for chosen in (compiled.engine(), engine.PLAIN):
        monkeypatch.setattr(engine, "engine_for", lambda size, chosen=chosen: chosen)
        frame = READERS[1].read(str(path), ReadOptions()).flows
        read.append([{key: str(value) for key, value in row.items()} for row in frame.astype(object).to_dict("records")])
    assert read[0] == read[1]
