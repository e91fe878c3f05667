"""Endpoints and attributions as columns."""

import pyarrow as pa

from auditor.attribute.answers import ENDPOINTS, answers_table, endpoints_of
from auditor.attribute.ladder import Ladder
from auditor.model.attribution import Endpoint
from auditor.model.vocabulary import HostSource, Surface


def test_columns_are_those_of_the_table(ladder: Ladder) -> None:
    """All but the number, with the published types; what nobody knows is null."""
    endpoint = Endpoint(surface=Surface.APP, host="api.example.com", host_source=HostSource.TLS_SNI)
    table = answers_table([endpoint], [ladder.attribute(endpoint)])
    assert table.schema.equals(pa.schema(list(ENDPOINTS.arrow_schema())[1:]))
    row = table.to_pylist()[0]
    assert (row["recipient"], row["step"], row["service_declared"], row["purposes"]) == ("example.com", "none", None, [])


def test_endpoints_are_read_from_rows() -> None:
    """Columns that are not there are absent, and absent words have their defaults."""
    rows = pa.table(
        {"surface": ["site"], "host": ["a.example"], "server_port": pa.array([None], pa.int64()), "names": [["a.example"]]}
    )
    assert endpoints_of(rows) == [
        Endpoint(surface=Surface.SITE, host="a.example", host_source=HostSource.NONE, names=("a.example",), transport="tcp")
    ]


def test_no_rows() -> None:
    """Nothing makes nothing, with its columns."""
    assert endpoints_of(pa.table({"surface": pa.array([], pa.string())})) == []
    assert answers_table([], []).num_rows == 0
