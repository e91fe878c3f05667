"""mitmproxy's events of connections in, entries of the ledger out. Part of the audit addon, which owns the journal."""

import time
from collections.abc import Callable

from mitmproxy import connection, ctx, flow, http, tcp, tls, udp
from mitmproxy.proxy import layer, layers, server_hooks

from auditor.record.connection_bytes import count_bytes
from auditor.record.hook_guard import HookFaults, guarded
from auditor.record.ledger import ConnectionFact, Ledger

_METHODS = (b"GET ", b"HEAD ", b"POST ", b"PUT ", b"DELETE ", b"CONNECT ", b"OPTIONS ", b"TRACE ", b"PATCH ", b"PRI ")
_WEBDAV = (b"PROPFIND ", b"PROPPATCH ", b"MKCOL ", b"COPY ", b"MOVE ", b"LOCK ", b"UNLOCK ", b"REPORT ", b"SEARCH ")
_LONGEST_METHOD = max(map(len, _METHODS + _WEBDAV))


class ConnectionAddon:
    """Keeps the ledger."""

    def __init__(self, report: Callable[[str, str], None], tell: Callable[[ConnectionFact], None]) -> None:
        """`report` gets each error of a hook, `tell` each connection when it has ended."""
        self.hook_faults = HookFaults(report)
        self.ledger = Ledger()
        self._tell = tell

    def close_all(self) -> None:
        """Tells of the connections that are still open."""
        for fact in self.ledger.close_all(time.time_ns()):
            self._tell(fact)

    @guarded
    def client_connected(self, client: connection.Client) -> None:
        """A client connected."""
        self.ledger.opened(client.id, _place(client.peername), time.time_ns())
        master = getattr(ctx, "master", None)
        count = count_bytes(master.addons.get("proxyserver") if master else None, client)
        if count is not None:
            self.ledger.counted(client.id, count)

    @guarded
    def client_disconnected(self, client: connection.Client) -> None:
        """It left, so its connection can be judged."""
        fact = self.ledger.closed(client.id, time.time_ns())
        if fact is not None:
            self._tell(fact)

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
        self.ledger.first_bytes(client.id, first)
        if data.layer is None and client.tls_established and not client.alpn and _is_private(first):
            data.layer = layers.TCPLayer(data.context)

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
    """Whether the bytes can be no HTTP request: three letters and a blank are not enough to be one."""
    if len(first) < _LONGEST_METHOD and not first.endswith(b"\n"):
        return False
    return not first.startswith((*_METHODS, *_WEBDAV, b"\x16\x03"))


def _place(address: tuple[object, ...] | None) -> str:
    """`host:port` of an address as sockets give it."""
    return f"{address[0]}:{address[1]}" if address else "unknown"
