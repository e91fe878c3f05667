"""Packets that a capture lacks. Apart from `reading`, because the judge may know of losses but not of content."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """Packets that the kernel dropped in one interval of a capture, as its own statistics say; or that nobody can read."""

    started: int
    ended: int
    delivered: int
    dropped: int
