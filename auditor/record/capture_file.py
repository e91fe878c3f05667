"""Blocks in, a capture file that is whole at every moment out.

Blocks go to the file in runs, each with one unbuffered write, so whatever kills the process, what was flushed is there. A
write that does not fit on the disk is taken back to the last whole block before the error goes up.
"""

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

from auditor.errors import Source, UsageError

FILE_MODE = 0o600


class CaptureFile:
    """One open file of blocks. `pending` is what the next flush will write."""

    def __init__(self, path: Path, head: Sequence[bytes]) -> None:
        """Creates the file, readable by its owner only, and writes its first blocks.

        Raises:
            UsageError: it exists already (also as a link), or the folder refuses it.
        """
        self.path = path
        self.pending: list[bytes] = list(head)
        self.size = 0
        self.is_closed = False
        self._hash = hashlib.sha256()
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
        try:
            self._descriptor = os.open(path, flags, FILE_MODE)
        except OSError as error:
            raise UsageError(f"cannot be written: {error.strerror or error}", Source(str(path))) from None
        self.flush()

    def flush(self) -> None:
        """Writes what is pending.

        Raises:
            OSError: ENOSPC and the like; the file then ends with the last block that fitted, the rest is still pending.
        """
        data = b"".join(self.pending)
        written = 0
        try:
            while written < len(data):
                written += os.write(self._descriptor, memoryview(data)[written:])
        except OSError:
            kept = self._keep_whole_blocks(written)
            os.ftruncate(self._descriptor, self.size + kept)
            os.lseek(self._descriptor, self.size + kept, os.SEEK_SET)
            self._count(data[:kept])
            raise
        self._count(data)
        self.pending.clear()

    @property
    def sha256(self) -> str:
        """The hash of what is in the file, in hex."""
        return self._hash.hexdigest()

    def _count(self, data: bytes) -> None:
        self.size += len(data)
        self._hash.update(data)

    def _keep_whole_blocks(self, written: int) -> int:
        """Takes the blocks that lie wholly within the written bytes off `pending`; gives their length."""
        kept = 0
        while self.pending and kept + len(self.pending[0]) <= written:
            kept += len(self.pending.pop(0))
        return kept

    def close(self) -> None:
        """Puts the file on the disk and closes it. Flushes nothing: that can fail, and this must not."""
        self.is_closed = True
        try:
            os.fsync(self._descriptor)
        finally:
            os.close(self._descriptor)
