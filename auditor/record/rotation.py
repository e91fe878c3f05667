"""Blocks in, one capture file or a ring of them out, each with its hash."""

import re
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from auditor.errors import UsageError
from auditor.record.capture_file import CaptureFile
from auditor.record.session_folder import free_name

ENDING = ".pcapng"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """When a new file begins, and how many are kept. Nothing said: one file."""

    max_bytes: int | None = None
    max_seconds: float | None = None
    keep: int | None = None
    """Files that stay, the newest; None: all."""

    def __post_init__(self) -> None:
        """Refuses rings that cannot turn.

        Raises:
            UsageError: with the value that is wrong.
        """
        if (self.max_bytes is not None and self.max_bytes < 1 << 16) or (self.max_seconds is not None and self.max_seconds < 1):
            raise UsageError("a file of the ring must hold at least 64 KiB or 1 second")
        if self.keep is not None and (self.keep < 2 or not self.rotates):
            raise UsageError("a ring needs at least 2 files, and a size or a time at which the next begins")

    @property
    def rotates(self) -> bool:
        """Whether there will be more than one file."""
        return self.max_bytes is not None or self.max_seconds is not None


_SIZES = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}
_TIMES = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400}
_AMOUNT = re.compile(r"(\d{1,12}(?:\.\d{1,3})?)([a-z]?)")


def parse_rotation(size: str | None, every: str | None, keep: int | None) -> Rotation:
    """A ring as it is typed: `100M`, `1h`, 24.

    Raises:
        UsageError: one of them is no size or time, or the ring cannot turn.
    """
    return Rotation(
        max_bytes=None if size is None else round(_amount(size, _SIZES, "size", "100M")),
        max_seconds=None if every is None else _amount(every, _TIMES, "time", "10m or 1h"),
        keep=keep,
    )


def _amount(text: str, units: Mapping[str, int], what: str, like: str) -> float:
    match = _AMOUNT.fullmatch(text.strip().lower())
    if match is None or match[2] not in units:
        raise UsageError(f"{text!r} is no {what}", fix=f"write it like {like}")
    return float(match[1]) * units[match[2]]


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedFile:
    """A file that is closed."""

    name: str
    size: int
    sha256: str


class FileSeries:
    """The files of one recording; `file` is the one that is written."""

    def __init__(
        self,
        folder: Path,
        stem: str,
        head: Sequence[bytes],
        rotation: Rotation,
        *,
        wall: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Opens the first file.

        Raises:
            UsageError: the folder refuses it.
        """
        self.folder = folder
        self.rotation = rotation
        self.total = 0
        """Bytes in all files that are closed, removed ones included."""
        self._stem, self._head = stem, head
        self._wall, self._monotonic = wall, monotonic
        self._number = 0
        self._closed: deque[FinishedFile] = deque()
        self.file = self._open()

    @property
    def names(self) -> tuple[str, ...]:
        """The files that are there, in order, the one that is written last."""
        closed = tuple(done.name for done in self._closed)
        return closed if self.file.is_closed else (*closed, self.file.path.name)

    @property
    def is_due(self) -> bool:
        """Whether the next file should begin."""
        too_long = self.rotation.max_seconds is not None and self._monotonic() - self._opened >= self.rotation.max_seconds
        return too_long or (self.rotation.max_bytes is not None and self.file.size >= self.rotation.max_bytes)

    def close(self) -> FinishedFile:
        """Closes the file that is written."""
        done = FinishedFile(name=self.file.path.name, size=self.file.size, sha256=self.file.sha256)
        self.file.close()
        self._closed.append(done)
        self.total += done.size
        return done

    def begin_next(self) -> tuple[FinishedFile, ...]:
        """Opens the next file, and removes those that the ring has no place for; gives the removed ones.

        Raises:
            UsageError: the folder refuses it.
        """
        self.file = self._open()
        removed = []
        while self.rotation.keep is not None and len(self._closed) >= self.rotation.keep:
            done = self._closed.popleft()
            (self.folder / done.name).unlink(missing_ok=True)
            removed.append(done)
        return tuple(removed)

    def _open(self) -> CaptureFile:
        """Names as dumpcap gives them: stem, number and start in UTC, so that they sort by time."""
        self._number += 1
        self._opened = self._monotonic()
        stem = self._stem
        if self.rotation.rotates:
            stamp = time.strftime("%Y%m%d%H%M%S", time.gmtime(self._wall()))
            stem = f"{stem}_{self._number:05d}_{stamp}"
        return CaptureFile(self.folder / free_name(self.folder, stem, ENDING), self._head)
