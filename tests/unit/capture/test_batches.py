"""One matrix for all batches, and the cells of the walk beside it."""

from auditor.capture import columns as c
from auditor.capture.batches import RECORDS, Buffers


def test_each_batch_is_walked_into_the_same_matrix() -> None:
    buffers = Buffers()
    first, _ = buffers.next(0)
    second, walk = buffers.next(10)
    assert first is second
    assert first.shape == (RECORDS, c.RECORD_CELLS)
    assert walk[c.W_AT] == 10
