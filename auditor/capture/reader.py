"""The Protocol of the capture readers. One module per format; `formats.READERS` lists them in the order they are asked."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from auditor.model.reading import Inspect, Reading
from auditor.model.vocabulary import Surface

if TYPE_CHECKING:
    from auditor.capture.mailbox import Inbox, Outbox


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOptions:
    """What a reader needs beside the file."""

    inspect: Inspect | None = None
    """Gets each message; None where only flows are wanted."""
    keylog: str | None = None
    """Path of an NSS key log file."""
    progress: Callable[[int], None] | None = None
    """Gets the number of bytes read since the last call."""
    meanwhile: Callable[[], object] | None = None
    """What the caller needs later: called once or more often, or never; while another process reads, where one does."""
    beside: "Inbox | Outbox | None" = None
    """This process's end, where two read the file already (`early`)."""


class Reader(Protocol):
    """One capture format. A Reader holds no state."""

    name: str
    """mitmproxy, har, pcap, pcapng ..."""
    surface: Surface
    """Whose traffic a file of this format usually is."""

    def recognises(self, head: bytes) -> bool:
        """Whether a file that begins with these bytes (up to 64 KiB, decompressed) has this format."""
        ...

    def read(self, path: str, options: ReadOptions) -> Reading:
        """Reads one file, or a rotated set when given its first file.

        Whatever is read before a damaged place is kept: damage is part of the Reading.

        Raises:
            DamagedError: nothing at all could be read.
        """
        ...
