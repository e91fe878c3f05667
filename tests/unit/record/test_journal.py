import json
import os
import resource
from collections.abc import Iterator
from pathlib import Path

import pytest

from auditor.errors import UsageError
from auditor.record.journal import FIRST_LINK, GROUP_RECORDS, NAME, Journal, Kind, seal


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1_700_000_000_000_000_000

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def journal(tmp_path: Path, clock: Clock) -> Iterator[Journal]:
    with Journal(tmp_path / NAME, "printer-1", wall=clock, monotonic=clock) as opened:
        yield opened


def lines(journal: Journal) -> list[bytes]:
    return journal.path.read_bytes().splitlines()


def test_a_record_has_its_recorder_number_kind_and_both_clocks(journal: Journal) -> None:
    journal.add(Kind.NOTE, text="hello")
    journal.sync()
    record = json.loads(lines(journal)[0])
    assert record.pop("chain")
    assert record == {
        "recorder": "printer-1",
        "n": 0,
        "kind": "note",
        "at": "2023-11-14T22:13:20.000000000Z",
        "monotonic": 1_700_000_000_000_000_000,
        "text": "hello",
    }


def test_each_record_stands_on_the_one_before(journal: Journal) -> None:
    for number in range(3):
        journal.add(Kind.NOTE, text=str(number))
    journal.sync()
    link = FIRST_LINK
    for line in lines(journal):
        bare, _, _ = line.rpartition(b',"chain":')
        expected, link = seal(bare + b"}", link)
        assert line == expected


def test_a_full_group_is_written_at_once(journal: Journal) -> None:
    for _ in range(GROUP_RECORDS - 1):
        journal.add(Kind.NOTE)
    assert lines(journal) == []
    journal.add(Kind.NOTE)
    assert len(lines(journal)) == GROUP_RECORDS


def test_a_tick_writes_a_group_that_is_half_a_second_old(journal: Journal, clock: Clock) -> None:
    journal.add(Kind.NOTE)
    clock.now += 400_000_000
    journal.tick()
    assert lines(journal) == []
    clock.now += 100_000_000
    journal.tick()
    assert len(lines(journal)) == 1


def test_closing_writes_what_is_left(tmp_path: Path) -> None:
    with Journal(tmp_path / NAME, "printer-1") as journal:
        journal.add(Kind.NOTE)
    assert len(lines(journal)) == 1


def test_the_file_is_for_its_owner_only(journal: Journal) -> None:
    assert journal.path.stat().st_mode & 0o777 == 0o600


def test_a_line_that_a_killed_recorder_left_open_does_not_swallow_the_next(tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_bytes(b'{"recorder":"a","n":0}\n{"recor')
    with Journal(path, "b") as journal:
        journal.add(Kind.NOTE)
    assert json.loads(path.read_bytes().splitlines()[2])["recorder"] == "b"


def test_two_recorders_share_the_file_each_with_a_chain_of_its_own(tmp_path: Path) -> None:
    with Journal(tmp_path / NAME, "a") as first, Journal(tmp_path / NAME, "b") as second:
        for _ in range(2):
            first.add(Kind.NOTE)
            second.add(Kind.NOTE)
            first.sync()
            second.sync()
    found = [(record["recorder"], record["n"]) for record in map(json.loads, lines(first))]
    assert found == [("a", 0), ("b", 0), ("a", 1), ("b", 1)]


def test_a_link_in_its_place_is_not_followed(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("keep")
    (tmp_path / NAME).symlink_to(victim)
    with pytest.raises(UsageError, match="cannot be written"):
        Journal(tmp_path / NAME, "a")
    assert victim.read_text() == "keep"


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"gone/journal\.ndjson: cannot be written: No such file"):
        Journal(tmp_path / "gone" / NAME, "a")


def test_records_that_did_not_fit_are_written_when_there_is_room_again(tmp_path: Path) -> None:
    journal = Journal(tmp_path / NAME, "a")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    for number in range(5):
        journal.add(Kind.NOTE, number=number)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300, before[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            journal.sync()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert os.path.getsize(journal.path) == 300
    journal.close()
    assert [json.loads(line)["number"] for line in lines(journal)] == list(range(5))
