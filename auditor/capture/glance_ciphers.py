"""SHA-256 and AES-128 for the first look at QUIC: words in the cells of `work` go in, words come out.

FIPS 180-4 and FIPS 197, written out here because one call into a library costs more than the whole packet. Compiled or
uncompiled (see `columns`); compiled for a processor that has instructions for them, those stand in their place
(`cipher_instructions`).
"""

from auditor.capture.columns import Cells

# cells of `work`, behind those of a hello
KEYS = 16  # 64 round constants of SHA-256
BOX = 80  # 256 bytes: SubBytes
TABLE = 512  # 4 times 256 words: SubBytes and MixColumns in one, for each row
SCHEDULE = 1_536  # message schedule of 64 words; its first 16 are the block that is hashed
HASH = 1_600  # 8 words
ROUND = 1_656  # 44 cells: what `expand_key` readies for `encrypt`
STATE = 1_700  # 4 words
OUTPUT = 1_704  # 4 words, then 4 of room; behind them stand the cells of `glance_tag`
_M32 = 0xFFFFFFFF
_RC = (1, 2, 4, 8, 16, 32, 64, 128, 27, 54)


def compress(work: Cells) -> None:
    """FIPS 180-4 section 6.2.2 over the 16 words at SCHEDULE. A word behind itself turns by a mere shift."""
    for index in range(16, 64):
        two, fifteen = work[SCHEDULE + index - 2], work[SCHEDULE + index - 15]
        twice, again = two << 32 | two, fifteen << 32 | fifteen
        small = again >> 7 ^ again >> 18 ^ fifteen >> 3
        large = twice >> 17 ^ twice >> 19 ^ two >> 10
        work[SCHEDULE + index] = (large + work[SCHEDULE + index - 7] + small + work[SCHEDULE + index - 16]) & _M32
    a, b, c, d = work[HASH], work[HASH + 1], work[HASH + 2], work[HASH + 3]
    e, f, g, h = work[HASH + 4], work[HASH + 5], work[HASH + 6], work[HASH + 7]
    for index in range(64):
        twice = e << 32 | e
        one = h + ((twice >> 6 ^ twice >> 11 ^ twice >> 25) & _M32) + (g ^ e & (f ^ g))
        one += work[KEYS + index] + work[SCHEDULE + index]
        twice = a << 32 | a
        two = one + ((twice >> 2 ^ twice >> 13 ^ twice >> 22) & _M32) + (a & b | c & (a | b))
        h, g, f, e, d, c, b, a = g, f, e, (d + one) & _M32, c, b, a, two & _M32
    work[HASH] = (work[HASH] + a) & _M32
    work[HASH + 1] = (work[HASH + 1] + b) & _M32
    work[HASH + 2] = (work[HASH + 2] + c) & _M32
    work[HASH + 3] = (work[HASH + 3] + d) & _M32
    work[HASH + 4] = (work[HASH + 4] + e) & _M32
    work[HASH + 5] = (work[HASH + 5] + f) & _M32
    work[HASH + 6] = (work[HASH + 6] + g) & _M32
    work[HASH + 7] = (work[HASH + 7] + h) & _M32


def copy(work: Cells, source: int, target: int, count: int) -> None:
    """Copies cells."""
    for index in range(count):
        work[target + index] = work[source + index]


def expand_key(work: Cells, key: int) -> None:
    """FIPS 197 section 5.2, for the key of four words at `key`."""
    copy(work, key, ROUND, 4)
    for index in range(4, 44):
        word = work[ROUND + index - 1]
        if index % 4 == 0:
            one, two = work[BOX + (word >> 16 & 255)], work[BOX + (word >> 8 & 255)]
            three, four = work[BOX + (word & 255)], work[BOX + (word >> 24)]
            word = (one ^ _RC[index // 4 - 1]) << 24 | two << 16 | three << 8 | four
        work[ROUND + index] = work[ROUND + index - 4] ^ word


def _column(work: Cells, a: int, b: int, c: int, d: int, key: int) -> int:
    """One column of a round: SubBytes, ShiftRows, MixColumns and AddRoundKey."""
    one, two = work[TABLE + (a >> 24)], work[TABLE + 256 + (b >> 16 & 255)]
    return one ^ two ^ work[TABLE + 512 + (c >> 8 & 255)] ^ work[TABLE + 768 + (d & 255)] ^ key


def _last_column(work: Cells, a: int, b: int, c: int, d: int, key: int) -> int:
    one, two = work[BOX + (a >> 24)] << 24, work[BOX + (b >> 16 & 255)] << 16
    return (one | two | work[BOX + (c >> 8 & 255)] << 8 | work[BOX + (d & 255)]) ^ key


def encrypt(work: Cells) -> None:
    """FIPS 197 section 5.1: the four words at STATE, with the keys at ROUND; four words at OUTPUT."""
    a, b = work[STATE] ^ work[ROUND], work[STATE + 1] ^ work[ROUND + 1]
    c, d = work[STATE + 2] ^ work[ROUND + 2], work[STATE + 3] ^ work[ROUND + 3]
    for turn in range(1, 10):
        at = ROUND + 4 * turn
        e, f = _column(work, a, b, c, d, work[at]), _column(work, b, c, d, a, work[at + 1])
        g, h = _column(work, c, d, a, b, work[at + 2]), _column(work, d, a, b, c, work[at + 3])
        a, b, c, d = e, f, g, h
    at = ROUND + 40
    work[OUTPUT], work[OUTPUT + 1] = _last_column(work, a, b, c, d, work[at]), _last_column(work, b, c, d, a, work[at + 1])
    work[OUTPUT + 2] = _last_column(work, c, d, a, b, work[at + 2])
    work[OUTPUT + 3] = _last_column(work, d, a, b, c, work[at + 3])
