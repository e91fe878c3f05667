"""DNS messages at a glance: a datagram goes in, its question and the addresses it gives are stored.

RFC 1035 section 4. Compiled or uncompiled (see `columns`). Only plain messages: one question, names of ordinary characters,
canonical names in order. Everything else is answered with 0 and gets the closer look of `talk_dns`.
"""

from auditor.capture.columns import (
    ANSWERS,
    N_CHAIN,
    N_CLIENT_HI,
    N_CLIENT_LO,
    N_HI,
    N_LINKS,
    N_LO,
    N_NAME,
    N_TIME,
    N_TTL,
    NAMES,
    STORED,
    Bytes,
    Cells,
    Rows,
    Store,
)
from auditor.capture.frames import u16, u32
from auditor.capture.name_store import MAX_NAME, forget, keep, same
from auditor.capture.network import _half

MAX_RECORDS = 24
MAX_LABELS = 64
_A, _CNAME, _AAAA, _HTTPS = 1, 5, 28, 65
_MAPPED = 0xFFFF << 32


def _label(block: Bytes, at: int, size: int, store: Store, state: Cells) -> bool:
    """Writes one label in lower case; whether all of it is plain."""
    where = state[STORED]
    for index in range(size):
        byte = block[at + index]
        if 65 <= byte <= 90:
            byte += 32
        if not (97 <= byte <= 122 or 48 <= byte <= 57 or byte in (45, 95)):
            return False
        store[where + index] = byte
    state[STORED] = where + size
    return True


def read_name(block: Bytes, start: int, at: int, end: int, store: Store, ends: Cells, state: Cells) -> int:
    """Stores the name at `at` of the message at `start`; where reading goes on, 0 where it is not plain."""
    begin = state[STORED]
    after = 0
    limit = at
    for _ in range(MAX_LABELS):
        if at >= end:
            return 0
        size = block[at]
        if size == 0:
            keep(ends, state)
            return after or at + 1
        if size >= 192:
            if at + 2 > end:
                return 0
            target = start + (u16(block, at) & 0x3FFF)
            if target >= limit:
                return 0
            after = after or at + 2
            at = target
            limit = target
            continue
        if size > 63 or at + 1 + size > end or state[STORED] - begin + size + 1 > MAX_NAME:
            return 0
        if state[STORED] > begin:
            store[state[STORED]] = 46
            state[STORED] += 1
        if not _label(block, at + 1, size, store, state):
            return 0
        at += 1 + size
    return 0


def read_message(
    block: Bytes, start: int, length: int, client_hi: int, client_lo: int, time: int, store: Store, ends: Cells,
    answers: Rows, state: Cells,
) -> int:  # fmt: skip
    """Stores what a message says; the number of the name that it asks for, 0 where the message is not plain."""
    names, stored = state[NAMES], state[STORED]
    rows = state[ANSWERS]
    number = _message(block, start, start + length, client_hi, client_lo, time, store, ends, answers, state)
    if number == 0:
        state[ANSWERS] = rows
        forget(ends, state, names)
        state[STORED] = stored
    return number


def _message(
    block: Bytes, start: int, end: int, client_hi: int, client_lo: int, time: int, store: Store, ends: Cells,
    answers: Rows, state: Cells,
) -> int:  # fmt: skip
    at = _question(block, start, end, store, ends, state)
    question = owner = state[NAMES]
    if at == 0 or block[start + 2] < 128:
        return question if at else 0
    count = u16(block, start + 6)
    least = 1 << 31
    if count > MAX_RECORDS:
        return 0
    for _ in range(count):
        at = _record_of(block, start, at, end, owner, store, ends, state)
        if at == 0:
            return 0
        kind, size = u16(block, at), u16(block, at + 8)
        if kind == _HTTPS or u16(block, at + 2) != 1:
            return 0
        if kind == _CNAME:
            least = min(least, u32(block, at + 4))
            if read_name(block, start, at + 10, end, store, ends, state) == 0:
                return 0
            owner = state[NAMES]
        elif (kind == _A and size == 4) or (kind == _AAAA and size == 16):
            row = state[ANSWERS]
            state[ANSWERS] = row + 1
            answers[row, N_CLIENT_HI] = client_hi
            answers[row, N_CLIENT_LO] = client_lo
            _address(block, at, answers, row)
            answers[row, N_TTL] = min(least, u32(block, at + 4))
            answers[row, N_TIME] = time
            answers[row, N_NAME] = question
            answers[row, N_CHAIN] = question + 1
            answers[row, N_LINKS] = owner - question
        at += 10 + size
    return question


def _question(block: Bytes, start: int, end: int, store: Store, ends: Cells, state: Cells) -> int:
    """Stores the name that a message asks for; where its answers begin, 0 where the message is not plain."""
    if end - start < 17 or u16(block, start + 4) != 1 or u16(block, start + 2) & 0x7840:
        return 0
    at = read_name(block, start, start + 12, end, store, ends, state)
    if at == 0 or at + 4 > end or ends[state[NAMES]] == ends[state[NAMES] - 1]:
        return 0
    return at + 4


def _record_of(block: Bytes, start: int, at: int, end: int, owner: int, store: Store, ends: Cells, state: Cells) -> int:
    """Where the type of the record at `at` stands; 0 where it is cut, speaks of another name than `owner`, or is not plain."""
    before = state[NAMES]
    at = read_name(block, start, at, end, store, ends, state)
    if at == 0 or at + 10 > end or at + 10 + u16(block, at + 8) > end:
        return 0
    plain = same(store, ends, state[NAMES], owner)
    forget(ends, state, before)
    return at if plain and block[at + 4] < 128 else 0


def _address(block: Bytes, at: int, answers: Rows, row: int) -> None:
    """The address of the record whose type stands at `at`."""
    mapped = u16(block, at) == _A
    answers[row, N_HI] = 0 if mapped else _half(block, at + 10)
    answers[row, N_LO] = _MAPPED | u32(block, at + 10) if mapped else _half(block, at + 18)
