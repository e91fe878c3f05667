"""`tables/*.csv`: the frames or tables of an audit in, one CSV file each out."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from auditor.report import rows
from auditor.report.parquet_tables import TABLES

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

NAME = "csv"


def render(frames: Mapping[str, "pd.DataFrame | pa.Table"]) -> dict[str, bytes]:
    """The files by name; a table that is not among the frames is left out."""
    return {f"tables/{table.name}.csv": rows.to_csv(table, frames[table.name]) for table in TABLES if table.name in frames}
