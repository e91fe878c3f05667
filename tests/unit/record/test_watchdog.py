import pytest

from auditor.record.watchdog import Trouble, Watchdog

SECOND = 1_000_000_000
WALL = 1_700_000_000 * SECOND


def looks(*steps: tuple[float, float, int, bool]) -> list[tuple[Trouble, ...]]:
    """What is noticed at each step of (seconds on the wall, seconds passed, packets, up)."""
    dog = Watchdog("wlan0", wall=WALL, monotonic=0)
    found = []
    for wall, passed, delivered, up in steps:
        events = dog.look(wall=WALL + int(wall * SECOND), monotonic=int(passed * SECOND), delivered=delivered, up=up)
        found.append(tuple(event.trouble for event in events))
    return found


@pytest.mark.parametrize(
    ("steps", "noticed"),
    [
        ([(1, 1, 5, True), (2, 2, 9, True)], [(), ()]),
        ([(3.0, 1, 1, True)], [()]),
        ([(3.1, 1, 1, True), (4.1, 2, 2, True)], [(Trouble.CLOCK_STEP,), ()]),
        ([(-3599, 1, 1, True), (-3598, 2, 2, True)], [(Trouble.CLOCK_STEP,), ()]),
        ([(1, 1, 1, False), (2, 2, 1, False), (3, 3, 2, True)], [(Trouble.DOWN,), (), (Trouble.UP,)]),
        ([(59, 59, 0, True), (60, 60, 0, True), (90, 90, 0, True)], [(), (Trouble.SILENT,), ()]),
        ([(61, 61, 0, True), (70, 70, 1, True), (71, 71, 1, True)], [(Trouble.SILENT,), (Trouble.HEARD,), ()]),
        ([(61, 61, 0, False)], [(Trouble.DOWN, Trouble.SILENT)]),
    ],
)
def test_each_trouble_is_noticed_once(steps: list[tuple[float, float, int, bool]], noticed: list[tuple[Trouble, ...]]) -> None:
    assert looks(*steps) == noticed


def test_a_clock_that_drifts_slowly_over_a_week_is_noticed_when_it_is_two_seconds_off() -> None:
    steps = [(hour * 3600 + hour * 0.013, hour * 3600.0, hour, True) for hour in range(1, 168)]
    assert sum(Trouble.CLOCK_STEP in found for found in looks(*steps)) == 1


def test_silence_alone_does_not_spoil_a_recording() -> None:
    dog = Watchdog("wlan0", wall=0, monotonic=0)
    (event,) = dog.look(wall=61 * SECOND, monotonic=61 * SECOND, delivered=0, up=True)
    assert (event.spoils, event.text) == (False, "no packet on wlan0 for 61 s")
    (event,) = dog.look(wall=62 * SECOND, monotonic=62 * SECOND, delivered=0, up=False)
    assert (event.spoils, event.text) == (True, "the interface wlan0 went down")
