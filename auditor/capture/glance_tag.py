"""The tag of AES-GCM at a glance: a packet and what follows from its keys go in, whether nobody changed it comes out.

NIST SP 800-38D sections 6.3 and 6.4: GHASH over the header and the encrypted bytes. A multiplication by the key takes sixteen
steps, one for each byte, with a table of the key's multiples. Compiled or uncompiled (see `columns`); scratch space and tables
stand in the vector of `glance_quic`.
"""

from auditor.capture.columns import Bytes, Cells
from auditor.capture.frames import u32

# cells of `work`, behind those of `glance_quic`
REDUCED = 1_712  # 256 words: what the eight bits that fall out at the end come back as, at the beginning
TIMES = 1_968  # 256 times 4 words: the multiples of the hash key, or what `take_hash_key` else readies for `multiply`
SUM = 2_992  # 4 words
WORK_CELLS = 3_000
_M32 = 0xFFFFFFFF
_POLYNOMIAL = 0xE1000000


def take_hash_key(work: Cells, key: int) -> None:
    """Readies the table for the key of four words at `key`."""
    for index in range(4):
        work[TIMES + 4 * 128 + index] = work[key + index]
        work[SUM + index] = 0
    bit = 128
    while bit > 1:
        one = TIMES + 4 * bit
        other = TIMES + 2 * bit
        low = work[one + 3] & 1
        for index in range(3):
            place = 3 - index
            work[other + place] = work[one + place] >> 1 | (work[one + place - 1] & 1) << 31
        work[other] = work[one] >> 1 ^ (_POLYNOMIAL if low else 0)
        bit //= 2
    bit = 2
    while bit < 256:
        for rest in range(1, bit):
            for index in range(4):
                place = TIMES + index
                work[place + 4 * (bit + rest)] = work[place + 4 * bit] ^ work[place + 4 * rest]
        bit *= 2


def multiply(work: Cells) -> None:
    """The sum times the hash key."""
    a, b, c, d = 0, 0, 0, 0
    for turn in range(16):
        index = 15 - turn
        at = TIMES + 4 * (work[SUM + index // 4] >> 24 - 8 * (index & 3) & 255)
        again = work[REDUCED + (d & 255)] << 16
        d = (d >> 8 | c << 24) & _M32 ^ work[at + 3]
        c = (c >> 8 | b << 24) & _M32 ^ work[at + 2]
        b = (b >> 8 | a << 24) & _M32 ^ work[at + 1]
        a = a >> 8 ^ again ^ work[at]
    work[SUM], work[SUM + 1], work[SUM + 2], work[SUM + 3] = a, b, c, d


def _take_header(block: Bytes, at: int, place: int, first: int, number: int, size: int, work: Cells) -> int:
    """Adds the header with its first byte and packet number (of `size` bytes, at `place`) in the clear; its length."""
    length = place - at + size
    for index in range((length + 15) // 16 * 16):
        byte = 0
        if index == 0:
            byte = first
        elif index < place - at:
            byte = block[at + index]
        elif index < length:
            byte = number >> 8 * (length - 1 - index) & 255
        work[SUM + (index & 15) // 4] ^= byte << 24 - 8 * (index & 3)
        if index & 15 == 15:
            multiply(work)
    return length


def _take_sealed(block: Bytes, at: int, size: int, work: Cells) -> None:
    """Adds the encrypted bytes."""
    whole = size // 16
    for index in range(whole):
        start = at + 16 * index
        work[SUM] ^= u32(block, start)
        work[SUM + 1] ^= u32(block, start + 4)
        work[SUM + 2] ^= u32(block, start + 8)
        work[SUM + 3] ^= u32(block, start + 12)
        multiply(work)
    if size & 15:
        for index in range(16 * whole, size):
            work[SUM + (index & 15) // 4] ^= block[at + index] << 24 - 8 * (index & 3)
        multiply(work)


def fits(block: Bytes, at: int, place: int, end: int, first: int, number: int, size: int, work: Cells, mask: int) -> bool:
    """Whether the tag before `end` is that of the packet at `at`; `mask`: where four words to add to the sum stand."""
    length = _take_header(block, at, place, first, number, size, work)
    sealed = end - 16 - place - size
    _take_sealed(block, place + size, sealed, work)
    work[SUM + 1] ^= 8 * length
    work[SUM + 3] ^= 8 * sealed
    multiply(work)
    for index in range(4):  # noqa: SIM110 - generators are not compiled
        if work[SUM + index] ^ work[mask + index] != u32(block, end - 16 + 4 * index):
            return False
    return True
