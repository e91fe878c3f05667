"""Which reader reads which file: by content, never by name."""

import os
from pathlib import Path

from auditor.capture import har, mitm, packets
from auditor.capture.opened import head
from auditor.capture.reader import Reader
from auditor.errors import CaptureError, DamagedError, Source, UnknownFormatError

READERS: tuple[Reader, ...] = (*packets.READERS, har.READER, mitm.READER)
"""In the order in which they are asked."""


def recognise(path: str) -> Reader:
    """The reader of a file.

    Raises:
        UnknownFormatError: missing, a folder, or of no known format.
        DamagedError: empty, or its compression is broken from the start.
        CaptureError: the system does not let it be opened or read.
    """
    try:
        if not Path(path).is_file():
            what = "is no regular file" if Path(path).exists() else "does not exist"
            raise UnknownFormatError(what, Source(path), "give a capture file or a session folder")
        if Path(path).stat().st_size == 0:
            raise DamagedError("is empty: 0 bytes", Source(path, "byte 0"), "record it again")
        start = head(path)
    except OSError as error:
        wrong = CaptureError if os.path.lexists(path) else UnknownFormatError
        raise wrong(f"cannot be read: {error.strerror or error}", Source(path)) from None
    if not start:
        raise DamagedError("is empty: 0 bytes when decompressed", Source(path, "byte 0"), "record it again")
    for reader in READERS:
        if reader.recognises(start):
            return reader
    known = ", ".join(reader.name for reader in READERS)
    raise UnknownFormatError("has no known capture format", Source(path, "byte 0"), f"known: {known}")
