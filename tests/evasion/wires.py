"""Packets: chunks, requests within requests, segments and fragments in every order, frames of WebSocket, HTTP/2 and MQTT."""

import struct
import zlib
from collections.abc import Callable

import h2.config
import h2.connection

from tests.evasion.ways import DOCUMENT, IMEI, Outcome, Way
from tests.unit.capture.wire import CLIENT, RESOLVER, SERVER, Tcp, Wire, dns_message, ip, tcp_segment, udp_datagram

VALUE = IMEI.encode()
HEAD = b"POST /c HTTP/1.1\r\nHost: api.example\r\n"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
HALF = len(DOCUMENT) // 2


def caught(name: str, draw: Callable[[Wire], object], outcome: Outcome = Outcome.FOUND) -> Way:
    """What a packet capture saw."""
    wire = Wire()
    draw(wire)
    return Way(name=name, outcome=outcome, capture=wire.pcap(), ending="pcap")


def talk(
    name: str, up: bytes, outcome: Outcome = Outcome.FOUND, *, size: int = 1400, down: bytes = ANSWER, port: int = 80
) -> Way:
    """A connection in which these bytes go up and those come down."""
    return caught(name, lambda wire: wire.connect(port=port).open().up(up, size).down(down).close(), outcome)


def chunk(data: bytes, more: bytes = b"") -> bytes:
    """A chunk, with an extension."""
    return b"%x" % len(data) + more + b"\r\n" + data + b"\r\n"


def chunked(*chunks: bytes, end: bytes = b"0\r\n\r\n", head: bytes = b"Transfer-Encoding: chunked\r\n") -> bytes:
    """A request in chunks."""
    return HEAD + head + b"\r\n" + b"".join(chunks) + end


def sized(data: bytes, head: bytes = b"") -> bytes:
    """A request with its length."""
    return HEAD + b"Content-Length: %d\r\n" % len(data) + head + b"\r\n" + data


def http1() -> tuple[Way, ...]:
    """HTTP/1.1 as servers read it and as they do not (RFC 9112)."""
    ones = b"".join(chunk(bytes((byte,))) for byte in DOCUMENT)
    inner = sized(DOCUMENT)
    both = b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n"
    return (
        talk("chunks of one byte", chunked(ones)),
        talk("chunk extensions", chunked(chunk(DOCUMENT[:HALF], b";a=b"), chunk(DOCUMENT[HALF:], b' ; c="d"'))),
        talk("value in a chunk extension", chunked(chunk(b"{}", b";x=" + VALUE)), Outcome.EITHER),
        talk("chunk size with zeros", chunked(b"000000" + chunk(DOCUMENT))),
        talk("trailer behind the chunks", chunked(chunk(b"{}"), end=b"0\r\nX-Id: " + VALUE + b"\r\n\r\n")),
        talk("length and chunks", chunked(chunk(DOCUMENT), head=both)),
        talk("two lengths", HEAD + b"Content-Length: 2\r\nContent-Length: %d\r\n\r\n" % len(DOCUMENT) + DOCUMENT, Outcome.EITHER),
        talk("request behind a request", sized(b"{}") + inner),
        talk("request within a body", sized(inner)),
        talk("folded header", HEAD + b"X-A: b\r\n " + VALUE + b"\r\nContent-Length: 0\r\n\r\n"),
        talk("space before the colon", HEAD + b"X-Id : " + VALUE + b"\r\nContent-Length: 0\r\n\r\n", Outcome.EITHER),
        talk("bare line feeds", b"GET /c?i=" + VALUE + b" HTTP/1.1\nHost: api.example\n\n"),
        talk("whole address", b"GET http://api.example/c?i=" + VALUE + b" HTTP/1.1\r\nHost: b.example\r\n\r\n"),
        talk("unknown method", b"PROPFIND /c/" + VALUE + b" HTTP/1.1\r\nHost: api.example\r\n\r\n"),
        talk("another port", sized(DOCUMENT), port=50123),
        talk("answer until the end", b"GET / HTTP/1.1\r\nHost: a.example\r\n\r\n", down=b"HTTP/1.0 200 OK\r\n\r\n" + DOCUMENT),
        talk("interim answers", sized(b"{}"), down=b"HTTP/1.1 103 Early Hints\r\nLink: <" + VALUE + b">\r\n\r\n" + ANSWER),
        talk("no known protocol", b"\x05\x01hello" + DOCUMENT + b"\0\0", port=9999),
    )


