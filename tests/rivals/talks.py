"""Conversations in which a client names its server, in every way that the readers know: a host goes in, packets come out.

Each adds its packets to a `Wire`. What it takes for the host to be seen is said by `TALKS`.
"""

import itertools
import struct
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from tests.rivals.quic_packets import DRAFT_27, DRAFT_29, EARLY, HANDSHAKE, MVFST, RETRY, V1, V2, crypto, initial, long_packet
from tests.unit.capture.wire import (
    Tcp,
    Wire,
    alpn,
    certificate_message,
    client_hello,
    dns_message,
    dns_name,
    extension,
    handshake,
    records,
    server_hello,
)

CHANGE = b"\x14\x03\x03\0\1\1"
"""A ChangeCipherSpec record."""


@dataclass(frozen=True, slots=True)
class At:
    """The ends of a conversation and the client's resolver."""

    client: str
    sport: int
    server: str
    resolver: str


type Talk = Callable[[Random, Wire, At, str], int]
"""Adds the packets; the server's port."""


def _tcp(wire: Wire, at: At, port: int) -> Tcp:
    return wire.connect(at.server, port, client=at.client, sport=at.sport, seq=at.sport * 7).open()


def _tls(random: Random, tcp: Tcp, host: str | None, *, more: bytes = b"", before: bytes = b"") -> None:
    """A handshake in records and segments of any size."""
    hello = records(client_hello(host, more=more), size=random.choice((16_000, 16_000, 90, 700)))
    tcp.up(before + hello, random.choice((1_400, 536, 37)))
    tcp.down(records(server_hello()) + CHANGE + b"\x17\x03\x03\0\x20" + random.randbytes(32))
    tcp.up(CHANGE + b"\x17\x03\x03\0\x40" + random.randbytes(64))
    tcp.close()


def tls(random: Random, wire: Wire, at: At, host: str) -> int:
    port = random.choice((443, 443, 8_883, 8_443, 5_223, 61_000))
    _tls(random, _tcp(wire, at, port), host)
    return port


def tls_large(random: Random, wire: Wire, at: At, host: str) -> int:
    """A ClientHello with keys of ML-KEM, tickets and padding, the server's name behind them or before."""
    keys = extension(51, struct.pack(">HHH", 1_220, 0x11EC, 1_216) + random.randbytes(1_216))
    ticket = extension(41, random.randbytes(1_800))
    _tls(random, _tcp(wire, at, 443), host, more=keys + extension(21, bytes(random.choice((0, 2_000)))) + ticket)
    return 443


def tls_change_first(random: Random, wire: Wire, at: At, host: str) -> int:
    """A client that sends ChangeCipherSpec before its hello."""
    _tls(random, _tcp(wire, at, 443), host, before=CHANGE)
    return 443


def tls_again(random: Random, wire: Wire, at: At, host: str) -> int:
    """RFC 8446 section 4.1.4: the server asks for another hello."""
    tcp = _tcp(wire, at, 443).up(records(client_hello(host)))
    tcp.down(records(server_hello()) + CHANGE)
    tcp.up(CHANGE + records(client_hello(host, more=extension(44, b"\0\2co"))))
    tcp.down(records(server_hello()) + b"\x17\x03\x03\0\x20" + random.randbytes(32)).close()
    return 443


def tls_early_data(random: Random, wire: Wire, at: At, host: str) -> int:
    """Resumption with data before the answer."""
    tcp = _tcp(wire, at, 443).up(records(client_hello(host, more=extension(42, b"") + extension(41, random.randbytes(200)))))
    tcp.up(CHANGE + b"\x17\x03\x03\0\x80" + random.randbytes(128)).down(records(server_hello())).close()
    return 443


def tls_encrypted_hello(random: Random, wire: Wire, at: At, host: str) -> int:
    """ECH: the outer name."""
    _tls(random, _tcp(wire, at, 443), host, more=extension(0xFE0D, b"\0" + random.randbytes(200)))
    return 443


