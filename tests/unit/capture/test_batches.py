"""Matrices in turn: a batch stays as it is until the one after the next is walked."""

from auditor.capture import columns as c
from auditor.capture.batches import RECORDS, Buffers


def test_two_matrices_take_turns() -> None:
    buffers = Buffers()
    first, _ = buffers.next(0)
    second, _ = buffers.next(10)
    third, walk = buffers.next(20)
    assert first is third
    assert first is not second
    assert first.shape == (RECORDS, c.RECORD_CELLS)
    assert walk[c.W_AT] == 20
