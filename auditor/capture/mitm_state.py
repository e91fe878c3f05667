"""The state of a mitmproxy flow, version 21, as far as the auditor reads it. Unknown keys are ignored."""

from typing import Any

from msgspec import Struct

type Header = tuple[bytes, bytes]


class Connection(Struct, frozen=True, kw_only=True):
    """One side of a flow: the client's or the server's connection."""

    peername: tuple[Any, ...] | None = None
    address: tuple[Any, ...] | None = None
    proxy_mode: str = "regular"
    sni: str | None = None
    alpn: bytes | None = None
    tls_version: str | None = None
    transport_protocol: str | None = None
    timestamp_start: float | None = None
    timestamp_end: float | None = None
    timestamp_tls_setup: float | None = None

    @property
    def peer_ip(self) -> str | None:
        """The address at the other end."""
        return _text_of(self.peername)

    @property
    def peer_port(self) -> int | None:
        """The port at the other end."""
        return _port_of(self.peername)

    @property
    def asked_host(self) -> str | None:
        """The server that the client asked for: a name or an address."""
        return _text_of(self.address)

    @property
    def asked_port(self) -> int | None:
        """The port that the client asked for."""
        return _port_of(self.address)


def _text_of(pair: tuple[Any, ...] | None) -> str | None:
    value = pair[0] if pair else None
    return value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else value if isinstance(value, str) else None


def _port_of(pair: tuple[Any, ...] | None) -> int | None:
    return _port(pair[1] if pair and len(pair) > 1 else None)


def _port(value: object) -> int | None:
    return value if isinstance(value, int) and 0 < value < 65_536 else None


class Request(Struct, frozen=True, kw_only=True, rename={"trailers_or_none": "trailers"}):
    """An HTTP request. `content` is None where the recording does not hold the body."""

    host: str
    port: int
    method: bytes
    scheme: bytes = b""
    authority: bytes = b""
    path: bytes = b""
    http_version: bytes = b"HTTP/1.1"
    headers: tuple[Header, ...] = ()
    content: bytes | None = None
    trailers_or_none: tuple[Header, ...] | None = None
    timestamp_start: float | None = None
    timestamp_end: float | None = None

    @property
    def asked_port(self) -> int | None:
        """The port, where it is one."""
        return _port(self.port)

    @property
    def start_line(self) -> bytes:
        """The request line in HTTP/1.1 form."""
        return b"%s %s %s" % (self.method, self.path, self.http_version)

    @property
    def trailers(self) -> tuple[Header, ...]:
        """The trailers, where there are any."""
        return self.trailers_or_none or ()

    def header(self, name: bytes) -> bytes | None:
        """The first header of that lower-case name."""
        for key, value in self.headers:
            if len(key) == len(name) and key.lower() == name:
                return value
        return None


class Response(Struct, frozen=True, kw_only=True, rename={"trailers_or_none": "trailers"}):
    """An HTTP response."""

    status_code: int
    reason: bytes = b""
    http_version: bytes = b"HTTP/1.1"
    headers: tuple[Header, ...] = ()
    content: bytes | None = None
    trailers_or_none: tuple[Header, ...] | None = None
    timestamp_start: float | None = None
    timestamp_end: float | None = None

    @property
    def start_line(self) -> bytes:
        """The status line in HTTP/1.1 form."""
        return b"%s %d %s" % (self.http_version, self.status_code, self.reason)

    @property
    def trailers(self) -> tuple[Header, ...]:
        """The trailers, where there are any."""
        return self.trailers_or_none or ()


class WebSocketMessage(Struct, frozen=True, array_like=True):
    """One WebSocket message, already free of frames and permessage-deflate."""

    type: int
    from_client: bool
    content: bytes
    timestamp: float
    dropped: bool = False


class WebSocket(Struct, frozen=True, kw_only=True):
    """The messages of a WebSocket connection."""

    messages: tuple[WebSocketMessage, ...] = ()
    timestamp_end: float | None = None
    closed_by_client: bool | None = None
    close_reason: str | None = None
    """The text of a close frame (RFC 6455 section 5.5.1)."""


class StreamMessage(Struct, frozen=True, array_like=True):
    """One read of a raw TCP or UDP flow."""

    from_client: bool
    content: bytes
    timestamp: float


class Question(Struct, frozen=True, kw_only=True):
    """A DNS question."""

    name: str
    type: int = 1


class Answer(Struct, frozen=True, kw_only=True):
    """A DNS resource record."""

    name: str
    type: int
    data: bytes = b""


class DnsMessage(Struct, frozen=True, kw_only=True):
    """A DNS message."""

    timestamp: float | None = None
    questions: tuple[Question, ...] = ()
    answers: tuple[Answer, ...] = ()
    authorities: tuple[Answer, ...] = ()
    additionals: tuple[Answer, ...] = ()


class FlowError(Struct, frozen=True, kw_only=True):
    """Why a flow ended badly."""

    msg: str = ""
    timestamp: float | None = None


class FlowBase(Struct, frozen=True, kw_only=True):
    """What flows of every type have."""

    type: str
    id: str
    client_conn: Connection
    server_conn: Connection
    timestamp_created: float | None = None
    error: FlowError | None = None
    metadata: dict[str, Any] = {}

    @property
    def error_time(self) -> float | None:
        """When the flow ended badly; None where it did not."""
        return self.error.timestamp if self.error else None


class HttpState(FlowBase, frozen=True, kw_only=True):
    """An HTTP flow, with its WebSocket messages where it was upgraded."""

    request: Request
    response: Response | None = None
    websocket: WebSocket | None = None


class StreamState(FlowBase, frozen=True, kw_only=True):
    """A raw TCP or UDP flow."""

    messages: tuple[StreamMessage, ...] = ()


class DnsState(FlowBase, frozen=True, kw_only=True):
    """A DNS query and its answer."""

    request: DnsMessage
    response: DnsMessage | None = None


STATES: dict[str, type[HttpState] | type[StreamState] | type[DnsState]] = {
    "http": HttpState,
    "tcp": StreamState,
    "udp": StreamState,
    "dns": DnsState,
}
"""The record of each type of flow."""
