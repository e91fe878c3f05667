"""The scripted printer. In: the phase. Out: packets from its own network namespace, and rows in the ledger.

DNS, NTP, MQTT in the clear, an HTTP firmware check, TLS, QUIC and connections to bare addresses: what an appliance does.
The printer's serial number is its MQTT device name, as Alibaba Cloud IoT wants it.
"""

import asyncio
import hashlib
import http.client
import json
import random
import socket
import ssl
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address
from pathlib import Path
from urllib.parse import urlencode

from aioquic.asyncio.client import connect as quic_connect
from aioquic.asyncio.protocol import QuicConnectionProtocol
from aioquic.h3.connection import H3Connection
from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.events import QuicEvent, StreamDataReceived
from mitmproxy.dns import DNSMessage
from mitmproxy.net.dns import classes, op_codes, types

from tests.lab import mqtt, world
from tests.lab.phone import traces_of_fields
from tests.lab.truth import Json, Ledger, join, plant, traces_of

SECONDS = 10.0
SURFACE = "printer"
TELEMETRY = "telemetry.o2nails.com"
_DEVICE = f"/sys/{world.PRODUCT_KEY}/{plant('printer-serial')}"


@dataclass(slots=True, kw_only=True)
class Printer:
    """One printer; all calls must come from the thread that lives in its namespace."""

    ledger: Ledger
    trust: Path
    address: str
    _broker: socket.socket | None = field(default=None, init=False)

    def act(self, phase: str) -> None:
        """Do what this printer does in the phase; nothing when the phase is not its business."""
        act = _ACTS.get(phase)
        if act is not None:
            act(self)

    def close(self) -> None:
        """Hang up."""
        if self._broker is not None:
            self._broker.close()
            self._broker = None

    def start_up(self) -> None:
        """Power on: clock, cloud, firmware check, and two addresses that no name was asked for."""
        self._ntp("ntp.aliyun.com")
        self._announce()
        self._mqtt_connect()
        self._firmware_check()
        join_report = {"mac": plant("printer-mac"), "ssid": plant("salon-ssid"), "fw": "1.0.3"}
        self._mqtt_publish("thing/event/property/post", join_report)
        self._private_hello()
        self._raw(world.NAMELESS_CLOUD, world.CONTROL, bytes.fromhex("a55a0010") + bytes(range(16)))
        self._resolve("time.lab-unknown.example", world.PUBLIC_RESOLVER)

    def print_job(self) -> None:
        """Fetch the job, print, report."""
        self._tls(world.FIRST_PARTY_BUCKET, "/jobs/000117.png", ssl.TLSVersion.TLSv1_2)
        self._mqtt_publish("thing/event/print/post", {"job": 117, "ink": 83, "mac": plant("printer-mac", "md5")})
        asyncio.run(self._quic())

    def idle(self) -> None:
        """Nobody prints: keep-alive, a second cloud that nobody declared, a firmware download."""
        self._mqtt_send(mqtt.PING)
        self._tls("m1.tuyacn.com", "", ssl.TLSVersion.TLSv1_3, world.MQTT_TLS)
        self._tls(world.FIRMWARE_BUCKET, "/v11/1.0.4.bin", ssl.TLSVersion.TLSv1_3)
        self._mqtt_send(mqtt.BYE, wait=False)
        self.close()

    def _resolve(self, host: str, resolver: str = world.ROUTER) -> str:
        """Ask a resolver for an A record; empty when there is none."""
        question = DNSMessage.unpack(_query(host))
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.settimeout(SECONDS)
            sock.connect((resolver, world.DNS))
            sock.send(question.packed)
            reply = DNSMessage.unpack(sock.recv(1500))
        self.ledger.contact(SURFACE, resolver, world.DNS, "dns", "cleartext")
        addresses = [record.ipv4_address for record in reply.answers if record.type == types.A]
        return str(addresses[0]) if addresses else ""

    def _ntp(self, host: str) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.settimeout(SECONDS)
            sock.connect((self._resolve(host), world.NTP))
            sock.send(struct.pack("!B39xQ", 0x23, 0x0123456789ABCDEF))
            sock.recv(512)
        self.ledger.contact(SURFACE, host, world.NTP, "ntp", "cleartext")

    def _announce(self) -> None:
        """mDNS on the local network: a service instance named after the serial number."""
        instance = join(plant("printer-serial"), "._http._tcp.local")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, IPv4Address(self.address).packed)
            sock.sendto(_query(instance, kind=types.PTR, identifier=0), ("224.0.0.251", 5353))
        self.ledger.contact(SURFACE, "224.0.0.251", 5353, "dns", "cleartext")
        self.ledger.sow(SURFACE, "224.0.0.251", 5353, "dns", traces_of(instance))

    def _mqtt_connect(self) -> None:
        host, port = world.IOT_HOST, world.MQTT
        self._broker = socket.create_connection((self._resolve(host), port), timeout=SECONDS)
        serial = plant("printer-serial")
        client = join(world.PRODUCT_KEY, ".", serial, "|securemode=3,signmethod=hmacsha256,timestamp=1|")
        user = join(serial, "&", world.PRODUCT_KEY)
        self._mqtt_send(mqtt.connect(client, user, hashlib.sha256(b"demo device secret").hexdigest()))
        self._mqtt_send(mqtt.subscribe(f"{_DEVICE}/thing/service/property/set"))
        self.ledger.contact(SURFACE, host, port, "mqtt", "cleartext")
        topic = join("/sys/", world.PRODUCT_KEY, "/", serial)
        fields = {"client_id": client, "user_name": user, "topic": topic}
        self.ledger.sow(SURFACE, host, port, "mqtt", traces_of_fields(fields))

    def _mqtt_publish(self, topic: str, report: Mapping[str, Json]) -> None:
        message = {"id": "1", "version": "1.0", "params": report}
        self._mqtt_send(mqtt.publish(f"{_DEVICE}/{topic}", json.dumps(message).encode()), wait=False)
        host, port = world.IOT_HOST, world.MQTT
        self.ledger.contact(SURFACE, host, port, "mqtt", "cleartext")
        topic_traces = traces_of_fields({"topic": plant("printer-serial")})
        payload = tuple(trace.inside("json") for trace in traces_of(message))
        self.ledger.sow(SURFACE, host, port, "mqtt", (*topic_traces, *payload))

    def _mqtt_send(self, packet: bytes, *, wait: bool = True) -> None:
        if self._broker is None:
            raise ConnectionError("the printer is not connected to its broker")
        self._broker.sendall(packet)
        if wait:
            self._broker.recv(256)

    def _firmware_check(self) -> None:
        host, port = "fw.o2nails.com", world.HTTP
        query = {
            "mac": plant("printer-mac", variant="mac:dash:upper"),
            "sn": plant("printer-serial"),
            "model": "V11",
            "ver": "1.0.3",
        }
        link = http.client.HTTPConnection(self._resolve(host), port, timeout=SECONDS)
        link.request("GET", f"/firmware/check?{urlencode(query)}", headers={"Host": host, "User-Agent": "o2fw/1.0.3"})
        link.getresponse().read()
        link.close()
        self.ledger.contact(SURFACE, host, port, "http", "cleartext")
        self.ledger.sow(SURFACE, host, port, "query", traces_of_fields(query))

    def _private_hello(self) -> None:
        hello = join("HELLO v1 sn=", plant("printer-serial"), "\n")
        self._raw(world.NAMELESS, world.PRIVATE, hello.encode())
        self.ledger.sow(SURFACE, world.NAMELESS, world.PRIVATE, "payload", traces_of(hello))

    def _raw(self, address: str, port: int, data: bytes) -> None:
        with socket.create_connection((address, port), timeout=SECONDS) as link:
            link.sendall(data)
            link.recv(64)
        self.ledger.contact(SURFACE, address, port, "tcp", "cleartext")

    def _tls(self, host: str, path: str, version: ssl.TLSVersion, port: int = world.HTTPS) -> None:
        """A TLS connection of exactly this version; nothing in it can be read in the capture."""
        context = ssl.create_default_context(cafile=self.trust)
        context.minimum_version = context.maximum_version = version
        raw = socket.create_connection((self._resolve(host), port), timeout=SECONDS)
        with context.wrap_socket(raw, server_hostname=host) as link:
            if path:
                link.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
                while link.recv(65_536):
                    pass
            else:
                link.sendall(mqtt.connect("tuya-demo", "demo", "demo"))
                link.recv(64)
        self.ledger.contact(SURFACE, host, port, "tls", "opaque")

    async def _quic(self) -> None:
        """One HTTP/3 request over QUIC version 1."""
        address = self._resolve(TELEMETRY)
        configuration = QuicConfiguration(alpn_protocols=["h3"], server_name=TELEMETRY, cafile=str(self.trust))
        async with asyncio.timeout(SECONDS):
            async with quic_connect(address, world.HTTPS, configuration=configuration, create_protocol=_Http3Client) as protocol:
                assert isinstance(protocol, _Http3Client)
                await protocol.get(TELEMETRY, "/v1/alive")
        self.ledger.contact(SURFACE, TELEMETRY, world.HTTPS, "quic", "opaque")


