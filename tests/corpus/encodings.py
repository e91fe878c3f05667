"""How clients hide a text: each encoding turns it into the pieces of one message."""

import gzip
import html
import json
import plistlib
import quopri
import random
import zlib
from base64 import b32encode, b64encode, urlsafe_b64encode
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import brotli
import cbor2
import lz4.frame
import msgpack
import zstandard

from auditor.model.content import Piece
from auditor.model.vocabulary import Part

type Pieces = tuple[Piece, ...]
type Encode = Callable[[str, random.Random], Pieces]


def body(data: bytes, coding: str = "", kind: str = "application/octet-stream") -> Pieces:
    """A body, with a content coding that its header declares."""
    headers = [Piece(Part.HEADER, "Content-Type", kind.encode())]
    if coding:
        headers.append(Piece(Part.HEADER, "Content-Encoding", coding.encode()))
    return (*headers, Piece(Part.BODY, "", data))


def query(value: str) -> Pieces:
    """A query with the value among others."""
    return (Piece(Part.URL_PATH, "path", b"/v1/collect"), Piece(Part.QUERY, "", f"v=2&t={value}&z=1718".encode()))


def percent(data: bytes) -> str:
    """Every byte escaped."""
    return "".join(f"%{byte:02X}" for byte in data)


def document(text: str, rng: random.Random) -> dict[str, object]:
    """A document like SDKs send, with the value deep in it."""
    return {
        "event": "launch",
        "seq": rng.randint(1, 9999),
        "props": {"name": "start", "list": [{"k": 1}, {"data": text}]},
        "ok": True,
    }


def as_json(text: str, rng: random.Random) -> bytes:
    """The document as JSON with plain non-ASCII text."""
    return json.dumps(document(text, rng), ensure_ascii=False).encode()


def varint(number: int) -> bytes:
    """A protobuf varint."""
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes((*out, number))


def proto(field: int, data: bytes) -> bytes:
    """A length-delimited protobuf field."""
    return varint(field << 3 | 2) + varint(len(data)) + data


def as_proto(text: str, rng: random.Random) -> bytes:
    """A nested message."""
    inner = proto(1, b"launch") + varint(2 << 3) + varint(rng.randint(1, 10**6)) + proto(3, text.encode())
    return proto(4, inner) + proto(5, bytes(rng.randrange(256) for _ in range(9)))


def frame(data: bytes, flag: int = 0) -> bytes:
    """A gRPC frame."""
    return bytes((flag,)) + len(data).to_bytes(4) + data


def raw_deflate(data: bytes) -> bytes:
    """As permessage-deflate sends it."""
    stream = zlib.compressobj(wbits=-15)
    return (stream.compress(data) + stream.flush(zlib.Z_SYNC_FLUSH)).removesuffix(b"\0\0\xff\xff")


def with_length(data: bytes) -> bytes:
    """Behind a head of a device's own."""
    return b"\xeb\x90\x01\0" + len(data).to_bytes(4) + data


def deflated(data: bytes) -> bytes:
    """Raw deflate with its end."""
    stream = zlib.compressobj(wbits=-15)
    return stream.compress(data) + stream.flush()


def noise(rng: random.Random, count: int) -> bytes:
    """Bytes that mean nothing."""
    return bytes(rng.randrange(256) for _ in range(count))


