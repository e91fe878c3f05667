"""Reads a capture stream in blocks: a window of bytes that moves forward and keeps what was not used up yet."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from auditor.errors import DamagedError
from auditor.model.reading import Damage

if TYPE_CHECKING:
    import numpy.typing as npt

SIZE = 2 * 1024 * 1024
"""Small enough that what the kernel copies is still in the processor's cache when it is looked at."""
LARGEST = 64 * 1024 * 1024
"""A window grows until one block fits; nothing valid is longer."""


class Window:
    """The bytes of the capture from `base` on, `end` of them, in one buffer: what stood there before a move is gone."""

    def __init__(self, stream: BinaryIO, size: int = SIZE) -> None:
        self._stream = stream
        self.block: npt.NDArray[np.uint8] = np.empty(size, np.uint8)
        self.base = 0
        """Offset in the capture of the window's first byte."""
        self.end = 0
        """Bytes that are there."""
        self.fault: DamagedError | None = None
        """Why the stream ended early, where its compression is damaged."""

    @property
    def view(self) -> memoryview:
        """The window's buffer."""
        return memoryview(self.block)

    def advance(self, used: int) -> int:
        """Drops `used` bytes, takes the rest to the front and reads on; the number of new bytes, 0 at the end."""
        rest = self.end - used
        before = self.block
        if used == 0 and rest == len(before) and rest < LARGEST:
            self.block = np.empty(rest * 2, np.uint8)
        self.block[:rest] = before[used : self.end]
        self.base += used
        self.end = rest
        return self._fill()

    def _fill(self) -> int:
        before = self.end
        view = self.view
        while self.end < len(view):
            try:
                got = self._stream.readinto(view[self.end :])  # type: ignore[attr-defined]
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
