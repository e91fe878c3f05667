"""The attribution of a whole table: observed flows go in, the same flows with their recipients come out.

Each distinct endpoint is worked out once; its answer is then spread over all its flows by position, so that the time depends on
the number of endpoints and hardly on the number of flows.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from auditor.attribute.ladder import Ladder
from auditor.model.attribution import Attribution, Endpoint
from auditor.model.tables import Column, Table, Type, from_arrow
from auditor.model.vocabulary import HostSource, Surface

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
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

_MOST_CODES = 2**62
"""Codes of several columns are multiplied into one number, which must stay within 64 bits."""
_CHUNK = 500_000
"""Rows whose texts are spread at once: the texts of a chunk must stay below the 2 GiB of an Arrow string array."""

_KEYS = ("surface", "host", "host_source", "server_ip", "server_port", "transport", "application", "names", "cnames")


@dataclass(frozen=True, slots=True)
class AttributedFlows:
    """Both tables."""

    flows: "pd.DataFrame"
    """The columns that came in, the attribution columns, and `endpoint` (position in `endpoints`)."""
    endpoints: "pd.DataFrame"
    """The table `ENDPOINTS`."""


def attribute_flows(observed: "pd.DataFrame", ladder: Ladder) -> AttributedFlows:
    """Attributes every flow of a table with the columns of OBSERVED and a column `surface`.

    Raises:
        KeyError: the column `surface` is missing.
    """
    import pyarrow as pa

    numbers, firsts = _distinct(observed, with_day=ladder.uses_day)
    endpoints = _endpoints(observed, firsts, with_day=ladder.uses_day)
    answers = [ladder.attribute(endpoint) for endpoint in endpoints]
    flows = observed.drop(columns=[name for name in (*COLUMNS, "endpoint") if name in observed.columns])
    spread = from_arrow(_spread(answers, pa.array(numbers, pa.int64())))
    spread.index = flows.index
    return AttributedFlows(_joined(flows, spread), _endpoint_table(endpoints, answers))


def _spread(answers: Sequence[Attribution], numbers: "pa.Array") -> "pa.Table":
    """The answers' columns, one row for each number. Columns are independent, and Arrow works on them without Python's lock."""
    import pyarrow as pa

    chunks = [numbers.slice(start, _CHUNK) for start in range(0, len(numbers), _CHUNK)]

    def column(name: str) -> "pa.ChunkedArray":
        texts = pa.array([_text(getattr(answer, name)) for answer in answers], pa.string())
        return pa.chunked_array([texts.take(chunk) for chunk in chunks], pa.string())

    with ThreadPoolExecutor(max_workers=4) as pool:
        return pa.table({**dict(zip(COLUMNS, pool.map(column, COLUMNS), strict=True)), "endpoint": numbers})


def _joined(flows: "pd.DataFrame", added: "pd.DataFrame") -> "pd.DataFrame":
    import pandas as pd

    return pd.concat([flows, added], axis="columns")


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _distinct(observed: "pd.DataFrame", with_day: bool) -> "tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]":
    """For each row the number of its endpoint, and for each endpoint the position of its first row."""
    import numpy as np
    import pandas as pd

    columns = [_codes(observed[name]) for name in _KEYS if name in observed.columns]
    if with_day:
        columns.append(_days(observed))
    combined, size = np.zeros(len(observed), np.int64), 1
    for codes in columns:
        count = int(codes.max(initial=0)) + 1
        if size * count >= _MOST_CODES:
            combined, _ = pd.factorize(combined)
            size = int(combined.max(initial=0)) + 1
        if count > 1:
            combined, size = combined * count + codes, size * count
    combined, _ = pd.factorize(combined)
    firsts = np.full(int(combined.max(initial=-1)) + 1, len(observed), np.int64)
    np.minimum.at(firsts, combined, np.arange(len(observed)))
    return combined, firsts


def _codes(column: "pd.Series[Any]") -> "np.ndarray[Any, Any]":
    """A number for each distinct value; null is one of them."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    values = _arrow(column)
    if pa.types.is_list(values.type) or pa.types.is_large_list(values.type):
        values = pc.binary_join(pc.fill_null(values.cast(pa.list_(pa.string())), []), "\0")
    indices = values.dictionary_encode("encode").indices
    codes: np.ndarray[Any, Any] = indices.to_numpy(zero_copy_only=False).astype(np.int64)
    return codes


def _days(observed: "pd.DataFrame") -> "np.ndarray[Any, Any]":
    import pyarrow as pa
    import pyarrow.compute as pc

    since = pc.fill_null(_arrow(observed["started"]).cast(pa.int64()), -1)
    days: np.ndarray[Any, Any] = since.to_numpy(zero_copy_only=False) // 86_400_000_000_000 + 1
    days[days < 0] = 0
    return days


def _arrow(column: "pd.Series[Any]") -> "pa.Array":
    import pyarrow as pa

    array = pa.array(column, from_pandas=True)
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def _endpoints(observed: "pd.DataFrame", firsts: "np.ndarray[Any, Any]", with_day: bool) -> list[Endpoint]:
    """The endpoint of each of these rows."""
    import pyarrow as pa

    wanted = [*_KEYS, "started"] if with_day else _KEYS
    columns = {name: _arrow(observed[name]).take(pa.array(firsts)).to_pylist() for name in wanted if name in observed.columns}
    return [_endpoint({name: values[position] for name, values in columns.items()}) for position in range(len(firsts))]


def _endpoint(row: dict[str, Any]) -> Endpoint:
    started = row.get("started")
    return Endpoint(
        surface=Surface(row["surface"]),
        host=row.get("host"),
        host_source=HostSource(row.get("host_source") or "none"),
        server_ip=row.get("server_ip"),
        server_port=row.get("server_port"),
        transport=row.get("transport") or "tcp",
        application=row.get("application"),
        names=tuple(row.get("names") or ()),
        cnames=tuple(row.get("cnames") or ()),
        day=started.strftime("%Y-%m-%d") if started is not None else "",
    )


def _endpoint_table(endpoints: Sequence[Endpoint], answers: Sequence[Attribution]) -> "pd.DataFrame":
    pairs = zip(endpoints, answers, strict=True)
    return ENDPOINTS.frame(_endpoint_row(number, *pair) for number, pair in enumerate(pairs))


def _endpoint_row(number: int, endpoint: Endpoint, answer: Attribution) -> dict[str, object]:
    comparison = answer.comparison
    row: dict[str, object] = {name: _text(getattr(answer, name)) for name in (*COLUMNS, "entity_zh", "entity_match")}
    row.update(
        endpoint=number,
        surface=str(endpoint.surface),
        host=endpoint.host,
        server_ip=endpoint.server_ip,
        purposes=[str(purpose) for purpose in answer.purposes],
        vantage=list(answer.vantage),
        compared_party=comparison.party if comparison else None,
        service_declared=comparison.service if comparison else None,
        purpose_declared=comparison.purpose if comparison else None,
        surface_declared=comparison.surface if comparison else None,
    )
    return row
