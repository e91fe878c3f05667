"""Where data goes: standard output, or a file that appears whole or not at all.

A reader that closes the pipe early (`| head`) has what it wanted: the command goes on, and its exit code still says how it ended.
"""

import os
import select
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from auditor.cli.ending import abandon, listener, say
from auditor.cli.options import RowFormat
from auditor.errors import Source, UsageError


def write_out(data: bytes | Iterable[bytes], target: str | None) -> None:
    """Writes data, or its pieces as they come, to a file, or to standard output where none is named.

    Raises:
        UsageError: the file or standard output cannot be written, or binary data would go to a terminal.
    """
    if target and target != "-":
        write_file(Path(target), data)
        return
    if sys.stdout is None:  # closed by the caller
        raise UsageError("standard output is closed", fix="name a file with -o")
    try:
        sys.stdout.flush()
        for piece in _pieces(data):
            if piece.startswith(b"PAR1") and sys.stdout.isatty():
                raise UsageError("binary output would garble the terminal", fix="name a file with -o")
            sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        abandon(sys.stdout)
    except OSError as error:
        abandon(sys.stdout)
        raise UsageError(f"standard output cannot be written: {error.strerror or error}") from None


def check_target(target: str | None) -> None:
    """Refuses a file that cannot be written, before the work for it is done.

    Raises:
        UsageError: it is a folder, or its folder is not there or cannot be written.
    """
    if not target or target == "-":
        return
    path = Path(target)
    if path.is_dir():
        raise UsageError("cannot be written: it is a folder", Source(target), "name a file with -o")
    if not path.parent.is_dir():
        raise UsageError("cannot be written: its folder is not there", Source(target))
    if not os.access(path.parent, os.W_OK):
        raise UsageError("cannot be written: permission denied", Source(target))


def tell_promise(target: str | None, form: RowFormat, quiet: bool) -> None:
    """Says so where the name of a file promises another format: `--format` decides what is written, never a name."""
    promised = Path(target or "").suffix.removeprefix(".").lower()
    if promised in RowFormat and promised != form and not quiet:
        say(f"note: {target} gets the format {form}; add --format {promised} for what its name says")


def show(text: str) -> None:
    """A text for people on standard output, with escapes for what the terminal's encoding lacks; nothing where it is closed."""
    if (keeper := listener()) is not None:
        keeper.shown.append(text)
    elif sys.stdout is not None:
        write_out(f"{text}\n".encode(sys.stdout.encoding or "utf-8", "backslashreplace"), None)


def finish_output() -> None:
    """Writes what is left for standard output before Python does, whose complaint would be the last word.

    Raises:
        UsageError: it cannot be written.
    """
    if sys.stdout is not None and not sys.stdout.closed:
        write_out(b"", None)


def reader_is_gone() -> bool:
    """Whether standard output is a pipe that nobody reads any more."""
    try:
        poll = select.poll()
        poll.register(sys.stdout.fileno(), 0)
        return any(events & (select.POLLERR | select.POLLHUP) for _, events in poll.poll(0))
    except (AttributeError, OSError, ValueError):
        return False


def _pieces(data: bytes | Iterable[bytes]) -> Iterable[bytes]:
    return (data,) if isinstance(data, bytes) else data


def write_new(path: Path, data: bytes) -> None:
    """Writes a file that was not there, for its owner alone, and the folders above it; it is on the disk afterwards.

    Raises:
        OSError: it cannot be written, is there already, or is a link.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def write_file(path: Path, data: bytes | Iterable[bytes]) -> None:
    """Writes a file whole: a temporary one in the same folder, synced, takes its place.

    Raises:
        UsageError: it cannot be written.
    """
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.writelines(_pieces(data))
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise UsageError(f"cannot be written: {error.strerror or error}", Source(str(path))) from None
