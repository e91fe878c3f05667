"""What a glance notes: strange conversations get the closer look while they are few, or a small share of all."""

import numpy as np

from auditor.capture import columns as c
from auditor.capture.glance_notes import FEW, LEFT, SHARE, are_few, slow


def test_the_first_few_and_a_share_of_all_are_few() -> None:
    state = memoryview(np.zeros(c.STATE_CELLS, np.int64))
    assert sum(are_few(0, state) for _ in range(2 * FEW)) == FEW
    assert sum(are_few(10 * SHARE, state) for _ in range(100)) == 10


def test_a_conversation_that_needs_a_closer_look_is_picked_again_on_both_sides() -> None:
    rows = memoryview(np.zeros((2, c.CONVERSATION_CELLS), np.int64))
    state = memoryview(np.zeros(c.STATE_CELLS, np.int64))
    state[c.ALLOWANCE], rows[1, c.APPLICATION] = 99, c.A_HTTP
    assert slow(rows, 1, state) == LEFT
    assert (rows[1, c.MARKS], rows[1, c.BUDGET], rows[1, c.BUDGET + 1], rows[0, c.MARKS]) == (c.SLOW, 99, 99, 0)
