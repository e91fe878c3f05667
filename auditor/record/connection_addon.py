"""mitmproxy's events of connections in, entries of the ledger out. Part of the audit addon, which owns the journal."""

import re
import time
from collections.abc import Callable

from mitmproxy import connection, ctx, flow, http, tcp, tls, udp
from mitmproxy.proxy import layer, layers, server_hooks
from mitmproxy.proxy.layers import tls as tls_layer

from auditor.record.connection_bytes import count_bytes
from auditor.record.hook_guard import HookFaults, guarded
from auditor.record.ledger import ConnectionFact, Ledger

_METHODS = (b"GET ", b"HEAD ", b"POST ", b"PUT ", b"DELETE ", b"CONNECT ", b"OPTIONS ", b"TRACE ", b"PATCH ", b"PRI ")
_WEBDAV = (b"PROPFIND ", b"PROPPATCH ", b"MKCOL ", b"COPY ", b"MOVE ", b"LOCK ", b"UNLOCK ", b"REPORT ", b"SEARCH ")
_TLS_RECORD = b"\x16\x03"
_KNOWN = (*_METHODS, *_WEBDAV, _TLS_RECORD)
_REQUEST_LINE = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+ \S+ HTTP/\d")
"""Of any method (RFC 9112 section 3)."""


class ConnectionAddon:
    """Keeps the ledger."""

    def __init__(self, report: Callable[[str, str], None], tell: Callable[[ConnectionFact], None]) -> None:
        """`report` gets each error of a hook, `tell` each connection when it has ended."""
        self.hook_faults = HookFaults(report)
        self.ledger = Ledger()
        self._tell = tell
        self._chosen: dict[str, layer.NextLayer] = {}
        """By connection, the last choice of how to read it."""

    def close_all(self) -> None:
        """Tells of the connections that are still open."""
        for client in tuple(self._chosen):
            self._note_passed(client)
        for fact in self.ledger.close_all(time.time_ns()):
            self._tell(fact)

    @guarded
    def client_connected(self, client: connection.Client) -> None:
        """A client connected."""
        self.ledger.opened(client.id, _place(client.peername), time.time_ns(), client.transport_protocol)
        master = getattr(ctx, "master", None)
        count = count_bytes(master.addons.get("proxyserver") if master else None, client)
        if count is not None:
            self.ledger.counted(client.id, count)

    @guarded
    def client_disconnected(self, client: connection.Client) -> None:
        """It left, so its connection can be judged."""
        self._note_passed(client.id)
        fact = self.ledger.closed(client.id, time.time_ns())
        if fact is not None:
            self._tell(fact)

    def _note_passed(self, client: str) -> None:
        """Tells the ledger where the proxy was told to leave a connection alone: it is relayed, and no flow is made of it."""
        chosen = self._chosen.pop(client, None)
        made = chosen.layer if chosen is not None else None
        if isinstance(made, layers.TCPLayer | layers.UDPLayer) and made.flow is None:
            self.ledger.passed(client, None)

    @guarded
    def http_connect(self, flow: http.HTTPFlow) -> None:
        """The client asked the proxy for a tunnel."""
        self.ledger.asked(flow.client_conn.id, f"{flow.request.host}:{flow.request.port}")

    @guarded
    def server_connect(self, data: server_hooks.ServerConnectionHookData) -> None:
        """A server is about to be connected for the client."""
        self.ledger.asked(data.client.id, _place(data.server.address))

    @guarded
    def server_connect_error(self, data: server_hooks.ServerConnectionHookData) -> None:
        """The server could not be reached."""
        self.ledger.upstream_failed(data.client.id, data.server.error or "the server cannot be reached")

    @guarded
    def tls_failed_server(self, data: tls.TlsData) -> None:
        """The server's certificate is not trusted, or the handshake failed."""
        self.ledger.upstream_failed(data.context.client.id, data.conn.error or "the server's handshake failed")

    @guarded
    def tls_clienthello(self, data: tls.ClientHelloData) -> None:
        """The client offers a handshake, which another addon may let through."""
        take = self.ledger.passed if data.ignore_connection else self.ledger.hello
        take(data.context.client.id, data.client_hello.sni)

    @guarded
    def tls_established_client(self, data: tls.TlsData) -> None:
        """The client accepted the proxy's certificate."""
        self.ledger.tls_up(data.context.client.id, data.conn.tls_version, data.conn.alpn)

    @guarded
    def tls_failed_client(self, data: tls.TlsData) -> None:
        """The client refused the proxy's certificate, or left."""
        self.ledger.tls_failed(data.context.client.id, data.conn.error or "the client's handshake failed")

    @guarded
    def next_layer(self, data: layer.NextLayer) -> None:
        """The first bytes on a layer. A private protocol that begins like words is read as bytes, not as broken HTTP."""
        first: bytes = data.data_client()  # type: ignore[no-untyped-call]
        client = data.context.client
        self._chosen[client.id] = data
        if client.transport_protocol != "tcp":
            return
        self.ledger.first_bytes(client.id, first, _server_name(first))
        if data.layer is None and client.tls_established and _is_private(first):
            data.layer = layers.TCPLayer(data.context)

    @guarded
    def error(self, flow: http.HTTPFlow) -> None:
        """A request came to nothing, perhaps before anybody was asked for it."""
        self.ledger.asked(flow.client_conn.id, f"{flow.request.host}:{flow.request.port}")

    @guarded
    def request(self, flow: http.HTTPFlow) -> None:
        """A request was read."""
        self.ledger.request(flow.client_conn.id)

    @guarded
    def dns_request(self, flow: flow.Flow) -> None:
        """A DNS question was read."""
        self.ledger.request(flow.client_conn.id)

    @guarded
    def tcp_message(self, flow: tcp.TCPFlow) -> None:
        """Bytes of another protocol were read."""
        last = flow.messages[-1]
        self.ledger.message(flow.client_conn.id, last.content, up=last.from_client)

    @guarded
    def udp_message(self, flow: udp.UDPFlow) -> None:
        """A datagram was read."""
        last = flow.messages[-1]
        self.ledger.message(flow.client_conn.id, last.content, up=last.from_client)

    @guarded
    def websocket_message(self, flow: http.HTTPFlow) -> None:
        """A WebSocket message was read."""
        if flow.websocket:
            last = flow.websocket.messages[-1]
            self.ledger.message(flow.client_conn.id, last.content, up=last.from_client)


def _is_private(first: bytes) -> bool:
    """Whether the bytes can be no HTTP request: three letters and a blank are not enough to be one, nor is ALPN."""
    line, newline, _ = first.partition(b"\n")
    if newline:
        return not first.startswith(_KNOWN) and not _REQUEST_LINE.match(line)
    return not any(first.startswith(known) or known.startswith(first) for known in _KNOWN)


def _server_name(first: bytes) -> str | None:
    """The name in a handshake, which only this hook sees of a connection that is passed through; None where it is not whole."""
    try:
        hello = tls_layer.parse_client_hello(first) if first.startswith(_TLS_RECORD) else None
    except ValueError:
        return None
    return hello.sni if hello is not None else None


def _place(address: tuple[object, ...] | None) -> str:
    """`host:port` of an address as sockets give it."""
    return f"{address[0]}:{address[1]}" if address else "unknown"
