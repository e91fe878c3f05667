"""The key of the digests: 32 random bytes beside the session, never derived from what is published."""

import contextlib
import os
import secrets
import tempfile
from pathlib import Path

from auditor import named_file
from auditor.errors import Source, UsageError
from auditor.model.session import Session

SIZE = 32
_FAR_TOO_LONG = 4096
NAME = "session.key"


def digest_key(session: Session, key_file: str | None) -> bytes:
    """The key of a session: the file that the user names, else the session's own, else the user's.

    A missing session or user key is made. The user's stands in `$XDG_STATE_HOME/auditor/digest.key`.

    Raises:
        UsageError: a key file is missing, cannot be read, or is no key.
    """
    if key_file:
        return _read(Path(key_file))
    if session.folder is not None:
        own = Path(session.folder) / NAME
        if os.path.exists(own):
            return _read(own)
        with contextlib.suppress(OSError):  # a read-only session: the user's own key serves
            return _make(own)
    own = _state_folder() / "digest.key"
    if os.path.exists(own):
        return _read(own)
    try:
        own.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return _make(own)
    except OSError as error:
        what = f"no key for digests can be kept here: {error.strerror or error}"
        raise UsageError(what, Source(str(own)), "name one with --digest-key FILE") from None


def known_key(session: Session, key_file: str | None) -> bytes | None:
    """The key that `digest_key` would take, where it is there already; None where it would have to be made.

    Raises:
        UsageError: a key file that the user names is missing, cannot be read, or is no key.
    """
    if key_file:
        return _read(Path(key_file))
    own = [Path(session.folder) / NAME] if session.folder is not None else []
    found = next((path for path in (*own, _state_folder() / "digest.key") if os.path.exists(path)), None)
    return _read(found) if found else None


def passing_key(key_file: str | None) -> bytes:
    """A key for rows without digests: nothing is looked up and nothing is left behind.

    Raises:
        UsageError: the key file that the user names is missing, cannot be read, or is no key.
    """
    return _read(Path(key_file)) if key_file else secrets.token_bytes(SIZE)


def _state_folder() -> Path:
    """Where the user's own key stands (XDG Base Directory Specification: a relative path is to be ignored).

    Raises:
        UsageError: the user has no home.
    """
    named = os.environ.get("XDG_STATE_HOME", "")
    try:
        return (Path(named) if named.startswith("/") else Path.home() / ".local" / "state") / "auditor"
    except RuntimeError:
        raise UsageError(
            "no key for digests can be kept: there is no home folder", fix="name one with --digest-key FILE"
        ) from None


def _read(path: Path) -> bytes:
    key = named_file.read(str(path), _FAR_TOO_LONG)
    if len(key) != SIZE:
        raise UsageError(f"is no digest key: {SIZE} bytes are needed", Source(str(path)))
    return key


def _make(path: Path) -> bytes:
    """A new key, readable by its owner only. When somebody else makes one at the same time, theirs counts."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(SIZE))
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(temporary, path)
    finally:
        Path(temporary).unlink(missing_ok=True)
    return _read(path)
