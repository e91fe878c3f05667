"""What every content format is: the small Protocol that all members of the family share, and what they hand over."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol

from auditor.decode.limits import Budget

_LONGEST_NAME = 200


class Inner(NamedTuple):
    """A value found inside another. A bare tuple because a large body holds a hundred thousand of them."""

    value: bytes
    path: str = ""
    """Relative to the enclosing value; empty where this *is* the enclosing value with an encoding taken off."""
    key: str | None = None
    """The last name of the path; None keeps the enclosing value's."""
    words: tuple[str, ...] = ()
    """The encodings that were undone, outermost first."""
    at: int = -1
    """Offset in the enclosing value where exactly these bytes stand; -1 where they do not stand as they are."""
    near: int = 0
    """Offset in the enclosing value of the run that held them, where `at` is -1."""


type Spot = tuple[int, int, int]
"""Where a value stands in a document, in the document's own terms."""


class Plain(Protocol):
    """The values of a document that hide nothing and stand as they are; worked out when somebody asks."""

    @property
    def names(self) -> Sequence[str]:
        """The names of all keys of the document, each once."""

    def named(self, name: str, least: int) -> Iterator[tuple[bytes, Spot]]:
        """Those under a key of that name as they are written; `value_of` tells the rest. Those shorter than `least` may miss."""

    def value_of(self, spot: Spot) -> Inner:
        """The value at a spot that `named` gave."""

    def at(self, start: int, end: int) -> tuple[Inner, int, bool] | None:
        """The value that holds these bytes, their offset in it, and whether it is among `Opened.inners`; None where no single
        value does."""

    def each(self) -> Iterator[Inner]:
        """All of them."""


class Read(Plain, Protocol):
    """What the values of a document read as, where that hides nothing more, as one run of bytes."""

    @property
    def text(self) -> bytes:
        """All of them; the places that `at` is asked for are in it."""


class Opened(NamedTuple):
    """What a format made of a value. A bare tuple for the same reason."""

    inners: Iterable[Inner]
    """May be a generator; it may raise `OverLimitError` or `BrokenError` behind the values that it could read."""
    whole: bool = True
    """Whether the format explains the whole value, so that no other one needs to try."""
    cut: str = ""
    """What was left out because there was too much of it; becomes an entry in `unread`."""
    plain: Plain | None = None
    """The values that are not among `inners`."""
    readings: Read | None = None
    """What these read as."""
    sure: bool = True
    """Whether the value surely was of this format, not just readable as it."""


def name_of(raw: bytes) -> str:
    """A name as paths show it; empty where it is too long to be one: cut, it could show most of a value unrecognised."""
    return raw.decode(errors="backslashreplace") if len(raw) <= _LONGEST_NAME else ""


class BrokenError(Exception):
    """The value is of this format but breaks its rules; the text says how. Becomes an entry in `unread`."""


class Format(Protocol):
    """One content format."""

    @property
    def signs(self) -> int:
        """A value must show one of these `signs` to be worth a try."""

    def open(self, data: bytes, budget: Budget) -> Opened | None:
        """Takes a value apart; None: not this format.

        Raises:
            BrokenError: it is this format and is damaged.
            OverLimitError: it would cost more than the budget allows.
        """