def _overlap(first: bytes, second: bytes) -> Callable[[Wire], None]:
    """Two segments for the same place with different bytes."""

    def draw(wire: Wire) -> None:
        data = sized(b'{"imei":"' + first + b'"}')
        other = sized(b'{"imei":"' + second + b'"}')
        tcp = wire.connect(port=80).open()
        tcp.send(0, 16, data)
        tcp.send(0, 16, other)
        tcp.seq[0] += len(data)
        tcp.down(ANSWER).close()

    return draw


def _reversed(wire: Wire) -> None:
    """Segments in the order of their last to first."""
    data, tcp = sized(DOCUMENT), wire.connect(port=80).open()
    for at in reversed(range(0, len(data), 9)):
        tcp.send(0, 24, data[at : at + 9], seq=tcp.seq[0] + at)
    tcp.seq[0] += len(data)
    tcp.down(ANSWER).close()


def _hole(wire: Wire) -> None:
    """The segment with the value was not captured."""
    data, tcp = sized(DOCUMENT), wire.connect(port=80).open()
    at = data.index(VALUE)
    tcp.up(data[:at])
    tcp.seq[0] += len(VALUE)
    tcp.up(data[at + len(VALUE) :]).down(ANSWER).close()


def _fragments(order: tuple[int, ...], *, doubled: bool = False) -> Callable[[Wire], None]:
    """A datagram in IP fragments."""

    def draw(wire: Wire) -> None:
        datagram = udp_datagram(5000, 6000, b"hello " + DOCUMENT + b" world")
        parts = [datagram[at : at + 24] for at in range(0, len(datagram), 24)]
        numbers = [number for step in order for number in range(len(parts))[::step]] if not doubled else [0, *range(len(parts))]
        for number in numbers:
            more = 0x2000 if number < len(parts) - 1 else 0
            wire.add(ip(CLIENT, SERVER, 17, parts[number], ident=9, fragment=more | number * 3))

    return draw


