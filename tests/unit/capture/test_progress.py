"""Progress is told in bytes since the last time."""

from auditor.capture.progress import Progress


def test_differences_are_told() -> None:
    """Places that do not move forward are not told; each file begins anew."""
    told: list[int] = []
    progress = Progress(told.append)
    progress.begin()
    for place in (100, 100, 90, 250):
        progress.at(place)
    progress.begin()
    progress.at(30)
    assert told == [100, 150, 30]


def test_nobody_need_listen() -> None:
    """Without a listener nothing happens."""
    Progress(None).at(7)
