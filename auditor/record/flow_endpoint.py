"""A flow of mitmproxy, while it is recorded, in; the endpoint that attribution looks at out.

The host is what the client asked the proxy for, else the server name of its handshake, else the Host header: in this order,
because a Host header is free text and may name another server than the one that was reached.
"""

import datetime
import ipaddress
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from auditor.model.attribution import Endpoint
from auditor.model.vocabulary import HostSource, Surface

if TYPE_CHECKING:
    from mitmproxy.flow import Flow
    from mitmproxy.http import HTTPFlow

CACHED = 4096
"""Names and addresses that are remembered: each flow is asked for a handful, mostly the same."""
_DAY = 86_400
_LATE_VERSIONS = (b"HTTP/2", b"HTTP/3")
"""In these the authority of the target takes the Host header's place."""
_NAMED_MODES = ("regular", "upstream", "socks5")
"""Proxy modes in which the client tells the proxy where it wants to go; elsewhere that is an address, or our own choice."""


def endpoint_of(flow: "Flow", surface: Surface = Surface.APP) -> Endpoint:
    """All that is known by now of whom the flow goes to. Flows of which the same is known have the same endpoint."""
    client, server, kind = flow.client_conn, flow.server_conn, str(flow.type)
    seen = _Seen(
        kind=kind,
        mode=client.proxy_mode.type_name,
        transport=kind if kind in ("tcp", "udp") else str(client.transport_protocol),
        asked=server.address[:2] if server.address else (None, None),
        peer=server.peername[:2] if server.peername else (None, None),
        sni=client.sni,
        day=int(flow.timestamp_created // _DAY),
        request=_request(flow) if kind == "http" else None,  # type: ignore[arg-type]
    )
    return _endpoint(seen, surface)


class _Request(NamedTuple):
    """What a request says of its server."""

    host: str
    port: int
    header: str | None
    authority: str
    is_plain: bool


class _Seen(NamedTuple):
    """What a flow shows of its server."""

    kind: str
    mode: str
    transport: str
    asked: tuple[str | None, int | None]
    peer: tuple[str | None, int | None]
    sni: str | None
    day: int
    request: _Request | None


def _request(flow: "HTTPFlow") -> _Request:
    said = flow.request.data
    authority = _authority(said.authority)
    header = next((value for name, value in said.headers.fields if len(name) == 4 and name.lower() == b"host"), None)
    text = header.decode("utf-8", "surrogateescape") if header else None
    is_late = said.http_version.startswith(_LATE_VERSIONS)
    is_plain = said.scheme == b"http" and flow.client_conn.timestamp_tls_setup is None
    return _Request(said.host, said.port, (is_late and authority) or text, authority, is_plain)


@lru_cache(CACHED)
def _authority(data: bytes) -> str:
    """The authority of a request's target, as mitmproxy reads it."""
    try:
        return data.decode("idna")
    except UnicodeError:
        return data.decode("utf-8", "surrogateescape")


@lru_cache(CACHED)
def _endpoint(seen: _Seen, surface: Surface) -> Endpoint:
    named = [(name, source) for name, source in _candidates(seen) if name]
    host, source = named[0] if named else (None, HostSource.NONE)
    address, port = _server(seen)
    if seen.request:
        address, port = address or _address(seen.request.host), port or seen.request.port
    return Endpoint(
        surface=surface,
        host=host,
        host_source=source,
        server_ip=address,
        server_port=port,
        transport=seen.transport,
        application=seen.kind if seen.kind in ("http", "dns") else None,
        names=tuple(dict.fromkeys(name for name, _ in named if name)),
        day=datetime.datetime.fromtimestamp(seen.day * _DAY, datetime.UTC).date().isoformat(),
    )


def _candidates(seen: _Seen) -> tuple[tuple[str | None, HostSource], ...]:
    """Names for the host, best first."""
    if seen.kind == "dns":
        return ()
    request, asked = seen.request, seen.asked[0]
    if request is None:
        asked = asked if seen.mode in _NAMED_MODES else None
        return ((host_name(asked), HostSource.CONNECT), (host_name(seen.sni), HostSource.TLS_SNI))
    named = (seen.mode in _NAMED_MODES and not request.is_plain) or seen.mode == "socks5"
    return (
        (host_name(asked or request.host) if named else None, HostSource.CONNECT),
        (host_name(seen.sni), HostSource.TLS_SNI),
        (host_name(request.header), HostSource.HTTP_HOST),
        (host_name(request.authority), HostSource.HTTP_HOST),
        (host_name(request.host), HostSource.HTTP_HOST),
    )


def _server(seen: _Seen) -> tuple[str | None, int | None]:
    """Address and port of the other side: where it is connected, else what was asked for."""
    asked_host, asked_port = seen.asked
    if seen.peer[0]:
        return _address(seen.peer[0]), asked_port or seen.peer[1]
    return _address(asked_host), asked_port


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
