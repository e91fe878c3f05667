"""Texts: charsets, JSON that parsers refuse, parameters and headers that stand twice, parts within parts."""

import json
import urllib.parse
import zlib
from base64 import b64encode, urlsafe_b64encode

import cbor2
import msgpack

from tests.evasion.ways import DOCUMENT, IMEI, Outcome, Way, request

VALUE = IMEI.encode()
JSON = DOCUMENT.decode()
TYPE = b"Content-Type"


def percent(text: bytes) -> bytes:
    """Every byte escaped."""
    return b"".join(b"%%%02x" % byte for byte in text)


def part(head: bytes, data: bytes, end: bytes = b"\r\n") -> bytes:
    """A multipart body of one part."""
    return b"--B" + end + head + end + end + data + end + b"--B--" + end


def pdf(stream: bytes, filter_name: bytes) -> bytes:
    """A document of one stream."""
    head = b"<< /Length %d /Filter /%s >>" % (len(stream), filter_name)
    return (
        b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n" + head + b"\nstream\n" + stream + b"\nendstream\nendobj\ntrailer<<>>\n%%EOF\n"
    )


def charsets() -> tuple[Way, ...]:
    """Charsets, declared rightly, wrongly or not at all."""
    return (
        request("utf-16 with its mark", JSON.encode("utf-16")),
        request("utf-16 without a mark", JSON.encode("utf-16-be")),
        request("utf-32", JSON.encode("utf-32")),
        request("utf-32 without a mark", JSON.encode("utf-32-le")),
        request("utf-32 without a mark, big-endian", JSON.encode("utf-32-be")),
        request("spaces that do not break", "35\u00a0209900\u00a0176148\u00a01".encode()),
        request("dashes of print", "35\u2013209900\u2013176148\u20131".encode()),
        request("utf-7", b"imei=+" + b64encode(IMEI.encode("utf-16-be")).rstrip(b"=") + b"-"),
        request("wide in base64", b'{"d":"' + b64encode(JSON.encode("utf-16-le")) + b'"}'),
        request("ebcdic", JSON.encode("cp037"), outcome=Outcome.UNREAD),
        request("overlong utf-8", b"".join(bytes((0xC0, 0x80 | byte)) for byte in VALUE), outcome=Outcome.UNREAD),
        request("full-width digits", "".join(chr(ord(digit) + 0xFEE0) for digit in IMEI).encode()),
        request("marks of no width", "\u200b".join(IMEI).encode()),
        request("a charset that is not there", DOCUMENT, headers=((TYPE, b"application/json; charset=utf-16"),)),
        request("older Chinese charset", f"姓名=小蓝&设备={IMEI}".encode("gb18030")),
        request("broken utf-8 around it", b'{"a":"\xff\xfe\xfd","imei":"' + VALUE + b'"}'),
    )


def documents() -> tuple[Way, ...]:
    """JSON, XML and binary documents that parsers read in different ways."""
    deep = b'{"a":' * 5000 + b'"' + VALUE + b'"' + b"}" * 5000
    inner = json.dumps({"imei": IMEI})
    for _ in range(3):
        inner = json.dumps({"p": inner})
    return (
        request("first of two names", b'{"imei":"' + VALUE + b'","imei":""}'),
        request("second of two names", b'{"imei":"","imei":"' + VALUE + b'"}'),
        request("escaped", b'{"d":"' + b"".join(b"\\u%04x" % byte for byte in VALUE) + b'"}'),
        request("json in json in json", inner.encode()),
        request("json5", b"{imei:'" + VALUE + b"', /* comment */ a:NaN,}"),
        request("behind a guard", b")]}',\n" + DOCUMENT),
        request("json with a mark", b"\xef\xbb\xbf" + DOCUMENT),
        request("five thousand levels", deep),
        request("as a float", b'{"imei":3.52099001761481e14}'),
        request("as a name", b'{"' + VALUE + b'":1}'),
        request("lines of json", b'{"a":1}\n' + DOCUMENT + b"\n"),
        request("cut json", DOCUMENT[:-10]),
        request("lone surrogate beside it", b'{"x":"\\ud800","imei":"' + VALUE + b'"}'),
        request("cdata", b"<a><![CDATA[" + VALUE + b"]]></a>"),
        request("character references", b"<a b='" + b"".join(b"&#x%x;" % byte for byte in VALUE) + b"'/>"),
        request("entity declaration", b'<!DOCTYPE a [<!ENTITY x "' + VALUE + b'">]><a>&x;</a>'),
        request("comment", b"<a><!-- " + VALUE + b" --></a>"),
        request("data url", b'{"icon":"data:text/plain;base64,' + b64encode(b"id " + VALUE) + b'"}'),
        request("bytes in msgpack", msgpack.packb({"d": VALUE, "n": [1, 2]})),
        request("tagged cbor", cbor2.dumps(cbor2.CBORTag(24, cbor2.dumps({"imei": IMEI})))),
        request("integer in msgpack", msgpack.packb({"imei": int(IMEI)})),
        request("list of bytes", json.dumps({"d": {"type": "Buffer", "data": list(VALUE)}}).encode()),
        request(
            "list of signed bytes",
            json.dumps({"d": [byte - 256 if byte > 127 else byte for byte in zlib.compress(VALUE)]}).encode(),
        ),
        request("list of digits", json.dumps({"imei": [int(digit) for digit in IMEI]}).encode()),
        request("list of letters", json.dumps({"imei": list(IMEI)}).encode()),
        request("digits apart", b"id " + b" ".join(b"%c" % byte for byte in VALUE)),
        request("digits in lines", b"\n".join(b"%c" % byte for byte in VALUE)),
        request("thousands", b"imei: 352_099_001_761_481\n"),
        request("escapes of a style sheet", b'a{content:"' + b"".join(b"\\%06x" % byte for byte in VALUE) + b'"}'),
        request("stream of a pdf", pdf(zlib.compress(b"BT (" + VALUE + b") Tj ET"), b"FlateDecode")),
        request("stream of a pdf that is not opened", pdf(b"x", b"LZWDecode"), outcome=Outcome.UNREAD),
        request(
            "pdf that is encrypted", pdf(b"x", b"FlateDecode").replace(b"<<>>", b"<</Encrypt 2 0 R>>"), outcome=Outcome.UNREAD
        ),
    )


