import csv
import io
import json
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.errors import UsageError
from auditor.model.tables import FLOWS, SIGHTINGS, TABLES, Table, concat
from auditor.report import rows

from .sample_rows import FLOW, SIGHTING


def ndjson(table: Table, *values: dict[str, object]) -> list[dict[str, object]]:
    return [json.loads(line) for line in rows.to_ndjson(table, table.frame(values)).splitlines()]


def test_ndjson_has_every_column_in_the_tables_order_and_null_where_nothing_is() -> None:
    (row,) = ndjson(FLOWS, FLOW)
    assert tuple(row) == FLOWS.names
    assert row["tenant"] is None
    assert row["packets_up"] is None


def test_ndjson_is_compact() -> None:
    assert rows.to_ndjson(FLOWS, FLOWS.frame([FLOW])).startswith(b'{"capture":"app.mitm","flow_id":"8f3a",')


def test_times_have_nine_decimals_and_z() -> None:
    (row,) = ndjson(FLOWS, FLOW)
    assert row["started"] == "2025-11-20T10:00:12.000000001Z"
    assert row["ended"] == "2025-11-20T10:00:12.500000000Z"


@pytest.mark.parametrize("at", [0, -1, 999_999_999, 253_402_300_799 * 10**7, -62_135_596_800 * 10**6])
def test_times_far_away_are_written_to_the_nanosecond(at: int) -> None:
    (row,) = ndjson(FLOWS, {**FLOW, "started": at})
    text = str(row["started"])
    assert len(text.rpartition(".")[2]) == 10
    assert int(text.rpartition(".")[2][:9]) == at % 10**9


def test_an_empty_list_is_not_an_absent_one() -> None:
    empty, absent = ndjson(FLOWS, {**FLOW, "names": []}, {**FLOW, "names": None})
    assert empty["names"] == []
    assert absent["names"] is None


def test_lists_of_neighbouring_rows_do_not_run_into_each_other() -> None:
    wanted: list[list[str] | None] = [["a"], None, [], ["b", 'c"d', "e\n"], None, ["f"]]
    found = ndjson(FLOWS, *({**FLOW, "names": names} for names in wanted))
    assert [row["names"] for row in found] == wanted


TEXT = st.text(max_size=20)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.none() | TEXT, st.none() | st.lists(TEXT, max_size=3), st.none() | st.integers(-(2**63), 2**63 - 1)))
)
def test_any_text_list_and_number_survives_ndjson_and_parquet(
    values: list[tuple[str | None, list[str] | None, int | None]],
) -> None:
    given_rows = [{**FLOW, "host": host, "names": names, "bytes_up": size} for host, names, size in values]
    found = ndjson(FLOWS, *given_rows)
    assert [(row["host"], row["names"], row["bytes_up"]) for row in found] == values
    table = pq.read_table(io.BytesIO(rows.to_parquet(FLOWS, FLOWS.frame(given_rows)))).to_pylist()
    assert [(row["host"], row["names"], row["bytes_up"]) for row in table] == values


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(TEXT, TEXT), min_size=1))
def test_any_text_survives_csv_but_for_the_formula_guard(values: list[tuple[str, str]]) -> None:
    data = rows.to_csv(FLOWS, FLOWS.frame([{**FLOW, "host": host, "reason": reason} for host, reason in values])).decode()
    found = list(csv.DictReader(io.StringIO(data, newline="")))
    guarded = [tuple("'" + cell if cell[:1] in tuple("=+-@\t\r") else cell for cell in pair) for pair in values]
    assert [(row["host"], row["reason"]) for row in found] == guarded


@pytest.mark.parametrize("start", list("=+-@\t\r"))
def test_a_cell_that_a_spreadsheet_would_run_gets_an_apostrophe(start: str) -> None:
    data = rows.to_csv(FLOWS, FLOWS.frame([{**FLOW, "host": f"{start}cmd|x"}])).decode()
    (row,) = csv.DictReader(io.StringIO(data, newline=""))
    assert row["host"] == f"'{start}cmd|x"


