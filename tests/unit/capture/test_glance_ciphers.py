"""The written-out ciphers compute what libraries compute; the processor's instructions are compared with them elsewhere."""

import secrets

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from auditor.capture import glance_ciphers
from tests.unit.capture.cells_of_words import WORK, put, taken


def test_aes_is_the_library_s() -> None:
    for _ in range(20):
        key, block = secrets.token_bytes(16), secrets.token_bytes(16)
        put(glance_ciphers.HASH, key)
        put(glance_ciphers.STATE, block)
        glance_ciphers.expand_key(WORK, glance_ciphers.HASH)
        glance_ciphers.encrypt(WORK)
        assert taken(glance_ciphers.OUTPUT, 16) == Cipher(algorithms.AES(key), modes.ECB()).encryptor().update(block)
