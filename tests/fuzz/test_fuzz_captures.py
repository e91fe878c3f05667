"""A short run of the capture readers' fuzzing, always the same."""

from itertools import islice
from pathlib import Path

import pytest

from auditor.capture import engine
from tests.fuzz.fuzz_captures import SLOW, check, mutations


def test_wounded_captures_are_read_or_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred wounded captures: each is read, or refused with its place, in every way; none takes long."""
    monkeypatch.setattr(engine, "engine_for", engine.engine_for)
    assert max(check(data, tmp_path / "input.cap") for data in islice(mutations(7), 100)) < SLOW