def _segment_in_fragments(wire: Wire) -> None:
    data = sized(DOCUMENT)
    tcp: Tcp = wire.connect(port=80).open()
    segment = tcp_segment(tcp.sport, tcp.dport, tcp.seq[0], tcp.seq[1], 24, data)
    for at in range(0, len(segment), 16):
        more = 0x2000 if at + 16 < len(segment) else 0
        wire.add(ip(CLIENT, SERVER, 6, segment[at : at + 16], ident=77, fragment=more | at // 8))
    tcp.seq[0] += len(data)
    tcp.down(ANSWER).close()


def _split_name(wire: Wire) -> None:
    wire.udp(CLIENT, 40_000, RESOLVER, 53, dns_message(f"{VALUE.hex()}.t.example"))


def network() -> tuple[Way, ...]:
    """Segments and fragments (RFC 9293, RFC 791)."""
    other = b"0" * len(VALUE)
    return (
        talk("segments of one byte", sized(DOCUMENT), size=1),
        caught("segments from the last", _reversed),
        caught("overlap, value first", _overlap(VALUE, other), Outcome.EITHER),
        caught("overlap, value last", _overlap(other, VALUE), Outcome.EITHER),
        caught("segment that was lost", _hole, Outcome.UNREAD),
        caught("fragments", _fragments((1,))),
        caught("fragments from the last", _fragments((-1,))),
        caught("fragment twice", _fragments((1,), doubled=True)),
        caught("segment in fragments", _segment_in_fragments),
        caught("hex in a host name", _split_name),
        caught("host name", lambda wire: wire.udp(CLIENT, 40_000, RESOLVER, 53, dns_message(f"d{IMEI}.t.example"))),
    )


def frame(opcode: int, data: bytes, *, fin: bool = True, packed: bool = False) -> bytes:
    """A masked frame (RFC 6455 section 5.2)."""
    key = b"\x11\x22\x33\x44"
    size = bytes((0x80 | len(data),)) if len(data) < 126 else b"\xfe" + len(data).to_bytes(2)
    masked = bytes(byte ^ key[at % 4] for at, byte in enumerate(data))
    return bytes(((0x80 if fin else 0) | (0x40 if packed else 0) | opcode,)) + size + key + masked


def socket(frames: bytes, more: bytes = b"", size: int = 1400) -> Callable[[Wire], object]:
    """A WebSocket after its handshake."""
    ask = b"GET /ws HTTP/1.1\r\nHost: a.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    answer = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    accept = b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
    return lambda wire: (
        wire.connect(port=80).open().up(ask + more + b"\r\n").down(answer + accept + more + b"\r\n").up(frames, size).close()
    )


def _packed() -> bytes:
    """Two messages of one compression context (RFC 7692): the second refers to the first."""
    stream = zlib.compressobj(wbits=-15)
    frames = b""
    for data in (DOCUMENT.replace(VALUE, b"x"), DOCUMENT):
        packed = stream.compress(data) + stream.flush(zlib.Z_SYNC_FLUSH)
        frames += frame(1, packed.removesuffix(b"\0\0\xff\xff"), packed=True)
    return frames


def _http2(wire: Wire) -> None:
    """HTTP/2 without TLS: a body in many padded frames."""
    client = h2.connection.H2Connection(h2.config.H2Configuration(client_side=True))
    client.initiate_connection()
    client.send_headers(1, [(":method", "POST"), (":path", "/c"), (":scheme", "http"), (":authority", "api.example")])
    for at in range(0, len(DOCUMENT), 3):
        client.send_data(1, DOCUMENT[at : at + 3], pad_length=7)
    client.send_data(1, b"", end_stream=True)
    wire.connect(port=80).open().up(client.data_to_send()).close()


def _http2_trailer(wire: Wire) -> None:
    client = h2.connection.H2Connection(h2.config.H2Configuration(client_side=True))
    client.initiate_connection()
    client.send_headers(1, [(":method", "POST"), (":path", "/c"), (":scheme", "http"), (":authority", "api.example")])
    client.send_data(1, b"{}")
    client.send_headers(1, [("x-id", IMEI)], end_stream=True)
    wire.connect(port=80).open().up(client.data_to_send()).close()


def _mqtt(payload: bytes, topic: bytes = b"a/b", *, size: int = 1400, qos: int = 0) -> Callable[[Wire], object]:
    """An MQTT 3.1.1 client that publishes."""
    name = b"client"
    connect = b"\0\x04MQTT\x04\x02\0\x3c" + struct.pack(">H", len(name)) + name
    publish = struct.pack(">H", len(topic)) + topic + (b"\0\x07" if qos else b"") + payload
    length = bytes((len(publish),)) if len(publish) < 128 else bytes((len(publish) & 0x7F | 0x80, len(publish) >> 7))
    up = b"\x10" + bytes((len(connect),)) + connect
    sent = bytes((0x30 | qos << 1,)) + length + publish
    return lambda wire: wire.connect(port=1883).open().up(up).down(b"\x20\x02\0\0").up(sent, size).close()


def frames() -> tuple[Way, ...]:
    """Protocols on top of connections."""
    deflate = b"Sec-WebSocket-Extensions: permessage-deflate\r\n"
    pieces = (
        frame(1, DOCUMENT[:20], fin=False) + frame(9, b"ping") + frame(0, DOCUMENT[20:30], fin=False) + frame(0, DOCUMENT[30:])
    )
    return (
        caught("websocket message", socket(frame(1, DOCUMENT))),
        caught("websocket fragments around a ping", socket(pieces)),
        caught("websocket frames byte by byte", socket(pieces, size=1)),
        caught("value in a ping", socket(frame(9, VALUE))),
        caught("websocket compression over messages", socket(_packed(), deflate)),
        caught("http/2 in padded frames", _http2),
        caught("http/2 trailer", _http2_trailer),
        caught("mqtt", _mqtt(DOCUMENT)),
        caught("mqtt in segments of one byte", _mqtt(DOCUMENT, size=1)),
        caught("mqtt topic", _mqtt(b"{}", b"dev/" + VALUE + b"/up")),
        caught("mqtt packed", _mqtt(zlib.compress(DOCUMENT), qos=1)),
        caught("mqtt ciphertext", _mqtt(bytes((number * 7919 >> 3) % 256 for number in range(120))), Outcome.UNREAD),
    )
