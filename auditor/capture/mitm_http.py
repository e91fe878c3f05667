"""An HTTP exchange as mitmproxy recorded it in, its flow and its messages out."""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from auditor.capture import endpoint_names, http_pieces, mitm_streams
from auditor.capture.endpoint_names import distinct
from auditor.capture.mitm_state import HttpState, Request, Response
from auditor.capture.mitm_streams import nanoseconds
from auditor.model.content import Message, Piece
from auditor.model.flow import Flow
from auditor.model.vocabulary import Direction, HostSource, Part, Visibility

address = lru_cache(4096)(endpoint_names.address)
host_name = lru_cache(4096)(endpoint_names.host_name)
"""Most flows of a recording name the same few."""

_PROXY_MODES = ("regular", "upstream")
"""Modes in which the client names its target itself, in CONNECT or in the absolute URI."""


class _Named(NamedTuple):
    """What a flow's names come to."""

    host: str | None
    source: HostSource
    names: tuple[str, ...]
    header_host: str | None


def http(state: HttpState) -> tuple[Flow, Iterator[Message]]:
    """The flow, and its messages."""
    request, response = state.request, state.response
    client, server = state.client_conn, state.server_conn
    asked_host, handshake = server.asked_host, client.timestamp_tls_setup is not None
    named = _named(
        client.proxy_mode,
        client.sni,
        handshake,
        request.scheme,
        asked_host,
        request.host,
        request.header(b"host"),
        request.authority,
    )
    encrypted = handshake or request.scheme in (b"https", b"wss")
    up, down = (mitm_streams.websocket_size(state, up=up) for up in (True, False)) if state.websocket else (0, 0)
    flow = Flow(
        flow_id=state.id,
        client_ip=address(client.peer_ip),
        client_port=client.peer_port,
        server_ip=address(server.peer_ip) or address(asked_host or request.host),
        server_port=server.asked_port or server.peer_port or request.asked_port,
        transport=client.transport_protocol or "tcp",
        application="websocket" if state.websocket else "http",
        host=named.host,
        host_source=named.source,
        names=named.names,
        url=_url(request, named.header_host),
        started=nanoseconds(request.timestamp_start or state.timestamp_created),
        ended=nanoseconds(_end(state, request)),
        bytes_up=_size(request, up),
        bytes_down=_size(response, down),
        visibility=Visibility.DECRYPTED if encrypted else Visibility.CLEARTEXT,
        tls_version=client.tls_version if encrypted else None,
        alpn=_text(client.alpn) or None if client.alpn else None,
        unread=_unread(request, response, state),
    )
    return flow, _messages(state, request, named.host or named.header_host)


@lru_cache(4096)
def _named(
    mode: str,
    sni: str | None,
    handshake: bool,
    scheme: bytes,
    asked: str | None,
    target: str,
    header: bytes | None,
    authority: bytes,
) -> _Named:
    """The flow's host and all its names, from what the client asked the proxy for, the server name, and the Host header.

    mitmproxy records an absolute URI (RFC 9112 section 3.2.2) and a target of CONNECT in the same way, so that without TLS
    the name counts as HTTP's; in both cases it goes before the Host header, because it is where the request went.
    """
    wanted = host_name(target) or host_name(asked)  # a flow that a script made keeps its template's connection
    plain = scheme == b"http" and not handshake
    way = mode.partition(":")[0]
    proxy = way in _PROXY_MODES
    candidates = (
        (wanted if (proxy and not plain) or way == "socks5" else None, HostSource.CONNECT),
        (wanted if proxy and plain else None, HostSource.HTTP_HOST),
        (host_name(sni), HostSource.TLS_SNI),
        (host_name(header), HostSource.HTTP_HOST),
        (host_name(authority), HostSource.HTTP_HOST),
        (host_name(target), HostSource.HTTP_HOST),
    )
    host, source = next(((name, source) for name, source in candidates if name), (None, HostSource.NONE))
    header_host = host_name(header) or host_name(authority)
    return _Named(host, source, distinct((*(name for name, _ in candidates), header_host)), header_host)


