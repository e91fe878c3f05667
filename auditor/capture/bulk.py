"""The walk over the records and the pass over the packets in one: a block of a file goes in, conversations and picks come out.

Compiled or not (see `columns`). Few records are walked at a time, so that they and their headers are still in the innermost cache
when they are followed.
"""

from auditor.capture.columns import DONE, ROWS_FULL, W_FIRST, W_WHY, WHY, Bytes, Cells, Rows
from auditor.capture.conversations import follow
from auditor.capture.records import walk_records

AT_ONCE = 256
"""Records that are walked before they are followed."""


def follow_records(
    block: Bytes, end: int, big: int, nanoseconds: int, head: int, limit: int, link: int, records: Rows, walk: Cells,
    rows: Rows, slots: Cells, picks: Rows, state: Cells, cell: Cells,
) -> int:  # fmt: skip
    """`walk_records`, then `follow`, until the block has no more whole record or one of them stops; picks are added.

    Returns the number of rows in `records`; `walk[W_FIRST]` says which of them to go on with, and `walk` and `state` why.
    """
    while True:
        count = walk_records(block, end, big, nanoseconds, head, limit, link, records, walk)
        walk[W_FIRST] = follow(block, records, 0, count, rows, slots, picks, state, cell)
        if state[WHY] != DONE or walk[W_WHY] != ROWS_FULL:
            return count
