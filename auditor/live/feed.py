"""Follows `journal.ndjson` while recorders append to it: the file in, the events that came since the last look out.

The file is only ever read. It may not be there yet, end within a line, hold a line that a killed recorder left (ended by
CANCEL), or be replaced by a new one: the feed then begins again.
"""

import os
from pathlib import Path

from auditor.live.events import Event, read_event
from auditor.model.journal import NAME, TORN

MOST_A_LOOK = 4 << 20
"""Bytes that one look reads at most, so that a view which is attached late stays responsive."""
LONGEST_LINE = 1 << 20


class JournalFeed:
    """A place in a journal."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / NAME
        self.unreadable = 0
        """Lines that are no records: they are counted, never dropped in silence."""
        self.restarts = 0
        """How often the file was replaced or cut."""
        self._stamp: tuple[int, int] | None = None
        self._offset = 0
        self._rest = b""
        self._is_too_long = False

    @property
    def exists(self) -> bool:
        """Whether there is a journal."""
        return self._stamp is not None

    def look(self) -> tuple[Event, ...]:
        """What came since the last look, at most `MOST_A_LOOK` bytes of it; nothing where the file cannot be read."""
        try:
            descriptor = os.open(self.path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
        except OSError:
            return ()
        try:
            return self._read(descriptor)
        except OSError:
            return ()
        finally:
            os.close(descriptor)

    def _read(self, descriptor: int) -> tuple[Event, ...]:
        status = os.fstat(descriptor)
        stamp = (status.st_dev, status.st_ino)
        if self._stamp not in (None, stamp) or status.st_size < self._offset:
            self._begin_again()
        self._stamp = stamp
        data = os.pread(descriptor, MOST_A_LOOK, self._offset)
        self._offset += len(data)
        lines = (self._rest + data).split(b"\n")
        self._rest = lines.pop()
        return self._events(lines)

    def _begin_again(self) -> None:
        self._offset, self._rest, self._is_too_long = 0, b"", False
        self.restarts += 1

    def _events(self, lines: list[bytes]) -> tuple[Event, ...]:
        if self._is_too_long and lines:
            lines[0], self._is_too_long = b"", False
            self.unreadable += 1
        if len(self._rest) > LONGEST_LINE:
            self._rest, self._is_too_long = b"", True
        found = []
        for line in lines:
            event = read_event(line) if len(line) <= LONGEST_LINE else None
            if event is not None:
                found.append(event)
            elif line.strip() and not line.endswith(TORN):
                self.unreadable += 1
        return tuple(found)
