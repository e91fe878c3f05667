from hypothesis import given
from hypothesis import strategies as st

from auditor.record.counters import Counters

READINGS = st.lists(st.tuples(st.integers(0, 2**32), st.integers(0, 2**32)))


@given(READINGS)
def test_no_reading_of_the_kernel_is_lost(readings: list[tuple[int, int]]) -> None:
    total = Counters()
    for received, dropped in readings:
        total = total.read(received, dropped)
    assert (total.received, total.dropped) == (sum(r for r, _ in readings), sum(d for _, d in readings))


def test_an_interval_is_the_difference_of_two_totals() -> None:
    first = Counters().read(100, 1).wrote(99)
    second = first.read(50, 25).wrote(25)
    assert second.since(first) == Counters(received=50, dropped=25, delivered=25)


def test_loss_is_a_share_of_what_came() -> None:
    assert Counters(received=1000, dropped=1).loss == 0.001
    assert Counters().loss == 0.0


def test_delivered_packets_that_are_not_wanted_never_came() -> None:
    totals = Counters(received=10, dropped=2, delivered=8).without(3)
    assert totals == Counters(received=7, dropped=2, delivered=5)
