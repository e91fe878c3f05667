"""The lab's servers. In: an authority, where to bind. Out: services that answer for every name of `world`, until closed.

One asyncio loop in one thread: hypercorn for HTTP/1.1, HTTP/2, WebSocket and HTTP/3; a few lines each for SMTP, MQTT, raw TCP,
DNS and NTP. Inside the lab's namespace the public ports are bound; elsewhere free ports on 127.0.0.1.
"""

import asyncio
import logging
import socket
import ssl
import struct
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from ipaddress import IPv4Address
from itertools import pairwise

from hypercorn.asyncio import serve
from hypercorn.config import Config
from hypercorn.typing import ASGIReceiveCallable, ASGISendCallable, Scope
from mitmproxy.dns import DNSMessage, ResourceRecord

from tests.lab import mqtt, world
from tests.lab.answers import answer
from tests.lab.authority import Authority
from tests.lab.world import BARE_ADDRESSES, BY_HOST, NAMES

START_SECONDS = 20.0
NTP_EPOCH = 2_208_988_800
HOSTS = tuple(name.host for name in NAMES) + tuple(name.address for name in NAMES) + BARE_ADDRESSES
type StreamHandler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """Where to listen. With `free_ports` every service gets any free port, to be looked up in `Running.ports`."""

    address: str = "127.0.0.1"
    free_ports: bool = True


@dataclass(slots=True)
class Running:
    """Public port to the port that answers for it, for TCP and for UDP."""

    ports: dict[int, int] = field(default_factory=dict)
    udp_ports: dict[int, int] = field(default_factory=dict)


class _TlsConfig(Config):
    """Hypercorn with one certificate for each name instead of one file."""

    lab_context: ssl.SSLContext

    @property
    def ssl_enabled(self) -> bool:
        return True

    def create_ssl_context(self) -> ssl.SSLContext:
        return self.lab_context


