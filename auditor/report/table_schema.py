"""JSON Schemas of the published tables: a table in, the schema of one of its rows as written by `--format ndjson` out."""

from typing import Any

import msgspec

from auditor.errors import UsageError
from auditor.model.attribution import Evidence
from auditor.model.tables import TABLES, Column, Table, Type
from auditor.model.vocabulary import (
    Confidence,
    Direction,
    FindingClass,
    HostSource,
    Match,
    Part,
    Relation,
    Severity,
    Status,
    Step,
    Surface,
    Visibility,
)
from auditor.report import audit_json

_WORDS = {
    "surface": Surface,
    "direction": Direction,
    "visibility": Visibility,
    "host_source": HostSource,
    "part": Part,
    "match": Match,
    "confidence": Confidence,
    "step": Step,
    "relation": Relation,
    "severity": Severity,
    "status": Status,
    "class": FindingClass,
}
"""Columns whose values come from a closed vocabulary."""

_NEVER_NULL = {
    "observed": ("flow_id", "names", "unread"),
    "flows": ("capture", "flow_id", "surface", "recipient", "relation", "step", "confidence", "names", "unread"),
    "sightings": ("capture", "flow_id", "surface", "direction", "kind", "match", "confidence", "part", "masked", "digest"),
    "recipients": ("recipient", "surface", "relation", "flows"),
    "findings": ("id", "rule", "severity", "status", "class", "confidence", "message", "message_zh"),
    "attributions": ("name", "recipient", "step", "confidence"),
    "parties": ("party",),
    "lint": ("rule", "severity", "line", "column", "message"),
}

_TYPES: dict[Type, dict[str, Any]] = {
    Type.TEXT: {"type": "string"},
    Type.INT: {"type": "integer"},
    Type.BOOL: {"type": "boolean"},
    Type.TIME: {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{9}Z$"},
    Type.LIST: {"type": "array", "items": {"type": "string"}},
}

_RECORDS = {("attributions", "evidence"): Evidence}
"""Lists whose items are records, not texts: columns that ndjson writes as lists of objects."""

NAMES = ("audit", *(table.name for table in TABLES))
"""What `auditor schema` can be asked for."""


def schema(name: str) -> bytes:
    """The JSON Schema (2020-12) of `audit` or of a table, as in docs/schema/.

    Raises:
        UsageError: nothing of that name has a schema.
    """
    if name in ("audit", "audit.json"):
        return audit_json.schema()
    for table in TABLES:
        if table.name == name:
            return msgspec.json.format(msgspec.json.encode(row_schema(table)), indent=2) + b"\n"
    raise UsageError(f"no schema is called {name!r}", fix=f"known: {', '.join(NAMES)}")


def row_schema(table: Table) -> dict[str, Any]:
    """The schema of one row: every column is there, and null where a row does not have it."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"One row of the {table.name} table of traffic-auditor",
        "description": "One object a line with --format ndjson; the same columns in CSV and Parquet.",
        "type": "object",
        "properties": {column.name: _column_schema(table, column) for column in table.columns},
        "required": list(table.names),
        "additionalProperties": False,
    }


def _column_schema(table: Table, column: Column) -> dict[str, Any]:
    """One column: its type, its words where they are closed, and null where it may be absent."""
    described = {"description": column.meaning} | _TYPES[column.type]
    if (table.name, column.name) in _RECORDS:
        described["items"] = _record_schema(_RECORDS[table.name, column.name])
    never_null = column.name in _NEVER_NULL.get(table.name, ())
    if column.name in _WORDS:
        words: list[str | None] = [word.value for word in _WORDS[column.name]]
        return described | ({"enum": words} if never_null else {"type": ["string", "null"], "enum": [*words, None]})
    return described if never_null else described | {"type": [described["type"], "null"]}


def _record_schema(record: type) -> dict[str, Any]:
    """The schema of a record, each vocabulary of its fields spelled out in place."""
    (schema,), parts = msgspec.json.schema_components([record], ref_template="{name}")
    described: dict[str, Any] = parts[schema["$ref"]]
    fields = {name: parts[field["$ref"]] if "$ref" in field else field for name, field in described["properties"].items()}
    return described | {"properties": fields, "additionalProperties": False}
