"""Rotated sets: the first file stands for all, a conversation across files is one flow."""

from pathlib import Path

import pytest

from auditor.capture.packets import READERS
from auditor.capture.reader import ReadOptions
from auditor.capture.rotated import gaps, is_continuation, rotated_set
from auditor.model.vocabulary import Outcome
from tests.unit.capture.wire import Wire, pcap, pcapng

NAMES = [f"printer_{number:05}_2026112210473{number}.pcap" for number in (1, 2, 3)]


def _write(folder: Path, contents: list[bytes], names: list[str] = NAMES) -> list[str]:
    for name, content in zip(names, contents, strict=True):
        (folder / name).write_bytes(content)
    return [str(folder / name) for name in names]


def test_the_first_file_stands_for_the_set(tmp_path: Path) -> None:
    paths = _write(tmp_path, [b"", b"", b""])
    (tmp_path / "other_00001_20261122104730.pcap").write_bytes(b"")
    (tmp_path / "printer_00004_20261122104739.pcapng").write_bytes(b"")
    assert rotated_set(paths[0]) == tuple(paths)
    assert rotated_set(paths[1]) == (paths[1],)
    assert [is_continuation(path) for path in paths] == [False, True, True]


def test_the_lowest_number_left_of_a_ring_is_the_first(tmp_path: Path) -> None:
    paths = _write(tmp_path, [b"", b"", b""])
    Path(paths[0]).unlink()
    assert rotated_set(paths[1]) == tuple(paths[1:])


def test_the_files_of_tcpdump_are_a_set_where_the_first_is_there(tmp_path: Path) -> None:
    """Two digits come after one, and any of them may be compressed. Without the first it may be a ring, whose numbers are no order."""
    names = ["router.pcap", "router.pcap1", "router.pcap2.gz", "router.pcap10"]
    paths = _write(tmp_path, [b""] * 4, names)
    for name in ("router.pcap01", "router2.pcap1", "router.pcapng", "router.pcap.txt"):
        (tmp_path / name).write_bytes(b"")
    assert rotated_set(paths[0]) == tuple(paths)
    assert [is_continuation(path) for path in paths] == [False, True, True, True]
    assert not is_continuation(str(tmp_path / "router2.pcap1"))
    assert len(list(gaps(paths))) == 1
    Path(paths[0]).unlink()
    assert [rotated_set(path) for path in paths[1:]] == [(path,) for path in paths[1:]]
    assert not any(is_continuation(path) for path in paths[1:])


def _ring(folder: Path, oldest: int, count: int = 3, name: str = "ring.pcap{}") -> tuple[list[str], Wire]:
    """Files as `tcpdump -C 1 -W COUNT` leaves them when it has gone around; their paths from the oldest on."""
    wire = Wire()
    wire.connect(port=80).open().up(b"GET /a HTTP/1.1\r\nHost: a.example\r\n\r\n", 10).close()
    each = len(wire.frames) // count
    order = [(oldest + number) % count for number in range(count)]
    cuts = [wire.frames[number * each : None if number == count - 1 else (number + 1) * each] for number in range(count)]
    return _write(folder, [pcap(cut) for cut in cuts], [name.format(number) for number in order]), wire


@pytest.mark.parametrize("oldest", [0, 1, 2])
def test_the_oldest_file_stands_for_a_ring_of_tcpdump(oldest: int, tmp_path: Path) -> None:
    """Wherever the ring has come to; a conversation across its files is one flow."""
    paths, wire = _ring(tmp_path, oldest)
    assert rotated_set(paths[0]) == tuple(paths)
    assert [rotated_set(path) for path in paths[1:]] == [(path,) for path in paths[1:]]
    assert [is_continuation(path) for path in paths] == [False, True, True]
    reading = READERS[1].read(paths[0], ReadOptions())
    assert (reading.outcome, reading.damage, reading.notes) == (Outcome.READ, (), ())
    assert reading.flows["host"].tolist() == ["a.example"]
    assert reading.flows["packets_up"].sum() + reading.flows["packets_down"].sum() == len(wire.frames)


