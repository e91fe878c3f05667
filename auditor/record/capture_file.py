"""Blocks in, a capture file that is whole at every moment out.

Blocks go to the file in runs, each with one unbuffered write, so whatever kills the process, what was flushed is there. A
write that does not fit on the disk is taken back to the last whole block before the error goes up. A disk that stalls for
seconds must not cost packets, so a thread writes while the caller goes on taking them.
"""

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from queue import SimpleQueue
from threading import Condition, Thread

from auditor.errors import Source, UsageError

FILE_MODE = 0o600
MOST_WAITING = 256 << 20
"""Bytes that may wait for the disk; with more the caller waits too."""


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
        self._batches: SimpleQueue[tuple[list[bytes], int] | None] = SimpleQueue()
        self._done = Condition()
        self._waiting = 0
        """Bytes handed to the thread and not done with."""
        self._error: OSError | None = None
        self._left: list[bytes] = []
        """What could not be written."""
        self._thread: Thread | None = None
        self.flush()

    def flush(self) -> None:
        """Writes what is pending, and what the thread still has, before it returns.

        Raises:
            OSError: ENOSPC and the like; the file then ends with the last block that fitted, the rest is pending again.
        """
        self._settle(0)
        batch, self.pending = self.pending, []
        try:
            self._write(batch)
        except OSError:
            self.pending[:0] = batch
            raise

    def flush_behind(self) -> None:
        """Hands what is pending to the thread.

        Raises:
            OSError: an earlier write failed; as with `flush`.
        """
        self._settle(MOST_WAITING)
        if not self.pending:
            return
        if self._thread is None:
            self._thread = Thread(target=self._write_batches, name="capture file", daemon=True)
            self._thread.start()
        batch, self.pending = self.pending, []
        size = sum(map(len, batch))
        with self._done:
            self._waiting += size
        self._batches.put((batch, size))

    def _settle(self, most: int) -> None:
        """Waits until at most so many bytes wait for the disk.

        Raises:
            OSError: the thread could not write.
        """
        with self._done:
            self._done.wait_for(lambda: self._waiting <= most or self._error is not None)
            if self._error is None:
                return
            self._done.wait_for(lambda: self._waiting == 0)
            error, self._error = self._error, None
            self.pending[:0] = self._left
            self._left = []
        raise error

    def _write_batches(self) -> None:
        """The thread: writes until it is told to end. After an error it only gathers what it is given."""
        while (item := self._batches.get()) is not None:
            batch, size = item
            error = None
            if self._error is None:
                try:
                    self._write(batch)
                except OSError as problem:
                    error = problem
            else:
                self._left += batch
            with self._done:
                if error is not None:
                    self._error = error
                    self._left += batch
                self._waiting -= size
                self._done.notify_all()

    def _write(self, batch: list[bytes]) -> None:
        """Writes the blocks.

        Raises:
            OSError: they did not fit; `batch` holds those that were not written, and the file ends with a whole one.
        """
        data = b"".join(batch)
        written = 0
        try:
            while written < len(data):
                written += os.write(self._descriptor, memoryview(data)[written:])
        except OSError:
            kept = _take_whole_blocks(batch, written)
            os.ftruncate(self._descriptor, self.size + kept)
            os.lseek(self._descriptor, self.size + kept, os.SEEK_SET)
            self._count(data[:kept])
            raise
        self._count(data)

    @property
    def sha256(self) -> str:
        """The hash of what is in the file, in hex."""
        return self._hash.hexdigest()

    def _count(self, data: bytes) -> None:
        self.size += len(data)
        self._hash.update(data)

    def close(self) -> None:
        """Puts the file on the disk and closes it. What is pending stays out: its writing can fail, and this must not."""
        self.is_closed = True
        if self._thread is not None:
            self._batches.put(None)
            self._thread.join()
        try:
            os.fsync(self._descriptor)
        finally:
            os.close(self._descriptor)


def _take_whole_blocks(batch: list[bytes], written: int) -> int:
    """Takes the blocks that lie wholly within the written bytes off the batch; gives their length."""
    kept = count = 0
    while count < len(batch) and kept + len(batch[count]) <= written:
        kept += len(batch[count])
        count += 1
    del batch[:count]
    return kept