def parameters() -> tuple[Way, ...]:
    """URLs, forms, headers and cookies."""
    quoted = urllib.parse.quote(percent(VALUE), safe="").encode()
    token = b".".join(
        urlsafe_b64encode(each).rstrip(b"=") for each in (b'{"alg":"none"}', json.dumps({"did": IMEI}).encode(), b"")
    )
    return (
        request("second parameter of a name", path=b"/c?id=1&id=" + VALUE),
        request("escaped twice", path=b"/c?id=" + quoted),
        request("escaped path", path=b"/c/" + percent(VALUE) + b"/x"),
        request("matrix parameter", path=b"/c;imei=" + VALUE + b"/x"),
        request("semicolons", path=b"/c?a=1;imei=" + VALUE),
        request("old unicode escapes", path=b"/c?d=" + b"".join(b"%%u%04x" % byte for byte in VALUE)),
        request("escaped name", path=b"/c?" + percent(VALUE) + b"=1"),
        request("behind a hash", path=b"/c#" + VALUE),
        request("url in a url", path=b"/r?u=" + urllib.parse.quote(f"https://t.example/?i={IMEI}", safe="").encode()),
        request("json in a query", path=b"/c?d=" + urllib.parse.quote(JSON).encode()),
        request("second of two headers", headers=((b"X-Id", b"1"), (b"X-Id", VALUE))),
        request("encoded word", headers=((b"Subject", b"=?utf-8?B?" + b64encode(b"id " + VALUE) + b"?="),)),
        request("quoted cookie", headers=((b"Cookie", b'a=1; d="' + VALUE + b'"'),)),
        request("base64 cookie", headers=((b"Cookie", b"d=" + b64encode(VALUE)),)),
        request("user of basic authentication", headers=((b"Authorization", b"Basic " + b64encode(VALUE + b":x")),)),
        request("claim of a token", headers=((b"Authorization", b"Bearer " + token),)),
        request("header of a megabyte", headers=((b"X-Pad", b"A" * 1_000_000 + b" " + VALUE),)),
        request("trailer", DOCUMENT.replace(VALUE, b""), trailers=((b"X-Id", VALUE),)),
        request("hex with a prefix", b"id=0x" + VALUE.hex().encode()),
        request("hex with separators", b"id=" + b":".join(b"%02x" % byte for byte in VALUE)),
    )


def parts() -> tuple[Way, ...]:
    """Multipart bodies."""
    typed = ((TYPE, b"multipart/form-data; boundary=B"),)
    inner = b"--C\r\nContent-Disposition: form-data; name=x\r\n\r\n" + VALUE + b"\r\n--C--\r\n"
    return (
        request("part", part(b"Content-Disposition: form-data; name=d", VALUE), headers=typed),
        request("lines without carriage return", part(b"Content-Disposition: form-data; name=d", VALUE, b"\n"), headers=typed),
        request("before the first part", b"imei " + VALUE + b"\r\n" + part(b"A: b", b"x"), headers=typed),
        request("no end", part(b"A: b", VALUE).removesuffix(b"--B--\r\n"), headers=typed),
        request("parts within a part", part(b"Content-Type: multipart/mixed; boundary=C", inner), headers=typed),
        request("base64 part", part(b"Content-Transfer-Encoding: base64", b64encode(b"id=" + VALUE)), headers=typed),
        request(
            "quoted-printable part",
            part(b"Content-Transfer-Encoding: quoted-printable", b"".join(b"=%02X" % byte for byte in VALUE)),
            headers=typed,
        ),
        request("file name", part(b'Content-Disposition: form-data; name=f; filename="' + VALUE + b'.png"', b"x"), headers=typed),
        request("header of a part", part(b"Content-Id: <" + VALUE + b"@app>", b"x"), headers=typed),
        request("another boundary than declared", part(b"A: b", VALUE), headers=((TYPE, b"multipart/form-data; boundary=ZZ"),)),
    )
