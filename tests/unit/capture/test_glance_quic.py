"""The cryptography of the first look at QUIC: it computes what libraries compute, and reads what real clients send."""

import hashlib
import hmac
import secrets

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.capture import glance_quic, quic
from auditor.capture.glance_quic import CRYPTO_ROOM, MORE, WHOLE
from auditor.capture.glance_tables import fresh_work
from tests.unit.capture.test_quic import VERSIONS, initial_datagrams

WORK = memoryview(fresh_work())
SCRATCH = 8_192


def _bytes(at: int, size: int) -> bytes:
    return bytes(WORK[at + index] for index in range(size))


@given(st.binary(min_size=1, max_size=64), st.binary(max_size=55))
@settings(max_examples=30)
def test_hmac_is_the_library_s(key: bytes, message: bytes) -> None:
    for index, byte in enumerate(key):
        WORK[glance_quic._SECRET + index] = byte
    for index, byte in enumerate(message):
        WORK[glance_quic._STATE + index] = byte
    glance_quic._hmac(WORK, glance_quic._SECRET, len(key), glance_quic._STATE, len(message), glance_quic._KEY)
    assert _bytes(glance_quic._KEY, 32) == hmac.digest(key, message, hashlib.sha256)


def test_aes_is_the_library_s() -> None:
    for _ in range(20):
        key, block = secrets.token_bytes(16), secrets.token_bytes(16)
        for index, byte in enumerate(key):
            WORK[glance_quic._KEY + index] = byte
        for index in range(4):
            WORK[glance_quic._STATE + index] = int.from_bytes(block[4 * index : 4 * index + 4], "big")
        glance_quic._expand_key(WORK, glance_quic._KEY)
        glance_quic._encrypt(WORK)
        assert _bytes(glance_quic._OUTPUT, 16) == Cipher(algorithms.AES(key), modes.ECB()).encryptor().update(block)


@pytest.mark.parametrize("version", VERSIONS.values(), ids=VERSIONS.keys())
def test_decrypts_what_a_real_client_sends(version: int) -> None:
    (data,) = initial_datagrams("api.example.com", version)
    (start, header), *_ = quic.headers(data)
    glance_quic.derive_keys(data, 6, data[5], version, WORK)
    pending = bytearray(SCRATCH + 4_096)
    size = glance_quic.decrypt(data, 0, len(data), pending, SCRATCH, WORK)
    assert bytes(pending[SCRATCH : SCRATCH + size]) == quic.decrypt(data, start, header, quic.client_keys(version, header.target))
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
