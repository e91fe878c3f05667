import json
from pathlib import Path

import jsonschema
import pytest

from auditor.errors import UsageError
from auditor.model.tables import FINDINGS, FLOWS, SIGHTINGS, TABLES, Table
from auditor.report import rows, table_schema

from .sample_rows import FINDING, FLOW, SIGHTING

PUBLISHED = Path(__file__).parents[3] / "docs" / "schema"


@pytest.mark.parametrize("name", table_schema.NAMES)
def test_each_published_schema_is_valid_and_is_the_one_in_the_documentation(name: str) -> None:
    data = table_schema.schema(name)
    jsonschema.Draft202012Validator.check_schema(json.loads(data))
    assert (PUBLISHED / f"{name}.json").read_bytes() == data


def test_no_schema_is_published_that_the_program_does_not_know() -> None:
    assert {path.stem for path in PUBLISHED.glob("*.json")} == set(table_schema.NAMES)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_row_schema_names_exactly_the_tables_columns(table: Table) -> None:
    schema = table_schema.row_schema(table)
    assert tuple(schema["properties"]) == table.names
    assert schema["required"] == list(table.names)


@pytest.mark.parametrize(("table", "row"), [(FLOWS, FLOW), (SIGHTINGS, SIGHTING), (FINDINGS, FINDING)])
def test_rows_as_written_obey_their_schema(table: Table, row: dict[str, object]) -> None:
    line = json.loads(rows.to_ndjson(table, table.frame([row])))
    jsonschema.validate(line, table_schema.row_schema(table), cls=jsonschema.Draft202012Validator)


def test_a_row_without_its_time_format_is_refused() -> None:
    line = json.loads(rows.to_ndjson(FLOWS, FLOWS.frame([FLOW]))) | {"started": "2026-11-20 10:00"}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(line, table_schema.row_schema(FLOWS))


def test_an_unknown_name_is_a_usage_error_that_lists_the_known_ones() -> None:
    with pytest.raises(UsageError, match="flow") as caught:
        table_schema.schema("flow")
    assert "flows" in str(caught.value)
