"""Corners of protocols: what stands beside messages, between them and behind them, where no server's answer depends on it."""

import base64
import gzip
import struct
import zlib
from collections.abc import Callable

import h2.config
import h2.connection

from tests.evasion.ways import DOCUMENT, IMEI, Outcome, Way, request
from tests.evasion.wires import ANSWER, HEAD, VALUE, caught, chunk, chunked, frame, sized, socket, talk
from tests.unit.capture.wire import CLIENT, RESOLVER, Wire, dns_message, dns_name

ASK = b"GET / HTTP/1.1\r\nHost: a.example\r\n\r\n"
GZIP = gzip.compress(DOCUMENT, mtime=0)


def corners() -> tuple[Way, ...]:
    """All of them."""
    return (*_heads(), *_many(), *_ended(), *_strays(), *_http2(), *_mqtt5(), *_dns(), *_others())


def _heads() -> tuple[Way, ...]:
    """What frames a body, and what a head holds beside values (RFC 9112 sections 3 to 6)."""
    plus = HEAD + b"Content-Length: +%d\r\n\r\n" % len(DOCUMENT) + DOCUMENT
    two = HEAD + b"Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk(GZIP) + b"0\r\n\r\n"
    three = b"Transfer-Encoding: gzip , deflate, CHUNKED\r\n"
    return (
        talk("transfer codings in two headers", two),
        talk("transfer codings in one", chunked(chunk(GZIP), head=three)),
        talk("length with a sign", plus),
        talk("reason of an answer", sized(b"{}"), down=b"HTTP/1.1 200 " + VALUE + b"\r\nContent-Length: 0\r\n\r\n"),
        talk("name of a header", HEAD + b"X-" + VALUE + b": 1\r\nContent-Length: 0\r\n\r\n"),
        request("name of a header in a flow file", headers=((b"X-" + VALUE, b"1"),)),
        talk("user of an address", b"GET http://" + VALUE + b":x@a.example/ HTTP/1.1\r\nHost: a.example\r\n\r\n"),
    )


def _many() -> tuple[Way, ...]:
    """More lines than anybody sends."""
    lines = b"A: b\r\n" * 1_100
    evil = base64.b32encode(b"id=" + VALUE).rstrip(b"=").lower()
    return (
        talk("behind a thousand headers", HEAD + lines + b"X-Id: " + VALUE + b"\r\nContent-Length: 0\r\n\r\n"),
        talk(
            "behind a thousand trailers",
            chunked(chunk(b"{}"), end=b"0\r\n" + lines + b"X: " + VALUE + b"\r\n\r\n"),
            Outcome.UNREAD,
        ),
        talk(
            "behind a thousand chunk extensions",
            chunked(*[chunk(b"a", b";x=y")] * 1_100, chunk(b"b", b";x=" + VALUE)),
            Outcome.UNREAD,
        ),
        talk("behind the data of a chunk", chunked(b"2\r\n{}" + VALUE + b"\r\n")),
        talk("host of an absolute target", b"GET http://" + evil + b".evil.example/ HTTP/1.1\r\nHost: a.example\r\n\r\n"),
    )


def _ended() -> tuple[Way, ...]:
    """Compressed messages behind one that ends its stream (RFC 7692 section 7.2.3.4)."""
    packers = [zlib.compressobj(wbits=-15) for _ in range(2)]
    first = packers[0].compress(b"hello") + packers[0].flush()
    second = packers[1].compress(DOCUMENT) + packers[1].flush(zlib.Z_SYNC_FLUSH)
    deflate = b"Sec-WebSocket-Extensions: permessage-deflate\r\n"
    frames = frame(1, first + b"\0", packed=True) + frame(1, second.removesuffix(b"\0\0\xff\xff"), packed=True)
    return (
        caught("websocket behind the end of a stream", socket(frames, deflate)),
        caught("websocket behind the end, in one message", socket(frame(1, first + VALUE, packed=True), deflate), Outcome.EITHER),
    )


