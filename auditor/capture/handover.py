"""What another process needs of picked payloads: picks and their conversations go in, rows of numbers and runs of bytes come out.

Compiled or not (see `columns`). Everything is copied as it is at that moment.
"""

from auditor.capture.columns import (
    CONVERSATION_CELLS,
    H_BYTES,
    H_ROWS,
    P_CONVERSATION,
    P_FRAME,
    P_LENGTH,
    P_OFFSET,
    PICK_CELLS,
    Bytes,
    Cells,
    Rows,
    Store,
)


def gather(
    block: Bytes, picks: Rows, first: int, count: int, rows: Rows, behind: int, table: Rows, frames: Store, filled: Cells
) -> int:
    """Adds the picks from `first` to `count`: to `table` the pick's cells, then its conversation's; to `frames` the picked frame
    up to its payload's end and so many bytes `behind` it. The pick's offset is then one in `frames`; `filled` counts both.

    Returns the pick to go on with, which is below `count` where there is no room for it.
    """
    for pick in range(first, count):
        row, at = filled[H_ROWS], filled[H_BYTES]
        start = picks[pick, P_OFFSET] - picks[pick, P_FRAME]
        size = min(picks[pick, P_OFFSET] + picks[pick, P_LENGTH] + behind, len(block)) - start
        if row == len(table) or at + size > len(frames):
            return pick
        for cell in range(PICK_CELLS):
            table[row, cell] = picks[pick, cell]
        table[row, P_OFFSET] = at + picks[pick, P_FRAME]
        conversation = picks[pick, P_CONVERSATION]
        for cell in range(CONVERSATION_CELLS):
            table[row, PICK_CELLS + cell] = rows[conversation, cell]
        for byte in range(size):
            frames[at + byte] = block[start + byte]
        filled[H_ROWS] = row + 1
        filled[H_BYTES] = at + size
    return count
