"""The tables of many reports as one Dask DataFrame: every column keeps its type, lists too, because each part is read with the
published Arrow schema.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from auditor.fleet.reports import Report, Unread, table_of
from auditor.fleet.storage import StorageError, is_address, is_there, read_bytes
from auditor.model.arrow import from_arrow
from auditor.model.tables import FLOWS, SIGHTINGS, Table

if TYPE_CHECKING:
    import dask.dataframe as dd
    import pandas as pd
    import pyarrow as pa

REPORTS_IN_A_PART = 64
"""Reports that one task reads: small ones are many, and a task has a price of its own."""
NUMBER = "report"
"""The column with the report's place in the list."""


def flows(reports: Sequence[Report], columns: Sequence[str]) -> "dd.DataFrame":
    """The flows of all reports but those of the idle phone: these columns, and the number of the report."""
    return _table(FLOWS, reports, columns)


def sightings(reports: Sequence[Report], columns: Sequence[str]) -> "dd.DataFrame":
    """The sightings of all reports, likewise."""
    return _table(SIGHTINGS, reports, columns)


class DamagedTableError(ValueError):
    """A report's table is none, or not one that this version writes."""


def damaged(reports: Sequence[Report]) -> tuple[Unread, ...]:
    """The reports of which a table cannot be read. Every table is read for it."""
    return tuple(Unread(path=report.path, why=why) for report in reports if (why := _why_damaged(report)))


def _why_damaged(report: Report) -> str:
    try:
        for table in (FLOWS, SIGHTINGS):
            _one(_Part(0, table_of(report, table.name), ()), schema_of(table, table.names))
    except DamagedTableError as error:
        return str(error)
    return ""


def missing(reports: Sequence[Report]) -> tuple[Unread, ...]:
    """The reports that were written without a table that has rows."""
    return tuple(Unread(path=report.path, why=why) for report in reports if (why := _why_missing(report)))


def _why_missing(report: Report) -> str:
    rows = ((FLOWS.name, report.flows), (SIGHTINGS.name, report.sightings))
    names = [f"tables/{name}.parquet" for name, count in rows if count and not _is_there(table_of(report, name))]
    if not names:
        return ""
    return f"{' and '.join(names)} {'are' if len(names) > 1 else 'is'} not there; who it contacted is not in this report"


def _is_there(path: str) -> bool:
    return is_there(path) if is_address(path) else os.path.isfile(path)


def _table(table: Table, reports: Sequence[Report], columns: Sequence[str]) -> "dd.DataFrame":
    import dask
    import dask.dataframe as dd

    schema = schema_of(table, columns)
    numbered = [_Part(number, table_of(report, table.name), report.background) for number, report in enumerate(reports)]
    parts = [numbered[start : start + REPORTS_IN_A_PART] for start in range(0, len(numbered), REPORTS_IN_A_PART)] or [[]]
    with dask.config.set({"dataframe.convert-string": False}):  # which would make text of lists
        read: Any = dd.from_map  # which has no types
        frame: dd.DataFrame = read(_read, parts, schema=schema, meta=from_arrow(schema.empty_table()))
        return frame


def schema_of(table: Table, columns: Sequence[str]) -> "pa.Schema":
    """The Arrow schema of these columns of a published table, and the report's number."""
    import pyarrow as pa

    whole = table.arrow_schema()
    return pa.schema([*(whole.field(name) for name in columns), pa.field(NUMBER, pa.int64())])


@dataclass(frozen=True, slots=True)
class _Part:
    """One report's table."""

    number: int
    path: str
    idle: tuple[str, ...]
    """Captures whose rows are left out."""


def _read(parts: Sequence[_Part], schema: "pa.Schema") -> "pd.DataFrame":
    import pyarrow as pa

    tables = [found for part in parts if (found := _one(part, schema)) is not None]
    return from_arrow(pa.concat_tables(tables) if tables else schema.empty_table())


def _one(part: _Part, schema: "pa.Schema") -> "pa.Table | None":
    """One report's table; None where the report was written without it.

    Raises:
        DamagedTableError: it cannot be read.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    wanted = [name for name in schema.names if name != NUMBER]
    try:
        with pq.ParquetFile(_source(part.path)) as file:  # half the price of `read_table`, which looks for a dataset first
            table = file.read(columns=[*wanted, "capture"] if part.idle else wanted, use_threads=False)
        if part.idle:
            table = _without(table, part.idle)
        numbered = table.append_column(NUMBER, pa.repeat(pa.scalar(part.number, pa.int64()), len(table)))
        return numbered.select(schema.names).cast(schema)
    except FileNotFoundError:
        return None
    except (OSError, KeyError, pa.ArrowException) as error:
        name = "/".join(part.path.rsplit("/", 2)[-2:])
        raise DamagedTableError(f"its {name} is damaged or of another version: {type(error).__name__}") from None


def _without(table: "pa.Table", captures: Sequence[str]) -> "pa.Table":
    import pyarrow as pa
    import pyarrow.compute as pc

    return table.filter(pc.invert(pc.is_in(table["capture"], pa.array(captures, pa.string()))))


def _source(path: str) -> Any:
    """What Arrow reads a table from.

    Raises:
        FileNotFoundError, DamagedTableError: a storage has none, or does not give it.
    """
    import pyarrow as pa

    if not is_address(path):
        return path
    try:
        data = read_bytes(path)
    except StorageError as error:
        raise DamagedTableError(f"its {path.rsplit('/', 1)[-1]} cannot be read: {error.what}") from None
    if data is None:
        raise FileNotFoundError(path)
    return pa.BufferReader(data)