def _strays() -> tuple[Way, ...]:
    """Bytes that belong to no message by its head."""
    length = b"Content-Length: %d\r\n\r\n" % len(DOCUMENT) + DOCUMENT
    return (
        talk("behind a body", HEAD + b"Content-Length: 3\r\n\r\n" + DOCUMENT),
        talk("behind a body, in segments", HEAD + b"Content-Length: 3\r\n\r\n" + DOCUMENT, size=5),
        talk(
            "behind a body, before a request", HEAD + b"Content-Length: 3\r\n\r\n" + DOCUMENT + b"\r\n\r\n" + ASK, down=ANSWER * 2
        ),
        talk("body without a length", HEAD + b"\r\n" + DOCUMENT),
        talk("body of an answer to HEAD", ASK.replace(b"GET", b"HEAD"), down=b"HTTP/1.1 200 OK\r\n" + length),
        talk("body that did not change", ASK, down=b"HTTP/1.1 304 Not Modified\r\n" + length),
        talk("body of no content", ASK, down=b"HTTP/1.1 204 No Content\r\n\r\n" + DOCUMENT),
        caught(
            "bytes on a reset", lambda wire: wire.connect(port=80).open().up(sized(b"{}")).down(ANSWER).send(0, 20, b"i=" + VALUE)
        ),
    )


def _client() -> h2.connection.H2Connection:
    """A client of HTTP/2 that has asked."""
    client = h2.connection.H2Connection(h2.config.H2Configuration(client_side=True))
    client.initiate_connection()
    ask = [(":method", "GET"), (":path", "/c"), (":scheme", "http"), (":authority", "api.example")]
    client.send_headers(1, ask, end_stream=True)
    return client


def _framed(name: str, kind: int, flags: int, stream: int, data: bytes) -> Way:
    """A frame behind a request (RFC 9113 section 4.1)."""
    frame = len(data).to_bytes(3) + bytes((kind, flags)) + stream.to_bytes(4) + data
    sent = _client().data_to_send() + frame
    return caught(name, lambda wire: wire.connect(port=80).open().up(sent).close())


def _http2() -> tuple[Way, ...]:
    """Frames that hold no message."""
    padding = b"x" + VALUE
    return (
        _framed("http/2 padding", 0, 9, 3, bytes((len(padding),)) + b"{}" + padding),
        _framed("http/2 frame of no known type", 0x77, 0, 1, VALUE),
        _framed("http/2 last words", 7, 0, 0, bytes(8) + VALUE),
        _framed("http/2 body before its head", 0, 1, 9, DOCUMENT),
    )


def _text(data: bytes) -> bytes:
    return len(data).to_bytes(2) + data


def _packet(kind: int, body: bytes, flags: int = 0) -> bytes:
    """A control packet of less than 16 KiB (mqtt-v5.0 section 2.1)."""
    size = len(body)
    length = bytes((size,)) if size < 128 else bytes((size & 0x7F | 0x80, size >> 7))
    return bytes((kind << 4 | flags,)) + length + body


def _connect(properties: bytes = b"", will: bytes = b"") -> bytes:
    flags = 6 if will else 2
    return _packet(
        1, _text(b"MQTT") + bytes((5, flags)) + b"\0\x3c" + bytes((len(properties),)) + properties + _text(b"c") + will
    )


