"""Digests of a planted value: bytes go in, each digest comes out with the chain of words that a sighting shows.

Salts and HMAC keys are those that the user lists. Chains are outermost first: `("md5", "sha1")` is the MD5 of a SHA-1.
"""

import hashlib
import hmac
import re
import zlib
from collections.abc import Iterator
from typing import NamedTuple

ALGORITHMS = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sm3")
COMMON = ("md5", "sha1", "sha256")
DOUBLE = (
    *(("md5", "md5"), ("sha1", "md5"), ("sha256", "md5"), ("md5", "sha1"), ("sha256", "sha256")),
    *(("sha224", "md5"), ("sha384", "md5"), ("sha512", "md5"), ("sm3", "md5")),
)
USUAL_SIGNS = (b":", b"|", b"-", b"_", b".")
"""Signs that clients put between a value and a salt."""
SELDOM_SIGNS = (b",", b"&", b" ")
SIGNS = (*USUAL_SIGNS, *SELDOM_SIGNS)
_SHORTEST_KEY = 16
_HEX_KEY = re.compile(r"(?:[0-9A-Fa-f]{2})+")


class Digest(NamedTuple):
    """One digest."""

    words: tuple[str, ...]
    value: bytes
    note: str = ""
    """Added to the variant, like `:salt`."""


def digests(data: bytes, *, doubled: int) -> Iterator[Digest]:
    """Plain digests of some bytes, and the first `doubled` of the ways in which clients hash the hex text of a hash.

    With all of these the MD5 is hashed in capitals, too.
    """
    for name in ALGORITHMS:
        yield Digest((name,), hash_of(name, data))
    for outer, inner in DOUBLE[:doubled]:
        yield Digest((outer, inner), hash_of(outer, hash_of(inner, data).hex().encode()))
    if doubled >= len(DOUBLE):
        capitals = hash_of("md5", data).hex().upper().encode()
        for name in ALGORITHMS:
            yield Digest((name, "md5"), hash_of(name, capitals), ":upper")


def salted(data: bytes, salts: tuple[str, ...], keys: tuple[str, ...]) -> Iterator[Digest]:
    """Digests with a salt before, behind or around the value, of a salted inner digest, and HMACs (RFC 2104)."""
    for salt in salts:
        for name in ALGORITHMS:
            yield Digest((name,), hash_of(name, salt.encode() + data), ":salt")
            yield Digest((name,), hash_of(name, data + salt.encode()), ":salt")
            yield Digest((name,), hash_of(name, salt.encode() + data + salt.encode()), ":salt")
        for name in COMMON:
            inner = hash_of(name, data).hex().encode()
            yield Digest((name, name), hash_of(name, inner + salt.encode()), ":salt")
            yield Digest((name, name), hash_of(name, salt.encode() + inner), ":salt")
    yield from _keyed(data, keys)


def _keyed(data: bytes, keys: tuple[str, ...], names: tuple[str, ...] = ALGORITHMS) -> Iterator[Digest]:
    """HMACs with each key as it is written, and with the bytes that it stands for where it is long and in hex."""
    for key in keys:
        is_hex = len(key) >= _SHORTEST_KEY and _HEX_KEY.fullmatch(key)
        for meant in (key.encode(), *((bytes.fromhex(key),) if is_hex else ())):
            for name in names:
                yield Digest((f"hmac_{name}",), hmac.new(meant, data, name).digest(), ":key")


def salted_apart(
    data: bytes, salts: tuple[str, ...], signs: tuple[bytes, ...] = SIGNS, *, around: bool = False
) -> Iterator[Digest]:
    """Digests with a sign between salt and value, and between the value and the salt again."""
    for salt in salts:
        for sign in signs:
            for name in ALGORITHMS:
                yield Digest((name,), hash_of(name, salt.encode() + sign + data), ":salt")
                yield Digest((name,), hash_of(name, data + sign + salt.encode()), ":salt")
                if around:
                    yield Digest((name,), hash_of(name, salt.encode() + sign + data + sign + salt.encode()), ":salt")


def salted_commonly(data: bytes, salts: tuple[str, ...], keys: tuple[str, ...]) -> Iterator[Digest]:
    """Of these only the commonest, for spellings of which there are very many."""
    for name in COMMON:
        for salt in salts:
            yield Digest((name,), hash_of(name, salt.encode() + data), ":salt")
            yield Digest((name,), hash_of(name, data + salt.encode()), ":salt")
    yield from _keyed(data, keys, COMMON)


def crc32(data: bytes) -> int:
    """CRC-32 of ISO 3309."""
    return zlib.crc32(data)


def hash_of(name: str, data: bytes) -> bytes:
    """The digest of some bytes by one of `ALGORITHMS`."""
    return hashlib.new(name, data, usedforsecurity=False).digest()
