"""A flow of mitmproxy, while it is recorded, in; the endpoint that attribution looks at out.

The host is what the client asked the proxy for, else the server name of its handshake, else the Host header: in this order,
because a Host header is free text and may name another server than the one that was reached.
"""

import datetime
import ipaddress
from functools import lru_cache
from typing import TYPE_CHECKING

from auditor.model.attribution import Endpoint
from auditor.model.vocabulary import HostSource, Surface

if TYPE_CHECKING:
    from mitmproxy.connection import Client, Server
    from mitmproxy.flow import Flow
    from mitmproxy.http import HTTPFlow

CACHED = 4096
"""Names and addresses that are remembered: each flow is asked for a handful, mostly the same."""
_NAMED_MODES = ("regular", "upstream", "socks5")
"""Proxy modes in which the client tells the proxy where it wants to go; elsewhere that is an address, or our own choice."""


def endpoint_of(flow: "Flow", surface: Surface = Surface.APP) -> Endpoint:
    """All that is known by now of whom the flow goes to."""
    kind = str(flow.type)
    if kind == "http":
        candidates, application = _http_candidates(flow), "http"  # type: ignore[arg-type]
    elif kind == "dns":
        candidates, application = (), "dns"
    else:
        candidates, application = _stream_candidates(flow.client_conn, flow.server_conn), None
    named = [(name, source) for name, source in candidates if name]
    host, source = named[0] if named else (None, HostSource.NONE)
    address, port = _server(flow.server_conn)
    if kind == "http":
        address, port = address or _address(flow.request.host), port or flow.request.port  # type: ignore[attr-defined]
    return Endpoint(
        surface=surface,
        host=host,
        host_source=source,
        server_ip=address,
        server_port=port,
        transport=_transport(flow, kind),
        application=application,
        names=tuple(dict.fromkeys(name for name, _ in named if name)),
        day=datetime.datetime.fromtimestamp(flow.timestamp_created, datetime.UTC).date().isoformat(),
    )


def _http_candidates(flow: "HTTPFlow") -> tuple[tuple[str | None, HostSource], ...]:
    client, request = flow.client_conn, flow.request
    mode = client.proxy_mode.type_name
    plain = request.scheme == "http" and client.timestamp_tls_setup is None
    named = (mode in _NAMED_MODES and not plain) or mode == "socks5"
    asked = flow.server_conn.address[0] if flow.server_conn.address else request.host
    return (
        (host_name(asked) if named else None, HostSource.CONNECT),
        (host_name(client.sni), HostSource.TLS_SNI),
        (host_name(request.host_header), HostSource.HTTP_HOST),
        (host_name(request.authority), HostSource.HTTP_HOST),
        (host_name(request.host), HostSource.HTTP_HOST),
    )


def _stream_candidates(client: "Client", server: "Server") -> tuple[tuple[str | None, HostSource], ...]:
    asked = server.address[0] if server.address and client.proxy_mode.type_name in _NAMED_MODES else None
    return ((host_name(asked), HostSource.CONNECT), (host_name(client.sni), HostSource.TLS_SNI))


def _server(server: "Server") -> tuple[str | None, int | None]:
    """Address and port of the other side: where it is connected, else what was asked for."""
    asked_host, asked_port = server.address[:2] if server.address else (None, None)
    if server.peername:
        return _address(server.peername[0]), asked_port or server.peername[1]
    return _address(asked_host), asked_port


def _transport(flow: "Flow", kind: str) -> str:
    return kind if kind in ("tcp", "udp") else str(flow.client_conn.transport_protocol)


@lru_cache(CACHED)
def host_name(text: str | None) -> str | None:
    """A host name in lower case, without port and trailing dot; None where there is none, or it is an address."""
    name = (text or "").strip().lower()
    head, colon, port = name.rpartition(":")
    if colon and port.isdigit() and ":" not in head:
        name = head
    name = name.rstrip(".")
    return None if not name or name.startswith("[") or _address(name) else name


@lru_cache(CACHED)
def _address(text: str | None) -> str | None:
    """The address as in RFC 5952, without zone, IPv4-mapped as IPv4; None where it is a name."""
    try:
        parsed = ipaddress.ip_address((text or "").strip("[]").partition("%")[0])
    except ValueError:
        return None
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    return str(mapped or parsed)
