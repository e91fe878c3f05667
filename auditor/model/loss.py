"""Packets that a capture lacks. Apart from `reading`, because the judge may know of losses but not of content."""

from dataclasses import dataclass
from enum import StrEnum


class LossKind(StrEnum):
    """Why nobody saw what the packets carry."""

    DROPPED = "dropped"
    """The kernel did not deliver them: they are not in the file."""
    UNREADABLE = "unreadable"
    """They are in the file, encrypted below IP or of a link type that is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """Packets that the kernel dropped in one interval of a capture, as its own statistics say; or that nobody can read."""

    started: int
    ended: int
    delivered: int
    dropped: int
    kind: LossKind = LossKind.DROPPED
