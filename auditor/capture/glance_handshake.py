"""TLS handshakes at a glance: a segment of a connection goes in, the hellos' names stand in its cells once they are whole.

A ClientHello that comes in several segments waits in a pending buffer. Where all buffers are taken the closer look waits for its
end, or, of a flood, nobody does: what its first segment says is read, and a mark says that the rest could not be seen. Compiled
(see `columns`).
"""

from auditor.capture.columns import (
    A_TLS,
    ALLOWANCE,
    ALPN,
    ANSWERED,
    APPLICATION,
    BASE,
    BUDGET,
    CLIENT,
    CUT_HELLO,
    FILLED,
    LATE,
    MARKS,
    NAME,
    NEXT,
    P_LENGTH,
    P_OFFSET,
    P_SEQ,
    SLOT,
    VERSION,
    Bytes,
    Cells,
    Rows,
    Store,
)
from auditor.capture.glance_notes import UNDERSTOOD, are_few, slow, take_hello
from auditor.capture.glance_tls import (
    DONE,
    FAILED,
    H_ALPN,
    H_ALPN_SIZE,
    H_VERSION,
    INCOMPLETE,
    read_cut_hello,
    read_hello,
    record_size,
)
from auditor.capture.name_store import add_bytes, keep
from auditor.capture.pending import SLOT_SIZE, free_slot, take_slot

TLS13 = 0x0304
_MOST_RECORD = 5 + 16_384
"""RFC 8446 section 5.1."""


def server_hello(
    block: Bytes, pick: Cells, rows: Rows, row: int, side: int, hello: Cells, store: Store, ends: Cells, state: Cells
) -> int:
    """The server's first payload. Without a server name, up to TLS 1.2, the certificate is looked for."""
    if rows[row, MARKS] & ANSWERED:
        return UNDERSTOOD
    if pick[P_SEQ] != (rows[row, BASE + side] + 1) & 0xFFFFFFFF:
        return slow(rows, row, state)
    if read_hello(block, pick[P_OFFSET], pick[P_LENGTH], True, hello) != DONE:
        return slow(rows, row, state)
    if hello[H_VERSION] != TLS13 and rows[row, NAME] == 0:
        return slow(rows, row, state)
    rows[row, MARKS] |= ANSWERED
    rows[row, VERSION] = hello[H_VERSION]
    if hello[H_ALPN_SIZE]:
        add_bytes(block, hello[H_ALPN], hello[H_ALPN_SIZE], store, state)
        rows[row, ALPN] = keep(ends, state)
    rows[row, BUDGET + side] = 0
    return UNDERSTOOD


def first_hello(
    block: Bytes, pick: Cells, rows: Rows, row: int, side: int, hello: Cells, store: Store, ends: Cells, pending: Store,
    state: Cells,
) -> int:  # fmt: skip
    """The conversation's first payload is a TLS record."""
    at, length = pick[P_OFFSET], pick[P_LENGTH]
    answer = read_hello(block, at, length, False, hello)
    if answer == DONE and rows[row, CLIENT] != 1 - side:
        rows[row, APPLICATION] = A_TLS
        return take_hello(block, rows, row, side, hello, store, ends, state)
    size = record_size(block, at, length)
    if answer != INCOMPLETE or size > _MOST_RECORD or rows[row, CLIENT] == 1 - side:
        return slow(rows, row, state)
    slot = take_slot(pending, state) if size <= SLOT_SIZE else 0
    if slot == 0:
        return _hello_alone(block, pick, rows, row, side, hello, store, ends, state)
    rows[row, APPLICATION] = A_TLS
    rows[row, SLOT] = slot
    rows[row, CLIENT] = side if rows[row, CLIENT] < 0 else rows[row, CLIENT]
    rows[row, FILLED] = 0
    return _fill(block, pick, rows, row, side, pending)


def _hello_alone(
    block: Bytes, pick: Cells, rows: Rows, row: int, side: int, hello: Cells, store: Store, ends: Cells, state: Cells
) -> int:
    """A hello that goes on behind its segment and for which no buffer is left."""
    answer = FAILED if are_few(row, state) else read_cut_hello(block, pick[P_OFFSET], pick[P_LENGTH], hello)
    if answer == FAILED:
        return slow(rows, row, state)
    if answer == DONE and take_hello(block, rows, row, side, hello, store, ends, state) != UNDERSTOOD:
        return slow(rows, row, state)
    rows[row, APPLICATION] = A_TLS
    rows[row, CLIENT] = side if rows[row, CLIENT] < 0 else rows[row, CLIENT]
    rows[row, MARKS] |= CUT_HELLO
    rows[row, BUDGET + side] = state[ALLOWANCE]
    rows[row, NEXT + side] = (pick[P_SEQ] + pick[P_LENGTH]) & 0xFFFFFFFF
    return UNDERSTOOD


def _fill(block: Bytes, pick: Cells, rows: Rows, row: int, side: int, pending: Store) -> int:
    """Adds a segment to the pending ClientHello."""
    start = (rows[row, SLOT] - 1) * SLOT_SIZE + rows[row, FILLED]
    size = min(pick[P_LENGTH], SLOT_SIZE - rows[row, FILLED])
    for index in range(size):
        pending[start + index] = block[pick[P_OFFSET] + index]
    rows[row, FILLED] += size
    rows[row, NEXT + side] = (pick[P_SEQ] + pick[P_LENGTH]) & 0xFFFFFFFF
    return UNDERSTOOD


def more_hello(
    block: Bytes, pick: Cells, rows: Rows, row: int, side: int, hello: Cells, store: Store, ends: Cells, pending: Store,
    state: Cells,
) -> int:  # fmt: skip
    """A further segment of a pending ClientHello; one that is not the next needs a closer look."""
    if rows[row, SLOT] == 0:
        return _late(pick, rows, row, side)
    if pick[P_SEQ] != rows[row, NEXT + side]:
        return slow(rows, row, state)
    _fill(block, pick, rows, row, side, pending)
    answer = read_hello(pending, (rows[row, SLOT] - 1) * SLOT_SIZE, rows[row, FILLED], False, hello)
    if answer == INCOMPLETE:
        return UNDERSTOOD
    if answer != DONE:
        # The closer look gets the pending bytes first, so this segment is taken back.
        rows[row, FILLED] -= min(pick[P_LENGTH], rows[row, FILLED])
        return slow(rows, row, state)
    answer = take_hello(pending, rows, row, side, hello, store, ends, state)
    if answer == UNDERSTOOD:
        free_slot(rows, row, pending, state)
    else:
        rows[row, FILLED] -= min(pick[P_LENGTH], rows[row, FILLED])
    return answer


def _late(pick: Cells, rows: Rows, row: int, side: int) -> int:
    """What follows a hello that was not waited for: a segment that is not sent again says that its end was there."""
    behind = (rows[row, NEXT + side] - pick[P_SEQ]) & 0xFFFFFFFF
    if rows[row, MARKS] & CUT_HELLO and (behind >= 1 << 31 or behind < pick[P_LENGTH]):
        rows[row, MARKS] = (rows[row, MARKS] | LATE) & ~CUT_HELLO
        rows[row, BUDGET + side] = 0
    return UNDERSTOOD
