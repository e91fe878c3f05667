"""What encoded bytes within a text are, that nothing else around them proves."""

import gzip
import io
import json
import plistlib
import zipfile
import zlib
from base64 import b32encode, b64encode, urlsafe_b64encode
from collections.abc import Callable
from random import Random

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.decode.telling import is_telling
from tests.unit.decode.messages import read

DOCUMENT = json.dumps(
    {"imei": "352099001761481", "name": "小蓝和小红", "model": "Pixel 8", "channel": "huawei"}, ensure_ascii=False
).encode()


def zipped(data: bytes) -> bytes:
    """An archive of one member."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.json", data)
    return file.getvalue()


def deflated(data: bytes) -> bytes:
    """Raw deflate."""
    return zlib.compress(data, wbits=-15)


PACKINGS: tuple[Callable[[bytes], bytes], ...] = (
    zipped,
    deflated,
    brotli.compress,
    gzip.compress,
    zlib.compress,
    lambda data: data.decode().encode("utf-16-le"),
    lambda data: data.decode().encode("utf-16-be"),
    lambda data: plistlib.dumps(json.loads(data), fmt=plistlib.FMT_BINARY),
)


@pytest.mark.parametrize("packing", PACKINGS)
def test_packed_bytes_tell(packing: Callable[[bytes], bytes]) -> None:
    assert is_telling(packing(DOCUMENT))


@pytest.mark.parametrize(
    "text", [b"msg='%b' x", b'a:1:{s:3:"dev";s:9:"%b";}', b"f0|3.2.1|%b|android", b"level=info msg=%b at=x", b"on(%b) ok"]
)
@pytest.mark.parametrize(
    "encode",
    [
        b64encode,
        lambda data: urlsafe_b64encode(data).rstrip(b"="),
        lambda data: data.hex().encode(),
        lambda data: data.hex().upper().encode(),
        b32encode,
        lambda data: b32encode(data).lower().rstrip(b"="),
    ],
)
@pytest.mark.parametrize("packing", PACKINGS)
def test_what_is_packed_and_encoded_within_a_text_is_opened(
    text: bytes, encode: Callable[[bytes], bytes], packing: Callable[[bytes], bytes]
) -> None:
    """In a literal, a serialised value, a record, a line of a log; and the same as a string of a JSON document."""
    data = text.replace(b"%b", encode(packing(DOCUMENT)))
    for body in (data, json.dumps({"query": data.decode()}).encode()):
        assert any(b"352099001761481" in value for _, value, _ in read(body))


def test_noise_tells_nothing() -> None:
    """Of random bytes, as words give them, hardly any."""
    chance = Random(5)
    assert sum(is_telling(chance.randbytes(chance.randrange(12, 90))) for _ in range(20_000)) < 20


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    """Never an error."""
    is_telling(data)
