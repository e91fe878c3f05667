"""The machine code of `decode/triage`: all of it can be compiled, and it waits until that pays."""

from pathlib import Path

import pytest

from auditor import triage_code
from auditor.capture.machine_code import assembly
from auditor.object_code import cached


def test_every_function_can_be_compiled() -> None:
    names = []
    for module in triage_code.COMPILED:
        for name, function in vars(module).items():
            if getattr(function, "__module__", "") == module.__name__ and hasattr(function, "__code__") and name != "_class_of":
                names.append(name)
                assert f"@auditor_{name}(" in assembly([function], frozenset()), (module.__name__, name)
    assert "look" in names


def test_little_is_not_worth_compiling(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert triage_code._made(triage_code.VERY_MUCH - 1) is None
    assert triage_code._made(triage_code.VERY_MUCH) is not None
    assert cached(triage_code.CODE)
    assert triage_code._made(1) is not None
