"""Where data goes: standard output, or a file that appears whole or not at all."""

import os
import sys
import tempfile
from pathlib import Path

from auditor.errors import Source, UsageError


def write_out(data: bytes, target: str | None) -> None:
    """Writes data to a file, or to standard output where none is named.

    Raises:
        UsageError: the file cannot be written, or binary data would go to a terminal.
    """
    if target and target != "-":
        write_file(Path(target), data)
        return
    if data.startswith(b"PAR1") and sys.stdout.isatty():
        raise UsageError("binary output would garble the terminal", fix="name a file with -o")
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def write_file(path: Path, data: bytes) -> None:
    """Writes a file whole: a temporary one in the same folder, synced, takes its place.

    Raises:
        UsageError: it cannot be written.
    """
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise UsageError(f"cannot be written: {error.strerror or error}", Source(str(path))) from None