class _Http3Client(QuicConnectionProtocol):
    """Sends one GET and waits for the end of its response."""

    _stream = -1
    """The request's stream; the server opens streams of its own before it."""

    async def get(self, host: str, path: str) -> None:
        http3 = H3Connection(self._quic)
        stream = self._quic.get_next_available_stream_id()
        head = [(b":method", b"GET"), (b":scheme", b"https"), (b":authority", host.encode()), (b":path", path.encode())]
        self._done = asyncio.get_running_loop().create_future()
        self._stream = stream
        http3.send_headers(stream, head, end_stream=True)
        self.transmit()
        await self._done

    def quic_event_received(self, event: QuicEvent) -> None:
        if isinstance(event, StreamDataReceived) and event.stream_id == self._stream and event.end_stream:
            self._done.set_result(None)


def _query(host: str, kind: int = types.A, identifier: int | None = None) -> bytes:
    """A DNS query with one question (RFC 1035, section 4.1)."""
    number = random.randrange(1, 1 << 16) if identifier is None else identifier
    flags = op_codes.QUERY << 11 | (0x0100 if identifier is None else 0)
    labels = b"".join(bytes([len(label)]) + label.encode() for label in host.split("."))
    return struct.pack("!HHHHHH", number, flags, 1, 0, 0, 0) + labels + struct.pack("!xHH", kind, classes.IN)


_ACTS: Mapping[str, Callable[[Printer], None]] = {
    "pair_printer": Printer.start_up,
    "print": Printer.print_job,
    "background": Printer.idle,
}
