"""The published columns: their types survive every way out and back, and null stays null."""

import io
import json
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.model.arrow import from_arrow
from auditor.model.tables import (
    ATTRIBUTIONS,
    FINDINGS,
    FLOWS,
    LINT,
    OBSERVED,
    PARTIES,
    RECIPIENTS,
    SIGHTINGS,
    TABLES,
    Table,
    Type,
    concat,
)
from auditor.report import rows

EVERY = (OBSERVED, *TABLES)
START = 1_795_342_500_000_000_001
VALUES: dict[Type, Any] = {
    Type.TEXT: 'a,b\n"c" \'中\x1b',
    Type.INT: 2**62,
    Type.BOOL: False,
    Type.TIME: START,
    Type.LIST: ["x", "", 'y "z", 中'],
}
TIME_TEXT = "2026-11-22T10:15:00.000000001Z"


def _row(table: Table) -> dict[str, Any]:
    return {column.name: VALUES[column.type] for column in table.columns}


def _null(table: Table) -> dict[str, Any]:
    return dict.fromkeys(table.names)


@pytest.mark.parametrize("table", EVERY, ids=lambda table: table.name)
def test_names_are_there_once_and_the_order_is_of_columns(table: Table) -> None:
    assert len(set(table.names)) == len(table.names)
    assert set(table.order) <= set(table.names)
    assert all(column.meaning for column in table.columns)


CONTRACT = {
    FLOWS: "capture flow_id surface phase client_ip client_port server_ip server_port transport application host host_source "
    "domain names url started ended packets_up packets_down bytes_up bytes_down visibility tls_version alpn service entity group "
    "country hosting party step confidence reason recipient relation tenant app server_country background unread",
    SIGHTINGS: "capture flow_id surface phase at direction kind identifier match confidence part path encodings variant masked "
    "digest location host recipient",
    FINDINGS: "id rule severity status surface phase party entity service host kind flows first_flow clause references message "
    "recipient identifier class confidence baseline message_zh",
    PARTIES: "party name_en name_zh languages purposes surfaces categories links lines confirmed",
    LINT: "rule severity line column language message references",
    ATTRIBUTIONS: "name evidence domain service entity group country hosting party step confidence reason recipient relation "
    "tenant",
    RECIPIENTS: "recipient",
}


@pytest.mark.parametrize("table", CONTRACT, ids=lambda table: table.name)
def test_every_column_that_the_contract_names_is_there(table: Table) -> None:
    assert set(CONTRACT[table].split()) <= set(table.names)


@pytest.mark.parametrize("table", EVERY, ids=lambda table: table.name)
def test_types_and_nulls_survive_parquet(table: Table) -> None:
    frame = table.frame([_row(table), _null(table)])
    data = rows.render(table, frame, "parquet")
    read = pq.read_table(io.BytesIO(data))
    assert read.schema.equals(table.arrow_schema())
    first, second = read.to_pylist()
    for column in table.columns:
        wanted = VALUES[column.type]
        found = read[column.name].cast(pa.int64())[0].as_py() if column.type is Type.TIME else first[column.name]
        assert found == wanted, column
        assert second[column.name] is None, column
    pd.testing.assert_frame_equal(table.conform(from_arrow(read)), frame)


@pytest.mark.parametrize("table", EVERY, ids=lambda table: table.name)
def test_types_and_nulls_survive_ndjson(table: Table) -> None:
    first, second = (
        json.loads(line) for line in rows.render(table, table.frame([_row(table), _null(table)]), "ndjson").split(b"\n")[:2]
    )
    assert list(first) == list(table.names)
    for column in table.columns:
        assert first[column.name] == (TIME_TEXT if column.type is Type.TIME else VALUES[column.type])
        assert second[column.name] is None


