from auditor.model.tables import FLOWS
from auditor.report import csv_tables

from .sample_rows import FLOW


def test_each_table_that_there_is_becomes_a_file_with_a_header() -> None:
    files = csv_tables.render({"flows": FLOWS.frame([FLOW, FLOW])})
    assert list(files) == ["tables/flows.csv"]
    assert files["tables/flows.csv"].startswith(b"capture,flow_id,surface,")
    assert files["tables/flows.csv"].count(b"\n") == 3
