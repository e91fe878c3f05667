import json
import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from auditor.errors import UsageError
from auditor.model.journal import FIRST_LINK, NAME, TORN, seal
from auditor.record.journal import GROUP_RECORDS, Journal, Kind
from auditor.session.journal import read_journal

ROOT = Path(__file__).parents[3]


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
    return [line for line in journal.path.read_bytes().split(b"\n")[:-1] if not line.endswith(TORN)]


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


def wait_until(journal: Journal, count: int) -> float:
    """Seconds until so many lines are there."""
    began = time.monotonic()
    while len(lines(journal)) < count:
        assert time.monotonic() - began < 10
        time.sleep(0.005)
    return time.monotonic() - began


def test_a_record_is_on_the_disk_within_a_second(journal: Journal) -> None:
    journal.add(Kind.NOTE)
    assert wait_until(journal, 1) < 2


def test_a_full_group_does_not_wait(journal: Journal) -> None:
    for _ in range(GROUP_RECORDS * 3):
        journal.add(Kind.NOTE)
    assert wait_until(journal, GROUP_RECORDS) < 2


def test_many_threads_write_one_chain(journal: Journal) -> None:
    def write() -> None:
        for _ in range(100):
            journal.add(Kind.NOTE)

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    journal.sync()
    facts = read_journal(journal.path.read_bytes())
    assert (len(lines(journal)), facts.damage) == (400, ())


def test_what_is_acknowledged_survives_a_kill_at_any_moment(tmp_path: Path) -> None:
    """The writer says each number that `sync` returned for; then it is killed without warning."""
    script = (
        "import sys; from pathlib import Path; from auditor.record.journal import *\n"
        "journal = Journal(Path(sys.argv[1]), sys.argv[2])\n"
        "n = 0\n"
        "while True:\n"
        "    journal.add(Kind.NOTE, number=n, text='x' * (n % 300)); n += 1\n"
        "    if n % 7 == 0:\n"
        "        journal.sync(); print(n, flush=True)\n"
    )
    path = tmp_path / NAME
    acknowledged = {}
    for run in range(10):
        name = f"run-{run}"
        command = [sys.executable, "-c", script, str(path), name]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)})
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.003 * run)
        process.kill()
        said = process.communicate()[0].split()
        acknowledged[name] = int(said[-1]) if said else 7
    whole = [json.loads(line) for line in path.read_bytes().split(b"\n")[:-1] if not line.endswith(TORN)]
    for name, count in acknowledged.items():
        assert [record["number"] for record in whole if record["recorder"] == name][:count] == list(range(count))
    facts = read_journal(path.read_bytes())
    assert (facts.damage, set(facts.unfinished) - {"a record was cut off"}) == ((), set())


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
    assert path.read_bytes().splitlines()[1].endswith(b"\x18")


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


def test_records_that_did_not_fit_are_told_and_written_when_there_is_room_again(tmp_path: Path) -> None:
    journal = Journal(tmp_path / NAME, "a")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    for number in range(5):
        journal.add(Kind.NOTE, number=number)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300, before[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            for _ in range(100):
                journal.check()
                time.sleep(0.05)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    journal.check()
    journal.close()
    assert [json.loads(line)["number"] for line in lines(journal)] == list(range(5))
    assert read_journal(journal.path.read_bytes()).damage == ()
