import io

import pyarrow.parquet as pq

from auditor.model.tables import FLOWS, SIGHTINGS
from auditor.report import parquet_tables

from .sample_rows import FLOW, SIGHTING


def test_each_table_that_there_is_becomes_a_file() -> None:
    files = parquet_tables.render({"flows": FLOWS.frame([FLOW]), "sightings": SIGHTINGS.frame([SIGHTING])})
    assert list(files) == ["tables/flows.parquet", "tables/sightings.parquet"]
    assert pq.read_table(io.BytesIO(files["tables/flows.parquet"])).num_rows == 1


def test_nothing_is_written_of_tables_that_a_report_folder_does_not_have() -> None:
    assert parquet_tables.render({"lint": FLOWS.frame()}) == {}
