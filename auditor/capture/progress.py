"""How far a reading is: offsets in the files go in, bytes since the last time come out."""

from collections.abc import Callable


class Progress:
    """Tells how far the reading is, in bytes since the last time."""

    def __init__(self, report: Callable[[int], None] | None) -> None:
        self._report = report
        self._told = 0

    def begin(self) -> None:
        """Another file begins."""
        self._told = 0

    def at(self, place: int) -> None:
        """The reading has come to this offset."""
        if self._report and place > self._told:
            self._report(place - self._told)
            self._told = place