def _mqtt5() -> tuple[Way, ...]:
    """Properties, and packets that MQTT 3 has no words in (mqtt-v5.0 section 2.2.2)."""
    user = b"\x26" + _text(b"imei") + _text(VALUE)
    numbers = b"\x11\0\0\0\x0a\x21\0\x14\x27\0\0\x10\0"

    def told(name: str, sent: bytes) -> Way:
        return caught(name, lambda wire: wire.connect(port=1883).open().up(sent).down(_packet(2, b"\0\0\0")).close())

    def published(properties: bytes) -> bytes:
        return _connect() + _packet(3, _text(b"a") + bytes((len(properties),)) + properties + b"{}")

    return (
        told("mqtt user property", _connect(numbers + user)),
        told("mqtt name of a user property", _connect(b"\x26" + _text(VALUE) + _text(b"1"))),
        told("mqtt property of a will", _connect(will=bytes((len(user),)) + user + _text(b"w") + _text(b"x"))),
        told("mqtt property of a message", published(b"\x01\x01\x0b\x80\x01" + user)),
        told("mqtt correlation data", published(b"\x09" + _text(base64.b64encode(b"id " + VALUE)))),
        told("mqtt response topic", published(b"\x08" + _text(b"r/" + VALUE))),
        told("mqtt property of no known kind", published(b"\x7e" + VALUE)),
        told("mqtt farewell", _connect() + _packet(14, b"\x04" + bytes((3 + len(VALUE),)) + b"\x1f" + _text(VALUE))),
        told("mqtt authentication", _connect() + _packet(15, b"\x18" + bytes((3 + len(VALUE),)) + b"\x16" + _text(VALUE))),
    )


def _answered(kind: int, data: bytes) -> Callable[[Wire], None]:
    """A question and an answer with a record (RFC 1035 section 4.1)."""
    head = struct.pack(">HHHHHH", 7, 0x8180, 1, 1, 0, 0) + dns_name("t.example") + struct.pack(">HH", kind, 1)
    record = b"\xc0\x0c" + struct.pack(">HHIH", kind, 1, 60, len(data)) + data

    def draw(wire: Wire) -> None:
        wire.udp(CLIENT, 40_000, RESOLVER, 53, dns_message("t.example", kind=kind))
        wire.udp(RESOLVER, 53, CLIENT, 40_000, head + record)

    return draw


def _dns() -> tuple[Way, ...]:
    """Records and labels that hold no name (RFC 1035, RFC 6891)."""
    option = struct.pack(">HH", 65_001, len(VALUE)) + VALUE
    asked = struct.pack(">HHHHHH", 7, 0x0100, 1, 0, 0, 1) + dns_name("t.example") + struct.pack(">HH", 1, 1)
    extended = asked + b"\0" + struct.pack(">HHIH", 41, 1232, 0, len(option)) + option
    base32 = base64.b32encode(DOCUMENT).decode().rstrip("=").lower()
    labels = ".".join(base32[at : at + 50] for at in range(0, len(base32), 50))
    behind = dns_message("t.example") + b"imei=" + VALUE
    stream = struct.pack(">H", 2_000) + dns_message("t.example") + VALUE
    return (
        caught("dns text", _answered(16, bytes((len(VALUE),)) + VALUE)),
        caught("dns text in two strings", _answered(16, b"\x08" + VALUE[:8] + b"\x07" + VALUE[8:])),
        caught("dns record of anything", _answered(10, VALUE)),
        caught("dns option", lambda wire: wire.udp(CLIENT, 40_000, RESOLVER, 53, extended)),
        caught("behind a dns message", lambda wire: wire.udp(CLIENT, 40_000, RESOLVER, 53, behind)),
        caught("dns labels together", lambda wire: wire.udp(CLIENT, 40_000, RESOLVER, 53, dns_message(f"{labels}.t.example"))),
        caught("dns message that never ends", lambda wire: wire.connect(RESOLVER, 53).open().up(stream).close(), Outcome.EITHER),
    )


def _others() -> tuple[Way, ...]:
    """SOCKS 4, and a greeting of SOCKS 5 behind which comes something else."""
    socks4 = b"\4\1\0\x50\1\2\3\4" + IMEI.encode() + b"\0"
    return (
        caught("socks user", lambda wire: wire.connect(port=1080).open().up(socks4).down(b"\0\x5a" + bytes(6)).close()),
        caught("socks that is none", lambda wire: wire.connect(port=1080).open().up(b"\5\1\0").up(b"imei=" + VALUE).close()),
    )
