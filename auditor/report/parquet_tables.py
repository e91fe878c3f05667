"""`tables/*.parquet`: the frames or tables of an audit in, one Parquet file each out."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from auditor.model.tables import FINDINGS, FLOWS, RECIPIENTS, SIGHTINGS
from auditor.report import rows

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

NAME = "parquet"
TABLES = (FLOWS, SIGHTINGS, FINDINGS, RECIPIENTS)
"""The tables of the report folder."""


def render(frames: Mapping[str, "pd.DataFrame | pa.Table"]) -> dict[str, bytes]:
    """The files by name; a table that is not among the frames is left out."""
    return {
        f"tables/{table.name}.parquet": rows.to_parquet(table, frames[table.name]) for table in TABLES if table.name in frames
    }
