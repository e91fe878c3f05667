"""mitmproxy flow files: frames in, flows and messages out. The current version is read by this module alone; older ones go
through mitmproxy's own migration first.

A frame is a typed netstring of a flow's state. The state is checked against the records below before anything is made of
it, so that a hostile file can only be damaged, never surprising.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING

import msgspec

from auditor.capture import endpoint_names, http_pieces, mitm_streams, tnetstring
from auditor.capture.endpoint_names import distinct
from auditor.capture.mitm_frame import FlowState, read_state
from auditor.capture.mitm_spill import StreamFolder
from auditor.capture.mitm_state import Connection, DnsState, HttpState, Request, Response
from auditor.capture.mitm_streams import nanoseconds
from auditor.capture.opened import open_capture
from auditor.capture.reader import ReadOptions
from auditor.errors import CaptureError
from auditor.model.content import Message, Piece
from auditor.model.flow import Flow
from auditor.model.reading import Damage, Reading
from auditor.model.tables import OBSERVED, from_arrow
from auditor.model.vocabulary import Direction, HostSource, Outcome, Part, Surface, Visibility

if TYPE_CHECKING:
    import pandas as pd

address = lru_cache(4096)(endpoint_names.address)
host_name = lru_cache(4096)(endpoint_names.host_name)
"""Most flows of a recording name the same few."""

_HEAD = re.compile(rb"\d{1,12}:\d{1,6}:[a-z_]{2,40}[;,]")
_PROXY_MODES = ("regular", "upstream")
"""Modes in which the client names its target itself, in CONNECT or in the absolute URI."""


class MitmReader:
    """mitmproxy's `-w` and `save.file`."""

    name = "mitmproxy"
    surface = Surface.APP

    def recognises(self, head: bytes) -> bool:
        """A typed netstring whose first key is a word."""
        return _HEAD.match(head) is not None

    def read(self, path: str, options: ReadOptions) -> Reading:
        """Reads flow by flow; a flow that cannot be read is damage, and so is everything behind a broken frame."""
        flows: list[Flow] = []
        damage: list[Damage] = []
        ids = _Ids()
        for item, missing in _with_streams(path, _states(path, options)):
            if isinstance(item, Damage):
                damage.append(item)
                continue
            flow, messages = translate(ids.distinct(item))
            flows.append(replace(flow, unread=(*flow.unread, missing)) if missing else flow)
            if options.inspect:
                for message in messages:
                    options.inspect(message)
        outcome = Outcome.DAMAGED if damage else Outcome.READ if flows else Outcome.EMPTY
        frame = _table(flows)
        return Reading(format=self.name, outcome=outcome, flows=frame, damage=tuple(damage), loss_known=True)


READER = MitmReader()


def _table(flows: list[Flow]) -> "pd.DataFrame":
    """The flows as rows of `OBSERVED`, column by column: a dictionary for each would cost more than the reading of it."""
    import pyarrow as pa

    schema = OBSERVED.arrow_schema()
    columns = list(zip(*map(attrgetter(*schema.names), flows), strict=True)) or [()] * len(schema)
    return from_arrow(
        pa.Table.from_arrays([pa.array(rows, kind.type) for rows, kind in zip(columns, schema, strict=True)], schema=schema)
    )


def _with_streams(path: str, states: Iterator[FlowState | Damage]) -> Iterator[tuple[FlowState | Damage, str]]:
    """The flows with the messages that stand in files of their own, each with what of it is not there."""
    folder = StreamFolder(path)
    for item in states:
        if isinstance(item, Damage):
            yield item, ""
            continue
        state, missing, fault = folder.whole(item)
        yield state, missing
        if fault:
            yield Damage(f"flow {item.id[:64]}", fault), ""
    for name, left, fault in folder.left():
        if left is not None:
            yield left, ""
        if fault:
            yield Damage(name, fault), ""


class _Ids:
    """Tells flows of one id apart: files that were joined, and old ones with WebSockets, hold several. None may hide another."""

    def __init__(self) -> None:
        self._taken: dict[str, int] = {}

    def distinct(self, state: FlowState) -> FlowState:
        """The flow; with `~2`, `~3` ... behind its id where it is not the first one of it."""
        name = state.id
        while name in self._taken:
            self._taken[state.id] += 1
            name = f"{state.id}~{self._taken[state.id]}"
        self._taken[name] = 1
        return state if name == state.id else msgspec.structs.replace(state, id=name)


