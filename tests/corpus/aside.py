"""Disguises of the part kept aside: combinations that the code was not tuned on."""

import gzip
import html
import io
import json
import quopri
import random
import zipfile
import zlib
from base64 import b32encode, b64encode, urlsafe_b64encode
from urllib.parse import quote, quote_plus

import brotli
import cbor2
import lz4.frame
import msgpack
import zstandard

from auditor.model.content import Piece
from auditor.model.vocabulary import Part
from tests.corpus.encodings import Encode, as_json, as_proto, body, document, frame, jwt, mqtt, multipart, proto, query


def b64(data: bytes) -> str:
    """Base64 as text."""
    return b64encode(data).decode()


def zipped(name: str, data: bytes) -> bytes:
    """A ZIP archive of one member."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def packed(data: bytes) -> bytes:
    """gzip without a time."""
    return gzip.compress(data, mtime=0)


def wide(text: str, rng: random.Random) -> bytes:
    """A document in UTF-16."""
    return as_json(text, rng).decode().encode("utf-16")


ASIDE: dict[str, Encode] = {
    "base64 of gzip in a form": lambda text, rng: body(b"p=" + quote_plus(b64(packed(as_json(text, rng)))).encode() + b"&t=1"),
    "brotli in cbor": lambda text, rng: body(cbor2.dumps({"v": 1, "blob": brotli.compress(as_json(text, rng))})),
    "msgpack in base64url in a query": lambda text, rng: query(
        urlsafe_b64encode(msgpack.packb(document(text, rng))).rstrip(b"=").decode()
    ),
    "xml in json": lambda text, _: body(json.dumps({"x": f"<a><b>{html.escape(text)}</b></a>"}).encode()),
    "csv in gzip": lambda text, _: body(packed(f'a,b\n1,"{text.replace(chr(34), chr(34) * 2)}"\n2,x\n'.encode()), "gzip"),
    "hex of json in xml": lambda text, rng: body(b"<r><d>" + as_json(text, rng).hex().encode() + b"</d></r>"),
    "quoted-printable of base64": lambda text, rng: body(quopri.encodestring(b64encode(as_json(text, rng)))),
    "utf-16 in gzip": lambda text, rng: body(packed(wide(text, rng)), "gzip"),
    "zip": lambda text, rng: body(zipped("log/events.json", as_json(text, rng))),
    "zip in multipart": lambda text, rng: body(multipart("@").replace(b"@", zipped("e.json", as_json(text, rng)))),
    "protobuf in msgpack": lambda text, rng: body(msgpack.packb({"m": as_proto(text, rng), "n": 1})),
    "json in protobuf in protobuf": lambda text, rng: body(proto(3, proto(1, b"ev") + proto(2, as_json(text, rng)))),
    "json in a cookie": lambda text, rng: (Piece(Part.COOKIE, "Cookie", b"a=1; s=" + quote(as_json(text, rng)).encode()),),
    "base64 of json in a cookie": lambda text, rng: (Piece(Part.COOKIE, "Cookie", b"s=" + b64encode(as_json(text, rng))),),
    "token in a query": lambda text, rng: query(jwt(text, rng)),
    "url in json": lambda text, _: body(json.dumps({"u": f"https://t.example/p?d={quote(text, safe='')}&x=1"}).encode()),
    "base64 of a url in a query": lambda text, _: query(quote(b64(f"https://t.example/?d={quote(text, safe='')}".encode()))),
    "entities in json": lambda text, _: body(json.dumps({"h": "".join(f"&#x{ord(c):x};" for c in text)}).encode()),
    "base64 in a header": lambda text, rng: (Piece(Part.HEADER, "X-Device-Info", b64encode(as_json(text, rng))),),
    "percent of json in a path": lambda text, rng: (
        Piece(Part.URL_PATH, "path", b"/t/" + quote(as_json(text, rng), safe="").encode()),
    ),
    "lz4 in base64 in json": lambda text, rng: body(json.dumps({"d": b64(lz4.frame.compress(as_json(text, rng)))}).encode()),
    "zstd in base64 in a form": lambda text, rng: body(b"d=" + quote_plus(b64(zstandard.compress(as_json(text, rng)))).encode()),
    "hex of gzip in json": lambda text, rng: body(json.dumps({"d": packed(as_json(text, rng)).hex()}).encode()),
    "base32 of json": lambda text, rng: query(b32encode(as_json(text, rng)).decode().rstrip("=")),
    "lines of json in gzip": lambda text, rng: body(packed(b'{"a":1}\n' + as_json(text, rng) + b'\n{"b":2}\n'), "gzip"),
    "grpc in gzip": lambda text, rng: body(packed(frame(as_proto(text, rng))), "gzip"),
    "deflate in mqtt": lambda text, rng: mqtt(zlib.compress(as_json(text, rng))),
    "cbor in mqtt": lambda text, rng: mqtt(cbor2.dumps(document(text, rng))),
    "json, base64, gzip, json, base64": lambda text, rng: body(
        json.dumps({"a": b64(packed(json.dumps({"b": b64(text.encode())}).encode())), "r": rng.random()}).encode()
    ),
    "script around json": lambda text, rng: body(b"/**/cb_12(" + as_json(text, rng) + b");"),
    "server-sent event": lambda text, rng: body(b"event: m\ndata: " + as_json(text, rng) + b"\n\n"),
}
"""A text and a source of chance to the pieces of a message."""
