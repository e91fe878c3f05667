"""What happened during a recording in, `journal.ndjson` out: one JSON object a line, appended, chained by hashes.

Several recorders (the proxy's, the printer's) append to the same file, so each has a chain of its own. A record's `chain` is
the SHA-256 of the record before it in the chain and of its own text without `chain`; the first stands on 64 zeros. Records
are written in groups, each with one write, a tenth of a second at most after they were told (whoever follows the file sees
them then), and put on the disk (fdatasync) twice a second. So what `kill -9` can take is the last tenth of a second and a line
cut short at the end. A thread does that, and the hashing, because a disk may take its time and whoever has something to tell
has none.
"""

import os
import time
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from threading import Event, Lock, Thread
from typing import NamedTuple, Self

import orjson

from auditor.errors import Source, UsageError
from auditor.model.journal import FIRST_LINK, TORN, seal
from auditor.record.timestamps import iso_time

GROUP_RECORDS = 512
GROUP_SECONDS = 0.1
SYNC_SECONDS = 0.5

type Fact = str | int | float | bool | list[str] | list[int] | dict[str, int] | dict[str, str] | None


class Kind(StrEnum):
    """The kinds of record."""

    STARTED = "started"
    ENDED = "ended"
    PHASE = "phase"
    LOSS = "loss"
    WATCH = "watch"
    FILE = "file"
    FLOW = "flow"
    MESSAGE = "message"
    CONNECTION = "connection"
    SIGHTING = "sighting"
    SKIPPED = "skipped"
    COUNTERS = "counters"
    CONTACT = "contact"
    HOOK_ERROR = "hook_error"
    NOTE = "note"
    CORRECTION = "correction"
    DEVICE = "device"


class _Told(NamedTuple):
    """A record that is not written yet."""

    kind: Kind
    wall: int
    monotonic: int
    facts: bytes
    """A JSON object."""


class Journal:
    """One recorder's pen. Any thread may write."""

    def __init__(
        self,
        path: Path,
        recorder: str,
        *,
        wall: Callable[[], int] = time.time_ns,
        monotonic: Callable[[], int] = time.monotonic_ns,
        mode: int = 0o600,
    ) -> None:
        """Opens the file for appending; a line that a killed recorder left unfinished is ended first, and marked so.

        Raises:
            UsageError: it cannot be written.
        """
        self.path = path
        self.recorder = recorder
        self._wall, self._monotonic = wall, monotonic
        self._link, self._number = FIRST_LINK, 0
        self._told: list[_Told] = []
        self._unwritten = b""
        """Lines that did not fit on the disk."""
        self._adding, self._writing = Lock(), Lock()
        self._error: OSError | None = None
        self._wake, self._is_closing = Event(), False
        try:
            self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0), mode)
        except OSError as error:
            raise UsageError(f"cannot be written: {error.strerror or error}", Source(str(path))) from None
        self._end_torn_line()
        self._thread = Thread(target=self._write_regularly, name="journal", daemon=True)
        self._thread.start()

    def _end_torn_line(self) -> None:
        size = os.fstat(self._descriptor).st_size
        if size and os.pread(self._descriptor, 1, size - 1) != b"\n":
            os.write(self._descriptor, TORN + b"\n")

    def add(self, kind: Kind, /, **facts: Fact) -> None:
        """One record. It is on the disk within a second.

        Raises:
            TypeError: a fact is no JSON.
        """
        said = orjson.dumps(facts)
        with self._adding:
            self._told.append(_Told(kind, self._wall(), self._monotonic(), said))
            full = len(self._told) >= GROUP_RECORDS
        if full:
            self._wake.set()

    def check(self) -> None:
        """Tells of a write that failed since the last call; its records are kept and tried again.

        Raises:
            OSError: the disk is full, or worse.
        """
        error, self._error = self._error, None
        if error is not None:
            raise error

    def sync(self) -> None:
        """Writes what is pending and puts it on the disk before it returns.

        Raises:
            OSError: it does not fit; a record written in part is marked as torn and written again, whole, by the next call.
        """
        self._write()
        os.fdatasync(self._descriptor)

    def _write(self) -> None:
        """Writes what is pending.

        Raises:
            OSError: as `sync`.
        """
        with self._writing:
            with self._adding:
                told, self._told = self._told, []
            data, self._unwritten = self._unwritten + b"".join(map(self._sealed, told)), b""
            written = 0
            try:
                while written < len(data):
                    written += os.write(self._descriptor, data[written:])
            finally:
                if written < len(data):
                    line = data.rfind(b"\n", 0, written) + 1
                    self._unwritten = (TORN + b"\n" if line < written else b"") + data[line:]

    def _sealed(self, told: _Told) -> bytes:
        """The line of the next record."""
        head = orjson.dumps(
            {
                "recorder": self.recorder,
                "n": self._number,
                "kind": told.kind,
                "at": iso_time(told.wall),
                "monotonic": told.monotonic,
            }
        )
        body = head if told.facts == b"{}" else head[:-1] + b"," + told.facts[1:]
        line, self._link = seal(body, self._link)
        self._number += 1
        return line + b"\n"

    def _write_regularly(self) -> None:
        synced, is_dirty = 0.0, False
        while not self._is_closing:
            self._wake.wait(GROUP_SECONDS)
            self._wake.clear()
            try:
                if (self._told or self._unwritten) and self._error is None:
                    self._write()
                    is_dirty = True
                if is_dirty and time.monotonic() - synced >= SYNC_SECONDS:
                    os.fdatasync(self._descriptor)
                    synced, is_dirty = time.monotonic(), False
            except OSError as error:
                self._error = error

    def close(self) -> None:
        """Writes what is left.

        Raises:
            OSError: it does not fit.
        """
        self._is_closing = True
        self._wake.set()
        self._thread.join()
        try:
            self.sync()
        finally:
            os.close(self._descriptor)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
