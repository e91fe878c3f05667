"""The fleet's own tables."""

import io
from pathlib import Path

import pyarrow.parquet as pq

from auditor.fleet import session_table
from auditor.fleet.questions import answers
from auditor.fleet.reports import reports_in

from .test_questions import flow, with_tables


def test_there_is_a_row_for_each_session_and_the_bytes_are_the_same_each_time(tmp_path: Path) -> None:
    for name in ("a", "b"):
        with_tables(tmp_path / name, [flow("baidu")], [])
    reports = reports_in((str(tmp_path),))[0]
    files = session_table.files(reports, answers(reports))
    assert pq.read_table(io.BytesIO(files["sessions.parquet"])).column("session").to_pylist() == ["a", "b"]
    assert {name.removesuffix(".parquet") for name in files} == {"sessions", "waivers", "contacts", "sent", "by_day"}
    waivers = pq.read_table(io.BytesIO(files["waivers.parquet"])).to_pylist()
    assert [(row["session"], row["rule"], row["findings"]) for row in waivers] == [("a", "R", 2), ("b", "R", 2)]
    assert files == session_table.files(reports, answers(reports))
