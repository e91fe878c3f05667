"""Compiled code of the bulk path: all of it can be compiled, small captures do without, and both read alike."""

from pathlib import Path

import pytest

from auditor.capture import compiled, engine
from auditor.capture.machine_code import assembly
from auditor.object_code import cached


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
    assert cached(compiled.CODE)
