"""QUIC Initial packets at a glance: a datagram goes in, the CRYPTO bytes of its ClientHello stand in a pending buffer afterwards.

RFC 9001 section 5: the keys of Initial packets follow from the client's first connection id alone, by HKDF with SHA-256; the
packets are AES-128-GCM. What its tag does not fit, or does not decrypt to frames, gets the closer look of `talk_quic`. Tables and
scratch space stand in one vector of cells, `work`, made by `fresh_work`. Compiled or uncompiled (see `columns`).
"""

from auditor.capture.columns import Bytes, Cells, Store
from auditor.capture.frames import u16, u32
from auditor.capture.glance_ciphers import HASH, OUTPUT, SCHEDULE, STATE, compress, copy, encrypt, expand_key
from auditor.capture.glance_tag import fits, take_hash_key

# cells of `work`, between those of `glance_ciphers`
INFO = 336  # 7 HKDF labels, each as a padded block of 16 words
SALT = 448  # what HMAC begins with for each of the two salts: 8 words inside, 8 outside
_INNER = 1_608  # 8 words: the hash behind the key's inner block of HMAC
_OUTER = 1_616
_SECRET = 1_624
_KEY = 1_632  # 8 words each, of which the first 3 or 4 count
_IV = 1_640
_HP = 1_648

V1, V2 = 1, 0x6B3343CF
CRYPTO_ROOM = 3_520
"""Bytes of a ClientHello that a pending buffer holds; behind them a bit for each says whether it is there."""
PLAIN_ROOM = 1_536
"""Bytes of a decrypted packet that the scratch space behind the pending buffers holds."""
KEPT_KEYS = CRYPTO_ROOM + CRYPTO_ROOM // 8
"""Where a pending buffer holds the connection's keys, 48 bytes."""
KEPT_TARGET = KEPT_KEYS + 48
"""And the connection id that they come from, behind its length: a packet for another one may have other keys."""
BROKEN, MORE, WHOLE = 0, 1, 2
UNFIT = -1
_RETRY = 3
INNER_PAD, OUTER_PAD = 0x36363636, 0x5C5C5C5C
"""What HMAC mixes into the words of a key."""
_M32 = 0xFFFFFFFF
_INITIAL_HASH = (
    0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A, 0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19
)  # fmt: skip
_MAX_FRAMES = 256


def key_block(work: Cells, key: int, size: int, pad: int, target: int) -> None:
    """The hash behind the block with which HMAC begins for a key of `size` words (RFC 2104); 8 words at `target`."""
    for index in range(8):
        work[HASH + index] = _INITIAL_HASH[index]
    for index in range(16):
        work[SCHEDULE + index] = (work[key + index] if index < size else 0) ^ pad
    compress(work)
    copy(work, HASH, target, 8)


def _hmac(work: Cells, inner: int, outer: int, target: int) -> None:
    """HMAC-SHA-256 of the padded block at SCHEDULE with the key whose blocks stand at `inner` and `outer`; 8 words."""
    copy(work, inner, HASH, 8)
    compress(work)
    copy(work, HASH, SCHEDULE, 8)
    work[SCHEDULE + 8] = 0x80000000
    for index in range(9, 15):
        work[SCHEDULE + index] = 0
    work[SCHEDULE + 15] = (64 + 32) * 8
    copy(work, outer, HASH, 8)
    compress(work)
    copy(work, HASH, target, 8)


def _expand(work: Cells, label: int, target: int) -> None:
    """HKDF-Expand-Label with the key whose blocks stand at _INNER and _OUTER."""
    copy(work, INFO + 16 * label, SCHEDULE, 16)
    _hmac(work, _INNER, _OUTER, target)


def _take_secret(work: Cells) -> None:
    """Readies HMAC for the key at _SECRET."""
    key_block(work, _SECRET, 8, INNER_PAD, _INNER)
    key_block(work, _SECRET, 8, OUTER_PAD, _OUTER)


