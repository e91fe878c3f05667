"""The stores that a first look fills, as uncompiled code sees them, for the tests."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from auditor.capture import columns as c


def cells(count: int) -> Any:
    return memoryview(np.zeros(count, np.int64))


@dataclass
class Stores:
    """Room for some names and answers."""

    store: Any = field(default_factory=lambda: memoryview(bytearray(65_536)))
    ends: Any = field(default_factory=lambda: cells(512))
    state: Any = field(default_factory=lambda: cells(c.STATE_CELLS))
    answers: Any = field(default_factory=lambda: memoryview(np.zeros((64, c.ANSWER_CELLS), np.int64)))

    def name(self, number: int) -> str:
        return bytes(self.store[self.ends[number - 1] : self.ends[number]]).decode() if number else ""

    @property
    def names(self) -> list[str]:
        return [self.name(number + 1) for number in range(self.state[c.NAMES])]
