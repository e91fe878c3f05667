"""What counts as noise, and that nothing is lost in it."""

import gzip
import json
import random
import zlib
from base64 import b64encode

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.decode import signs
from auditor.decode.message import decode
from auditor.decode.noise import is_noise
from tests.unit.decode.messages import body as body_of

VALUE = b"352099001761481"


def noise(size: int, seed: int = 1) -> bytes:
    return random.Random(seed).randbytes(size)


@pytest.mark.parametrize("size", [96, 500, 2_000, 60_000, 300_000])
def test_random_bytes_are_noise_at_every_size(size: int) -> None:
    assert is_noise(noise(size))


TEXTS = {
    "english": ("the quick brown fox jumps over the lazy dog " * 40).encode(),
    "chinese": "张三的手机号码是一三八零零一三八零零零，地址在北京市海淀区中关村大街\x01".encode() * 30,
    "gbk": "张三的手机号码是一三八零零一三八零零零，地址在北京市海淀区中关村大街\x01".encode("gbk") * 30,
    "utf-16": "the quick brown fox".encode("utf-16-le") * 30,
    "zeros": bytes(4000),
    "base64": b64encode(noise(3000)),
    "short": noise(60),
}


@pytest.mark.parametrize("kind", sorted(TEXTS))
def test_text_in_any_charset_is_no_noise(kind: str) -> None:
    assert not is_noise(TEXTS[kind])


@pytest.mark.parametrize("at", [0, 3_000, 6_000])
def test_an_encoded_value_within_noise_is_still_decoded(at: int) -> None:
    bytes_ = noise(6_000)
    body = bytes_[:at] + b"&id=" + b64encode(b'{"imei":"' + VALUE + b'"}') + b"&" + bytes_[at:]
    assert not is_noise(body)


PACKED = {
    "gzip": gzip.compress,
    "zlib": zlib.compress,
    "raw deflate": lambda data: zlib.compress(data)[2:-4],
    "brotli": brotli.compress,
}


@pytest.mark.parametrize("kind", sorted(PACKED))
def test_compressed_data_look_like_noise_and_are_opened(kind: str) -> None:
    text = json.dumps({"imei": VALUE.decode(), "rest": b64encode(noise(3_000)).decode()}).encode()
    body = PACKED[kind](text)
    assert is_noise(body)
    assert any(VALUE in field.value for field in decode(body_of(body)).fields)


@given(st.binary(max_size=3000))
def test_the_signs_of_binary_formats_stay_whatever_the_bytes(data: bytes) -> None:
    if is_noise(data):
        assert signs.signs_of(data) & signs.BINARY or signs.is_text(data)
