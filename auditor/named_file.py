"""A file that somebody named: its path goes in, its bytes come out, or an error of one line.

A pipe that nobody writes would be waited for without end, so of pipes only those are read that a shell made (`<(...)`, standard
input), which stand below /dev and /proc.
"""

import os
import stat

from auditor.errors import Source, UsageError

LARGEST = 1 << 30
"""Bytes of the largest file that is read as a whole."""
LARGEST_KEY = 1 << 20
_OF_THE_SHELL = ("/dev/", "/proc/")


def is_waited_for(path: str) -> bool:
    """Whether opening it may never come to an end.

    Raises:
        OSError: there is nothing at that path.
    """
    return stat.S_ISFIFO(os.stat(path).st_mode) and not path.startswith(_OF_THE_SHELL)


def read(path: str, limit: int = LARGEST, *, fix: str = "") -> bytes:
    """The file's bytes.

    Raises:
        UsageError: it is missing, no regular file, larger than `limit` bytes, or cannot be read.
    """
    try:
        if is_waited_for(path):
            raise UsageError("is no regular file", Source(path), fix)
        with open(path, "rb") as file:  # noqa: PTH123
            data = file.read(limit + 1)
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror or error}", Source(path), fix) from None
    if len(data) > limit:
        raise UsageError(f"is larger than {f'{limit >> 20} MiB' if limit >> 20 else f'{limit} bytes'}", Source(path), fix)
    return data
