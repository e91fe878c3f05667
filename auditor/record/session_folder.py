"""A folder in, a session to record into out: made where there is none, never changed but by adding to it."""

import fcntl
import os
import tomllib
from pathlib import Path

from auditor.errors import Source, UsageError

NAME = "session.toml"
FOLDER_MODE = 0o700

_NEW = """\
# What was tested. Every key: `auditor init` writes them all, with comments.
schema = 1

[session]
name = {name}
"""


def open_session(folder: Path) -> None:
    """Makes the folder, for its owner only, and a minimal session.toml, where they are not there.

    Raises:
        UsageError: one of them cannot be made, or there is a file where the folder should be.
    """
    try:
        folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"the folder cannot be made: {error.strerror or error}", Source(str(folder))) from None
    path = folder / NAME
    try:
        with open(path, "x", encoding="utf-8", opener=_owner_only) as file:
            file.write(_NEW.format(name=_quoted(folder.resolve().name or "session")))
    except FileExistsError:
        return
    except OSError as error:
        raise UsageError(f"cannot be written: {error.strerror or error}", Source(str(path))) from None


def claim(folder: Path) -> int:
    """Takes the folder for one recorder of the phone, until the descriptor that this gives is closed, or its process ends.

    Nothing is written. A file system that knows no locks claims nothing.

    Raises:
        UsageError: another recorder of the phone has it, or it cannot be opened.
    """
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise UsageError(f"cannot be opened: {error.strerror or error}", Source(str(folder))) from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise UsageError(
            "the phone is recorded into it already", Source(str(folder)), "stop that, or name another --out"
        ) from None
    except OSError:
        pass
    return descriptor


def free_name(folder: Path, stem: str, ending: str) -> str:
    """A name that no file of the folder has: printer.pcapng, then printer-2.pcapng and so on."""
    name, number = f"{stem}{ending}", 1
    while (folder / name).exists() or (folder / name).is_symlink():
        number += 1
        name = f"{stem}-{number}{ending}"
    return name


def list_capture(folder: Path, name: str, surface: str) -> None:
    """Lists a recorded file in session.toml.

    Raises:
        UsageError: session.toml cannot be read or written.
    """
    append_table(folder, "capture", (("path", name), ("surface", surface)), same=("path",))


def append_table(folder: Path, table: str, entries: tuple[tuple[str, str], ...], same: tuple[str, ...]) -> None:
    """Appends `[[table]]` to session.toml, unless one with the same values of the keys `same` stands there.

    The file is its user's: nothing in it is changed, and it is written at all only when what comes out is valid.

    Raises:
        UsageError: session.toml cannot be read or written, or has no room for such a table.
    """
    path = folder / NAME
    wanted = dict(entries)
    lines = "".join(f"{key} = {_quoted(value)}\n" for key, value in entries)
    try:
        text = path.read_text(encoding="utf-8")
        if any(all(entry.get(key) == wanted[key] for key in same) for entry in tomllib.loads(text).get(table, ())):
            return
        addition = ("" if text.endswith("\n") or not text else "\n") + f"\n[[{table}]]\n{lines}"
        tomllib.loads(text + addition)
        with path.open("a", encoding="utf-8") as file:
            file.write(addition)
    except OSError as error:
        raise UsageError(f"cannot be written: {error.strerror or error}", Source(str(path))) from None
    except (ValueError, AttributeError, TypeError) as error:
        raise UsageError(f"[[{table}]] cannot be added: {error}", Source(str(path)), f"add it yourself: {lines!r}") from None


def _owner_only(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _quoted(text: str) -> str:
    """A TOML basic string (TOML 1.0, section String)."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(sign if sign >= " " and sign != "\x7f" else f"\\u{ord(sign):04x}" for sign in escaped) + '"'