def _states(path: str, options: ReadOptions) -> Iterator[FlowState | Damage]:
    """The flows of a file in order, and its damaged places."""
    with open_capture(path) as stream:
        while True:
            position = stream.tell()
            try:
                frame = tnetstring.read_frame(stream)
            except (ValueError, CaptureError) as error:
                yield Damage(f"byte {position}", error.what if isinstance(error, CaptureError) else str(error))
                return
            if frame is None:
                return
            yield _state(frame, position)
            if options.progress:
                options.progress(stream.tell() - position)


def _state(frame: bytes, position: int) -> FlowState | Damage:
    try:
        return read_state(frame)
    except ValueError as error:
        return Damage(f"byte {position}", str(error))


def translate(state: FlowState) -> tuple[Flow, Iterator[Message]]:
    """The flow, and its messages."""
    if isinstance(state, HttpState):
        return _http(state)
    if isinstance(state, DnsState):
        return mitm_streams.dns(state)
    return mitm_streams.stream(state)


def _http(state: HttpState) -> tuple[Flow, Iterator[Message]]:
    request, response = state.request, state.response
    client, server = state.client_conn, state.server_conn
    targets = _targets(state, request)
    host, source = next(((name, source) for name, source in targets if name), (None, HostSource.NONE))
    header_host = host_name(request.header(b"host")) or host_name(request.authority)
    flow = Flow(
        flow_id=state.id,
        client_ip=address(client.peer_ip),
        client_port=client.peer_port,
        server_ip=address(server.peer_ip) or address(server.asked_host),
        server_port=server.asked_port or server.peer_port or request.asked_port,
        transport=client.transport_protocol or "tcp",
        application="websocket" if state.websocket else "http",
        host=host,
        host_source=source,
        names=distinct((*(name for name, _ in targets), header_host)),
        url=_url(request, header_host),
        started=nanoseconds(request.timestamp_start or state.timestamp_created),
        ended=nanoseconds(_end(state, request)),
        bytes_up=_size(request, mitm_streams.websocket_size(state, up=True)),
        bytes_down=_size(response, mitm_streams.websocket_size(state, up=False)),
        visibility=Visibility.DECRYPTED if _is_encrypted(request, client) else Visibility.CLEARTEXT,
        tls_version=client.tls_version if _is_encrypted(request, client) else None,
        alpn=_text(client.alpn or b"") or None,
        unread=_unread(request, response, state),
    )
    return flow, _messages(state, request, host or header_host)


def _is_encrypted(request: Request, client: Connection) -> bool:
    return request.scheme in (b"https", b"wss") or client.timestamp_tls_setup is not None


def _targets(state: HttpState, request: Request) -> tuple[tuple[str | None, HostSource], ...]:
    """Candidates for the flow's host, best first: what the client asked the proxy for, the server name, the Host header.

    mitmproxy records an absolute URI (RFC 9112 section 3.2.2) and a target of CONNECT in the same way, so that without TLS
    the name counts as HTTP's; in both cases it goes before the Host header, because it is where the request went.
    """
    client = state.client_conn
    mode = client.proxy_mode.partition(":")[0]
    asked = host_name(state.server_conn.asked_host) or host_name(request.host)
    plain = request.scheme == b"http" and client.timestamp_tls_setup is None
    proxy = mode in _PROXY_MODES
    return (
        (asked if (proxy and not plain) or mode == "socks5" else None, HostSource.CONNECT),
        (asked if proxy and plain else None, HostSource.HTTP_HOST),
        (host_name(client.sni), HostSource.TLS_SNI),
        (host_name(request.header(b"host")), HostSource.HTTP_HOST),
        (host_name(request.authority), HostSource.HTTP_HOST),
        (host_name(request.host), HostSource.HTTP_HOST),
    )


def _url(request: Request, header_host: str | None) -> str:
    """The URL without its query; the Host header names the host where the URL holds an address."""
    scheme = _text(request.scheme) or "http"
    host = request.host
    if address(host) is not None:
        host = header_host or (f"[{host}]" if ":" in host else host)
    default = {"http": 80, "https": 443}.get(scheme)
    port = "" if request.port in (default, 0) else f":{request.port}"
    path = _text(request.path.partition(b"?")[0].partition(b"#")[0])
    return f"{scheme}://{host.lower()}{port}{path if path.startswith('/') else ''}"


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


def _messages(state: HttpState, request: Request, host: str | None) -> Iterator[Message]:
    yield Message(
        flow_id=state.id,
        number=0,
        direction=Direction.UP,
        at=nanoseconds(request.timestamp_start),
        host=host,
        protocol="http",
        pieces=(
            *http_pieces.target_pieces(request.path),
            *http_pieces.header_pieces((*request.headers, *request.trailers)),
            *http_pieces.body_pieces(request.content),
            *_server_name(state),
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