def test_csv_writes_lists_as_json_and_absent_values_as_nothing() -> None:
    (row,) = csv.DictReader(io.StringIO(rows.to_csv(FLOWS, FLOWS.frame([FLOW])).decode()))
    assert json.loads(row["names"]) == ["api.example.cn", "cdn.example.cn"]
    assert row["tenant"] == ""
    assert row["background"] == "false"


def test_parquet_has_the_published_schema_and_the_same_bytes_each_time() -> None:
    frame = SIGHTINGS.frame([SIGHTING])
    data = rows.to_parquet(SIGHTINGS, frame)
    assert data == rows.to_parquet(SIGHTINGS, frame)
    assert pq.read_schema(io.BytesIO(data)).equals(SIGHTINGS.arrow_schema(), check_metadata=False)
    assert not pq.read_schema(io.BytesIO(data)).metadata


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
@pytest.mark.parametrize("form", rows.FORMATS)
def test_a_table_without_rows_is_written_in_every_format(table: Table, form: str) -> None:
    data = rows.render(table, table.frame(), form)
    assert (data == b"") == (form == "ndjson")


def test_a_frame_that_lacks_columns_is_written_with_nulls() -> None:
    frame = FLOWS.frame([FLOW])[["capture", "flow_id"]]
    (row,) = (json.loads(line) for line in rows.to_ndjson(FLOWS, frame).splitlines())
    assert tuple(row) == FLOWS.names


def test_rows_of_several_slices_keep_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "_SLICE", 3)
    found = ndjson(FLOWS, *({**FLOW, "flow_id": f"tcp-{number}"} for number in range(10)))
    assert [row["flow_id"] for row in found] == [f"tcp-{number}" for number in range(10)]


def test_an_unknown_format_is_a_usage_error_that_lists_the_known_ones() -> None:
    with pytest.raises(UsageError, match="xml") as caught:
        rows.render(FLOWS, FLOWS.frame(), "xml")
    assert "ndjson" in str(caught.value)


@pytest.mark.parametrize("form", ["ndjson", "csv", "parquet"])
def test_rows_are_written_as_they_come(form: str) -> None:
    """Each run of them before the next is asked for; small runs together; the same rows as if they came at once."""
    size = rows._GROUP
    asked: list[int] = []

    def parts() -> Iterator[pa.Table]:
        for number, count in enumerate((10, size, 10, 10)):
            asked.append(number)
            yield FLOWS.of_rows([{**FLOW, "started": number, "ended": None}]).take([0] * count)

    pieces, seen = [], []
    for piece in rows.written(FLOWS, parts(), form):
        pieces.append(piece)
        seen.append(len(asked))
    assert 2 in seen and seen[-1] == 4
    whole = concat(FLOWS, tuple(parts()))
    if form == "parquet":
        file = pq.ParquetFile(io.BytesIO(b"".join(pieces)))
        assert [file.metadata.row_group(number).num_rows for number in range(file.num_row_groups)] == [size + 10, 20]
        assert file.read().equals(whole)
    else:
        assert b"".join(pieces) == rows.render(FLOWS, whole, form)


def test_only_columns_whose_values_repeat_get_a_dictionary() -> None:
    size = rows._GROUP
    one = FLOWS.of_rows([{**FLOW, "names": ["a.example"]}])
    numbers = pa.array(range(size)).cast(pa.string())
    table = one.take([0] * size).set_column(one.column_names.index("flow_id"), "flow_id", numbers)
    for count, whole in ((size, False), (size - 1, True)):
        file = pq.ParquetFile(io.BytesIO(rows.to_parquet(FLOWS, table[:count])))
        group = file.metadata.row_group(0)
        columns = [group.column(number) for number in range(group.num_columns)]
        having = {column.path_in_schema for column in columns if "RLE_DICTIONARY" in column.encodings}
        assert ({"host", "names.list.element"} <= having, "flow_id" in having) == (True, whole)
        assert file.read().equals(FLOWS.arrow(table[:count]))


@pytest.mark.parametrize("form", rows.FORMATS)
def test_no_parts_are_no_rows(form: str) -> None:
    assert b"".join(rows.written(FLOWS, (), form)) == rows.render(FLOWS, FLOWS.of_rows(), form)
