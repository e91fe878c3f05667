import hashlib
import os
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


def test_the_thread_writes_in_order_and_a_flush_waits_for_it(tmp_path: Path) -> None:
    file = CaptureFile(tmp_path / "a", [b"head"])
    for number in range(200):
        file.pending.append(f"<{number}>".encode())
        file.flush_behind()
    file.pending.append(b"end")
    file.flush()
    data = b"head" + b"".join(f"<{number}>".encode() for number in range(200)) + b"end"
    assert (tmp_path / "a").read_bytes() == data
    assert (file.size, file.sha256) == (len(data), hashlib.sha256(data).hexdigest())
    file.close()


def test_a_full_disk_is_told_to_the_next_who_flushes_and_nothing_is_lost_in_memory(tmp_path: Path) -> None:
    file = CaptureFile(tmp_path / "a", [b"h" * 100])
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (190, before[1]))
    blocks = [str(number).encode() * 50 for number in range(6)]
    try:
        with pytest.raises(OSError, match="File too large"):
            for block in blocks:
                file.pending.append(block)
                file.flush_behind()
            file.flush()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert (tmp_path / "a").read_bytes() == b"h" * 100 + blocks[0]
    handed = len(file.pending)
    assert file.pending == blocks[1 : 1 + handed]
    file.pending[handed:] = blocks[1 + handed :]
    file.flush()
    assert (tmp_path / "a").read_bytes() == b"h" * 100 + b"".join(blocks)
    file.close()


def test_a_stalled_disk_does_not_stop_the_one_who_takes_packets(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    file = CaptureFile(tmp_path / "a", [])
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    writer = os.open(path, os.O_WRONLY)
    os.dup2(writer, file._descriptor)  # a pipe that nobody reads is a disk that stalls
    for _ in range(20):
        file.pending.append(bytes(100_000))
        file.flush_behind()
    assert file._waiting > 1_000_000
    os.set_blocking(reader, True)
    taken = 0
    while taken < 2_000_000:
        taken += len(os.read(reader, 1 << 16))
    file.flush()
    assert file.size == 2_000_000
    os.close(reader)
    os.close(writer)
