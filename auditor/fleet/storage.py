"""Sessions and reports wherever they are kept: an address in, a folder on this machine out, and a report folder back.

An address is what fsspec understands (`s3://bucket/session`, `memory://x`); everything else is a path. Captures are personal
data: what is fetched lies in a folder of its own that only its owner can read, and is gone when its work is done.
"""

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fnmatch import fnmatchcase
from functools import partial
from glob import escape
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from auditor.errors import AuditError, Source, UsageError
from auditor.report import signoff
from auditor.session.folder import OTHER_FILES, holds_reports

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

TRIES = 4
"""How often a storage is asked before it counts as broken."""
FIRST_PAUSE = 0.2
"""Seconds before the second try; each further pause is twice as long."""
PATIENCE = 30.0
"""Seconds after which a storage that failed is not asked again: it may try many times by itself before it says so."""
OWN_TRIES = {"s3": {"config_kwargs": {"retries": {"mode": "standard", "max_attempts": 2}}}}
"""How often a storage's package tries by itself, where its own figures (25 for S3, 15 seconds each) would hold up a night."""
SESSION_FILE = "session.toml"
COPY = "auditor-copy-"
"""How the names of folders begin that hold copies of sessions."""


class StorageError(AuditError):
    """A storage did not give or take what it was asked for, however often."""

    exit_code = UsageError.exit_code


def is_address(path: str) -> bool:
    """Whether it names a storage rather than a path."""
    scheme, found, _ = path.partition("://")
    return bool(found) and scheme.isidentifier()


def session_paths(paths: tuple[str, ...], out: str | None = None) -> tuple[str, ...]:
    """The paths with each folder of sessions replaced by the folders in it, by name: one whose session.toml is gone, or that is
    empty, is named by its own audit. Reports, and the folder that they go to, are no sessions.

    A folder that is a session stays; so does one that holds captures of its own beside sessions.

    Raises:
        StorageError: a storage cannot be listed.
    """
    return tuple(found for path in paths for found in (_addresses_below if is_address(path) else _below)(path, out))


def _below(path: str, out: str | None) -> tuple[str, ...]:
    folder = Path(path)
    try:
        inside = sorted(entry for entry in folder.iterdir() if not entry.name.startswith("."))
    except OSError:  # no folder, or one that may not be listed: whoever opens it says so
        return (path,)
    if os.path.exists(folder / SESSION_FILE):
        return (path,)
    sessions = {entry for entry in inside if os.path.isfile(entry / SESSION_FILE)}
    others = [entry for entry in inside if entry not in sessions]
    if any(not os.path.isdir(entry) and entry.suffix.lower() not in OTHER_FILES for entry in others):
        return (path, *map(str, sorted(sessions)))
    lost = {entry for entry in others if os.path.isdir(entry) and not _is_place(entry, out) and not holds_reports(entry)}
    return tuple(map(str, sorted(sessions | lost))) if sessions else (path,)


def _is_place(folder: Path, out: str | None) -> bool:
    return out is not None and not is_address(out) and os.path.realpath(folder) == os.path.realpath(out)


def _addresses_below(address: str, out: str | None) -> tuple[str, ...]:
    """A session in a storage is never part of another: whoever wanted the outer one would have to fetch all of them."""
    root = address.rstrip("/")
    system, base = _open(root)
    found = {name.rsplit("/", 2)[1] for name in _asked(root, lambda: system.glob(f"{escape(base)}/*/{SESSION_FILE}"))}
    if not found or _asked(root, lambda: system.exists(f"{base}/{SESSION_FILE}")):
        return (root,)
    entries = _asked(root, lambda: system.ls(base, detail=True))
    beside = {PurePosixPath(entry["name"]).name for entry in entries if _may_be_lost(entry, base)}
    reports = {name.split("/")[-3] for name in _asked(root, lambda: system.glob(f"{escape(base)}/*/*/audit.json"))}
    reports |= {name.split("/")[-2] for name in _asked(root, lambda: system.glob(f"{escape(base)}/*/audit.json"))}
    names = sorted(found | {name for name in beside - reports if f"{root}/{name}" != (out or "").rstrip("/")})
    return tuple(f"{root}/{name}" for name in names)


def _may_be_lost(entry: dict[str, Any], base: str) -> bool:
    """Whether what stands beside sessions in a storage would be lost if nobody named it: a folder, or a capture."""
    path = PurePosixPath(entry["name"])
    if path.name.startswith(".") or path == PurePosixPath(base):  # some storages list the folder itself
        return False
    return entry["type"] == "directory" or path.suffix.lower() not in OTHER_FILES


def read_bytes(address: str) -> bytes | None:
    """A small file's bytes, None where there is none.

    Raises:
        StorageError: the storage does not answer.
    """
    if not is_address(address):
        path = Path(address)
        return path.read_bytes() if path.is_file() else None
    system, path_there = _open(address)

    def read() -> bytes | None:
        try:
            found = system.cat_file(path_there)
        except FileNotFoundError:
            return None
        return bytes(found)

    return _asked(address, read)


def below(address: str, patterns: tuple[str, ...]) -> tuple[str, ...]:
    """The names of the folders at an address that hold a file of one of these names, sorted.

    Raises:
        StorageError: the storage does not answer.
    """
    root = address.rstrip("/")
    system, base = _open(root)
    found = (name for file in patterns for name in _asked(root, partial(system.glob, f"{escape(base)}/*/{file}")))
    return tuple(sorted({name.rsplit("/", 2)[1] for name in found}))


def is_there(address: str) -> bool:
    """Whether there is such a file.

    Raises:
        StorageError: the storage does not answer.
    """
    system, path = _open(address)
    return bool(_asked(address, lambda: system.exists(path)))


