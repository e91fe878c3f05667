"""QUIC Initial packets at a glance: a datagram goes in, the CRYPTO bytes of its ClientHello stand in a pending buffer afterwards.

RFC 9001 section 5: the keys of Initial packets follow from the client's first connection id alone, by HKDF with SHA-256; the
packets are AES-128-GCM. The tag is not checked: what does not decrypt to frames gets the closer look of `talk_quic`. SHA-256
(FIPS 180-4) and AES (FIPS 197) are written out here because one call into a library costs more than the whole packet. Compiled or
uncompiled (see `columns`). Tables and scratch space stand in one vector of cells, `work`, made by `fresh_work`.
"""

from auditor.capture.columns import Bytes, Cells, Store
from auditor.capture.frames import u16, u32

# cells of `work`, behind those of a hello
KEYS = 16  # 64 round constants of SHA-256
TABLE = 80  # 256 words: SubBytes and MixColumns in one
BOX = 336  # 256 bytes: SubBytes
INFO = 592  # 8 HKDF labels of 32 bytes
SALT = 848  # two salts of 20 bytes
_W = 896  # message schedule
_HASH = 960  # 8 words
_SAVED = 968
_INPUT = 976  # the 64 bytes of a block
_SECRET = 1_040  # 32 bytes
_KEY = 1_072
_IV = 1_104
_HP = 1_136
_ROUND = 1_168  # 44 words
_STATE = 1_216
_OUTPUT = 1_224  # 16 bytes
WORK_CELLS = 1_280

V1, V2 = 1, 0x6B3343CF
CRYPTO_ROOM = 3_584
"""Bytes of a ClientHello that a pending buffer holds; behind them a bit for each says whether it is there."""
PLAIN_ROOM = 1_536
"""Bytes of a decrypted packet that the scratch space behind the pending buffers holds."""
KEPT_KEYS = CRYPTO_ROOM + CRYPTO_ROOM // 8
"""Where a pending buffer holds the connection's keys (later packets may carry another connection id)."""
BROKEN, MORE, WHOLE = 0, 1, 2
_M32 = 0xFFFFFFFF
_INITIAL_HASH = (
    0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A, 0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19
)  # fmt: skip
_RC = (1, 2, 4, 8, 16, 32, 64, 128, 27, 54)
_MAX_FRAMES = 256


def _rotated(word: int, count: int) -> int:
    return (word >> count | word << 32 - count) & _M32


def _compress(work: Cells) -> None:
    """FIPS 180-4 section 6.2.2 over the 64 bytes at _INPUT."""
    for index in range(16):
        at = _INPUT + index * 4
        work[_W + index] = work[at] << 24 | work[at + 1] << 16 | work[at + 2] << 8 | work[at + 3]
    for index in range(16, 64):
        two, fifteen = work[_W + index - 2], work[_W + index - 15]
        small = _rotated(fifteen, 7) ^ _rotated(fifteen, 18) ^ fifteen >> 3
        large = _rotated(two, 17) ^ _rotated(two, 19) ^ two >> 10
        work[_W + index] = (large + work[_W + index - 7] + small + work[_W + index - 16]) & _M32
    a, b, c, d = work[_HASH], work[_HASH + 1], work[_HASH + 2], work[_HASH + 3]
    e, f, g, h = work[_HASH + 4], work[_HASH + 5], work[_HASH + 6], work[_HASH + 7]
    for index in range(64):
        big = _rotated(e, 6) ^ _rotated(e, 11) ^ _rotated(e, 25)
        one = (h + big + ((e & f) ^ (~e & g)) + work[KEYS + index] + work[_W + index]) & _M32
        big = _rotated(a, 2) ^ _rotated(a, 13) ^ _rotated(a, 22)
        two = (big + ((a & b) ^ (a & c) ^ (b & c))) & _M32
        h, g, f, e, d, c, b, a = g, f, e, (d + one) & _M32, c, b, a, (one + two) & _M32
    work[_HASH] = (work[_HASH] + a) & _M32
    work[_HASH + 1] = (work[_HASH + 1] + b) & _M32
    work[_HASH + 2] = (work[_HASH + 2] + c) & _M32
    work[_HASH + 3] = (work[_HASH + 3] + d) & _M32
    work[_HASH + 4] = (work[_HASH + 4] + e) & _M32
    work[_HASH + 5] = (work[_HASH + 5] + f) & _M32
    work[_HASH + 6] = (work[_HASH + 6] + g) & _M32
    work[_HASH + 7] = (work[_HASH + 7] + h) & _M32


