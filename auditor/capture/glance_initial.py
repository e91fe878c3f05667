"""QUIC conversations at a glance: a datagram goes in, the ClientHello's names stand in the cells once it is whole.

What is not plain (other frames, another connection id, a second long header behind the first) gets the closer look. So do packets
that nobody can decrypt, which may have overtaken the one with their keys; of a flood of them only a mark is kept. Compiled (see
`columns`).
"""

from auditor.capture.columns import (
    BUDGET,
    FILLED,
    MARKS,
    NEXT,
    P_LENGTH,
    P_MISSING,
    P_OFFSET,
    QUIC_ID,
    SLOT,
    UNREADABLE,
    WATCHED,
    Bytes,
    Cells,
    Rows,
    Store,
)
from auditor.capture.frames import u16, u32
from auditor.capture.glance_notes import UNDERSTOOD, are_few, slow, take_hello
from auditor.capture.glance_quic import (
    BROKEN,
    MORE,
    UNFIT,
    WHOLE,
    begin,
    behind,
    connection_id,
    decrypt,
    derive_keys,
    has_more,
    is_for,
    keep_crypto,
    resume,
)
from auditor.capture.glance_tls import DONE, read_client_body
from auditor.capture.pending import SLOT_SIZE, SLOTS, free_slot, take_slot

MAX_TRIES = 32
"""Packets of one conversation that are tried in vain."""
_MAX_COALESCED = 8


def _is_quic(block: Bytes, at: int, length: int) -> bool:
    """A long header of version 1 or 2 (others get the closer look)."""
    if length < 7 or block[at] < 192:
        return False
    version = u32(block, at + 1)
    return version in (1, 0x6B3343CF)


def is_initial(block: Bytes, at: int, length: int) -> bool:
    """Whether a datagram begins with an Initial packet of version 1 or 2."""
    if length < 64 or not _is_quic(block, at, length) or block[at + 5] > 20:
        return False
    return block[at] // 16 & 3 == (0 if u32(block, at + 1) == 1 else 1)


def go_on(
    block: Bytes, pick: Cells, rows: Rows, row: int, side: int, hello: Cells, store: Store, ends: Cells, pending: Store,
    state: Cells,
) -> int:  # fmt: skip
    """A further datagram of a conversation of QUIC."""
    at, length = pick[P_OFFSET], pick[P_LENGTH]
    if rows[row, MARKS] & WATCHED:
        return _again(block, at, length, rows, row, side, state)
    if rows[row, MARKS] & UNREADABLE:  # which side the client's is nobody knows
        if not pick[P_MISSING] and not is_initial(block, at, length) and _is_unfit(block, at, at + length, hello, pending):
            return UNDERSTOOD
        rows[row, NEXT] = side
    elif side != rows[row, NEXT]:
        return _note_server(block, at, length, rows, row, side)
    return take_initial(block, pick, rows, row, side, hello, store, ends, pending, state)


def take_initial(
    block: Bytes, pick: Cells, rows: Rows, row: int, side: int, hello: Cells, store: Store, ends: Cells, pending: Store,
    state: Cells,
) -> int:  # fmt: skip
    """Initial packets of the client's side are decrypted until the ClientHello is whole."""
    at, length = pick[P_OFFSET], pick[P_LENGTH]
    start = (rows[row, SLOT] - 1) * SLOT_SIZE
    fresh = start < 0
    if pick[P_MISSING] or not is_initial(block, at, length):
        return slow(rows, row, state) if block[at] >= 128 else UNDERSTOOD
    if not fresh:
        if not is_for(block, at, pending, start):
            return slow(rows, row, state)
        resume(pending, start, hello)
    else:
        derive_keys(block, at + 6, block[at + 5], u32(block, at + 1), hello)
    size = decrypt(block, at, at + length, pending, SLOTS * SLOT_SIZE, hello)
    if fresh:
        if size == UNFIT:
            return _unreadable(block, at, length, rows, row, hello, pending, state)
        slot = take_slot(pending, state) if size else 0
        if slot == 0:
            return slow(rows, row, state)
        rows[row, SLOT] = slot
        rows[row, MARKS] &= ~UNREADABLE
        start = (slot - 1) * SLOT_SIZE
        begin(block, at, pending, start, hello)
    answer = keep_crypto(pending, SLOTS * SLOT_SIZE, size, start) if size > 0 else BROKEN
    if answer == MORE and not has_more(block, at, at + length):
        return UNDERSTOOD
    if answer != WHOLE:
        if fresh:  # whose packet this is and what it holds is not known
            free_slot(rows, row, pending, state)
        return slow(rows, row, state)
    return _take_whole(block, at, length, rows, row, side, hello, store, ends, pending, state)


