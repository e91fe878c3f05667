"""The rows of many sessions as Parquet datasets, partitioned so that a question reads only what it asks about.

`DIR/TABLE/product=P/version=V/surface=S/session=N/part-0.parquet`: any tool that knows Hive partitioning reads them as one table.
A session's own files are replaced when it is audited again, and nobody else's are touched, so workers need not wait for each
other.
"""

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from auditor.model.audit import SessionRow
from auditor.model.tables import FINDINGS, FLOWS, RECIPIENTS, SIGHTINGS, compression

if TYPE_CHECKING:
    import pyarrow as pa

TABLES = (FLOWS.name, SIGHTINGS.name, FINDINGS.name, RECIPIENTS.name)
EMPTY = "none"
"""In place of a value that the session does not say: Arrow cannot read a partition that is always missing."""
FILE = "part-0.parquet"


def add(folder: Path, report: Path, session: SessionRow) -> None:
    """Puts the tables of a report into the datasets of a folder.

    Raises:
        OSError: they cannot be written.
    """
    import pyarrow.parquet as pq

    for name in TABLES:
        source = report / "tables" / f"{name}.parquet"
        _forget(folder / name, session.name)
        if source.is_file():
            with pq.ParquetFile(source) as file:  # half the price of `read_table`, which looks for a dataset first
                _add(folder / name, file.read(use_threads=False), session)


def _add(folder: Path, table: "pa.Table", session: SessionRow) -> None:
    import pyarrow as pa
    import pyarrow.compute as pc

    for surface in pc.unique(table["surface"]).to_pylist():
        of_surface = pc.is_null(table["surface"]) if surface is None else pc.equal(table["surface"], pa.scalar(surface))
        values = {
            "product": session.product,
            "version": session.app_version,
            "surface": surface or "",
            "session": session.name,
        }
        target = folder.joinpath(*(f"{key}={partition(value)}" for key, value in values.items()))
        _write(target / FILE, table.filter(of_surface).drop_columns(["surface"]))


def partition(value: str) -> str:
    """A value as a part of a path, as Arrow reads it back."""
    return quote(value, safe=" ") if value else EMPTY


def _write(path: Path, table: "pa.Table") -> None:
    import pyarrow.parquet as pq

    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".part-")
    os.close(handle)
    try:
        pq.write_table(table.replace_schema_metadata(None), temporary, compression=compression(len(table)))
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _forget(folder: Path, session: str) -> None:
    """What an earlier audit of the session left, under whatever version it had then."""
    name = f"session={partition(session)}"
    for level in folder.glob("*/*/*") if folder.is_dir() else ():
        shutil.rmtree(level / name, ignore_errors=True)
