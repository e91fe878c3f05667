"""Where formats have room that nobody asks for: beside their values, between and behind them, past a limit of somebody's own."""

import functools
import gzip
import io
import json
import plistlib
import struct
import tarfile
import zlib
from base64 import b32encode, b64encode, urlsafe_b64encode
from collections.abc import Callable
from random import Random
from urllib.parse import quote

import cbor2
import msgpack
import zstandard

from tests.evasion.texts import part
from tests.evasion.ways import DOCUMENT, IMEI, Outcome, Way, coded, request

VALUE = IMEI.encode()
PACKED = b64encode(zlib.compress(DOCUMENT))
"""Found by nobody who does not undo both."""
IN_URL = urlsafe_b64encode(zlib.compress(DOCUMENT)).rstrip(b"=")
SKIPPED = b"\x50\x2a\x4d\x18\x0f\0\0\0" + VALUE


def hidden() -> tuple[Way, ...]:
    """All of them."""
    return (*_decoys(), *_texts(), *_parts(), *_archives(), *_heads(), *_deep(), *_records(), *_markup(), *_addresses())


def _decoys() -> tuple[Way, ...]:
    """Many that look like it come first."""
    lists = [[1, 2, 3, 4, 5, 6, 200 + number % 50] for number in range(1_100)]
    cells = b"a,b,c\n1,2," + b"x" * 140_000 + b"\n3,4," + PACKED + b"\n"
    return (
        request("behind a thousand lists of bytes", json.dumps({"d": lists, "x": list(VALUE)}).encode()),
        request("behind a cell of 140 kB", cells),
    )


