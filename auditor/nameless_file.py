"""Files with content that nobody shall find: a block runs with a new file, which is gone afterwards."""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

_HANDLES = "/dev/fd/"


@contextmanager
def nameless() -> Iterator[tuple[IO[bytes], str]]:
    """A new file, and the path by which this process opens it, and whoever inherits its descriptor (`handles`).

    On Linux it has no name in any folder, so that not even a process that is killed leaves it behind.
    """
    if sys.platform == "linux":
        with tempfile.TemporaryFile() as file:
            yield file, f"{_HANDLES}{file.fileno()}"
    else:
        with tempfile.NamedTemporaryFile(prefix="auditor-") as named:
            yield named, named.name


def handles(path: str | None) -> tuple[int, ...]:
    """The descriptors that another program must inherit to open this path: one, or none where the path is a name."""
    number = path.removeprefix(_HANDLES) if path and path.startswith(_HANDLES) else ""
    return (int(number),) if number.isdecimal() else ()
