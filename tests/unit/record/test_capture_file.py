import resource
from pathlib import Path

import pytest

from auditor.errors import UsageError
from auditor.record.capture_file import CaptureFile


def test_what_is_flushed_is_there_and_for_its_owner_only(tmp_path: Path) -> None:
    file = CaptureFile(tmp_path / "a", [b"head"])
    file.pending += [b"one", b"two"]
    file.flush()
    assert (tmp_path / "a").read_bytes() == b"headonetwo"
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o600
    assert file.size == 10
    file.close()


@pytest.mark.parametrize("make", [lambda path: path.touch(), lambda path: path.symlink_to("victim")])
def test_what_is_there_is_never_overwritten(tmp_path: Path, make: object) -> None:
    make(tmp_path / "a")  # type: ignore[operator]
    with pytest.raises(UsageError, match="a: cannot be written"):
        CaptureFile(tmp_path / "a", [])
    assert not (tmp_path / "victim").exists()


def test_a_full_disk_leaves_whole_blocks_and_keeps_the_rest_pending(tmp_path: Path) -> None:
    file = CaptureFile(tmp_path / "a", [b"h" * 100])
    file.pending += [b"1" * 50, b"2" * 50, b"3" * 50]
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (190, before[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            file.flush()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert (tmp_path / "a").read_bytes() == b"h" * 100 + b"1" * 50
    assert file.pending == [b"2" * 50, b"3" * 50]
    file.flush()
    assert (tmp_path / "a").stat().st_size == file.size == 250
    file.close()
