"""Reads a capture stream in blocks: a window of bytes that moves forward and keeps what was not used up yet."""

from collections.abc import Iterator
from typing import BinaryIO

import numpy as np

from auditor.errors import DamagedError
from auditor.model.reading import Damage

SIZE = 4 * 1024 * 1024
LARGEST = 64 * 1024 * 1024
"""A window grows until one block fits; nothing valid is longer."""


class Window:
    """The bytes of the capture from `base` on, `end` of them."""

    def __init__(self, stream: BinaryIO, size: int = SIZE) -> None:
        self._stream = stream
        self.block = np.empty(size, np.uint8)
        self.view = memoryview(self.block)
        self.base = 0
        """Offset in the capture of the window's first byte."""
        self.end = 0
        """Bytes that are there."""
        self.fault: DamagedError | None = None
        """Why the stream ended early, where its compression is damaged."""

    def advance(self, used: int) -> int:
        """Drops the first `used` bytes and reads on; the number of new bytes, 0 at the end.

        Block and view are others afterwards when the window had to grow.
        """
        rest = self.end - used
        if used == 0 and rest == len(self.block) and rest < LARGEST:
            grown = np.empty(rest * 2, np.uint8)
            grown[:rest] = self.block
            self.block, self.view = grown, memoryview(grown)
        elif used:
            self.view[:rest] = bytes(self.view[used : self.end])
        self.base += used
        self.end = rest
        return self._fill()

    def _fill(self) -> int:
        before = self.end
        while self.end < len(self.block):
            try:
                got = self._stream.readinto(self.view[self.end :])  # type: ignore[attr-defined]
            except DamagedError as error:
                self.fault = error
                break
            if not got:
                break
            self.end += got
        return self.end - before

    def damage_at_end(self, what: str, number: int) -> Iterator[Damage]:
        """The damage, if any, of a capture whose rest in the window is no complete record; `what` it is, and its number."""
        if self.fault is not None:
            where = self.fault.source.where if self.fault.source else f"byte {self.base + self.end}"
            yield Damage(where, self.fault.what)
        elif self.end:
            yield Damage(f"byte {self.base}", f"the file ends inside {what} {number}")
