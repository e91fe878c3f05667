"""The Protocol of what reads a conversation's payload: runs of bytes in order go in, a `Story` is told."""

from typing import Protocol

from auditor.capture.placed import Placed


class Talk(Protocol):
    """One application protocol of one conversation. Sides are 0 and 1 as in the conversation table."""

    def take(self, side: int, run: Placed, at: int) -> None:
        """Takes the next bytes of a side, sent at UTC nanoseconds `at`."""
        ...

    def gap(self, side: int, size: int, at: int) -> None:
        """Takes a hole: bytes of a side that the capture does not hold."""
        ...

    def end(self, at: int) -> None:
        """The conversation is over, or the capture: what is still held is told."""
        ...

    @property
    def held(self) -> int:
        """Bytes that are kept until more arrives."""
        ...