def _url(request: Request, header_host: str | None) -> str:
    """The URL without its query."""
    path = _text(request.path.partition(b"?")[0].partition(b"#")[0])
    origin = _origin(request.scheme, request.host, request.port, header_host)
    return origin + path if path.startswith("/") else origin


@lru_cache(4096)
def _origin(scheme: bytes, target: str, port: int, header_host: str | None) -> str:
    """The URL before its path; the Host header names the host where the URL holds an address."""
    word, host = _text(scheme) or "http", target
    if address(host) is not None:
        host = header_host or (f"[{host}]" if ":" in host else host)
    default = {"http": 80, "https": 443}.get(word)
    return f"{word}://{host.lower()}{'' if port in (default, 0) else f':{port}'}"


def _unread(request: Request, response: Response | None, state: HttpState) -> tuple[str, ...]:
    """Bodies that the recording does not hold. mitmproxy leaves the content null when it streamed a body through."""
    found = []
    if request.content is None:
        found.append("request body: not recorded")
    if response is not None and response.content is None:
        found.append("response body: not recorded")
    if state.websocket and any(message.dropped for message in state.websocket.messages):
        found.append("websocket: a message was dropped by the proxy")
    return tuple(found)


def _server_name(state: HttpState) -> tuple[Piece, ...]:
    """The name in the TLS handshake: labels of it may hold identifiers like those of any host name."""
    name = state.client_conn.sni
    return (Piece(Part.SNI, "", name.encode(errors="surrogatepass")),) if name else ()


@lru_cache(4096)
def _hosts(target: str, authority: bytes, asked: str | None, header: bytes | None, sni: str | None) -> tuple[Piece, ...]:
    """The hosts that no header and no server name tells, and who asks where the authority says it (RFC 3986 section 3.2)."""
    user, at, named = authority.rpartition(b"@")
    hosts = http_pieces.host_pieces((target, _text(named), asked), (header, sni))
    return (*http_pieces.userinfo_pieces(user if at else b""), *hosts)


def _messages(state: HttpState, request: Request, host: str | None) -> Iterator[Message]:
    yield Message(
        flow_id=state.id,
        number=0,
        direction=Direction.UP,
        at=nanoseconds(request.timestamp_start),
        host=host,
        protocol="http",
        pieces=(
            *http_pieces.method_pieces(request.method),
            *http_pieces.target_pieces(request.path),
            *http_pieces.header_pieces((*request.headers, *request.trailers)),
            *http_pieces.body_pieces(request.content),
            *_server_name(state),
            *_hosts(
                request.host,
                request.authority,
                state.server_conn.asked_host,
                request.header(b"host"),
                state.client_conn.sni,
            ),
        ),
    )
    response = state.response
    if response is not None:
        yield Message(
            flow_id=state.id,
            number=1,
            direction=Direction.DOWN,
            at=nanoseconds(response.timestamp_start or request.timestamp_start),
            host=host,
            protocol="http",
            pieces=(
                *http_pieces.reason_pieces(response.reason),
                *http_pieces.header_pieces((*response.headers, *response.trailers)),
                *http_pieces.body_pieces(response.content),
            ),
        )
    if state.websocket:
        yield from mitm_streams.websocket_messages(state, host)


def _end(state: HttpState, request: Request) -> float | None:
    """Seconds: the end of the WebSocket, of the response, or of the attempt."""
    response = state.response
    answered = response.timestamp_end or response.timestamp_start if response else state.error_time
    ended = mitm_streams.websocket_end(state) or answered
    return ended or request.timestamp_end or request.timestamp_start


def _size(message: Request | Response | None, more: int) -> int | None:
    """Head and body as transferred, and `more`; None where the body was not recorded."""
    if message is None:
        return more
    if message.content is None:
        return None
    return http_pieces.head_size(message.start_line, message.headers) + len(message.content) + more


def _text(data: bytes) -> str:
    return data.decode("utf-8", "backslashreplace")
