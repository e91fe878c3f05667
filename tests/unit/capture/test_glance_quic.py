"""The cryptography of the first look at QUIC: it computes what libraries compute, and reads what real clients send."""

import hashlib
import hmac

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.capture import glance_ciphers, glance_quic, quic
from auditor.capture.glance_quic import CRYPTO_ROOM, MORE, WHOLE
from tests.unit.capture.cells_of_words import WORK, put, taken
from tests.unit.capture.test_quic import VERSIONS, initial_datagrams

SCRATCH = 8_192


@given(st.binary(min_size=1, max_size=8).map(lambda part: 4 * part), st.binary(max_size=55))
@settings(max_examples=30)
def test_hmac_is_the_library_s(key: bytes, message: bytes) -> None:
    size = put(glance_quic._SECRET, key)
    for pad, target in ((glance_quic.INNER_PAD, glance_quic._KEY), (glance_quic.OUTER_PAD, glance_quic._IV)):
        glance_quic.key_block(WORK, glance_quic._SECRET, size, pad, target)
    put(glance_ciphers.SCHEDULE, _padded(message))
    glance_quic._hmac(WORK, glance_quic._KEY, glance_quic._IV, glance_quic._SECRET)
    assert taken(glance_quic._SECRET, 32) == hmac.digest(key, message, hashlib.sha256)


def _padded(message: bytes) -> bytes:
    return message + b"\x80" + bytes(55 - len(message)) + (8 * (64 + len(message))).to_bytes(8, "big")


@pytest.mark.parametrize("size", range(21))
def test_derives_the_library_s_keys_from_a_connection_id(size: int) -> None:
    target = bytes(range(200, 200 + size))
    for version in (glance_quic.V1, glance_quic.V2):
        keys = quic.client_keys(version, target)
        glance_quic.derive_keys(b"\0" + target, 1, size, version, WORK)
        places = (glance_quic._KEY, 16), (glance_quic._IV, 12), (glance_quic._HP, 16)
        assert tuple(taken(*place) for place in places) == (keys.key, keys.iv, keys.mask)


@pytest.mark.parametrize("version", VERSIONS.values(), ids=VERSIONS.keys())
def test_decrypts_what_a_real_client_sends(version: int) -> None:
    (data,) = initial_datagrams("api.example.com", version)
    (start, header), *_ = quic.headers(data)
    glance_quic.derive_keys(data, 6, data[5], version, WORK)
    pending = bytearray(SCRATCH + 4_096)
    size = glance_quic.decrypt(data, 0, len(data), pending, SCRATCH, WORK)
    whole = quic.decrypt(data, start, header, quic.client_keys(version, header.target))
    assert whole is not None
    assert bytes(pending[SCRATCH : SCRATCH + size]) + bytes(len(whole) - size) == whole  # padding is not looked at
    assert glance_quic.keep_crypto(pending, SCRATCH, size, 0) == WHOLE
    assert b"api.example.com" in pending[:CRYPTO_ROOM]


@pytest.mark.parametrize("order", [1, -1])
def test_puts_a_hello_of_two_datagrams_together(order: int) -> None:
    pending = bytearray(SCRATCH + 4_096)
    answers = []
    for data in initial_datagrams("long.example.com", 1, 8)[::order]:
        glance_quic.derive_keys(data, 6, data[5], 1, WORK)
        size = glance_quic.decrypt(data, 0, len(data), pending, SCRATCH, WORK)
        answers.append(glance_quic.keep_crypto(pending, SCRATCH, size, 0))
    assert answers == [MORE, WHOLE]


@given(st.integers(0, 60), st.binary(min_size=1, max_size=6), st.integers(64, 1_200))
@settings(max_examples=100, deadline=None)
def test_any_change_of_a_real_packet_returns(at: int, change: bytes, size: int) -> None:
    data = bytearray(initial_datagrams("api.example.com")[0][:size])
    data[at : at + len(change)] = change
    pending = bytearray(SCRATCH + 4_096)
    if data[5] <= 20:
        glance_quic.derive_keys(data, 6, data[5], 1, WORK)
        plain = glance_quic.decrypt(data, 0, len(data), pending, SCRATCH, WORK)
        glance_quic.keep_crypto(pending, SCRATCH, plain, 0)


@given(st.binary(max_size=300))
def test_any_frames_return(frames: bytes) -> None:
    pending = bytearray(SCRATCH + 4_096)
    pending[SCRATCH : SCRATCH + len(frames)] = frames
    glance_quic.keep_crypto(pending, SCRATCH, len(frames), 0)
