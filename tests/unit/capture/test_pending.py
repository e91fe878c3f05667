"""Pending buffers: each belongs to one conversation at a time, and is used again when it was given back."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from auditor.capture import columns as c
from auditor.capture.pending import SLOT_SIZE, SLOTS, free_slot, take_slot


@given(st.lists(st.booleans(), max_size=200))
def test_no_buffer_is_taken_twice(turns: list[bool]) -> None:
    pending = bytearray(SLOT_SIZE * 256)
    state = memoryview(np.zeros(c.STATE_CELLS, np.int64))
    rows = memoryview(np.zeros((256, c.CONVERSATION_CELLS), np.int64))
    taken: list[tuple[int, int]] = []
    for row, takes in enumerate(turns):
        if takes:
            slot = take_slot(pending, state)
            assert slot and slot not in {number for _, number in taken}
            rows[row, c.SLOT] = slot
            taken.append((row, slot))
        elif taken:
            owner, _ = taken.pop(0)
            free_slot(rows, owner, pending, state)
            assert rows[owner, c.SLOT] == 0
    assert state[c.USED_SLOTS] <= max(1, sum(turns))


def test_when_all_are_taken_there_is_none() -> None:
    state = memoryview(np.zeros(c.STATE_CELLS, np.int64))
    state[c.USED_SLOTS] = SLOTS
    assert take_slot(bytearray(8), state) == 0
