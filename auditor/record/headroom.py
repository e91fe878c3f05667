"""A folder in, room on its disk kept back out: a full disk still leaves place to close the files in order."""

import os
import shutil
from pathlib import Path

from auditor.errors import Source, UsageError

LEAST_FREE = 8 << 20
"""Bytes that must be free to begin."""
RESERVED = 512 << 10
NAME = ".reserve"


class Headroom:
    """Room that `release` gives back."""

    def __init__(self, folder: Path, least: int = LEAST_FREE) -> None:
        """Takes the room.

        Raises:
            UsageError: the disk is as good as full.
        """
        self._path = folder / NAME
        free = shutil.disk_usage(folder).free
        if free < least:
            raise UsageError(
                f"only {free >> 10} KiB are free on its disk", Source(str(folder)), f"make room: {least >> 20} MiB at least"
            )
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            os.posix_fallocate(descriptor, 0, RESERVED)
        except OSError as error:
            self.release()
            raise UsageError(f"its disk has no room: {error.strerror or error}", Source(str(folder))) from None
        finally:
            os.close(descriptor)

    def release(self) -> None:
        """Gives the room back."""
        self._path.unlink(missing_ok=True)
