"""Digests of evidence: of what is on the disk, and of nothing else."""

import hashlib
import os
from pathlib import Path

import pytest

from auditor.file_digest import BLOCK, Hashing, sha256


@pytest.mark.parametrize("size", [0, 1, BLOCK - 1, BLOCK, BLOCK + 1])
def test_every_byte_of_a_file_counts(tmp_path: Path, size: int) -> None:
    """Blocks meet without a gap; a thread beside gives the same."""
    data = bytes(number % 251 for number in range(size))
    (tmp_path / "file").write_bytes(data)
    path = str(tmp_path / "file")
    assert sha256(path) == Hashing(path).digest() == hashlib.sha256(data).hexdigest()


def test_what_is_no_file_has_no_digest_and_is_not_waited_for(tmp_path: Path) -> None:
    """Nothing, a folder, and a pipe that nobody writes."""
    os.mkfifo(tmp_path / "pipe")
    assert [sha256(str(tmp_path / name)) for name in ("nothing", "", "pipe")] == [None, None, None]