def derive_keys(block: Bytes, at: int, size: int, version: int, work: Cells) -> None:
    """RFC 9001 section 5.2: key, IV and header protection key of the client from its first connection id (20 bytes at most)."""
    for index in range(15):
        work[SCHEDULE + index] = 0
    for index in range(size):
        work[SCHEDULE + index // 4] |= block[at + index] << 24 - 8 * (index & 3)
    work[SCHEDULE + size // 4] |= 128 << 24 - 8 * (size & 3)
    work[SCHEDULE + 15] = (64 + size) * 8
    second = 1 if version == V2 else 0
    _hmac(work, SALT + 16 * second, SALT + 16 * second + 8, _SECRET)
    _take_secret(work)
    _expand(work, 0, _SECRET)
    _take_secret(work)
    first = 1 + 3 * second
    _expand(work, first, _KEY)
    _expand(work, first + 1, _IV)
    _expand(work, first + 2, _HP)


def begin(block: Bytes, at: int, pending: Store, slot: int, work: Cells) -> None:
    """Readies the buffer at `slot` for the connection of the packet at `at`, with the keys in `work`."""
    for index in range(1 + block[at + 5]):
        pending[slot + KEPT_TARGET + index] = block[at + 5 + index]
    for index in range(CRYPTO_ROOM // 8):
        pending[slot + CRYPTO_ROOM + index] = 0
    for index in range(16):
        shift = 24 - 8 * (index & 3)
        pending[slot + KEPT_KEYS + index] = work[_KEY + index // 4] >> shift & 255
        pending[slot + KEPT_KEYS + 16 + index] = work[_IV + index // 4] >> shift & 255
        pending[slot + KEPT_KEYS + 32 + index] = work[_HP + index // 4] >> shift & 255


def is_for(block: Bytes, at: int, pending: Store, slot: int) -> bool:
    """Whether the packet at `at` is for the connection id with which the buffer at `slot` began."""
    for index in range(1 + block[at + 5]):  # noqa: SIM110 - generators are not compiled
        if pending[slot + KEPT_TARGET + index] != block[at + 5 + index]:
            return False
    return True


def connection_id(block: Bytes, at: int, end: int) -> int:
    """A number for the connection id whose length stands at `at`; -2 where it is not all there."""
    if at >= end or block[at] > 20 or at + 1 + block[at] > end:
        return -2
    mixed = block[at]
    for index in range(block[at]):
        mixed = (mixed * 1_000_003 ^ block[at + 1 + index]) & 0xFFFFFFFFFF
    return mixed


def resume(pending: Store, slot: int, work: Cells) -> None:
    """Puts the keys of the buffer at `slot` into `work` again."""
    for index in range(4):
        at = slot + KEPT_KEYS + 4 * index
        work[_KEY + index], work[_IV + index], work[_HP + index] = u32(pending, at), u32(pending, at + 16), u32(pending, at + 32)


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


def behind(block: Bytes, at: int, end: int) -> int:
    """Where the long header's packet at `at` ends that another may follow (RFC 9000 section 17.2); 0 where its header breaks."""
    place = number_at(block, at, end) if _kind(block, at) == 0 else _length_at(block, at, end)
    if _kind(block, at) == _RETRY:
        return end
    if place == 0 or place + varint_size(block[place]) > end or _varint(block, place) < 0:
        return 0
    return min(end, place + varint_size(block[place]) + _varint(block, place))


def _kind(block: Bytes, at: int) -> int:
    """The type of a long header, as the numbers of version 1 say it (RFC 9369 section 3.2)."""
    return (block[at] // 16 - (1 if u32(block, at + 1) == V2 else 0)) & 3


def _length_at(block: Bytes, at: int, end: int) -> int:
    """Where the length stands in a long header without a token; 0 where the header breaks."""
    place = at + 6 + block[at + 5]
    if place >= end or place + 1 + block[place] + 4 > end:
        return 0
    return place + 1 + block[place]


def has_more(block: Bytes, at: int, end: int) -> bool:
    """Whether another long header stands behind the Initial packet at `at` (RFC 9000 section 12.2)."""
    place = number_at(block, at, end)
    behind = place + varint_size(block[place]) + _varint(block, place)
    return behind < end and block[behind] >= 192


def decrypt(block: Bytes, at: int, end: int, pending: Store, scratch: int, work: Cells) -> int:
    """Decrypts the Initial packet at `at` with the keys in `work`.

    Returns the size of its frames at `scratch`, UNFIT where its tag is not one of these keys, 0 where it is not plain.
    """
    place = number_at(block, at, end)
    if place == 0:
        return 0
    length = _varint(block, place)
    place += varint_size(block[place])
    if length < 0:
        return 0
    lies = length > end - place
    length = min(length, end - place)
    if length < 20:
        return UNFIT
    if length > PLAIN_ROOM:
        return 0
    expand_key(work, _HP)
    for index in range(4):
        work[STATE + index] = u32(block, place + 4 + 4 * index)
    encrypt(work)
    first = block[at] ^ work[OUTPUT] >> 24 & 0x0F
    size = (first & 3) + 1
    mask = (work[OUTPUT] << 32 | work[OUTPUT + 1]) >> 24
    number = (u32(block, place) ^ mask & _M32) >> 32 - 8 * size
    expand_key(work, _KEY)
    _counter(0, 0, 0, 0, work)
    take_hash_key(work, OUTPUT)
    _counter(work[_IV], work[_IV + 1], work[_IV + 2] ^ number, 1, work)
    if not fits(block, at, place, place + length, first, number, size, work, OUTPUT):
        return UNFIT
    if lies or length < 21 or first & 0x0C:
        return 0
    return _stream(block, place + size, length - size - 16, number, pending, scratch, work)


def _counter(one: int, two: int, three: int, four: int, work: Cells) -> None:
    """Encrypts a block of four words with the keys at ROUND."""
    work[STATE], work[STATE + 1], work[STATE + 2], work[STATE + 3] = one, two, three, four
    encrypt(work)


def _stream(block: Bytes, start: int, size: int, number: int, pending: Store, scratch: int, work: Cells) -> int:
    """AES-GCM's counter mode (NIST SP 800-38D section 6.5), counters from 2; as much as `needed` says."""
    one, two, three = work[_IV], work[_IV + 1], work[_IV + 2] ^ number
    done = 0
    counter = 2
    while done < size:
        _counter(one, two, three, counter, work)
        for index in range(min(16, size - done)):
            byte = work[OUTPUT + index // 4] >> 24 - 8 * (index & 3) & 255
            pending[scratch + done + index] = block[start + done + index] ^ byte
        if done == 0 and size > 16:
            size = needed(pending, scratch, size)
        done += 16
        counter += 1
    return size


def needed(pending: Store, at: int, size: int) -> int:
    """How much of the frames at `at` is worth decrypting, by their first 16 bytes: the first where it is a whole ClientHello."""
    if pending[at] != 6 or pending[at + 1] != 0:
        return size
    length = _varint(pending, at + 2)
    begin = 2 + varint_size(pending[at + 2])
    hello = 4 + pending[at + begin + 1] * 65536 + u16(pending, at + begin + 2)
    return begin + length if pending[at + begin] == 1 and length == hello and begin + length < size else size


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
