"""The report folder on disk: OUT/NAME/, replaced as a whole, sign-off records kept.

Whatever is unfinished lies beside the folder, never in it: a killed run leaves a report that still verifies, and the next run
clears up behind it.
"""

import ctypes
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

from auditor import named_file
from auditor.cli.options import Language
from auditor.cli.output import write_new
from auditor.errors import Source, UsageError
from auditor.model.audit import Audit
from auditor.pipeline import Audited
from auditor.report import audit_json, seal, signoff
from auditor.report.formats import formats as formats_named

MAX_NAME = 200
"""Bytes of a folder's name: most file systems take 255, and the names of the lock and of the new folder are longer."""
RENAME_EXCHANGE = 2
"""Of renameat2(2): two names swap what they stand for, at once."""
AT_FDCWD = -100
if TYPE_CHECKING:
    import pandas as pd
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from auditor.model.tables import Table


def baseline_audit(report: str | None) -> Audit | None:
    """The earlier report, by its folder or its audit.json; None where none is named.

    Raises:
        AuditError: it is no report.
    """
    if report is None:
        return None
    path = Path(report) / audit_json.FILE if Path(report).is_dir() else Path(report)
    return audit_json.decode(named_file.read(str(path), fix="name a report folder"), str(path))


def read_table(folder: Path, table: "Table") -> "pd.DataFrame":
    """One table of a report folder.

    Raises:
        UsageError: it is missing or no Parquet.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    from auditor.model.arrow import from_arrow

    path = folder / "tables" / f"{table.name}.parquet"
    try:
        return table.conform(from_arrow(pq.read_table(path)))
    except (OSError, pa.ArrowException, KeyError) as error:
        raise UsageError(f"cannot be read: {' '.join(str(error).split())}", Source(str(path)), "audit again") from None


@contextmanager
def locked(out: str, name: str, fix: str = "") -> Iterator[None]:
    """Holds the report folder for one run. `fix` says what to do where its folder cannot be written.

    Raises:
        UsageError: the folder cannot be made, or another run holds it.
    """
    from filelock import FileLock, Timeout

    folder = Path(out)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise UsageError(f"cannot be written: {error.strerror or error}", Source(out), fix) from None
    path = folder / f".{folder_name(name)}.lock"
    lock = FileLock(path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise UsageError("another run writes this report right now", Source(str(folder / folder_name(name)))) from None
    try:
        yield
    finally:
        with suppress(OSError):  # while it is held: who waits for this file finds that it is gone and takes a new one
            path.unlink()
        lock.release()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealing:
    """What the seal of a report needs beside the report."""

    waivers_sha256: str | None = None
    key: "Ed25519PrivateKey | None" = None


def sealing(waivers: str | None, key: str | None) -> Sealing:
    """The seal of a report that was judged with this waiver file, signed with the key of that file where one is named.

    Raises:
        UsageError: a file cannot be read, or the key is none.
    """
    from auditor.report.dsse import private_key

    digest = hashlib.sha256(named_file.read(waivers)).hexdigest() if waivers and Path(waivers).is_file() else None
    return Sealing(waivers_sha256=digest, key=private_key(named_file.read(key, named_file.LARGEST_KEY), key) if key else None)


def write_report(audited: Audited, out: str, formats: tuple[str, ...], lang: Language, sealed: Sealing) -> str:
    """Writes the report folder, sealed by its manifest, and returns its path.

    Raises:
        UsageError: it cannot be written; an earlier report is still whole then.
    """
    target = Path(out) / folder_name(audited.audit.session.name)
    try:
        files = _files(audited, formats, lang)
        return _replace(target, files | seal.seal(audited.audit, files, sealed.waivers_sha256, sealed.key))
    except OSError as error:
        raise UsageError(f"the report cannot be written: {error.strerror or error}", Source(str(target))) from None


def _files(audited: Audited, formats: tuple[str, ...], lang: Language) -> dict[str, bytes]:
    tables = audited.tables
    frames = {
        "flows": tables.flows,
        "sightings": tables.sightings,
        "findings": tables.findings,
        "recipients": tables.recipients,
    }
    files: dict[str, bytes] = {}
    for form in formats_named(formats):
        files |= form.write(audited.audit, frames, lang.value)
    return files


def _replace(target: Path, files: dict[str, bytes]) -> str:
    """Builds the folder beside its place and swaps it in, so that a reader sees the old report or the new one (on file systems
    that cannot exchange names, no report for the blink of an eye; a run that is killed just then is mended by the next)."""
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = _clean(target)
    fresh.mkdir(mode=0o700)
    try:
        for name, data in files.items():
            write_new(fresh / name, data)
        for record in target.glob(signoff.KEPT) if target.is_dir() else ():
            shutil.copy2(record, fresh / record.name)
        _swap(fresh, target)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    return str(target)


def _clean(target: Path) -> Path:
    """The place beside a report for what is unfinished, free. What a killed run left there is removed; an earlier report that it
    had only moved aside gets its place back.

    Whoever holds the report's lock writes there alone, so that the names are fixed: looking for others would take longer with
    each report that the folder holds.
    """
    aside, unfinished = _beside(target, "old"), _beside(target, "new")
    if aside.is_dir() and not os.path.lexists(target):
        aside.rename(target)
    for left in (aside, unfinished):
        if left.is_dir() and not left.is_symlink():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)
    return unfinished


def _beside(target: Path, what: str) -> Path:
    return target.with_name(f".{target.name}.{what}")


def render_again(target: Path, files: dict[str, bytes]) -> None:
    """Replaces a report folder by these files; sign-off records stay.

    Raises:
        UsageError: it cannot be written, or another run holds it; the earlier report is still whole then.
    """
    try:
        with locked(str(target.resolve().parent), target.resolve().name):
            _replace(target.resolve(), {name: data for name, data in files.items() if not fnmatchcase(name, signoff.KEPT)})
    except OSError as error:
        raise UsageError(f"the report cannot be written: {error.strerror or error}", Source(str(target))) from None


def put_record(target: Path, name: str, data: bytes) -> None:
    """Puts a sign-off record into a report folder that this run holds. The unfinished file lies beside the folder.

    Raises:
        UsageError: it cannot be written; what was there is there still.
    """
    target = target.resolve()
    try:
        unfinished = _clean(target)
        try:
            write_new(unfinished, data)
            unfinished.replace(target / name)
        finally:
            unfinished.unlink(missing_ok=True)
    except OSError as error:
        raise UsageError(f"cannot be written: {error.strerror or error}", Source(str(target / name))) from None


def _swap(fresh: Path, target: Path) -> None:
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        raise NotADirectoryError(20, "is no folder")
    if not target.exists():
        fresh.rename(target)
        return
    if _exchanged(fresh, target):
        shutil.rmtree(fresh, ignore_errors=True)
        return
    old = _beside(target, "old")
    target.rename(old)
    fresh.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def _exchanged(one: Path, other: Path) -> bool:
    """Whether the two names have swapped what they stand for; no where the system or the file system cannot do that."""
    swap = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    return swap is not None and swap(AT_FDCWD, os.fsencode(one), AT_FDCWD, os.fsencode(other), RENAME_EXCHANGE) == 0


def folder_name(session: str) -> str:
    """A session's name as a folder name: letters, digits, dot, dash and underscore, never hidden, never a way out."""
    safe = "".join(char if char.isalnum() or char in "._- " else "_" for char in session).strip(". ")
    return safe.encode()[:MAX_NAME].decode(errors="ignore").strip(". ") or "session"
