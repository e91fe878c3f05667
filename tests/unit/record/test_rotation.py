import hashlib
from pathlib import Path

import pytest

from auditor.errors import UsageError
from auditor.record.rotation import FileSeries, Rotation, parse_rotation


def series(folder: Path, rotation: Rotation, clock: list[float] | None = None) -> FileSeries:
    now = clock or [1_700_000_000.0]
    return FileSeries(folder, "printer", (b"head",), rotation, wall=lambda: now[0], monotonic=lambda: now[0])


def test_without_rotation_there_is_one_file_that_never_ends(tmp_path: Path) -> None:
    files = series(tmp_path, Rotation())
    files.file.pending.append(bytes(10_000_000))
    files.file.flush()
    assert (files.names, files.is_due) == (("printer.pcapng",), False)
    files.close()


def test_a_file_that_is_large_enough_makes_room_for_the_next(tmp_path: Path) -> None:
    files = series(tmp_path, Rotation(max_bytes=1 << 16))
    files.file.pending.append(bytes((1 << 16) - 5))
    files.file.flush()
    before = files.is_due
    files.file.pending.append(b"x")
    files.file.flush()
    assert (before, files.is_due) == (False, True)
    files.close()
    files.begin_next()
    assert files.names == ("printer_00001_20231114221320.pcapng", "printer_00002_20231114221320.pcapng")
    assert not files.is_due
    files.close()


def test_a_file_that_is_old_enough_makes_room_for_the_next(tmp_path: Path) -> None:
    clock = [1_700_000_000.0]
    files = series(tmp_path, Rotation(max_seconds=60), clock)
    clock[0] += 59
    before = files.is_due
    clock[0] += 1
    assert (before, files.is_due) == (False, True)
    files.close()


def test_a_ring_keeps_the_newest_and_says_what_it_removed(tmp_path: Path) -> None:
    files = series(tmp_path, Rotation(max_seconds=1, keep=2))
    removed = []
    for _ in range(4):
        files.close()
        removed += [done.name for done in files.begin_next()]
    files.close()
    assert [name[:13] for name in removed] == ["printer_00001", "printer_00002", "printer_00003"]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(files.names)
    assert [name[:13] for name in files.names] == ["printer_00004", "printer_00005"]


def test_a_finished_file_has_the_hash_of_what_is_on_the_disk(tmp_path: Path) -> None:
    files = series(tmp_path, Rotation())
    files.file.pending += [b"one", b"two"]
    files.file.flush()
    done = files.close()
    data = (tmp_path / done.name).read_bytes()
    assert (data, done.size, done.sha256) == (b"headonetwo", 10, hashlib.sha256(data).hexdigest())
    assert files.total == 10


@pytest.mark.parametrize(
    "said",
    [{"max_bytes": 100}, {"max_seconds": 0.5}, {"keep": 1, "max_seconds": 9}, {"keep": 3}],
)
def test_a_ring_that_cannot_turn_is_refused(said: dict[str, int]) -> None:
    with pytest.raises(UsageError):
        Rotation(**said)


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ((None, None, None), Rotation()),
        (("100M", None, None), Rotation(max_bytes=100 << 20)),
        (("1.5g", None, 3), Rotation(max_bytes=1_610_612_736, keep=3)),
        ((None, "90", None), Rotation(max_seconds=90)),
        ((None, "1h", 24), Rotation(max_seconds=3600, keep=24)),
        (("512k", "1d", 2), Rotation(max_bytes=1 << 19, max_seconds=86_400, keep=2)),
    ],
)
def test_a_ring_as_it_is_typed(typed: tuple[str | None, str | None, int | None], wanted: Rotation) -> None:
    assert parse_rotation(*typed) == wanted


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        (("big", None, None), "'big' is no size"),
        (("-5M", None, None), "no size"),
        (("5 T", None, None), "no size"),
        ((None, "1y", None), "'1y' is no time"),
        ((None, None, 3), "a ring needs"),
        (("1", None, None), "at least 64 KiB"),
        (("1M", None, 1), "at least 2 files"),
    ],
)
def test_a_ring_that_cannot_be_is_refused(typed: tuple[str | None, str | None, int | None], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        parse_rotation(*typed)
