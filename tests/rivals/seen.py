"""A pytest plugin that keeps every packet capture the tests read: `KEEP_CAPTURES=DIR pytest -p tests.rivals.seen ...`.

Whatever opens a file in the tests' process is noticed (PEP 578), so no list of captures can be out of date. They are kept as they
lie in the file, each content once, named by its digest; `python -m tests.rivals.run DIR` compares them.
"""

import hashlib
import os
import sys
from contextlib import suppress
from pathlib import Path

LARGEST = 4 * 1024 * 1024
"""Bytes of a file that is kept; larger ones are benchmarks."""
MAGICS = tuple(
    bytes.fromhex(magic)
    for magic in ("a1b2c3d4", "d4c3b2a1", "a1b23c4d", "4d3cb2a1", "a1b2cd34", "34cdb2a1", "0a0d0d0a", "1f8b", "28b52ffd")
)
"""pcap, pcapng, gzip and zstd."""


class Keeper:
    """Copies captures to a folder when they are opened for reading."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._busy = False
        folder.mkdir(parents=True, exist_ok=True)

    def hook(self, event: str, values: tuple[object, ...]) -> None:
        """Takes an event of the interpreter."""
        if event != "open" or self._busy or not isinstance(values[0], str | bytes | os.PathLike) or "w" in str(values[1]):
            return
        self._busy = True
        with suppress(OSError, ValueError):
            self.keep(Path(os.fsdecode(values[0])))
        self._busy = False

    def keep(self, path: Path) -> None:
        """Copies the file where it is a capture."""
        if not path.is_file() or not 0 < path.stat().st_size <= LARGEST:
            return
        with path.open("rb") as file:
            start = file.read(4)
            if start.startswith(MAGICS):
                data = start + file.read()
                (self._folder / f"{hashlib.sha256(data).hexdigest()[:16]}.cap").write_bytes(data)


if "KEEP_CAPTURES" in os.environ:
    sys.addaudithook(Keeper(Path(os.environ["KEEP_CAPTURES"])).hook)
