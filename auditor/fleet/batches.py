"""What one task of a cluster does: sizes of sessions in, the positions of those that one worker audits one after the other out.

A task costs its scheduler and its worker some milliseconds whatever is in it, which are much beside a small session and nothing
beside a large one.
"""

from collections.abc import Sequence
from itertools import batched

SMALL = 1 << 20
"""Bytes of a session that is small."""
MOST = 8
"""Small sessions of one task: what a worker that dies has to do again."""
ROUNDS = 16
"""Tasks for each worker that must be left, so that all of them end at about the same time."""


def batches(sizes: Sequence[int | None], workers: int) -> list[tuple[int, ...]]:
    """Large sessions alone and the largest first, so that none is left when all others are done; then those whose size (bytes)
    nobody knows, alone; then the small ones, a few together where there are many."""
    known = {number: size for number, size in enumerate(sizes) if size is not None}
    small = [number for number, size in known.items() if size <= SMALL]
    large = sorted((number for number, size in known.items() if size > SMALL), key=lambda number: -known[number])
    unknown = [number for number, size in enumerate(sizes) if size is None]
    together = max(1, min(MOST, len(small) // (max(workers, 1) * ROUNDS)))
    return [(number,) for number in (*large, *unknown)] + list(batched(small, together, strict=False))