@contextmanager
def at_hand(path: str) -> Iterator[str]:
    """The session as a folder of this machine: itself, or a copy that is removed afterwards. The copy's last part is the
    address's, because a session without a name is called after its folder. A `session.key` that was made goes back.

    Raises:
        StorageError: the storage does not give it.
    """
    if not is_address(path):
        yield path
        return
    root = path.rstrip("/")
    system, base = _open(root)
    with _own_folder() as own:
        folder = own / (root.rsplit("/", 1)[-1] or "session")
        folder.mkdir(mode=0o700)
        found = _asked(root, lambda: system.find(base, detail=True))
        sizes = {name: about.get("size") for name, about in found.items() if not name.endswith("/")}
        if not sizes:
            raise StorageError("holds no files", Source(path), "name a session that is there")
        if base in sizes:
            raise StorageError("is a file", Source(path), "name the folder of its session")
        for name, size in sizes.items():
            target = folder / _relative(name, base)
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            fetch = partial(_fetch, system, name, target, size)
            _asked(f"{root}/{_relative(name, base)}", fetch)
            target.chmod(0o600)
        had_key = (folder / "session.key").exists()
        yield str(folder)
        if not had_key and (folder / "session.key").exists():
            _asked(root, lambda: system.put_file(str(folder / "session.key"), f"{base}/session.key"))


@contextmanager
def _own_folder() -> Iterator[Path]:
    """A folder for a copy, locked as long as it is used: what a killed process left is known by that nobody holds its lock, and
    removed by whoever fetches something next."""
    clear_copies()
    while True:
        with tempfile.TemporaryDirectory(prefix=COPY, ignore_cleanup_errors=True) as temporary, _locked(temporary) as is_ours:
            if is_ours:
                yield Path(temporary)
                return


@contextmanager
def _locked(folder: str) -> Iterator[bool]:
    """Whether the folder is there and nobody else holds it; it is held while the block runs."""
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        yield False
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        is_there = os.path.isdir(folder) and os.path.samestat(os.fstat(handle), os.stat(folder))
    except OSError:
        is_there = False
    try:
        yield is_there
    finally:
        os.close(handle)


def clear_copies() -> None:
    """Removes what killed processes of this user left of sessions that they had fetched."""
    for entry in Path(tempfile.gettempdir()).glob(f"{COPY}*"):
        with _locked(str(entry)) as is_nobodys:
            if is_nobodys and entry.stat().st_uid == os.geteuid():
                shutil.rmtree(entry, ignore_errors=True)


def _fetch(system: "AbstractFileSystem", name: str, target: Path, size: int | None) -> None:
    """One file. Not every storage says that it stopped in the middle."""
    system.get_file(name, str(target))
    if size is not None and target.stat().st_size != size:
        raise ShortReadError


class ShortReadError(OSError):
    """A file came with another size than its storage had said."""


def publish(folder: Path, address: str, replaced: str = "**") -> None:
    """Puts the files of a folder into a storage, and takes away what else is there and matches `replaced`. Records of people's
    decisions that are there stay.

    `manifest.json` goes last: while it lacks, or does not fit, `auditor verify` says so.

    Raises:
        StorageError: the storage does not take it.
    """
    root = address.rstrip("/")
    system, base = _open(root)
    files = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
    known = [name for name in _asked(root, lambda: system.glob(f"{escape(base)}/{replaced}")) if system.isfile(name)]
    for name in sorted(files, key=lambda name: (name == "manifest.json", name)):
        _asked(root, lambda name=name: system.put_file(str(files[name]), f"{base}/{name}"))  # type: ignore[misc]
    for name in known:
        relative = _relative(name, base)
        if relative not in files and not fnmatchcase(relative, signoff.KEPT):
            _asked(root, lambda name=name: system.rm_file(name))  # type: ignore[misc]


def _relative(name: str, base: str) -> str:
    """A file's place below its base. A storage may hold names that lead out of any folder.

    Raises:
        StorageError: this is such a name.
    """
    relative = name.removeprefix(base).lstrip("/")
    if not relative or any(part in ("", ".", "..") for part in relative.split("/")) or "\0" in relative:
        raise StorageError(f"holds a file with a name that is none here: {name!r}", Source(base))
    return relative


def _open(address: str) -> "tuple[AbstractFileSystem, str]":
    from fsspec.config import conf
    from fsspec.core import url_to_fs

    for protocol, said in OWN_TRIES.items():
        conf.setdefault(protocol, said)  # what the user's own configuration says stays
    try:
        system, path = url_to_fs(address)
    except (ImportError, ValueError) as error:
        raise UsageError(f"is in a storage that cannot be used: {error}", Source(address), "install its package") from None
    system.invalidate_cache()  # a worker lives for days, and what a storage held yesterday is no answer
    return system, path.rstrip("/")


def _asked[T](address: str, ask: Callable[[], T]) -> T:
    """An answer of a storage, asked again after a pause where it fails.

    Raises:
        StorageError: it failed each time.
    """
    pause, begun = FIRST_PAUSE, time.monotonic()
    for attempt in range(1, TRIES + 1):
        try:
            return ask()
        except FileNotFoundError as error:
            raise StorageError("is not there", Source(address)) from error
        except PermissionError:
            raise StorageError("access is denied", Source(address), "look at the storage's rights, then run again") from None
        except Exception as error:  # noqa: BLE001 - each storage has errors of its own; all become one line
            if attempt == TRIES or time.monotonic() - begun > PATIENCE:
                what = f"the storage failed {attempt} time{'s' if attempt > 1 else ''}: {type(error).__name__}"
                raise StorageError(what, Source(address), "look at the storage, then run again: what is done is kept") from None
        time.sleep(pause)
        pause *= 2
    raise AssertionError("unreachable")
