"""Large plain files are shown without copying; whatever else is read in the ordinary way, with the same result."""

import io
from pathlib import Path

import numpy as np
import pytest

from auditor.capture import mapped
from auditor.capture.mapped import MappedFile
from auditor.capture.window import Window

DATA = bytes(range(256)) * 4_096


@pytest.fixture
def large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that counts as large here."""
    monkeypatch.setattr(mapped, "LEAST", 1 << 16)
    path = tmp_path / "large"
    path.write_bytes(DATA)
    return path


@pytest.mark.parametrize(("start", "size"), [(0, 100), (1, 5_000), (4_095, 8_192), (len(DATA) - 7, 100), (70_001, 1 << 20)])
def test_a_part_holds_the_bytes_of_its_place(large: Path, start: int, size: int) -> None:
    """Wherever it begins, also inside a page, and however much is asked for behind the end."""
    with large.open("rb") as file:
        found = MappedFile.of(file)
        assert found is not None
        part = found.part(start, size)
        assert part is not None
        assert part.tobytes() == DATA[start : start + size]


def test_what_cannot_be_mapped(large: Path, tmp_path: Path) -> None:
    """A small file, a stream in memory, a place behind the end, and a file that was cut after it was opened."""
    small = tmp_path / "small"
    small.write_bytes(b"x")
    with small.open("rb") as file:
        assert MappedFile.of(file) is None
    assert MappedFile.of(io.BytesIO(DATA)) is None
    with large.open("rb") as file:
        found = MappedFile.of(file)
        assert found is not None
        assert found.part(len(DATA), 10) is None
        large.write_bytes(DATA[:100_000])
        assert found.part(0, len(DATA)) is None


def test_pages_that_are_not_in_memory_are_not_shown(large: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Touching an unreadable page would end the process: the kernel is asked before."""
    with large.open("rb") as file:
        found = MappedFile.of(file)
        assert found is not None
        monkeypatch.setattr(found, "_mincore", lambda *_: -1)
        assert found.part(0, 10) is None


@pytest.mark.parametrize("fails_from", [0, 1, 3, 99])
def test_a_window_reads_the_same_mapped_and_copied(large: Path, monkeypatch: pytest.MonkeyPatch, fails_from: int) -> None:
    """Also where mapping stops to be possible on the way."""
    monkeypatch.setattr("auditor.capture.window.MAPPED_SIZE", 1 << 17)
    calls = iter(range(10_000))
    part = MappedFile.part

    def failing(self: MappedFile, start: int, size: int) -> "np.ndarray[tuple[int], np.dtype[np.uint8]] | None":
        return part(self, start, size) if next(calls) < fails_from else None

    monkeypatch.setattr(MappedFile, "part", failing)
    seen, before = b"", b""
    with large.open("rb") as file:
        window = Window(file, 50_000)
        got = window.advance(0)
        while got or window.end:
            used = min(30_001, window.end)
            block = window.block
            before = bytes(window.view[:used])
            seen += before
            got = window.advance(used)
            assert bytes(memoryview(block)[:used]) == before, "the block before the move stays as it was"
    assert seen == DATA


def test_a_mapped_window_grows_for_a_large_block(large: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a copied one does."""
    monkeypatch.setattr("auditor.capture.window.MAPPED_SIZE", 1 << 16)
    with large.open("rb") as file:
        window = Window(file)
        assert window.advance(0) == 1 << 16
        assert window.advance(0) == 1 << 16
        assert bytes(window.view[: window.end]) == DATA[: 1 << 17]
