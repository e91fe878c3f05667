"""Tables of many reports as one Dask DataFrame."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from auditor.fleet import tables
from auditor.fleet.reports import Report, reports_in, table_of
from auditor.model.tables import FLOWS

from .test_questions import flow, with_tables
from .test_reports import report


@pytest.fixture
def fleet(tmp_path: Path) -> tuple[Report, ...]:
    """Two reports, the second without tables."""
    with_tables(tmp_path / "a", [flow("baidu")], [])
    report(tmp_path / "b")
    return reports_in((str(tmp_path),))[0]


def test_list_columns_stay_lists(fleet: tuple[Report, ...]) -> None:
    """Dask would make text of them."""
    frame = tables.flows(fleet, ("recipient", "names"))
    whole = frame.compute()  # type: ignore[no-untyped-call]
    assert frame.dtypes["names"] == whole.dtypes["names"]
    assert whole["names"].tolist()[0] == ["a", "b"]


def test_rows_know_their_report_and_a_report_without_tables_has_none(fleet: tuple[Report, ...]) -> None:
    whole = tables.flows(fleet, ("recipient",)).compute()  # type: ignore[no-untyped-call]
    assert whole[tables.NUMBER].tolist() == [0]


def test_the_schema_is_the_published_one(fleet: tuple[Report, ...]) -> None:
    wanted = tables.schema_of(FLOWS, ("names", "started"))
    published = pq.read_schema(table_of(fleet[0], FLOWS.name))
    assert [wanted.field(name).type for name in ("names", "started")] == [
        published.field(name).type for name in ("names", "started")
    ]


@pytest.mark.parametrize("data", [b"", b"junk", None], ids=["empty", "junk", "cut off"])
def test_a_damaged_table_is_named_and_costs_nobody_else(fleet: tuple[Report, ...], data: bytes | None) -> None:
    path = Path(table_of(fleet[0], FLOWS.name))
    path.write_bytes(path.read_bytes()[:-5] if data is None else data)
    with pytest.raises(tables.DamagedTableError, match="is damaged"):
        tables.flows(fleet, ("recipient",)).compute()  # type: ignore[no-untyped-call]
    assert [entry.path for entry in tables.damaged(fleet)] == [fleet[0].path]


def test_a_table_of_another_version_is_named(fleet: tuple[Report, ...]) -> None:
    path = table_of(fleet[0], FLOWS.name)
    pq.write_table(pq.read_table(path).drop_columns(["recipient"]), path)
    assert [entry.why for entry in tables.damaged(fleet)] == [
        "its tables/flows.parquet is damaged or of another version: KeyError"
    ]


def test_a_report_without_a_table_that_has_rows_is_named(fleet: tuple[Report, ...]) -> None:
    """What it contacted is unknown, not nothing."""
    whole, without = (tables.missing((entry,)) for entry in fleet)
    assert whole == ()
    (entry,) = without
    assert entry.why.startswith("tables/flows.parquet and tables/sightings.parquet are not there")
