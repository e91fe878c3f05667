"""Parts of a large plain file in memory without copying them: a file and a place go in, an array of its bytes comes out.

Copying four gigabytes through a buffer takes longer than all that is done with them, for only the headers of most packets are
ever looked at. A page of a mapped file that turns out to be unreadable ends the process, though, so a part is handed out only
when the kernel says that all of its pages are in memory; else the caller reads it in the ordinary way, errors and all.
"""

import ctypes
import mmap
import os
import sys
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

LEAST = 32 * 1024 * 1024
"""Files below this size are copied: what mapping saves there is nothing, and they may still be growing."""


class MappedFile:
    """A plain file that is large enough to be mapped."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        self._size = size
        self._mincore = ctypes.CDLL(None).mincore

    @classmethod
    def of(cls, stream: BinaryIO) -> "MappedFile | None":
        """The stream's file; None where it is compressed, no file, small, or the system cannot say what is in memory."""
        try:
            size = os.fstat(stream.fileno()).st_size
        except OSError:
            return None
        return cls(stream, size) if sys.platform == "linux" and size >= LEAST else None

    def part(self, start: int, size: int) -> "npt.NDArray[np.uint8] | None":
        """Up to that many bytes from `start` on; None where they cannot be had safely. Read only; it lives while it is held."""
        page = start - start % mmap.ALLOCATIONGRANULARITY
        end = min(start + size, self._size)
        try:
            if end <= start or os.fstat(self._file.fileno()).st_size < end:
                return None
            flags = mmap.MAP_SHARED | mmap.MAP_POPULATE
            held = mmap.mmap(self._file.fileno(), end - page, flags=flags, prot=mmap.PROT_READ, offset=page)
        except (OSError, ValueError):
            return None
        whole = np.frombuffer(held, np.uint8)
        return whole[start - page :] if self._is_in_memory(whole) else None

    def _is_in_memory(self, whole: "npt.NDArray[np.uint8]") -> bool:
        pages = np.zeros(-(-len(whole) // mmap.PAGESIZE), np.uint8)
        answer = self._mincore(
            ctypes.c_void_p(whole.ctypes.data), ctypes.c_size_t(len(whole)), ctypes.c_void_p(pages.ctypes.data)
        )
        return bool(answer == 0 and (pages & 1).all())
