"""The tables of many reports as one Dask DataFrame: every column keeps its type, lists too, because each part is read with the
published Arrow schema.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from auditor.fleet.reports import Report, table_of
from auditor.fleet.storage import is_address
from auditor.model.tables import FLOWS, SIGHTINGS, Table, from_arrow

if TYPE_CHECKING:
    import dask.dataframe as dd
    import pandas as pd
    import pyarrow as pa

REPORTS_IN_A_PART = 64
"""Reports that one task reads: small ones are many, and a task has a price of its own."""
NUMBER = "report"
"""The column with the report's place in the list."""


def flows(reports: Sequence[Report], columns: Sequence[str]) -> "dd.DataFrame":
    """The flows of all reports: these columns, and the number of the report."""
    return _table(FLOWS, reports, columns)


def sightings(reports: Sequence[Report], columns: Sequence[str]) -> "dd.DataFrame":
    """The sightings of all reports."""
    return _table(SIGHTINGS, reports, columns)


def _table(table: Table, reports: Sequence[Report], columns: Sequence[str]) -> "dd.DataFrame":
    import dask
    import dask.dataframe as dd

    schema = schema_of(table, columns)
    numbered = [(number, table_of(report, table.name)) for number, report in enumerate(reports)]
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


def _read(part: Sequence[tuple[int, str]], schema: "pa.Schema") -> "pd.DataFrame":
    import pyarrow as pa

    tables = [found for number, path in part if (found := _one(number, path, schema)) is not None]
    return from_arrow(pa.concat_tables(tables) if tables else schema.empty_table())


def _one(number: int, path: str, schema: "pa.Schema") -> "pa.Table | None":
    """One report's table; None where the report was written without it."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    wanted = [name for name in schema.names if name != NUMBER]
    try:
        with pq.ParquetFile(_source(path)) as file:  # half the price of `read_table`, which looks for a dataset first
            table = file.read(columns=wanted, use_threads=False)
    except FileNotFoundError:
        return None
    return table.append_column(NUMBER, pa.repeat(pa.scalar(number, pa.int64()), len(table))).select(schema.names).cast(schema)


def _source(path: str) -> Any:
    if not is_address(path):
        return path
    from fsspec.core import url_to_fs

    system, inside = url_to_fs(path)
    return system.open(inside)