def _take_whole(
    block: Bytes, at: int, length: int, rows: Rows, row: int, side: int, hello: Cells, store: Store, ends: Cells, pending: Store,
    state: Cells,
) -> int:  # fmt: skip
    """The ClientHello in the pending buffer is all there."""
    start = (rows[row, SLOT] - 1) * SLOT_SIZE
    end = start + 4 + pending[start + 1] * 65536 + u16(pending, start + 2)
    if read_client_body(pending, start + 4, end, hello) != DONE:
        return slow(rows, row, state)
    answer = take_hello(pending, rows, row, side, hello, store, ends, state)
    if answer == UNDERSTOOD:
        rows[row, BUDGET + 1 - side] = 0
        rows[row, MARKS] |= WATCHED
        rows[row, QUIC_ID + side] = connection_id(block, at + 5, at + length)
        free_slot(rows, row, pending, state)
    return answer


def _unreadable(block: Bytes, at: int, length: int, rows: Rows, row: int, hello: Cells, pending: Store, state: Cells) -> int:
    """A packet that its own connection id gives no keys for: forged, or for an id that the server chose."""
    end = at + length
    following = behind(block, at, end)
    known = rows[row, MARKS] & UNREADABLE
    if (following and not _is_unfit(block, following, end, hello, pending)) or (not known and are_few(row, state)):
        return slow(rows, row, state)
    if not known:
        rows[row, MARKS] |= UNREADABLE
        rows[row, FILLED] = 0
    rows[row, FILLED] += 1
    if rows[row, FILLED] >= MAX_TRIES:
        rows[row, BUDGET] = 0
        rows[row, BUDGET + 1] = 0
    return UNDERSTOOD


def _is_unfit(block: Bytes, at: int, end: int, hello: Cells, pending: Store) -> bool:
    """Whether none of the packets from `at` on is an Initial one that can be decrypted (RFC 9000 section 12.2)."""
    for _ in range(_MAX_COALESCED):
        if at == 0 or at + 7 > end or block[at] < 192:
            return True
        if not _is_quic(block, at, end - at) or block[at + 5] > 20:
            return False
        if is_initial(block, at, 64):
            if at + 64 > end:
                return False
            derive_keys(block, at + 6, block[at + 5], u32(block, at + 1), hello)
            if decrypt(block, at, end, pending, SLOTS * SLOT_SIZE, hello) != UNFIT:
                return False
        at = behind(block, at, end)
    return True


def _again(block: Bytes, at: int, length: int, rows: Rows, row: int, side: int, state: Cells) -> int:
    """A QUIC packet behind a whole hello: the client's first one for an id that is neither its own choice nor the server's may
    begin another connection."""
    if side != rows[row, NEXT]:
        return _note_server(block, at, length, rows, row, side)
    target = connection_id(block, at + 5, at + length)
    known = target == rows[row, QUIC_ID + side] or target == rows[row, QUIC_ID + 1 - side]
    return UNDERSTOOD if known or block[at] < 192 else slow(rows, row, state)


def _note_server(block: Bytes, at: int, length: int, rows: Rows, row: int, side: int) -> int:
    """The id that the server chose for itself, which its client sends to from then on (RFC 9000 section 7.2)."""
    if length > 7 and block[at] >= 192 and at + 6 + block[at + 5] < at + length:
        rows[row, QUIC_ID + side] = connection_id(block, at + 6 + block[at + 5], at + length)
    return UNDERSTOOD