def _keyed(work: Cells, key: int, size: int, pad: int) -> None:
    """Begins a hash with the key's block of HMAC (RFC 2104)."""
    for index in range(8):
        work[_HASH + index] = _INITIAL_HASH[index]
    for index in range(64):
        work[_INPUT + index] = (work[key + index] if index < size else 0) ^ pad
    _compress(work)


def _last_block(work: Cells, size: int) -> None:
    """Pads the `size` bytes at _INPUT (at most 55), behind one block before them, and hashes them."""
    for index in range(size, 64):
        work[_INPUT + index] = 0
    work[_INPUT + size] = 128
    bits = (64 + size) * 8
    work[_INPUT + 62] = bits >> 8
    work[_INPUT + 63] = bits & 255
    _compress(work)


def _hmac(work: Cells, key: int, key_size: int, message: int, size: int, target: int) -> None:
    """HMAC-SHA-256 of at most 55 bytes of cells; 32 bytes at `target`."""
    _keyed(work, key, key_size, 0x36)
    for index in range(size):
        work[_INPUT + index] = work[message + index]
    _last_block(work, size)
    for index in range(8):
        work[_SAVED + index] = work[_HASH + index]
    _keyed(work, key, key_size, 0x5C)
    for index in range(32):
        work[_INPUT + index] = work[_SAVED + index // 4] >> 24 - 8 * (index & 3) & 255
    _last_block(work, 32)
    for index in range(32):
        work[target + index] = work[_HASH + index // 4] >> 24 - 8 * (index & 3) & 255


def derive_keys(block: Bytes, at: int, size: int, version: int, work: Cells) -> None:
    """RFC 9001 section 5.2: key, IV and header protection key of the client from its first connection id."""
    for index in range(size):
        work[_OUTPUT + index] = block[at + index]
    second = 1 if version == V2 else 0
    _hmac(work, SALT + 20 * second, 20, _OUTPUT, size, _SECRET)
    _hmac(work, _SECRET, 32, INFO, _label_size(work, 0), _SECRET)
    first = 1 + 3 * second
    _hmac(work, _SECRET, 32, INFO + 32 * first, _label_size(work, first), _KEY)
    _hmac(work, _SECRET, 32, INFO + 32 * (first + 1), _label_size(work, first + 1), _IV)
    _hmac(work, _SECRET, 32, INFO + 32 * (first + 2), _label_size(work, first + 2), _HP)


def begin(pending: Store, slot: int, work: Cells) -> None:
    """Readies the buffer at `slot` for a connection with the keys in `work`."""
    for index in range(CRYPTO_ROOM // 8):
        pending[slot + CRYPTO_ROOM + index] = 0
    for index in range(16):
        pending[slot + KEPT_KEYS + index] = work[_KEY + index]
        pending[slot + KEPT_KEYS + 16 + index] = work[_IV + index]
        pending[slot + KEPT_KEYS + 32 + index] = work[_HP + index]


def resume(pending: Store, slot: int, work: Cells) -> None:
    """Puts the keys of the buffer at `slot` into `work` again."""
    for index in range(16):
        work[_KEY + index] = pending[slot + KEPT_KEYS + index]
        work[_IV + index] = pending[slot + KEPT_KEYS + 16 + index]
        work[_HP + index] = pending[slot + KEPT_KEYS + 32 + index]


def _label_size(work: Cells, label: int) -> int:
    """Bytes of an HKDF label: length, label with its size, context with its size, counter (RFC 8446 section 7.1, RFC 5869)."""
    return work[INFO + 32 * label + 2] + 5


def _expand_key(work: Cells, key: int) -> None:
    """FIPS 197 section 5.2."""
    for index in range(4):
        at = key + index * 4
        work[_ROUND + index] = work[at] << 24 | work[at + 1] << 16 | work[at + 2] << 8 | work[at + 3]
    for index in range(4, 44):
        word = work[_ROUND + index - 1]
        if index % 4 == 0:
            one, two = work[BOX + (word >> 16 & 255)], work[BOX + (word >> 8 & 255)]
            three, four = work[BOX + (word & 255)], work[BOX + (word >> 24)]
            word = (one ^ _RC[index // 4 - 1]) << 24 | two << 16 | three << 8 | four
        work[_ROUND + index] = work[_ROUND + index - 4] ^ word


def _column(work: Cells, a: int, b: int, c: int, d: int, key: int) -> int:
    """One column of a round: SubBytes, ShiftRows, MixColumns and AddRoundKey."""
    one, two = work[TABLE + (a >> 24)], _rotated(work[TABLE + (b >> 16 & 255)], 8)
    three, four = _rotated(work[TABLE + (c >> 8 & 255)], 16), _rotated(work[TABLE + (d & 255)], 24)
    return one ^ two ^ three ^ four ^ key


def _last_column(work: Cells, a: int, b: int, c: int, d: int, key: int) -> int:
    one, two = work[BOX + (a >> 24)] << 24, work[BOX + (b >> 16 & 255)] << 16
    return (one | two | work[BOX + (c >> 8 & 255)] << 8 | work[BOX + (d & 255)]) ^ key


def _encrypt(work: Cells) -> None:
    """FIPS 197 section 5.1: the four words at _STATE, with the keys at _ROUND; 16 bytes at _OUTPUT."""
    a, b = work[_STATE] ^ work[_ROUND], work[_STATE + 1] ^ work[_ROUND + 1]
    c, d = work[_STATE + 2] ^ work[_ROUND + 2], work[_STATE + 3] ^ work[_ROUND + 3]
    for turn in range(1, 10):
        at = _ROUND + 4 * turn
        e, f = _column(work, a, b, c, d, work[at]), _column(work, b, c, d, a, work[at + 1])
        g, h = _column(work, c, d, a, b, work[at + 2]), _column(work, d, a, b, c, work[at + 3])
        a, b, c, d = e, f, g, h
    at = _ROUND + 40
    e, f = _last_column(work, a, b, c, d, work[at]), _last_column(work, b, c, d, a, work[at + 1])
    g, h = _last_column(work, c, d, a, b, work[at + 2]), _last_column(work, d, a, b, c, work[at + 3])
    for index in range(4):
        shift = 24 - 8 * index
        work[_OUTPUT + index] = e >> shift & 255
        work[_OUTPUT + 4 + index] = f >> shift & 255
        work[_OUTPUT + 8 + index] = g >> shift & 255
        work[_OUTPUT + 12 + index] = h >> shift & 255


def number_at(block: Bytes, at: int, end: int) -> int:
    """Where the packet number of the Initial packet at `at` stands (RFC 9000 section 17.2.2); 0 where the header breaks."""
    place = at + 6 + block[at + 5]
    if place >= end:
        return 0
    place += 1 + block[place]
    if place + 12 > end or block[place] >= 128:
        return 0
    # the token's length, as one or two bytes, then the packet's own as one to four
    token = block[place] if block[place] < 64 else u16(block, place) & 0x3FFF
    place += token + (1 if block[place] < 64 else 2)
    return place if place + 4 <= end else 0


def varint_size(first: int) -> int:
    """RFC 9000 section 16."""
    return 1 << first // 64


def _varint(block: Bytes, at: int) -> int:
    """A number of up to four bytes; -1 for a longer one."""
    size = varint_size(block[at])
    if size == 1:
        return block[at]
    if size == 2:
        return u16(block, at) & 0x3FFF
    return u32(block, at) & 0x3FFFFFFF if size == 4 else -1


def decrypt(block: Bytes, at: int, end: int, pending: Store, scratch: int, work: Cells) -> int:
    """Decrypts the Initial packet at `at` with the keys in `work`; the size of its frames at `scratch`, 0 where it breaks."""
    place = number_at(block, at, end)
    if place == 0:
        return 0
    length = _varint(block, place)
    place += varint_size(block[place])
    if length < 21 or place + length > end or length > PLAIN_ROOM:
        return 0
    _expand_key(work, _HP)
    for index in range(4):
        work[_STATE + index] = u32(block, place + 4 + 4 * index)
    _encrypt(work)
    size = ((block[at] ^ work[_OUTPUT]) & 3) + 1
    if (block[at] ^ work[_OUTPUT]) & 0x0C:
        return 0
    number = 0
    for index in range(size):
        number = number << 8 | block[place + index] ^ work[_OUTPUT + 1 + index]
    return _stream(block, place + size, length - size - 16, number, pending, scratch, work)


def _stream(block: Bytes, start: int, size: int, number: int, pending: Store, scratch: int, work: Cells) -> int:
    """AES-GCM's counter mode (NIST SP 800-38D section 6.5): counters from 2."""
    _expand_key(work, _KEY)
    words = _IV
    one, two, three = _word(work, words), _word(work, words + 4), _word(work, words + 8) ^ number
    done = 0
    counter = 2
    while done < size:
        work[_STATE], work[_STATE + 1], work[_STATE + 2], work[_STATE + 3] = one, two, three, counter
        _encrypt(work)
        for index in range(min(16, size - done)):
            pending[scratch + done + index] = block[start + done + index] ^ work[_OUTPUT + index]
        done += 16
        counter += 1
    return size


def _word(work: Cells, at: int) -> int:
    return work[at] << 24 | work[at + 1] << 16 | work[at + 2] << 8 | work[at + 3]


def keep_crypto(pending: Store, scratch: int, size: int, slot: int) -> int:
    """Puts the CRYPTO frames at `scratch` in their places in the buffer at `slot`; BROKEN, MORE or WHOLE."""
    at, end = scratch, scratch + size
    for _ in range(_MAX_FRAMES):
        while at < end and pending[at] == 0:
            at += 1
        if at >= end:
            return _is_whole(pending, slot)
        if pending[at] == 1:
            at += 1
            continue
        if pending[at] != 6 or at + 4 > end:
            return BROKEN
        offset = _varint(pending, at + 1)
        at += 1 + varint_size(pending[at + 1])
        length = _varint(pending, at) if at < end else -1
        at += varint_size(pending[at])
        if offset < 0 or length < 0 or at + length > end or offset + length > CRYPTO_ROOM:
            return BROKEN
        for index in range(length):
            place = offset + index
            pending[slot + place] = pending[at + index]
            pending[slot + CRYPTO_ROOM + place // 8] |= 1 << place % 8
        at += length
    return BROKEN


def _is_whole(pending: Store, slot: int) -> int:
    """Whether the ClientHello in the buffer at `slot` is all there."""
    if pending[slot + CRYPTO_ROOM] & 15 != 15:
        return MORE
    if pending[slot] != 1:
        return BROKEN
    size = 4 + pending[slot + 1] * 65536 + u16(pending, slot + 2)
    if size > CRYPTO_ROOM:
        return BROKEN
    for place in range(size):
        if not pending[slot + CRYPTO_ROOM + place // 8] >> place % 8 & 1:
            return MORE
    return WHOLE
