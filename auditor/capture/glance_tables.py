"""The tables of the first look at QUIC, computed from their definitions: nothing goes in, a vector of cells comes out."""

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from auditor.capture.glance_ciphers import BOX, KEYS, TABLE
from auditor.capture.glance_quic import INFO, INNER_PAD, OUTER_PAD, SALT, V1, V2, key_block
from auditor.capture.glance_tag import REDUCED, WORK_CELLS
from auditor.capture.quic import hkdf_label, salt_of

if TYPE_CHECKING:
    import numpy.typing as npt

_USES = (("key", 16), ("iv", 12), ("hp", 16))
LABELS = (("client in", 32), *((f"{name} {use}", size) for name in ("quic", "quicv2") for use, size in _USES))


def _primes(count: int) -> list[int]:
    found: list[int] = []
    number = 2
    while len(found) < count:
        if all(number % prime for prime in found):
            found.append(number)
        number += 1
    return found


def _root_fraction(prime: int) -> int:
    """The first 32 bits of the fraction of a cube root (FIPS 180-4 section 4.2.2), in whole numbers."""
    scaled = prime << 96
    low, high = 0, 1 << 48
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if middle**3 <= scaled else (low, middle - 1)
    return low & 0xFFFFFFFF


def _doubled(value: int) -> int:
    """Times x in AES's field (FIPS 197 section 4.2.1)."""
    return value << 1 ^ (0x11B if value & 0x80 else 0)


def _box() -> list[int]:
    """FIPS 197 section 5.1.1: the inverse in the field, then an affine map."""
    powers, logs = [1], {1: 0}
    for index in range(1, 255):
        powers.append(powers[-1] ^ _doubled(powers[-1]))
        logs[powers[-1]] = index
    box = []
    for value in range(256):
        inverse = powers[(255 - logs[value]) % 255] if value else 0
        turned = inverse
        for shift in range(1, 5):
            turned ^= (inverse << shift | inverse >> 8 - shift) & 0xFF
        box.append(turned ^ 0x63)
    return box


def _come_back(byte: int) -> int:
    """The first 16 bits of the last byte of a block times x to the eighth (NIST SP 800-38D section 6.3)."""
    value = byte
    for _ in range(8):
        value = value >> 1 ^ (0xE1 << 120 if value & 1 else 0)
    return value >> 112


def fresh_work() -> "npt.NDArray[np.int64]":
    """Scratch space with the tables in their places."""
    return _tables().copy()


@cache
def _tables() -> "npt.NDArray[np.int64]":
    work = np.zeros(WORK_CELLS, np.int64)
    work[KEYS : KEYS + 64] = [_root_fraction(prime) for prime in _primes(64)]
    box = _box()
    work[BOX : BOX + 256] = box
    columns = [_doubled(value) << 24 | value << 16 | value << 8 | (_doubled(value) ^ value) for value in box]
    for row in range(4):
        work[TABLE + 256 * row : TABLE + 256 * (row + 1)] = [(word << 32 | word) >> 8 * row & 0xFFFFFFFF for word in columns]
    work[REDUCED : REDUCED + 256] = [_come_back(value) for value in range(256)]
    for index, (label, size) in enumerate(LABELS):
        work[INFO + 16 * index : INFO + 16 * (index + 1)] = _padded(hkdf_label(label, size))
    cells = memoryview(work)
    for index, version in enumerate((V1, V2)):
        salt = _words(salt_of(version) or b"")
        place = SALT + 16 * index
        work[place : place + len(salt)] = salt
        key_block(cells, place, len(salt), OUTER_PAD, place + 8)
        key_block(cells, place, len(salt), INNER_PAD, place)
    return work


def _words(data: bytes) -> list[int]:
    return [int.from_bytes(data[at : at + 4], "big") for at in range(0, len(data), 4)]


def _padded(message: bytes) -> list[int]:
    """The last block of a hash over one block and this message (FIPS 180-4 section 5.1.1)."""
    return _words(message + b"\x80" + bytes(55 - len(message)) + (8 * (64 + len(message))).to_bytes(8, "big"))
