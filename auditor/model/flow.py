"""A flow as a record, for readers that meet flows one by one. Packet captures fill the same columns in bulk."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from auditor.model.tables import OBSERVED
from auditor.model.vocabulary import HostSource, Visibility


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """One conversation with one endpoint. The fields are the columns of the table `OBSERVED`; None is not known."""

    flow_id: str
    client_ip: str | None = None
    client_port: int | None = None
    server_ip: str | None = None
    server_port: int | None = None
    transport: str | None = None
    application: str | None = None
    host: str | None = None
    host_source: HostSource = HostSource.NONE
    names: tuple[str, ...] = ()
    url: str | None = None
    started: int | None = None
    """UTC nanoseconds."""
    ended: int | None = None
    packets_up: int | None = None
    packets_down: int | None = None
    bytes_up: int | None = None
    bytes_down: int | None = None
    visibility: Visibility | None = None
    tls_version: str | None = None
    alpn: str | None = None
    app: str | None = None
    cnames: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()

    def row(self) -> Mapping[str, Any]:
        """The flow as a row of `OBSERVED`."""
        return {name: getattr(self, name) for name in OBSERVED.names}
