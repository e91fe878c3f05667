"""Digests of a planted value: bytes go in, each digest comes out with the chain of words that a sighting shows.

Salts and HMAC keys are those that the user lists. Chains are outermost first: `("md5", "sha1")` is the MD5 of a SHA-1.
"""

import hashlib
import hmac
import zlib
from collections.abc import Iterator
from typing import NamedTuple

ALGORITHMS = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sm3")
_COMMON = ("md5", "sha1", "sha256")
DOUBLE = (("md5", "md5"), ("sha1", "md5"), ("sha256", "md5"), ("md5", "sha1"), ("sha256", "sha256"))
_BETWEEN = (b":", b"|", b"-", b"_", b".", b",", b"&", b" ")
"""Signs that clients put between a value and a salt."""
_KEYED = ("md5", "sha1", "sha256")


class Digest(NamedTuple):
    """One digest."""

    words: tuple[str, ...]
    value: bytes
    note: str = ""
    """Added to the variant, like `:salt`."""


def digests(data: bytes, *, doubled: int) -> Iterator[Digest]:
    """Plain digests of some bytes, and the first `doubled` of the ways in which clients hash the hex text of a hash."""
    for name in ALGORITHMS:
        yield Digest((name,), _hash(name, data))
    for outer, inner in DOUBLE[:doubled]:
        yield Digest((outer, inner), _hash(outer, _hash(inner, data).hex().encode()))


def salted(data: bytes, salts: tuple[str, ...], keys: tuple[str, ...]) -> Iterator[Digest]:
    """Digests with a salt before, behind or around the value, of a salted inner digest, and HMACs (RFC 2104)."""
    for salt in salts:
        for name in ALGORITHMS:
            yield Digest((name,), _hash(name, salt.encode() + data), ":salt")
            yield Digest((name,), _hash(name, data + salt.encode()), ":salt")
            yield Digest((name,), _hash(name, salt.encode() + data + salt.encode()), ":salt")
        for name in _COMMON:
            inner = _hash(name, data).hex().encode()
            yield Digest((name, name), _hash(name, inner + salt.encode()), ":salt")
            yield Digest((name, name), _hash(name, salt.encode() + inner), ":salt")
    for key in keys:
        for name in _KEYED:
            yield Digest((f"hmac_{name}",), hmac.new(key.encode(), data, name).digest(), ":key")


def salted_apart(data: bytes, salts: tuple[str, ...]) -> Iterator[Digest]:
    """Digests with a sign between salt and value."""
    for salt in salts:
        for sign in _BETWEEN:
            for name in ALGORITHMS:
                yield Digest((name,), _hash(name, salt.encode() + sign + data), ":salt")
                yield Digest((name,), _hash(name, data + sign + salt.encode()), ":salt")


def salted_commonly(data: bytes, salts: tuple[str, ...], keys: tuple[str, ...]) -> Iterator[Digest]:
    """Of these only the commonest, for spellings of which there are very many."""
    for name in _COMMON:
        for salt in salts:
            yield Digest((name,), _hash(name, salt.encode() + data), ":salt")
            yield Digest((name,), _hash(name, data + salt.encode()), ":salt")
        for key in keys:
            yield Digest((f"hmac_{name}",), hmac.new(key.encode(), data, name).digest(), ":key")


def crc32(data: bytes) -> int:
    """CRC-32 of ISO 3309."""
    return zlib.crc32(data)


def _hash(name: str, data: bytes) -> bytes:
    return hashlib.new(name, data, usedforsecurity=False).digest()
