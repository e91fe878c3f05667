"""A batch of packet records, and the matrix that batches are walked into."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from auditor.capture import columns as c
from auditor.model.content import Place

if TYPE_CHECKING:
    import numpy.typing as npt

    type Matrix = npt.NDArray[np.int64]

RECORDS = 65_536
"""Records that are walked before they are followed."""


@dataclass(frozen=True, slots=True)
class Batch:
    """The records of a run of packets, and the block that they stand in."""

    block: "npt.NDArray[np.uint8]"
    records: "Matrix"
    count: int
    end: int
    """Offset in the file behind the last of them."""
    followed: int | None = None
    """How many were followed already, where that was done with the walk: the listener's state says why no more."""


@dataclass(frozen=True, slots=True)
class Picked:
    """The payloads of a run of packets that are to be looked at."""

    block: "npt.NDArray[np.uint8]"
    picks: "Matrix"
    count: int
    end: int
    """Offset in the file behind the packets."""
    link: int
    """Link type of the first of them."""
    places: tuple[Place, ...] = ()
    """Where the block's bytes stand in the file, where it was put together from fragments."""


class Buffers:
    """The matrix of a batch, which stays as it is until the next one is walked, and the cells of the walk."""

    def __init__(self, size: int = RECORDS) -> None:
        self._records: Matrix = np.zeros((size, c.RECORD_CELLS), np.int64)
        self.walk: Matrix = np.zeros(c.W_CELLS, np.int64)

    def next(self, at: int) -> tuple["Matrix", "Matrix"]:
        """The matrix for the next batch, and the walk's cells, set to go on at an offset."""
        self.walk[c.W_AT] = at
        return self._records, self.walk
