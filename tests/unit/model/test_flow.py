"""A flow is a row of the observed table."""

import dataclasses

from auditor.model.flow import Flow
from auditor.model.tables import OBSERVED
from auditor.model.vocabulary import HostSource


def test_the_fields_are_the_columns() -> None:
    assert tuple(field.name for field in dataclasses.fields(Flow)) == OBSERVED.names


def test_what_is_not_known_is_null_in_the_row() -> None:
    row = Flow(flow_id="1", names=("a",)).row()
    assert (row["flow_id"], row["names"], row["host_source"], row["server_ip"]) == ("1", ("a",), HostSource.NONE, None)
    assert OBSERVED.frame([row])["server_port"].isna().all()
