"""How much of one message a search may look at: a number goes in; what comes out is whether there was room for one more."""

from typing import Final

HITS_OF_ONE: Final = 5_000
"""Places of one needle in one message."""
LOOKS: Final = 30_000
"""Values of one message that are checked for being what they look like: a phone number costs as much as a kilobyte of text."""
SIGHTINGS: Final = 10_000
"""Sightings of one message."""


class Quota:
    """So many, and no more."""

    def __init__(self, most: int) -> None:
        self._left = most
        self.is_spent = False
        """Whether more was asked for than there was."""

    def take(self) -> bool:
        """Whether there is room for one more; it is taken then."""
        if self._left > 0:
            self._left -= 1
            return True
        self.is_spent = True
        return False


class Boundless(Quota):
    """No limit: for who must find every place, like a redaction."""

    def __init__(self) -> None:
        super().__init__(0)

    def take(self) -> bool:
        """There always is."""
        return True