async def web(scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
    """The ASGI application behind every host name."""
    match scope["type"]:
        case "http":
            await _respond(scope, receive, send)
        case "websocket":
            await _echo(receive, send)
        case "lifespan":
            while (await receive())["type"] != "lifespan.shutdown":
                await send({"type": "lifespan.startup.complete"})
            await send({"type": "lifespan.shutdown.complete"})


async def _respond(scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
    assert scope["type"] == "http"
    while (message := await receive())["type"] == "http.request" and message["more_body"]:
        pass
    headers = dict(scope["headers"])
    host = headers.get(b"host", b"").decode("latin-1").rsplit(":", 1)[0]
    found = answer(host, scope["path"])
    fields = [(name.encode(), value.encode()) for name, value in found.headers]
    if found.body.content:
        fields += [
            (b"content-type", found.body.content_type.encode()),
            (b"content-length", str(len(found.body.content)).encode()),
        ]
    if found.body.encoding:
        fields.append((b"content-encoding", found.body.encoding.encode()))
    await send({"type": "http.response.start", "status": found.status, "headers": fields, "trailers": False})
    await send({"type": "http.response.body", "body": found.body.content, "more_body": False})


async def _echo(receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
    """A print service: accepts, and acknowledges every message without repeating it."""
    count = 0
    while (message := await receive())["type"] != "websocket.disconnect":
        if message["type"] == "websocket.connect":
            await send({"type": "websocket.accept", "subprotocol": None, "headers": []})
        else:
            count += 1
            await send({"type": "websocket.send", "bytes": None, "text": f'{{"ack":{count}}}'})


async def _smtp(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """RFC 5321, as far as a client that sends one mail needs it; the server speaks first."""
    replies = {b"EHLO": b"250-lab\r\n250 AUTH LOGIN\r\n", b"AUTH": b"334 VXNlcm5hbWU6\r\n", b"DATA": b"354 go on\r\n"}
    writer.write(b"220 smtp.263.net ESMTP\r\n")
    in_data = False
    while line := await reader.readline():
        verb = line[:4].upper()
        if in_data:
            in_data = line != b".\r\n"
            if not in_data:
                writer.write(b"250 queued\r\n")
        elif verb == b"QUIT":
            writer.write(b"221 bye\r\n")
            break
        else:
            in_data = verb == b"DATA"
            writer.write(replies.get(verb, b"250 ok\r\n"))
        await writer.drain()
    writer.close()


async def _mqtt(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    buffer = bytearray()
    while data := await reader.read(4096):
        buffer += data
        for packet in mqtt.split(buffer):
            writer.write(mqtt.answer(packet))
        await writer.drain()
    writer.close()


async def _acknowledge(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A raw service that answers every chunk with two bytes."""
    while await reader.read(4096):
        writer.write(b"OK")
        await writer.drain()
    writer.close()


class _Datagrams(asyncio.DatagramProtocol):
    """Answers each datagram by a function of it."""

    def __init__(self, reply: Callable[[bytes], bytes]) -> None:
        self._reply = reply

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.DatagramTransport)
        self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._transport.sendto(self._reply(data), addr)


def dns_reply(data: bytes) -> bytes:
    """The table's answer to a DNS query for an A record, aliases first; NXDOMAIN for other names."""
    query = DNSMessage.unpack(data)
    question = query.question
    assert question is not None
    name = BY_HOST.get(question.name)
    if name is None:
        return query.fail(3).packed
    chain = (name.host, *name.aliases)
    records = [ResourceRecord.CNAME(owner, alias) for owner, alias in pairwise(chain)]
    return query.succeed([*records, ResourceRecord.A(chain[-1], IPv4Address(name.address))]).packed


def ntp_reply(data: bytes) -> bytes:
    """A server reply (RFC 5905, mode 4) that repeats the client's transmit time as origin."""
    seconds = int(time.time()) + NTP_EPOCH
    head = struct.pack("!BBbbII4s", 0x24, 2, 6, -20, 0, 0, b"LAB\0")
    stamp = struct.pack("!II", seconds, 0)
    return head + stamp + data[40:48].ljust(8, b"\0") + stamp + stamp


class _Servers:
    """All services on the loop of the current thread."""

    def __init__(self, authority: Authority, binding: Binding) -> None:
        self._authority = authority
        self._binding = binding
        self.running = Running()
        self.stop = asyncio.Event()

    async def run(self, started: "Future[Running]") -> None:
        """Serve until `stop` is set."""
        streams = await self._streams()
        datagrams = await self._datagrams()
        web_tasks = [asyncio.create_task(serve(web, config, shutdown_trigger=self.stop.wait)) for config in self._web()]
        await asyncio.sleep(0.2)
        failed = [task for task in web_tasks if task.done()]
        if failed:
            started.set_exception(failed[0].exception() or OSError("a web server stopped at once"))
            self.stop.set()
        else:
            started.set_result(self.running)
        await self.stop.wait()
        await asyncio.gather(*web_tasks, return_exceptions=True)
        for transport in datagrams:
            transport.close()
        for server in streams:
            server.close()
            server.close_clients()

    async def _streams(self) -> list[asyncio.Server]:
        tls = self._authority.server_context(HOSTS)
        services: tuple[tuple[int, StreamHandler, ssl.SSLContext | None], ...] = (
            (world.SMTP, _smtp, None),
            (world.MQTT, _mqtt, None),
            (world.MQTT_TLS, _mqtt, tls),
            (world.APNS, _acknowledge, tls),
            (world.PRIVATE, _acknowledge, None),
            (world.CONTROL, _acknowledge, None),
        )
        return [
            await asyncio.start_server(handler, sock=self._socket(port, socket.SOCK_STREAM), ssl=context)
            for port, handler, context in services
        ]

    async def _datagrams(self) -> list[asyncio.DatagramTransport]:
        loop = asyncio.get_running_loop()
        transports = []
        for port, factory in (
            (world.DNS, partial(_Datagrams, dns_reply)),
            (world.NTP, partial(_Datagrams, ntp_reply)),
        ):
            for address in (self._binding.address,) if self._binding.free_ports else _addresses(port):
                sock = self._socket(port, socket.SOCK_DGRAM, address)
                transport, _ = await loop.create_datagram_endpoint(factory, sock=sock)
                transports.append(transport)
        return transports

    def _web(self) -> list[Config]:
        plain, secure, quic = Config(), _TlsConfig(), Config()
        plain.bind = [self._descriptor(world.HTTP, socket.SOCK_STREAM)]
        secure.lab_context = self._authority.server_context(HOSTS, ("h2", "http/1.1"))
        secure.bind = [self._descriptor(world.HTTPS, socket.SOCK_STREAM)]
        leaf = self._authority.leaf("telemetry.o2nails.com")
        quic.certfile, quic.keyfile = str(leaf.certificate), str(leaf.key)
        quic.bind = []
        quic.quic_bind = [self._descriptor(world.HTTPS, socket.SOCK_DGRAM)]
        for config in (plain, secure, quic):
            config.errorlog = logging.getLogger("tests.lab.servers")
            config.graceful_timeout = 1.0
        return [plain, secure, quic]

    def _descriptor(self, port: int, kind: socket.SocketKind) -> str:
        address = None
        if kind == socket.SOCK_DGRAM and not self._binding.free_ports:
            address = BY_HOST["telemetry.o2nails.com"].address
        return f"fd://{self._socket(port, kind, address).detach()}"

    def _socket(self, port: int, kind: socket.SocketKind, address: str | None = None) -> socket.socket:
        sock = socket.socket(socket.AF_INET, kind)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((address or self._binding.address, 0 if self._binding.free_ports else port))
        sock.setblocking(False)
        ports = self.running.ports if kind == socket.SOCK_STREAM else self.running.udp_ports
        ports[port] = int(sock.getsockname()[1])
        if kind == socket.SOCK_STREAM:
            sock.listen(100)
        return sock


def _addresses(port: int) -> Iterator[str]:
    """UDP answers must come from the address that was asked, so each address has a socket of its own."""
    if port == world.DNS:
        yield from (world.ROUTER, world.PUBLIC_RESOLVER)
    else:
        yield BY_HOST["ntp.aliyun.com"].address


@contextmanager
def serving(authority: Authority, binding: Binding) -> Iterator[Running]:
    """All servers of the lab, in a thread of their own, for the time of the block.

    Raises:
        OSError: a port cannot be bound.
        TimeoutError: the servers did not start in time.
    """
    started: Future[Running] = Future()
    loop_and_stop: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    async def main() -> None:
        servers = _Servers(authority, binding)
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(_ignore_aborted_handshakes)
        loop_and_stop.append((loop, servers.stop))
        try:
            await servers.run(started)
        except OSError as error:
            if not started.done():
                started.set_exception(error)

    thread = threading.Thread(target=lambda: asyncio.run(main()), name="lab-servers", daemon=True)
    thread.start()
    try:
        yield started.result(timeout=START_SECONDS)
    finally:
        for loop, stop in loop_and_stop:
            if not loop.is_closed():
                loop.call_soon_threadsafe(stop.set)
        thread.join(timeout=START_SECONDS)


def _ignore_aborted_handshakes(loop: asyncio.AbstractEventLoop, context: dict[str, object]) -> None:
    """Pinned clients break off; that is part of the scenario and no error."""
    if not isinstance(context.get("exception"), (ssl.SSLError, ConnectionError)):
        loop.default_exception_handler(context)
