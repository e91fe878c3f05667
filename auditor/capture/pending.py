"""Buffers for hellos that come in several packets: conversations take them and give them back. Compiled (see `columns`).

Free buffers form a chain: the first four bytes of each say the next one's number.
"""

from auditor.capture.columns import FREE_SLOT, SLOT, USED_SLOTS, Cells, Rows, Store
from auditor.capture.frames import u32

SLOTS = 2_048
SLOT_SIZE = 4_096
"""Bytes of a ClientHello that came in several segments are kept here until it is whole."""


def take_slot(pending: Store, state: Cells) -> int:
    """A pending buffer's number, from 1; 0 when all are taken."""
    slot = state[FREE_SLOT]
    if slot:
        state[FREE_SLOT] = u32(pending, (slot - 1) * SLOT_SIZE)
    elif state[USED_SLOTS] < SLOTS:
        state[USED_SLOTS] += 1
        slot = state[USED_SLOTS]
    return slot


def free_slot(rows: Rows, row: int, pending: Store, state: Cells) -> None:
    """Gives the conversation's pending buffer back."""
    start = (rows[row, SLOT] - 1) * SLOT_SIZE
    following = state[FREE_SLOT]
    for index in range(4):
        pending[start + index] = following >> 24 - 8 * index & 255
    state[FREE_SLOT] = rows[row, SLOT]
    rows[row, SLOT] = 0