def _texts() -> tuple[Way, ...]:
    """Texts with a byte in them that no text has, so that they count as binary."""
    words = b"lorem ipsum dolor sit amet "
    found: list[Way] = []
    for size in (3_000, 70_000):
        text = words * (size // len(words))
        found += (
            request(f"packed in {size} bytes with a control character", text + b"\x01 x=" + PACKED + b" end"),
            request(f"hex in {size} bytes with a control character", text + b"\x01 x=" + zlib.compress(DOCUMENT).hex().encode()),
            request(f"packed in {size} bytes of an older charset", text + b"\xe9\xe8 x=" + PACKED + b" end"),
            request(f"packed behind texts of {size} bytes", b"\0text of a record\0" * (size // 18) + PACKED + b"\0\xff\xfe"),
            request(f"behind decoys of {size} bytes", text + b"\0" + b"x\x9cabcdefg " * 90 + zlib.compress(DOCUMENT)),
        )
    return tuple(found)


def _parts() -> tuple[Way, ...]:
    """Multipart bodies have room around their parts."""
    data = b"Content-Disposition: form-data; name=d"
    return (
        request("packed before the first part", PACKED + b"\r\n" + part(data, b"x")),
        request("packed behind the last part", part(data, b"x") + PACKED + b"\r\n"),
        request("compressed behind the last part", part(data, b"x") + gzip.compress(DOCUMENT, mtime=0)),
        request("packed in a header of a part", part(data + b"\r\nX-Id: " + PACKED, b"x")),
        request("packed in the name of a part", part(b"Content-Disposition: form-data; name=" + IN_URL, b"x")),
        request("packed in a parameter of a part", part(data + b'\r\nContent-Type: a/b; id="' + PACKED + b'"', b"x")),
        request("packed in a boundary", part(data, b"x").replace(b"--B", b"--" + IN_URL)),
    )


def zip_member(name: bytes, data: bytes, size: int | None = None) -> bytes:
    """A packed member of an archive, with the size that it has or with another."""
    packed = zlib.compress(data, wbits=-15)
    head = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 0, zlib.crc32(data), size or len(packed), len(data), len(name), 0)
    return b"PK\x03\x04" + head + name + packed


def _of_a_vendor() -> bytes:
    """A tar archive whose second member is of a type that nobody knows."""
    file = io.BytesIO()
    for name, kind, data in (("a", b"0", b"x"), ("b", b"Q", gzip.compress(DOCUMENT, mtime=0)), ("c", b"0", b"y")):
        member = tarfile.TarInfo(name)
        member.type, member.size = kind, len(data)
        file.write(member.tobuf() + data + bytes(-len(data) % 512))
    return file.getvalue() + bytes(1024)


def _archives() -> tuple[Way, ...]:
    """Archives are read in other ways by other readers."""
    second = zip_member(b"b", DOCUMENT)
    return (
        request("zip with bytes between members", zip_member(b"a", b"hello" * 10) + b"between" + second),
        request("zip with a size that lies", zip_member(b"a", b"hello" * 10, 60) + second),
        request("zip with sizes elsewhere", zip_member(b"a", b"hello" * 10, 0xFFFFFFFF) + second),
        request("packed behind a zip", zip_member(b"a", b"hello") + PACKED),
        request("tar with a type of a vendor", _of_a_vendor()),
        request("name in a plist", plistlib.dumps({PACKED.decode(): 1}, fmt=plistlib.FMT_BINARY)),
        request("wide name in a plist", plistlib.dumps({f"号 {IMEI}": 1}, fmt=plistlib.FMT_BINARY)),
    )


def _named_gzip(name: bytes) -> bytes:
    plain = gzip.compress(b"nothing here", mtime=0)
    return plain[:3] + b"\x08" + plain[4:10] + name + b"\0" + plain[10:]


def _heads() -> tuple[Way, ...]:
    """Compressed data have heads and frames to be stepped over."""
    empty = gzip.compress(b"{}", mtime=0)
    return (
        coded("name in the second gzip header", "gzip", empty + _named_gzip(VALUE)),
        coded("long name in the gzip header", "gzip", _named_gzip(b"a" * 70_000 + b" " + VALUE)),
        coded("in a frame that zstd skips, behind", "zstd", zstandard.compress(b"{}") + SKIPPED),
        coded("in a frame that zstd skips, between", "zstd", zstandard.compress(b"{}") + SKIPPED + zstandard.compress(b"{}")),
    )


def _deep() -> tuple[Way, ...]:
    """Twelve encodings within one another, of those that are only recognised by their looks."""

    def twelve(encode: Callable[[bytes], bytes]) -> bytes:
        return functools.reduce(lambda data, _: encode(data), range(12), b"id=" + VALUE)

    references = b"".join(b"&#x%x;" % byte for byte in VALUE)
    escaped = functools.reduce(lambda data, _: data.replace(b"&", b"&amp;"), range(12), references)
    return (
        request("twelve times hex", twelve(lambda data: data.hex().encode()), outcome=Outcome.UNREAD),
        request("twelve times base32", twelve(b32encode), outcome=Outcome.UNREAD),
        request("twelve times character references", escaped, outcome=Outcome.UNREAD),
    )


def _records() -> tuple[Way, ...]:
    """Records have names, groups, chunks and documents behind the first."""
    fields = b"".join(b"\x0a\x15a text of this record" for _ in range(200))
    group = b"\x13\x0a" + bytes((len(PACKED),)) + PACKED + b"\x14"
    logs = b"".join(msgpack.packb({"text": f"line {number} of this log"}) for number in range(100))
    wide = "".join(chr(0xFEE0 + ord(digit)) for digit in IMEI).encode()
    return (
        request("group of protobuf", fields + group),
        request("digits in a row in protobuf", b"\x0a\x03abc\x12\x0f" + bytes(map(int, IMEI))),
        request("number of JavaScript in protobuf", b"\x0a\x03abc\x11" + struct.pack("<d", int(IMEI))),
        request("name in msgpack", msgpack.packb({PACKED.decode(): 1})),
        request("second document of msgpack", logs + msgpack.packb({"b": PACKED.decode()})),
        request("name in cbor", cbor2.dumps({PACKED.decode(): 1})),
        request("chunks of cbor", b"\xa1\x61a\x7f\x68" + VALUE[:8] + b"\x67" + VALUE[8:] + b"\xff"),
        request("full-width digits in a megabyte", b"lorem ipsum dolor " * 70_000 + wide),
        request("token that is encrypted", b'{"t":"' + _encrypted() + b'"}', outcome=Outcome.UNREAD),
    )


def _encrypted() -> bytes:
    """A token of five parts (RFC 7516 section 3.1)."""
    parts = (b'{"alg":"dir","enc":"A256GCM"}', b"key", bytes(12), Random(3).randbytes(300), bytes(16))
    return b".".join(urlsafe_b64encode(part).rstrip(b"=") for part in parts)


def _markup() -> tuple[Way, ...]:
    """Names, declarations and closing tags; of two values of a name browsers take the first."""
    return (
        request("packed in a declaration", b'<!DOCTYPE a [<!ENTITY x "' + PACKED + b'">]><a>text</a>'),
        request("attribute without a value", b"<a " + IN_URL + b">text</a>"),
        request("attribute of an odd name", b'<a @="' + PACKED + b'">text</a>'),
        request("first of two values", b'<input name="a" value="' + PACKED + b'" value="x"><br>text'),
        request("in a closing tag", b"<a>text</a id=" + PACKED + b">"),
        request("name of a tag", b"<a>text<" + IN_URL + b"/></a>"),
    )


def _addresses() -> tuple[Way, ...]:
    """URLs as values, alone and among many, for which there is machine code."""
    label = b32encode(zlib.compress(VALUE)).rstrip(b"=").lower().decode()
    parts = {
        "fragment": f"https://x.example/p?a=1#{IN_URL.decode()}",
        "user": f"https://{IN_URL.decode()}@x.example/p?a=1",
        "label": f"https://{label}.x.example/p?a=1",
    }
    found: list[Way] = []
    for name, url in parts.items():
        others = [f"https://x.example/p?a={number}" for number in range(3_000)]
        found += (
            request(f"{name} of an address in json", json.dumps({"u": url}).encode()),
            request(f"{name} of one of many addresses", json.dumps({"u": [*others, url]}).encode()),
            request(f"{name} of an address in a form", b"a=1&u=" + quote(url, safe="").encode()),
            request(f"{name} of a referrer", headers=((b"Referer", url.encode()),)),
        )
    return tuple(found)
