"""Cumulative statistics become intervals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.capture import loss_intervals
from auditor.capture.loss_intervals import LossIntervals
from auditor.capture.pcapng_blocks import Statistics

COUNTS = st.integers(0, 2**64 - 1)


def statistics(at: int, received: int | None, dropped: int | None, interface: int = 0, started: int | None = None) -> Statistics:
    """What an interface has counted by a time."""
    return Statistics(
        interface=interface, stamps=(b"", b"", b""), received=received, to_user=None, dropped=dropped, at=at, started=started
    )


def intervals(*said: Statistics) -> list[tuple[int, int, int, int]]:
    """Start, end, delivered and dropped of each."""
    lost = LossIntervals()
    for number, entry in enumerate(said):
        lost.add(0, entry, 100 * number)
    return [(loss.started, loss.ended, loss.delivered, loss.dropped) for loss in lost.losses]


def test_each_interval_is_a_difference() -> None:
    """From the start that the recorder tells, else from the first statistics."""
    assert intervals(statistics(10, 100, 1, started=0), statistics(20, 300, 51)) == [(0, 10, 99, 1), (10, 20, 150, 50)]
    assert intervals(statistics(10, 100, 1)) == [(10, 10, 99, 1)]


def test_interfaces_count_each_for_itself() -> None:
    """One that loses nothing does not hide another's loss."""
    said = (
        statistics(10, 100, 0),
        statistics(10, 50, 25, interface=1),
        statistics(20, 200, 0),
        statistics(20, 60, 30, interface=1),
    )
    assert intervals(*said) == [(10, 10, 100, 0), (10, 10, 25, 25), (10, 20, 100, 0), (10, 20, 5, 5)]


def test_counts_that_fall_begin_anew() -> None:
    """Another recording in the same file."""
    assert intervals(statistics(10, 100, 50), statistics(20, 10, 1)) == [(10, 10, 50, 50), (20, 20, 9, 1)]


def test_what_is_said_twice_counts_once() -> None:
    """Some recorders write the last statistics again at the end."""
    assert intervals(statistics(10, 100, 5), statistics(10, 100, 5)) == [(10, 10, 95, 5)]


def test_without_counts_of_packets_those_of_the_file_stand_for_them() -> None:
    """How many were read by then."""
    assert intervals(statistics(0, 0, 0), statistics(10, None, 7)) == [(0, 0, 0, 0), (0, 10, 100, 7)]


def test_statistics_without_drops_tell_nothing() -> None:
    """Unknown is not 0."""
    lost = LossIntervals()
    lost.add(0, statistics(10, 100, None), 5)
    assert (lost.told, lost.losses) == (0, ())


def test_each_file_must_tell_anew() -> None:
    """The last file of a set that was cut short does not know what it lost."""
    lost = LossIntervals()
    lost.add(0, statistics(10, 100, 0), 5)
    assert lost.told == 1
    lost.next_file()
    assert lost.told == 0


def test_endless_statistics_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hostile file of nothing else costs no unbounded memory, and loses no loss."""
    monkeypatch.setattr(loss_intervals, "MAX_INTERVALS", 3)
    found = intervals(*(statistics(at, 10 * at, at) for at in range(1, 11)))
    assert len(found) == 3
    assert sum(dropped for *_, dropped in found) == 10
    assert found[-1][1] == 10


@given(st.lists(st.tuples(st.integers(0, 1), COUNTS, st.none() | COUNTS, st.none() | COUNTS), max_size=12))
def test_no_interval_is_negative(said: list[tuple[int, int, int | None, int | None]]) -> None:
    """Whatever the file says."""
    lost = LossIntervals()
    for interface, at, received, dropped in said:
        lost.add(0, statistics(at, received, dropped, interface), 7)
    assert all(loss.delivered >= 0 and loss.dropped >= 0 for loss in lost.losses)


def test_intervals_beyond_the_most_are_one_with_the_last_and_lose_no_packet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its start stays, its end moves on, and everything adds up."""
    monkeypatch.setattr(loss_intervals, "MAX_INTERVALS", 2)
    said = [statistics(10 * number, 100 * number, number, started=0) for number in range(1, 6)]
    assert intervals(*said) == [(0, 10, 99, 1), (10, 50, 396, 4)]


def test_every_interface_that_tells_its_losses_is_counted_and_the_time_it_ended_counts() -> None:
    lost = LossIntervals()
    for interface in (0, 1, 1):
        lost.add(0, statistics(10, 5, 0, interface=interface), 0)
    assert lost.told == 2
    lost.add(0, statistics(10, 5, None, interface=7), 0)
    assert lost.told == 2
    lost.next_file()
    assert lost.told == 0
