"""Reads bytes as a capture file with the first look and without it, for the tests: both must say the same of every flow."""

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from auditor.capture import engine
from tests.unit.capture.reading_of import read

GLANCING = dataclasses.replace(engine.PLAIN, glances=True)


def both_ways(data: bytes, folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The flows, which are the same whether large captures' first look is taken or not."""
    monkeypatch.setattr(engine, "engine_for", lambda size: GLANCING)
    quick = read(data, folder, inspect=False).flows
    monkeypatch.setattr(engine, "engine_for", lambda size: engine.PLAIN)
    closer = read(data, folder, inspect=False).flows
    assert quick == closer
    return quick
