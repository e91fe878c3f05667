"""A scripted phone: HTTP, WebSocket and raw TCP through a proxy. In: requests with planted values. Out: traffic and truth.

Every call sends first and then notes in the ledger what was planted in it, and what came back.
"""

import http
import http.client
import socket
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypedDict, Unpack
from urllib.parse import quote, urlencode, urlsplit

import httpx
from websockets.sync.client import connect as websocket_connect

from tests.lab.answers import answer
from tests.lab.bodies import NO_BODY, Body
from tests.lab.truth import Json, Ledger, Planted, Trace, traces_of
from tests.lab.world import HTTPS


class Parts(TypedDict, total=False):
    """The optional parts of a request."""

    query: Mapping[str, str]
    headers: Mapping[str, str]
    cookies: Mapping[str, str]


SECONDS = 15.0
SURFACE = "app"


@dataclass(slots=True, kw_only=True)
class Phone:
    """One phone whose Wi-Fi proxy is set. `trust` is the CA file that its apps accept."""

    proxy: str
    trust: Path
    distrust: Path
    """The authority of the servers themselves: what a pinned client accepts instead of the proxy's."""
    ledger: Ledger
    user_agent: str
    _client: httpx.Client | None = field(default=None, init=False)

    def close(self) -> None:
        """Close all connections."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def get(self, url: str, **parts: Unpack[Parts]) -> None:
        """GET; `parts` as in `send`."""
        self.send("GET", url, **parts)

    def post(self, url: str, body: Body, **parts: Unpack[Parts]) -> None:
        """POST; `parts` as in `send`."""
        self.send("POST", url, body, **parts)

    def send(
        self,
        method: str,
        url: str,
        body: Body = NO_BODY,
        **parts: Unpack[Parts],
    ) -> None:
        """One HTTP exchange; an answer of 400 or more is an error."""
        query, headers, cookies = parts.get("query", {}), parts.get("headers", {}), parts.get("cookies", {})
        address = urlsplit(url)
        host, scheme = address.hostname or "", address.scheme
        port = address.port or (443 if scheme == "https" else 80)
        fields = {"user-agent": self.user_agent} | dict(headers)
        if body.content_type:
            fields["content-type"] = body.content_type
        if body.encoding:
            fields["content-encoding"] = body.encoding
        if cookies:
            fields["cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
        target = f"{url}?{urlencode(query)}" if query else url
        response = self._http().request(method, target, headers=fields, content=body.content)
        response.raise_for_status()
        self.ledger.contact(SURFACE, host, port, "http", "cleartext" if scheme == "http" else "decrypted")
        self._sow(host, port, "query", _quoted(query))
        self._sow(host, port, "header", traces_of_fields(headers))
        self._sow(host, port, "cookie", traces_of_fields(cookies, "cookie"))
        self._sow(host, port, "body", body.traces)
        self._sow(host, port, "body", answer(host, address.path).body.traces, up=False)

    def websocket(self, url: str, messages: Sequence[Planted | str], traces: Sequence[Trace]) -> None:
        """Open a WebSocket, send text messages, wait for an answer to each."""
        host = urlsplit(url).hostname or ""
        context = ssl.create_default_context(cafile=self.trust)
        with websocket_connect(url, ssl=context, proxy=self.proxy, open_timeout=SECONDS, user_agent_header=None) as peer:
            for message in messages:
                peer.send(str(message))
                peer.recv(timeout=SECONDS)
        self.ledger.contact(SURFACE, host, 443, "websocket", "decrypted")
        self._sow(host, 443, "body", traces)

    def tunnel(self, host: str, port: int) -> socket.socket:
        """A raw TCP connection through the proxy's CONNECT.

        Raises:
            ConnectionError: the proxy refused.
        """
        proxy = urlsplit(self.proxy)
        sock = socket.create_connection((proxy.hostname or "", proxy.port or 8080), timeout=SECONDS)
        sock.sendall(f"CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode())
        head = b""
        while b"\r\n\r\n" not in head:
            byte = sock.recv(1)
            if not byte:
                break
            head += byte
        if b" 200 " not in head.split(b"\r\n", 1)[0]:
            sock.close()
            raise ConnectionError(f"the proxy refused {host}:{port}: {head[:40]!r}")
        return sock

    def post_at(self, address: str, host: str, path: str, body: Body) -> None:
        """POST to an address that the app has learnt by itself: CONNECT names the address, SNI and Host the host.

        Raises:
            ConnectionError: the answer is not 200.
        """
        fields = {"Host": host, "User-Agent": self.user_agent, "Content-Type": body.content_type}
        link = http.client.HTTPConnection(address, timeout=SECONDS)
        link.sock = self.tls_tunnel(host, HTTPS, address=address)
        link.request("POST", path, body.content, fields)
        status = link.getresponse().status
        link.close()
        if status != http.HTTPStatus.OK:
            raise ConnectionError(f"https://{host}{path} at {address}: {status}")
        self.ledger.contact(SURFACE, host, HTTPS, "http", "decrypted")
        self._sow(host, HTTPS, "body", body.traces)

    def tls_tunnel(self, host: str, port: int, *, pinned: bool = False, address: str = "") -> ssl.SSLSocket:
        """TLS through CONNECT to the host (or to `address`). A pinned client accepts only the servers' own authority.

        Raises:
            ssl.SSLError: the certificate was not accepted.
        """
        context = ssl.create_default_context(cafile=self.distrust if pinned else self.trust)
        raw = self.tunnel(address or host, port)
        try:
            return context.wrap_socket(raw, server_hostname=host)
        except OSError:
            raw.close()
            raise

    def _http(self) -> httpx.Client:
        if self._client is None:
            context = ssl.create_default_context(cafile=self.trust)
            self._client = httpx.Client(proxy=self.proxy, verify=context, http2=True, timeout=SECONDS, trust_env=False)
        return self._client

    def _sow(self, host: str, port: int, part: str, traces: Sequence[Trace], *, up: bool = True) -> None:
        self.ledger.sow(SURFACE, host, port, part, traces, up=up)


def _quoted(query: Mapping[str, str]) -> tuple[Trace, ...]:
    """Traces of query parameters; a value that quoting changes carries `percent`."""
    return tuple(
        trace.inside("percent", path=trace.path) if quote(str(value), safe="") != str(value) else trace
        for name, value in query.items()
        for trace in traces_of_fields({name: value})
    )


def traces_of_fields(fields: Mapping[str, Json], container: str = "") -> tuple[Trace, ...]:
    """Traces of named values; the path of each is its field's name."""
    return tuple(
        trace.inside(*([container] if container else []), path=name + trace.path.removeprefix("$"))
        for name, value in fields.items()
        for trace in traces_of(value, "$")
    )
