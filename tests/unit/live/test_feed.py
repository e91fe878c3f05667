"""A journal that grows, ends within a line, is torn, replaced, or not there."""

import os
from pathlib import Path

import orjson
from hypothesis import given
from hypothesis import strategies as st

from auditor.live import feed as feed_module
from auditor.live.feed import JournalFeed
from auditor.record.journal import Journal, Kind


def _line(number: int) -> bytes:
    return orjson.dumps({"recorder": "r", "n": number, "kind": "note", "at": "", "text": str(number)}) + b"\n"


def _append(folder: Path, data: bytes) -> None:
    with (folder / "journal.ndjson").open("ab") as file:
        file.write(data)


def _texts(feed: JournalFeed) -> list[str | None]:
    return [event.text for event in feed.look()]


def test_nothing_comes_from_a_folder_without_a_journal(tmp_path: Path) -> None:
    feed = JournalFeed(tmp_path / "not there")
    assert feed.look() == ()
    assert not feed.exists


def test_each_look_gives_what_came_since_the_last(tmp_path: Path) -> None:
    feed = JournalFeed(tmp_path)
    _append(tmp_path, _line(1) + _line(2))
    assert _texts(feed) == ["1", "2"]
    assert _texts(feed) == []
    _append(tmp_path, _line(3))
    assert _texts(feed) == ["3"]
    assert feed.exists


def test_a_line_that_is_being_written_waits_for_its_end(tmp_path: Path) -> None:
    feed = JournalFeed(tmp_path)
    _append(tmp_path, _line(1)[:20])
    assert _texts(feed) == []
    _append(tmp_path, _line(1)[20:])
    assert _texts(feed) == ["1"]


def test_a_torn_line_is_passed_over_and_others_that_are_none_are_counted(tmp_path: Path) -> None:
    feed = JournalFeed(tmp_path)
    _append(tmp_path, _line(1)[:20] + b"\x18\n" + b"nonsense\n\n" + _line(2))
    assert _texts(feed) == ["2"]
    assert feed.unreadable == 1


def test_a_new_file_in_its_place_is_read_from_the_start(tmp_path: Path) -> None:
    feed = JournalFeed(tmp_path)
    _append(tmp_path, _line(1) + _line(2))
    feed.look()
    (tmp_path / "new").write_bytes(_line(9))
    os.replace(tmp_path / "new", tmp_path / "journal.ndjson")
    assert _texts(feed) == ["9"]
    assert feed.restarts == 1


def test_a_file_that_was_cut_is_read_from_the_start(tmp_path: Path) -> None:
    feed = JournalFeed(tmp_path)
    _append(tmp_path, _line(1) + _line(2))
    feed.look()
    (tmp_path / "journal.ndjson").write_bytes(_line(5))
    assert _texts(feed) == ["5"]


def test_a_symbolic_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_bytes(_line(1))
    (tmp_path / "journal.ndjson").symlink_to(tmp_path / "elsewhere")
    assert JournalFeed(tmp_path).look() == ()


def test_a_fifo_or_a_folder_in_its_place_gives_nothing(tmp_path: Path) -> None:
    (tmp_path / "journal.ndjson").mkdir()
    assert JournalFeed(tmp_path).look() == ()


def test_an_endless_line_is_let_go_of_and_counted(tmp_path: Path) -> None:
    feed = JournalFeed(tmp_path)
    _append(tmp_path, b"x" * (feed_module.LONGEST_LINE + 10))
    assert _texts(feed) == []
    _append(tmp_path, b"x" * 50 + b"\n" + _line(1))
    assert _texts(feed) == ["1"]
    assert feed.unreadable == 1


def test_what_a_real_journal_writes_is_seen_within_two_tenths_of_a_second(tmp_path: Path) -> None:
    import time

    feed = JournalFeed(tmp_path)
    with Journal(tmp_path / "journal.ndjson", recorder="app-1") as journal:
        told = time.monotonic()
        journal.add(Kind.NOTE, text="hello")
        seen: tuple[object, ...] = ()
        while not seen and time.monotonic() - told < 5:
            time.sleep(0.01)
            seen = feed.look()
    assert [event.text for event in seen] == ["hello"]  # type: ignore[attr-defined]


@given(st.lists(st.integers(1, 40), min_size=1, max_size=12))
def test_events_do_not_depend_on_how_the_bytes_arrive(cuts: list[int]) -> None:
    import tempfile

    data = b"".join(_line(number) for number in range(6))
    with tempfile.TemporaryDirectory() as name:
        folder, found, at = Path(name), [], 0
        feed = JournalFeed(folder)
        for cut in (*cuts, len(data)):
            _append(folder, data[at : at + cut])
            at += cut
            found += _texts(feed)
    assert found == [str(number) for number in range(6)]
