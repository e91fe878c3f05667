"""Work that is done once for each object: a function of large immutable things in, the same function that remembers out.

A worker audits many sessions with one catalog and one register. They are compared as objects, because comparing what they hold
would cost as much as the work.
"""

from collections.abc import Callable
from functools import lru_cache, wraps

_LAST = 8
"""Answers that are kept: a lab has few catalogs and registers at a time."""


class _Same:
    """An object that equals only itself, and lives as long as its answer."""

    __slots__ = ("it",)

    def __init__(self, it: object) -> None:
        self.it = it

    def __hash__(self) -> int:
        return id(self.it)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.it is other.it


def once_for_each[**P, R](work: Callable[P, R]) -> Callable[P, R]:
    """The function with its last answers kept, by its arguments' identity. Nobody may change an argument or an answer."""

    @lru_cache(maxsize=_LAST)
    def known(*things: _Same) -> R:
        return work(*(thing.it for thing in things))  # type: ignore[call-arg,arg-type]

    @wraps(work)
    def remembered(*things: P.args, **_: P.kwargs) -> R:
        return known(*map(_Same, things))

    return remembered
