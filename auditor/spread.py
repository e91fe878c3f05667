"""Work on the captures of one session: a function and items in, the results in the items' order out.

`here` does it in this process, one item after the other; on workers (`auditor.fleet.workers`) several are done at once. The
function and what it gives back must be such that they can be sent to another process.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol


class Spread(Protocol):
    """Who does it."""

    def __call__[T, R](self, work: Callable[[T], R], items: Sequence[T]) -> Iterable[R]:
        """The results, each as soon as it and all before it are there.

        Raises:
            AuditError: an item's work was lost.
        """
        ...


def here[T, R](work: Callable[[T], R], items: Sequence[T]) -> Iterable[R]:
    """In this process."""
    return map(work, items)