@pytest.mark.parametrize("table", EVERY, ids=lambda table: table.name)
def test_types_and_nulls_survive_csv(table: Table) -> None:
    data = rows.render(table, table.frame([_row(table), _null(table)]), "csv")
    read = pd.read_csv(io.BytesIO(data), dtype=str, keep_default_na=False)
    assert tuple(read.columns) == table.names
    shown = {
        Type.TIME: TIME_TEXT,
        Type.BOOL: "false",
        Type.INT: str(2**62),
        Type.LIST: json.dumps(VALUES[Type.LIST], ensure_ascii=False),
    }
    for column in table.columns:
        assert read[column.name][1] == "", column
        if column.type is Type.LIST:
            assert json.loads(str(read[column.name][0])) == VALUES[Type.LIST]
        else:
            assert read[column.name][0] == shown.get(column.type, VALUES[Type.TEXT]), column


@pytest.mark.parametrize("table", EVERY, ids=lambda table: table.name)
@pytest.mark.parametrize("form", ["table", "ndjson", "csv", "parquet"])
def test_no_rows_are_no_rows_in_every_format(table: Table, form: str) -> None:
    assert rows.render(table, table.frame(), form) == rows.render(table, concat(table, ()), form)
    assert len(table.frame()) == 0


ROWS = st.fixed_dictionaries(
    {
        "flow_id": st.text(st.characters(codec="utf-8"), max_size=5),
        "server_port": st.none() | st.integers(-(2**63), 2**63 - 1),
        "started": st.none() | st.integers(-(9 * 10**18), 9 * 10**18),
        "names": st.none() | st.lists(st.text(st.characters(codec="utf-8"), max_size=4), max_size=3),
    }
)


@settings(max_examples=40)
@given(st.lists(ROWS, max_size=4))
def test_any_row_survives_parquet_and_ndjson(made: list[dict[str, Any]]) -> None:
    frame = OBSERVED.frame(made)
    read = pq.read_table(io.BytesIO(rows.render(OBSERVED, frame, "parquet")))
    assert [{name: row[name] for name in ("flow_id", "server_port", "names")} for row in read.to_pylist()] == [
        {name: row[name] for name in ("flow_id", "server_port", "names")} for row in made
    ]
    assert read["started"].cast(pa.int64()).to_pylist() == [row["started"] for row in made]
    lines = rows.render(OBSERVED, frame, "ndjson").split(b"\n")[:-1]
    assert [json.loads(line)["names"] for line in lines] == [row["names"] for row in made]


def test_conform_fills_what_is_absent_and_drops_what_is_unknown() -> None:
    frame = OBSERVED.frame([{"flow_id": "1", "names": ["a"]}]).assign(capture="x", mine=5)
    flows = FLOWS.conform(frame)
    assert tuple(flows.columns) == FLOWS.names
    assert flows["capture"].tolist() == ["x"]
    assert flows["entity"].isna().all()
    assert flows["names"].tolist()[0] == ["a"]


def test_conform_takes_columns_of_other_types_that_mean_the_same() -> None:
    frame = pd.DataFrame({"flow_id": pd.Series(["1"], dtype="object"), "server_port": [443.0], "background": [True]})
    flows = FLOWS.conform(frame)
    assert (flows["server_port"][0], flows["background"][0]) == (443, True)


def test_rows_are_sorted_by_the_published_order_and_ties_stay() -> None:
    made = [{"flow_id": name, "started": at} for name, at in (("b", 2), ("c", None), ("a", 2), ("d", 1))]
    assert OBSERVED.sorted(OBSERVED.frame(made))["flow_id"].tolist() == ["d", "a", "b", "c"]


def test_joined_frames_keep_their_types() -> None:
    parts = [OBSERVED.frame(), OBSERVED.frame([{"flow_id": "1", "names": ["a"]}]), OBSERVED.of_rows([{"flow_id": "2"}])]
    table = concat(OBSERVED, parts)
    assert table["flow_id"].to_pylist() == ["1", "2"]
    assert table.schema.equals(OBSERVED.arrow_schema())
    assert concat(OBSERVED, ()).schema.equals(OBSERVED.arrow_schema())