def tls_certificate(random: Random, wire: Wire, at: At, host: str) -> int:
    """TLS 1.2 without a server name: the certificate says whose server it is."""
    tcp = _tcp(wire, at, 443).up(records(client_hello(None)))
    answer = server_hello(version=0x0303) + certificate_message("other.example", (host, f"www.{host}")) + handshake(14, b"")
    tcp.down(records(answer), random.choice((1_400, 200))).up(CHANGE + random.randbytes(40)).close()
    return 443


def socks5(random: Random, wire: Wire, at: At, host: str) -> int:
    tcp = _tcp(wire, at, 1_080).up(b"\5\1\0").down(b"\5\0")
    tcp.up(b"\5\1\0\3" + bytes([len(host)]) + host.encode() + b"\x01\xbb").down(b"\5\0\0\1" + bytes(6))
    _tls(random, tcp, host)
    return 1_080


def socks4a(random: Random, wire: Wire, at: At, host: str) -> int:
    del random
    tcp = _tcp(wire, at, 1_080).up(b"\4\1\0\x50\0\0\0\1user\0" + host.encode() + b"\0").down(b"\0\x5a" + bytes(6))
    tcp.up(_get(host)).down(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").close()
    return 1_080


def connect(random: Random, wire: Wire, at: At, host: str) -> int:
    tcp = _tcp(wire, at, 3_128).up(f"CONNECT {host}:443 HTTP/1.1\r\nHost: {host}:443\r\n\r\n".encode())
    tcp.down(b"HTTP/1.1 200 Connection established\r\n\r\n")
    _tls(random, tcp, host)
    return 3_128


def starttls(random: Random, wire: Wire, at: At, host: str) -> int:
    """SMTP, IMAP, POP3 and FTP."""
    talks: dict[int, list[bytes]] = {
        587: [b"220 mail ESMTP\r\n", b"EHLO me\r\n", b"250-mail\r\n250 STARTTLS\r\n", b"STARTTLS\r\n", b"220 go\r\n"],
        143: [b"* OK ready\r\n", b"a1 STARTTLS\r\n", b"a1 OK go\r\n"],
        110: [b"+OK ready\r\n", b"STLS\r\n", b"+OK go\r\n"],
        21: [b"220 ready\r\n", b"AUTH TLS\r\n", b"234 go\r\n"],
    }
    port = random.choice(sorted(talks))
    tcp = _tcp(wire, at, port)
    for number, line in enumerate(talks[port]):
        (tcp.up if number % 2 else tcp.down)(line)
    _tls(random, tcp, host)
    return port


def postgresql(random: Random, wire: Wire, at: At, host: str) -> int:
    tcp = _tcp(wire, at, 5_432).up(bytes.fromhex("0000000804d2162f")).down(b"S")
    _tls(random, tcp, host)
    return 5_432


def _get(host: str, path: str = "/") -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: test\r\n\r\n".encode()


def http(random: Random, wire: Wire, at: At, host: str) -> int:
    """Pipelined, in segments of any size, on any port."""
    port = random.choice((80, 8_080, 631, 49_152))
    tcp = _tcp(wire, at, port)
    tcp.up(b"".join(_get(host, f"/{number}") for number in range(3)), random.choice((1_400, 50, 11)))
    tcp.down(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\none" * 3, random.choice((1_400, 29))).close()
    return port


def http_absolute(random: Random, wire: Wire, at: At, host: str) -> int:
    """To a proxy; a body between two requests, in chunks."""
    tcp = _tcp(wire, at, 8_888)
    tcp.up(
        f"POST http://{host}:8080/p HTTP/1.1\r\nHost: {host}:8080\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n".encode()
    )
    tcp.up(_get(host)).down(b"HTTP/1.1 204 No Content\r\n\r\n" * 2, random.choice((1_400, 29))).close()
    return 8_888


def http2(random: Random, wire: Wire, at: At, host: str) -> int:
    """Prior knowledge; a header block in CONTINUATION frames."""
    from h2.connection import H2Connection

    client = H2Connection()
    client.initiate_connection()
    more = [(f"x-{number}", "v" * 100) for number in range(random.choice((0, 170)))]
    client.send_headers(
        1, [(":method", "GET"), (":scheme", "http"), (":authority", host), (":path", "/"), *more], end_stream=True
    )
    _tcp(wire, at, 8_081).up(client.data_to_send(), random.choice((1_400, 300))).close()
    return 8_081


def websocket(random: Random, wire: Wire, at: At, host: str) -> int:
    request = f"GET /ws HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: eA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    tcp = _tcp(wire, at, 80).up(request.encode())
    tcp.down(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
    tcp.up(b"\x82\x84" + random.randbytes(8)).close()
    return 80


def _quic(wire: Wire, at: At, *datagrams: tuple[int, bytes]) -> int:
    ends = ((at.client, at.sport), (at.server, 443))
    for side, data in datagrams:
        wire.udp(*ends[side], *ends[1 - side], data)
    return 443


def _quic_hello(host: str, more: bytes = b"") -> bytes:
    return client_hello(host, protocols=("h3",), more=extension(57, b"\1\1\0") + more)


def quic(random: Random, wire: Wire, at: At, host: str) -> int:
    """One datagram, its CRYPTO frames in any order between PING and PADDING."""
    version, target, hello = random.choice((V1, V1, V2, DRAFT_29, DRAFT_27, MVFST)), random.randbytes(8), _quic_hello(host)
    cuts = sorted({0, len(hello), *(random.randrange(1, len(hello)) for _ in range(random.randrange(5)))})
    frames = [crypto(start, hello[start:end]) for start, end in itertools.pairwise(cuts)]
    random.shuffle(frames)
    first = initial(version, target, b"\1".join(frames), number=random.choice((0, 1, 77)))
    return _quic(
        wire,
        at,
        (0, first),
        (1, long_packet(version, HANDSHAKE, b"scid", random.randbytes(900))),
        (0, b"\x41" + random.randbytes(60)),
    )


def quic_large(random: Random, wire: Wire, at: At, host: str) -> int:
    """A ClientHello with keys of ML-KEM: over two datagrams or three, in order or not, one sent twice."""
    version, target = random.choice((V1, V2)), random.randbytes(8)
    hello = _quic_hello(
        host, extension(51, struct.pack(">HHH", 1_220, 0x11EC, 1_216) + random.randbytes(random.choice((1_216, 2_400))))
    )
    parts = [(start, hello[start : start + 1_100]) for start in range(0, len(hello), 1_100)]
    sent = [initial(version, target, crypto(*part), number=number) for number, part in enumerate(parts)]
    if random.random() < 0.5:
        sent.reverse()
    return _quic(wire, at, *((0, data) for data in (*sent, sent[0])))


def quic_retry(random: Random, wire: Wire, at: At, host: str) -> int:
    """RFC 9000 section 8.1.2: the second Initial has a token and the keys of the server's connection id."""
    version, target, chosen, hello = (
        random.choice((V1, V2, DRAFT_29)),
        random.randbytes(8),
        random.randbytes(12),
        _quic_hello(host),
    )
    first = initial(version, target, crypto(0, hello[:60]))
    retry = long_packet(version, RETRY, b"scid", random.randbytes(60))
    return _quic(
        wire, at, (0, first), (1, retry), (0, initial(version, chosen, crypto(0, hello), number=1, token=random.randbytes(44)))
    )


def quic_coalesced(random: Random, wire: Wire, at: At, host: str) -> int:
    """0-RTT behind the Initial packet in its datagram, and 0-RTT that comes before it."""
    target, hello = random.randbytes(8), _quic_hello(host)
    early = long_packet(V1, EARLY, target, random.randbytes(300))
    whole = initial(V1, target, crypto(0, hello), size=600) + early
    return _quic(wire, at, *(((0, early), (0, whole)) if random.random() < 0.5 else ((0, whole), (0, early))))


def quic_keyed_before(random: Random, wire: Wire, at: At, host: str) -> int:
    """The rest of the hello goes to the connection id that the server chose meanwhile; its keys stay those of the first."""
    target, hello = random.randbytes(8), _quic_hello(host)
    first, rest = crypto(0, hello[:60]), crypto(60, hello[60:])
    return _quic(wire, at, (0, initial(V1, target, first)), (0, initial(V1, target, rest, target=random.randbytes(8), number=1)))


def dtls(random: Random, wire: Wire, at: At, host: str) -> int:
    """A ClientHello in two fragments, or whole."""
    body = client_hello(host)[4:]
    behind = 35 + body[34]
    body = b"\xfe\xfd" + body[2:behind] + b"\0" + body[behind:]
    cut = random.choice((0, 60))
    for start, end in ((0, cut), (cut, len(body))) if cut else ((0, len(body)),):
        part = (
            b"\1"
            + len(body).to_bytes(3, "big")
            + bytes(2)
            + start.to_bytes(3, "big")
            + (end - start).to_bytes(3, "big")
            + body[start:end]
        )
        data = b"\x16\xfe\xfd" + bytes(8) + struct.pack(">H", len(part)) + part
        wire.udp(at.client, at.sport, at.server, 4_433, data)
    return 4_433


def dns_then_raw(random: Random, wire: Wire, at: At, host: str) -> int:
    """An answer names a later connection that names nobody itself."""
    chain = random.choice(((), ("edge.cdn.example",)))
    wire.udp(at.client, at.sport, at.resolver, 53, dns_message(host, kind=28 if ":" in at.server else 1))
    wire.udp(at.resolver, 53, at.client, at.sport, dns_message(host, at.server, chain=chain))
    _tcp(wire, at, 9_100).up(b"@PJL INFO ID\r\n").down(b"printer\r\n").close()
    return 9_100


def dns_tcp(random: Random, wire: Wire, at: At, host: str) -> int:
    """Questions in one stream, cut anywhere."""
    asked = dns_message(host)
    _tcp(wire, at, 53).up((len(asked).to_bytes(2, "big") + asked) * 2, random.choice((1_400, 9))).close()
    return 53


def dns_odd_port(random: Random, wire: Wire, at: At, host: str) -> int:
    """A resolver on another port."""
    port = random.choice((5_300, 1_053, 53_530))
    wire.udp(at.client, at.sport, at.server, port, dns_message(host))
    wire.udp(at.server, port, at.client, at.sport, dns_message(host, "203.0.113.77"))
    return port


def rtsp(random: Random, wire: Wire, at: At, host: str) -> int:
    del random
    tcp = _tcp(wire, at, 554).up(f"OPTIONS rtsp://{host}/live RTSP/1.0\r\nCSeq: 1\r\n\r\n".encode())
    tcp.down(b"RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n").close()
    return 554


def _sip(host: str, transport: str) -> bytes:
    lines = (
        f"REGISTER sip:{host} SIP/2.0", f"Via: SIP/2.0/{transport} 192.168.1.9:5060;branch=z9hG4bK1", f"From: <sip:door@{host}>;tag=1", f"To: <sip:door@{host}>",
        "Call-ID: 1@192.168.1.9", "CSeq: 1 REGISTER", "Contact: <sip:door@192.168.1.9>", "Content-Length: 0", "", "",
    )  # fmt: skip
    return "\r\n".join(lines).encode()


def sip_udp(random: Random, wire: Wire, at: At, host: str) -> int:
    del random
    wire.udp(at.client, at.sport, at.server, 5_060, _sip(host, "UDP"))
    wire.udp(at.server, 5_060, at.client, at.sport, b"SIP/2.0 200 OK\r\nCSeq: 1 REGISTER\r\n\r\n")
    return 5_060


def sip_tcp(random: Random, wire: Wire, at: At, host: str) -> int:
    _tcp(wire, at, 5_060).up(_sip(host, "TCP"), random.choice((1_400, 21))).down(
        b"SIP/2.0 200 OK\r\nCSeq: 1 REGISTER\r\n\r\n"
    ).close()
    return 5_060


def coap(random: Random, wire: Wire, at: At, host: str) -> int:
    """RFC 7252 section 5.10.1: Uri-Host."""
    raw = host.encode()
    head = bytes([0x30 | min(len(raw), 13)]) + (bytes([len(raw) - 13]) if len(raw) >= 13 else b"")
    wire.udp(at.client, at.sport, at.server, 5_683, b"\x40\x01" + random.randbytes(2) + head + raw + b"\x84test")
    return 5_683


def dhcp(random: Random, wire: Wire, at: At, host: str) -> int:
    """What a device calls itself."""
    head = b"\1\1\6\0" + random.randbytes(4) + bytes(20) + bytes.fromhex("020000000009") + bytes(10 + 192) + b"\x63\x82\x53\x63"
    full = b"\x51" + bytes([len(host) + 5]) + b"\4\0\0" + dns_name(host)
    short = b"\x0c" + bytes([len(host)]) + host.encode()
    wire.udp(at.client, 68, at.server, 67, head + b"\x35\1\3" + random.choice((full, short)) + b"\xff")
    return 67


def dhcpv6(random: Random, wire: Wire, at: At, host: str) -> int:
    """RFC 4704."""
    name = b"\0" + dns_name(host)
    data = b"\1" + random.randbytes(3) + struct.pack(">HH", 1, 10) + bytes(10) + struct.pack(">HH", 39, len(name)) + name
    wire.udp(at.client, 546, at.server, 547, data)
    return 547


def amqp(random: Random, wire: Wire, at: At, host: str) -> int:
    """AMQP 1.0: the `open` performative names the host (section 2.7.1)."""
    del random
    fields = b"\xa1\x01c" + b"\xa1" + bytes([len(host)]) + host.encode()
    body = b"\x00\x53\x10\xc0" + bytes([len(fields) + 1, 2]) + fields
    tcp = _tcp(wire, at, 5_672).up(b"AMQP\0\1\0\0").down(b"AMQP\0\1\0\0")
    tcp.up(struct.pack(">IBBH", len(body) + 8, 2, 0, 0) + body).close()
    return 5_672


def mqtt_after_dns(random: Random, wire: Wire, at: At, host: str) -> int:
    wire.udp(at.client, at.sport, at.resolver, 53, dns_message(host, kind=28 if ":" in at.server else 1))
    wire.udp(at.resolver, 53, at.client, at.sport, dns_message(host, at.server))
    body = b"\0\4MQTT\4\2\0\x3c\0\6client"
    _tcp(wire, at, 1_883).up(b"\x10" + bytes([len(body)]) + body, random.choice((1_400, 3))).down(b"\x20\2\0\0").close()
    return 1_883


def tls_with_protocols(random: Random, wire: Wire, at: At, host: str) -> int:
    """The name behind many other extensions."""
    del random
    body = client_hello(
        None, more=alpn("spdy/3") + extension(0, struct.pack(">HBH", len(host) + 3, 0, len(host)) + host.encode())
    )
    _tcp(wire, at, 443).up(records(body)).down(records(server_hello())).close()
    return 443


TALKS: tuple[Talk, ...] = (
    tls, tls, tls_large, tls_change_first, tls_again, tls_early_data, tls_encrypted_hello, tls_certificate, tls_with_protocols, socks5, socks4a, connect,
    starttls, postgresql, http, http_absolute, http2, websocket, quic, quic, quic_large, quic_retry, quic_coalesced, quic_keyed_before, dtls, dns_then_raw,
    dns_tcp, dns_odd_port, rtsp, sip_udp, sip_tcp, coap, dhcp, dhcpv6, amqp, mqtt_after_dns,
)  # fmt: skip
"""All of them; the common ones twice."""