def jwt(text: str, rng: random.Random) -> str:
    """A token that claims the value."""
    parts = (b'{"alg":"HS256","typ":"JWT"}', json.dumps({"sub": "1", "did": text}).encode(), noise(rng, 32))
    return ".".join(urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


def multipart(text: str) -> bytes:
    """A form with a file in it."""
    return (
        b'--XbOuNd\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'
        b'--XbOuNd\r\nContent-Disposition: form-data; name="data"\r\nContent-Type: text/plain\r\n\r\n'
        + text.encode()
        + b"\r\n--XbOuNd--\r\n"
    )


def base64_at(prefix: str) -> Encode:
    """The value behind other text, so that base64 starts it at another offset."""
    return lambda text, _: query(quote(b64encode(f"{prefix}{text}|end".encode()).decode()))


def mqtt(data: bytes) -> Pieces:
    """An MQTT message."""
    return (Piece(Part.MQTT, "topic", b"/sys/a1/dev/thing/event"), Piece(Part.PAYLOAD, "payload", data))


ENCODINGS: dict[str, Encode] = {
    "plain query": lambda text, _: query(text.replace("&", "%26")),
    "percent": lambda text, _: query(quote(text, safe="")),
    "percent, every byte": lambda text, _: query(percent(text.encode())),
    "percent twice": lambda text, _: query(quote(percent(text.encode()), safe="")),
    "plus": lambda text, _: query(quote_plus(text)),
    "html entities": lambda text, _: body(f"<r><v>{html.escape(text)}</v></r>".encode(), kind="text/html"),
    "html numbers": lambda text, _: body(("<r><v>" + "".join(f"&#{ord(c)};" for c in text) + "</v></r>").encode()),
    "json": lambda text, rng: body(as_json(text, rng), kind="application/json"),
    "json in json": lambda text, rng: body(as_json(json.dumps({"inner": text}), rng)),
    "json, all escaped": lambda text, _: body(('{"d":"' + "".join(f"\\u{ord(c):04x}" for c in text) + '"}').encode()),
    "unicode escapes": lambda text, _: query("".join(f"\\u{ord(c):04x}" for c in text)),
    "hex escapes": lambda text, _: query("".join(f"\\x{byte:02x}" for byte in text.encode())),
    "form": lambda text, _: body(b"a=1&d=" + quote_plus(text).encode() + b"&e=", kind="application/x-www-form-urlencoded"),
    "json in form": lambda text, rng: body(b"data=" + quote_plus(as_json(text, rng)).encode() + b"&sign=1"),
    "multipart": lambda text, _: body(multipart(text), kind="multipart/form-data; boundary=XbOuNd"),
    "xml attribute": lambda text, _: body(f'<?xml version="1.0"?><r><d id="{html.escape(text)}"/></r>'.encode()),
    "xml text": lambda text, _: body(f"<r><d>{html.escape(text)}</d></r>".encode()),
    "csv": lambda text, _: body(f'name,data,n\nx,"{text.replace(chr(34), chr(34) * 2)}",1\ny,z,2\n'.encode()),
    "cookie": lambda text, _: (Piece(Part.COOKIE, "Cookie", f"lang=zh; d={quote(text)}; x=1".encode()),),
    "header": lambda text, _: (Piece(Part.HEADER, "X-Info", text.encode()),),
    "path": lambda text, _: (Piece(Part.URL_PATH, "path", f"/v1/{quote(text, safe='')}/info".encode()),),
    "jwt": lambda text, rng: (Piece(Part.HEADER, "Authorization", f"Bearer {jwt(text, rng)}".encode()),),
    "base64": lambda text, _: body(b64encode(text.encode())),
    "base64, offset 1": base64_at("{"),
    "base64, offset 2": base64_at("ab"),
    "base64url, unpadded": lambda text, rng: query(urlsafe_b64encode(as_json(text, rng)).rstrip(b"=").decode()),
    "base64 in text": lambda text, _: body(b"msg:" + b64encode(b"u=" + text.encode() + b";") + b" end of it"),
    "base64 twice": lambda text, rng: body(b64encode(b64encode(as_json(text, rng)))),
    "hex": lambda text, _: query(text.encode().hex()),
    "hex, upper": lambda text, _: body(text.encode().hex().upper().encode()),
    "base32": lambda text, _: query(b32encode(text.encode()).decode()),
    "quoted-printable": lambda text, _: body(quopri.encodestring(text.encode()), kind="text/plain"),
    "utf-16le": lambda text, _: body(text.encode("utf-16")),
    "utf-16be": lambda text, rng: body(as_json(text, rng).decode().encode("utf-16-be")),
    "gzip": lambda text, rng: body(gzip.compress(as_json(text, rng), mtime=0), "gzip"),
    "gzip, undeclared": lambda text, rng: body(gzip.compress(as_json(text, rng), mtime=0)),
    "gzip, second member": lambda text, rng: body(
        gzip.compress(b'{"a":1}\n', mtime=0) + gzip.compress(as_json(text, rng), mtime=0), "x-gzip"
    ),
    "zlib": lambda text, rng: body(zlib.compress(as_json(text, rng)), "deflate"),
    "zlib, undeclared": lambda text, rng: body(zlib.compress(as_json(text, rng))),
    "raw deflate": lambda text, rng: body(deflated(as_json(text, rng)), "deflate"),
    "permessage-deflate": lambda text, rng: body(raw_deflate(as_json(text, rng))),
    "brotli": lambda text, rng: body(brotli.compress(as_json(text, rng)), "br"),
    "zstd": lambda text, rng: body(zstandard.compress(as_json(text, rng)), "zstd"),
    "lz4": lambda text, rng: body(lz4.frame.compress(as_json(text, rng))),
    "gzip, gzip": lambda text, rng: body(gzip.compress(gzip.compress(as_json(text, rng), mtime=0), mtime=0), "gzip, gzip"),
    "gzip then br": lambda text, rng: body(brotli.compress(gzip.compress(as_json(text, rng), mtime=0)), "gzip, br"),
    "protobuf": lambda text, rng: body(as_proto(text, rng)),
    "grpc": lambda text, rng: body(frame(as_proto(text, rng)), kind="application/grpc"),
    "grpc, gzip": lambda text, rng: body(frame(gzip.compress(as_proto(text, rng), mtime=0), 1), kind="application/grpc"),
    "msgpack": lambda text, rng: body(msgpack.packb(document(text, rng))),
    "cbor": lambda text, rng: body(cbor2.dumps(document(text, rng))),
    "plist": lambda text, _: body(plistlib.dumps({"d": text, "n": [1, "x"]}, fmt=plistlib.FMT_XML)),
    "plist, binary": lambda text, _: body(plistlib.dumps({"d": text, "n": [1, "x"]}, fmt=plistlib.FMT_BINARY)),
    "socket.io": lambda text, rng: body(b'42["report",' + as_json(text, rng) + b"]"),
    "socket.io, with a namespace": lambda text, _: body(b'42/printer,17["report",' + json.dumps(text).encode() + b"]"),
    "header of pairs": lambda text, _: (Piece(Part.HEADER, "X-Context", f"os=x; id={quote(text, safe='')}; v=1".encode()),),
    "mqtt": lambda text, rng: mqtt(as_json(text, rng)),
    "raw payload": lambda text, rng: (Piece(Part.PAYLOAD, "", noise(rng, 40) + b"\0" + text.encode() + b"\0" + noise(rng, 40)),),
    "base64 in raw payload": lambda text, rng: (
        Piece(Part.PAYLOAD, "", noise(rng, 30) + b"\0" + b64encode(b"<" + text.encode() + b">>") + b"\0" + noise(rng, 30)),
    ),
    "wide in raw payload": lambda text, rng: (
        Piece(Part.PAYLOAD, "", noise(rng, 31) + b"\0\0" + text.encode("utf-16-le") + b"\0\0" + noise(rng, 30)),
    ),
    "deflate behind a length": lambda text, rng: (Piece(Part.PAYLOAD, "", with_length(raw_deflate(as_json(text, rng)))),),
    "data url of bytes": lambda text, rng: body(
        as_json("data:application/cbor;base64," + b64encode(cbor2.dumps({"v": text, "n": 1.5})).decode(), rng)
    ),
    "assigned in a script": lambda text, rng: body(b"<script>window.d = " + as_json(text, rng) + b";</script>"),
    "gzip, base64, json": lambda text, rng: body(
        json.dumps({"p": b64encode(gzip.compress(as_json(text, rng), mtime=0)).decode()}).encode(), kind="application/json"
    ),
    "form, base64, zlib, json": lambda text, rng: body(
        b"d=" + quote_plus(b64encode(zlib.compress(as_json(text, rng)))).encode() + b"&v=1"
    ),
    "json, hex, json, percent": lambda text, rng: body(as_json(as_json(percent(text.encode()), rng).hex(), rng)),
    "protobuf in gzip in base64url": lambda text, rng: query(
        urlsafe_b64encode(gzip.compress(as_proto(text, rng), mtime=0)).decode()
    ),
}

LABELS: dict[str, Encode] = {
    "dns label": lambda text, _: (Piece(Part.DNS, "question", f"{text}.log.example.com".encode()),),
    "sni label": lambda text, _: (Piece(Part.SNI, "", f"d-{text}.push.example.com".lower().encode()),),
    "base32 label": lambda text, _: (
        Piece(Part.DNS, "question", b32encode(text.encode()).rstrip(b"=").lower()[:63] + b".t.example.com"),
    ),
    "hex label": lambda text, _: (Piece(Part.DNS, "question", text.encode().hex()[:63].encode() + b".t.example.com"),),
}
"""For texts that a host name can hold."""