def test_what_is_no_whole_ring_stands_for_itself(tmp_path: Path) -> None:
    """A file lacks, is not of the ring's width, is empty, or the times are those of several recordings."""
    paths, wire = _ring(tmp_path, 1, 4)
    assert len(rotated_set(paths[0])) == 4
    first, second = Path(paths[0]), Path(paths[1])
    whole = second.read_bytes()
    for broken in (b"", whole[:30], pcapng(wire.frames[:2]), pcap(wire.frames[-1:])):
        second.write_bytes(broken)
        assert (rotated_set(str(first)), is_continuation(str(second))) == ((str(first),), False)
    second.unlink()
    assert rotated_set(str(first)) == (str(first),)
    second.with_name(second.name.replace("pcap", "pcap0")).write_bytes(whole)
    assert rotated_set(str(first)) == (str(first),)


def test_other_names_stand_for_themselves(tmp_path: Path) -> None:
    path = tmp_path / "capture_2026.pcap"
    path.write_bytes(b"")
    assert (rotated_set(str(path)), is_continuation(str(path))) == ((str(path),), False)


@pytest.mark.parametrize("form", ["pcap", "pcapng"])
def test_a_conversation_across_files_is_one_flow(form: str, tmp_path: Path) -> None:
    wire = Wire()
    wire.connect(port=80).open().up(
        b"GET /a HTTP/1.1\r\nHost: a.example\r\n\r\nGET /b HTTP/1.1\r\nHost: b.example\r\n\r\n", 20
    ).close()
    make, suffix = (pcap, "pcap") if form == "pcap" else (pcapng, "pcapng")
    parts = [wire.frames[:4], wire.frames[4:6], wire.frames[6:]]
    paths = _write(tmp_path, [make(part) for part in parts], [name.replace("pcap", suffix) for name in NAMES])
    reader = next(reader for reader in READERS if reader.name == form)
    told: list[int] = []
    reading = reader.read(paths[0], ReadOptions(progress=told.append))
    assert reading.flows["flow_id"].tolist() == ["tcp-0"]
    assert list(reading.flows["names"].iloc[0]) == ["a.example", "b.example"]
    assert sum(told) == sum(Path(path).stat().st_size for path in paths)


def test_damage_of_a_later_file_names_it(tmp_path: Path) -> None:
    wire = Wire()
    wire.connect().open().close()
    paths = _write(tmp_path, [pcap(wire.frames[:2]), pcap(wire.frames[2:4])[:-5], pcap(wire.frames[4:])])
    reading = READERS[1].read(paths[0], ReadOptions())
    assert reading.outcome is Outcome.DAMAGED
    assert reading.damage[0].where.startswith(f"{NAMES[1]}: byte ")
    assert reading.flows["packets_up"].sum() + reading.flows["packets_down"].sum() == len(wire.frames) - 1


@pytest.mark.parametrize("form", ["pcap", "pcapng"])
def test_a_file_that_is_missing_in_the_middle_of_a_set_is_damage(form: str, tmp_path: Path) -> None:
    """What it held nobody can see; a ring buffer deletes from the front only."""
    wire = Wire()
    wire.connect().open().close()
    make, suffix = (pcap, "pcap") if form == "pcap" else (pcapng, "pcapng")
    names = [name.replace("pcap", suffix) for name in NAMES]
    paths = _write(tmp_path, [make(wire.frames[:2]), make(wire.frames[2:4]), make(wire.frames[4:])], names)
    reader = next(reader for reader in READERS if reader.name == form)
    Path(paths[1]).unlink()
    reading = reader.read(paths[0], ReadOptions())
    assert [(entry.where, entry.what) for entry in reading.damage] == [
        (f"{names[2]}: byte 0", "1 file of the set is missing before this one")
    ]
    assert reading.flows["packets_up"].sum() > 0
    Path(paths[0]).unlink()
    assert reader.read(paths[2], ReadOptions()).damage == ()
