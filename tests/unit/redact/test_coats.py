"""Encodings taken off and put on again: the inside is changed, the style stays, and what is no such encoding stays byte for byte."""

import gzip
import json
import zlib
from base64 import b32encode, b64encode, urlsafe_b64encode

import brotli
import lz4.frame
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from auditor.redact import coats
from auditor.redact.coats import COATS


def change(inside: bytes) -> bytes:
    """What a rewriter does, in short."""
    return inside.replace(b"secret-value-1", b"public-thing-2").replace("张三".encode(), "李四".encode())


def sync_flushed(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return (packer.compress(data) + packer.flush(zlib.Z_SYNC_FLUSH)).removesuffix(b"\0\0\xff\xff")


KEPT_LENGTH = [
    ("percent", b"a=secret%2dvalue%2D1&b", b"a=public%2dthing%2D2&b"),
    ("percent", b"n=%E5%BC%A0%E4%B8%89", b"n=%E6%9D%8E%E5%9B%9B"),
    ("form", b"a=x+y&b=secret%2Dvalue-1", b"a=x+y&b=public%2Dthing-2"),
    ("qp", b"secret=2Dvalue=\r\n-1 =3D", b"public=2Dthing=\r\n-2 =3D"),
    ("html", b"&#115;ecret-value-&#x31; &amp;", b"&#112;ublic-thing-&#x32; &amp;"),
    (
        "json",
        rb'{"a":"secret\u002dvalue-\u0031\/","b":"\u5f20\u4e09"}',
        rb'{"a":"public\u002dthing-\u0032\/","b":"\u674e\u56db"}',
    ),
    ("utf16", "x secret-value-1".encode("utf-16-le"), "x public-thing-2".encode("utf-16-le")),
    ("utf16", "x secret-value-1".encode("utf-16-be"), "x public-thing-2".encode("utf-16-be")),
    ("base64", b'{"d":"%s"}' % b64encode(b"ab secret-value-1 cd"), b'{"d":"%s"}' % b64encode(b"ab public-thing-2 cd")),
    ("base64", b"pre" + b64encode(b"secret-value-1"), b"pre" + b64encode(b"public-thing-2")),
    (
        "base64url",
        urlsafe_b64encode(b"\xff\xfe secret-value-1").rstrip(b"="),
        urlsafe_b64encode(b"\xff\xfe public-thing-2").rstrip(b"="),
    ),
    ("base32", b"=" + b32encode(b"secret-value-1x").lower() + b"=", b"=" + b32encode(b"public-thing-2x").lower() + b"="),
    ("hex", b"x" + b"secret-value-1".hex().upper().encode(), b"x" + b"public-thing-2".hex().upper().encode()),
    ("csv", b'"say ""secret-value-1"""', b'"say "public-thing-2""'),
]
"""What stands there, and what stands there afterwards."""


@pytest.mark.parametrize(
    ("word", "data", "made"), KEPT_LENGTH, ids=[f"{number}-{row[0]}" for number, row in enumerate(KEPT_LENGTH)]
)
def test_text_encodings_keep_their_style(word: str, data: bytes, made: bytes) -> None:
    """Case of the digits, escapes, padding, what stands around; and but for CSV their length."""
    assert COATS[word](data, change) == made


def test_base64_in_lines_stays_in_lines() -> None:
    """As MIME writes it."""
    text = b64encode(b"x" * 50 + b"secret-value-1" + b"y" * 50)
    lines = b"\r\n".join(text[at : at + 76] for at in range(0, len(text), 76))
    made = coats.base64_runs(lines, change)
    assert made.split(b"\r\n")[0] == b64encode(b"x" * 50 + b"public-thing-2" + b"y" * 50)[:76]
    assert len(made) == len(lines)


def test_base64_values_below_each_other_are_values_of_their_own() -> None:
    """A list, and a line end behind the last."""
    lines = [b64encode(text) for text in (b"nothing", b"a secret-value-1", b"b secret-value-1 b")]
    made = coats.base64_runs(b"\r\n".join(lines) + b"\r\n", change)
    assert made == b"\r\n".join(b64encode(text) for text in (b"nothing", b"a public-thing-2", b"b public-thing-2 b")) + b"\r\n"


BODY = b'{"v":"secret-value-1","n":1}' * 3
PACKED = {
    "gzip": (gzip.compress(BODY), gzip.decompress),
    "zlib": (zlib.compress(BODY), zlib.decompress),
    "deflate": (zlib.compress(BODY)[2:-4], lambda data: zlib.decompress(data, -15)),
    "br": (brotli.compress(BODY), brotli.decompress),
    "zstd": (zstandard.compress(BODY), zstandard.decompress),
    "lz4": (lz4.frame.compress(BODY), lz4.frame.decompress),
}


@pytest.mark.parametrize("word", PACKED)
def test_compressed_bytes_are_compressed_again(word: str) -> None:
    """With the change inside; unchanged insides keep the very bytes."""
    data, unpacked = PACKED[word]
    assert unpacked(COATS[word](data, change)) == change(BODY)
    assert COATS[word](data, lambda inside: inside) == data


def test_what_stands_around_a_compressed_run_stays() -> None:
    """Two members of gzip in a row, with text before and behind."""
    data = b"head" + gzip.compress(BODY) + gzip.compress(b"nothing here") + b"tail"
    made = coats.gzip_members(data, change)
    assert made.startswith(b"head\x1f\x8b")
    assert made.endswith(gzip.compress(b"nothing here")[-8:] + b"tail")


def test_a_websocket_message_without_its_end_stays_without_it() -> None:
    """RFC 7692 section 7.2.1."""
    made = coats.raw_deflate(sync_flushed(BODY), change)
    assert zlib.decompressobj(-15).decompress(made + b"\0\0\xff\xff") == change(BODY)


def test_frames_of_grpc_say_the_new_length() -> None:
    """A message in gzip, and one as it is."""
    packed = gzip.compress(BODY)
    data = b"\1" + len(packed).to_bytes(4) + packed + b"\0\0\0\0\5plain"
    made = coats.grpc_frames(data, lambda inside: coats.gzip_members(inside, change))
    size = int.from_bytes(made[1:5])
    assert gzip.decompress(made[5 : 5 + size]) == change(BODY)
    assert made[5 + size :] == b"\0\0\0\0\5plain"


@given(st.sampled_from(sorted(COATS)), st.binary(max_size=200))
def test_no_bytes_are_changed_without_a_change_inside(word: str, data: bytes) -> None:
    """And none raise anything."""
    assert COATS[word](data, lambda inside: inside) == data


@given(st.sampled_from(sorted(COATS)), st.binary(max_size=200))
def test_any_change_of_any_bytes_returns(word: str, data: bytes) -> None:
    """Whatever the change makes of the inside, longer or shorter."""
    COATS[word](data, lambda inside: inside[1:])
    COATS[word](data, lambda inside: inside + b"\xff")


def longer(inside: bytes) -> bytes:
    return inside.replace(b"secret", b'no longer \\ the "same')


def test_a_longer_pseudonym_leaves_a_document_a_document() -> None:
    """Strings around keep their escapes, and the string with it gets those that it needs."""
    texts = {"m": '{"v": "secret"}', "n": 'a\\"b', "o": "secret\té", "p": '"secret"'}
    for data in (json.dumps(texts), json.dumps(texts, ensure_ascii=False)):
        made = json.loads(COATS["json"](data.encode(), longer))
        assert made == {name: longer(text.encode()).decode() for name, text in texts.items()}


@pytest.mark.parametrize(
    ("data", "made"),
    [
        (b"a=1&b=secret%21&c=%7B%22d%22%7D", b"a=1&b=no%20longer%20%5C%20the%20%22same%21&c=%7B%22d%22%7D"),
        (b'{"b": "%21secret", "c": "x/y"}', b'{"b": "%21no%20longer%20%5C%20the%20%22same", "c": "x/y"}'),
    ],
)
def test_a_longer_pseudonym_changes_only_its_own_word(data: bytes, made: bytes) -> None:
    """What stands around is not percent-encoded with it."""
    assert COATS["percent"](data, longer) == made
