"""Endpoints and their attributions as a table: objects go in, the columns of `ENDPOINTS` come out, one row for each endpoint."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from auditor.model.attribution import Attribution, Endpoint
from auditor.model.tables import Column, Table, Type
from auditor.model.vocabulary import HostSource, Surface

if TYPE_CHECKING:
    import pyarrow as pa

COLUMNS = (
    "domain",
    "service",
    "entity",
    "group",
    "country",
    "server_country",
    "hosting",
    "party",
    "recipient",
    "relation",
    "tenant",
    "step",
    "confidence",
    "reason",
)
"""What attribution adds to the flows table."""

ENDPOINTS = Table(
    "endpoints",
    (
        Column("endpoint", Type.INT, "number of the endpoint, as in the flows' column `endpoint`"),
        Column("surface", Type.TEXT, "app, printer, site"),
        Column("host", Type.TEXT, "the name that was asked for"),
        Column("server_ip", Type.TEXT, "the server's address"),
        *(Column(name, Type.TEXT, f"`{name}` of the flows table") for name in COLUMNS),
        Column("entity_zh", Type.TEXT, "the legal name in Chinese"),
        Column("purposes", Type.LIST, "what the service is for, words of the catalog"),
        Column("vantage", Type.LIST, "where the host is expected: app, printer, site, os, server"),
        Column("entity_match", Type.TEXT, "exact, renamed, same_group; null where no declared party is near"),
        Column("compared_party", Type.TEXT, "the declared party that the service was compared with"),
        Column("service_declared", Type.BOOL, "whether the register declares a party for this service"),
        Column("purpose_declared", Type.BOOL, "null where only an open wording covers it"),
        Column("surface_declared", Type.BOOL, "null where no party is declared for it"),
    ),
    ("endpoint",),
)
"""What rules and the recipients table need beside the flows table; one row for each distinct endpoint."""

_COMPARED = {
    "compared_party": "party",
    "service_declared": "service",
    "purpose_declared": "purpose",
    "surface_declared": "surface",
}


def answers_table(endpoints: Sequence[Endpoint], answers: Sequence[Attribution]) -> "pa.Table":
    """The columns of `ENDPOINTS` without the number."""
    import pyarrow as pa

    fields = list(ENDPOINTS.arrow_schema())[1:]
    return pa.table({field.name: pa.array(_values(field.name, endpoints, answers), field.type) for field in fields})


def _values(name: str, endpoints: Sequence[Endpoint], answers: Sequence[Attribution]) -> list[Any]:
    if name in ("surface", "host", "server_ip"):
        return [getattr(endpoint, name) for endpoint in endpoints]
    if name in _COMPARED:
        field = _COMPARED[name]
        return [getattr(answer.comparison, field) if answer.comparison else None for answer in answers]
    return [getattr(answer, name) for answer in answers]


def endpoints_of(rows: "pa.Table") -> list[Endpoint]:
    """The endpoints that rows of observed flows stand for."""
    columns = {name: _plain(rows[name]) for name in rows.column_names}
    absent = [None] * len(rows)
    values = [[_READ[name](value) for value in columns.get(name, absent)] for name in _READ]
    names = tuple("day" if name == "started" else name for name in _READ)
    return [Endpoint(**dict(zip(names, row, strict=True))) for row in zip(*values, strict=True)]


def _plain(column: "pa.ChunkedArray") -> list[Any]:
    """The values; of times the day, because a time of nanoseconds would need pandas."""
    import pyarrow as pa
    import pyarrow.compute as pc

    values: list[Any] = (pc.strftime(column, "%Y-%m-%d") if pa.types.is_timestamp(column.type) else column).to_pylist()
    return values


_READ: dict[str, Callable[[Any], Any]] = {
    "surface": Surface,
    "host": lambda text: text,
    "host_source": lambda text: HostSource(text or "none"),
    "server_ip": lambda text: text,
    "server_port": lambda number: number,
    "transport": lambda text: text or "tcp",
    "application": lambda text: text,
    "names": lambda texts: tuple(texts or ()),
    "cnames": lambda texts: tuple(texts or ()),
    "started": lambda day: day or "",
}
