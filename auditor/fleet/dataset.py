"""The rows of many sessions as Parquet datasets, partitioned so that a question reads only what it asks about.

`DIR/TABLE/product=P/version=V/surface=S/session=N/part-0.parquet`: any tool that knows Hive partitioning reads them as one table.
A session's own files are replaced when it is audited again, and nobody else's are touched, so workers need not wait for each
other.
"""

import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import quote

from auditor.model.arrow import FEW_ROWS, compression
from auditor.model.audit import SessionRow
from auditor.model.tables import FINDINGS, FLOWS, RECIPIENTS, SIGHTINGS

if TYPE_CHECKING:
    import pyarrow as pa

TABLES = (FLOWS.name, SIGHTINGS.name, FINDINGS.name, RECIPIENTS.name)
EMPTY = "none"
"""In place of a value that the session does not say: Arrow cannot read a partition that is always missing."""
FILE = "part-0.parquet"
LONGEST = 200
"""Bytes of a part of a path; most file systems take 255."""


def add(folder: Path, report: Path, session: SessionRow, made: "Mapping[str, pa.Table]" = MappingProxyType({})) -> None:
    """Puts the tables of a report into the datasets of a folder. `made` are those that the report was just made of: they need
    not be read again.

    Raises:
        OSError: they cannot be written.
    """
    import pyarrow.parquet as pq

    for name in TABLES:
        source = report / "tables" / f"{name}.parquet"
        _forget(folder / name, session.name)
        if not source.is_file():
            continue
        if name in made:
            _add(folder / name, made[name], session)
        else:
            with source.open("rb") as opened, pq.ParquetFile(opened) as file:  # `read_table` would look for a dataset first
                _add(folder / name, file.read(use_threads=False), session)


def _add(folder: Path, table: "pa.Table", session: SessionRow) -> None:
    rest = table.drop_columns(["surface"]).replace_schema_metadata(None)
    of_product = f"{folder}/product={partition(session.product)}/version={partition(session.app_version)}"
    for surface, rows in _by_surface(table["surface"], rest):
        _write(f"{of_product}/surface={partition(surface or '')}/session={partition(session.name)}", rows)


def _by_surface(surfaces: "pa.ChunkedArray", table: "pa.Table") -> "Iterator[tuple[str | None, pa.Table]]":
    import pyarrow as pa
    import pyarrow.compute as pc

    different = pc.unique(surfaces).to_pylist()
    if len(different) == 1:
        yield different[0], table
        return
    for surface in different:
        yield surface, table.filter(pc.is_null(surfaces) if surface is None else pc.equal(surfaces, pa.scalar(surface)))


def partition(value: str) -> str:
    """A value as a part of a path, as Arrow reads it back; one that is too long for a file system ends in a digest of it."""
    quoted = quote(value, safe=" ")
    if len(quoted) <= LONGEST:
        return quoted or EMPTY
    short = quote(value[: (LONGEST - 17) // 12], safe=" ")  # a character is twelve bytes at most
    return f"{short}~{hashlib.sha256(value.encode()).hexdigest()[:16]}"


def _write(folder: str, table: "pa.Table") -> None:
    """Readers pass over names that begin with a dot: what a killed run leaves is no part of the table, and is written over. For
    few rows a dictionary and statistics of each column cost more than its values."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    is_much, sink = len(table) > FEW_ROWS, pa.BufferOutputStream()
    pq.write_table(table, sink, compression=compression(len(table)), use_dictionary=is_much, write_statistics=is_much)
    os.makedirs(folder, mode=0o700, exist_ok=True)
    unfinished = f"{folder}/.{FILE}"
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600), "wb") as file:
        file.write(sink.getvalue())
    os.replace(unfinished, f"{folder}/{FILE}")


def _forget(folder: Path, session: str) -> None:
    """What an earlier audit of the session left, under whatever version it had then."""
    name = f"session={partition(session)}"
    places = [str(folder)] if folder.is_dir() else []
    for _ in ("product", "version", "surface"):
        places = [entry.path for place in places for entry in os.scandir(place) if entry.is_dir()]
    for place in places:
        if os.path.lexists(f"{place}/{name}"):
            shutil.rmtree(f"{place}/{name}", ignore_errors=True)
