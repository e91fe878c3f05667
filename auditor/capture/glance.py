"""The first look at picked payloads where only flows are wanted: most conversations are understood here, without an object each.

Picks go in; those that need a closer look stay, in order. What was understood stands in the conversation's cells, names in the
store, answers of DNS in their matrix. Compiled (see `columns`). It agrees with what the `talk_*` modules say; a test checks that.
"""

from auditor.capture.columns import (
    A_DNS,
    A_HTTP,
    A_NTP,
    A_QUIC,
    A_TLS,
    ADDRESS_HI,
    ADDRESS_LO,
    ALLOWANCE,
    ALPN,
    ANSWERED,
    ANSWERS,
    APPLICATION,
    BASE,
    BUDGET,
    CLIENT,
    E_NAME,
    E_ROW,
    ECH,
    EXTRAS,
    FILLED,
    MARKS,
    MORE_NAMES,
    NAME,
    NAMES,
    NEXT,
    P_CONVERSATION,
    P_LENGTH,
    P_MISSING,
    P_OFFSET,
    P_SEQ,
    P_SIDE,
    P_TIME,
    PICK_CELLS,
    PORT,
    QUIC_ID,
    SLOT,
    SLOW,
    STORED,
    TCP,
    TRANSPORT,
    UDP,
    URL,
    VERSION,
    WATCHED,
    Bytes,
    Cells,
    Rows,
    Store,
)
from auditor.capture.frames import u16, u32
from auditor.capture.glance_dns import read_message
from auditor.capture.glance_http import read_request
from auditor.capture.glance_quic import (
    BROKEN,
    MORE,
    WHOLE,
    begin,
    connection_id,
    decrypt,
    derive_keys,
    has_more,
    is_for,
    keep_crypto,
    resume,
)
from auditor.capture.glance_tls import (
    DONE,
    H_ALPN,
    H_ALPN_SIZE,
    H_ECH,
    H_NAME,
    H_NAME_SIZE,
    H_VERSION,
    INCOMPLETE,
    read_client_body,
    read_hello,
    record_size,
)
from auditor.capture.name_store import add_bytes, add_host, keep, same
from auditor.capture.pending import SLOT_SIZE, SLOTS, free_slot, take_slot

ROOM_NAMES = 64
ROOM_BYTES = 32_768
ROOM_ANSWERS = 32
_TLS13 = 0x0304
LEFT, UNDERSTOOD = 1, 0
_DNS, _NTP = 53, 123


def _slow(rows: Rows, row: int, state: Cells) -> int:
    """The conversation needs a closer look from here on."""
    rows[row, MARKS] |= SLOW
    if rows[row, APPLICATION] == A_HTTP:
        rows[row, BUDGET] = state[ALLOWANCE]
        rows[row, BUDGET + 1] = state[ALLOWANCE]
    return LEFT


def _note_name(rows: Rows, row: int, number: int, store: Store, ends: Cells, extras: Rows, state: Cells) -> None:
    """Notes a name of the conversation: the first in its row, further ones among the extras (repeats of the first left out)."""
    if rows[row, NAME] == 0:
        rows[row, NAME] = number
    elif not same(store, ends, rows[row, NAME], number):
        extra = state[EXTRAS]
        state[EXTRAS] = extra + 1
        extras[extra, E_ROW] = row
        extras[extra, E_NAME] = number
        rows[row, MARKS] |= MORE_NAMES


def _take_hello(block: Bytes, rows: Rows, row: int, side: int, hello: Cells, store: Store, ends: Cells, state: Cells) -> int:
    """A whole ClientHello: its names become the conversation's."""
    if hello[H_NAME_SIZE]:
        number = add_host(block, hello[H_NAME], hello[H_NAME_SIZE], store, ends, state)
        if number == 0:
            return _slow(rows, row, state)
        rows[row, NAME] = number
    if hello[H_ALPN_SIZE]:
        add_bytes(block, hello[H_ALPN], hello[H_ALPN_SIZE], store, state)
        rows[row, ALPN] = keep(ends, state)
    if hello[H_ECH]:
        rows[row, MARKS] |= ECH
    if rows[row, CLIENT] < 0:
        rows[row, CLIENT] = side
    rows[row, BUDGET + side] = 0
    return UNDERSTOOD


def _server_hello(
    block: Bytes, pick: Cells, rows: Rows, row: int, side: int, hello: Cells, store: Store, ends: Cells, state: Cells
) -> int:
    """The server's first payload. Without a server name, up to TLS 1.2, the certificate is looked for."""
    if rows[row, MARKS] & ANSWERED:
        return UNDERSTOOD
    if pick[P_SEQ] != (rows[row, BASE + side] + 1) & 0xFFFFFFFF:
        return _slow(rows, row, state)
    if read_hello(block, pick[P_OFFSET], pick[P_LENGTH], True, hello) != DONE:
        return _slow(rows, row, state)
    if hello[H_VERSION] != _TLS13 and rows[row, NAME] == 0:
        return _slow(rows, row, state)
    rows[row, MARKS] |= ANSWERED
    rows[row, VERSION] = hello[H_VERSION]
    if hello[H_ALPN_SIZE]:
        add_bytes(block, hello[H_ALPN], hello[H_ALPN_SIZE], store, state)
        rows[row, ALPN] = keep(ends, state)
    rows[row, BUDGET + side] = 0
    return UNDERSTOOD


def _first_hello(
    block: Bytes, pick: Cells, rows: Rows, row: int, side: int, hello: Cells, store: Store, ends: Cells, pending: Store,
    state: Cells,
) -> int:  # fmt: skip
    """The conversation's first payload is a TLS record."""
    at, length = pick[P_OFFSET], pick[P_LENGTH]
    answer = read_hello(block, at, length, False, hello)
    if answer == DONE and rows[row, CLIENT] != 1 - side:
        rows[row, APPLICATION] = A_TLS
        return _take_hello(block, rows, row, side, hello, store, ends, state)
    if answer != INCOMPLETE or record_size(block, at, length) > SLOT_SIZE or rows[row, CLIENT] == 1 - side:
        return _slow(rows, row, state)
    slot = take_slot(pending, state)
    if slot == 0:
        return _slow(rows, row, state)
    rows[row, APPLICATION] = A_TLS
    rows[row, SLOT] = slot
    rows[row, CLIENT] = side if rows[row, CLIENT] < 0 else rows[row, CLIENT]
    rows[row, FILLED] = 0
    return _fill(block, pick, rows, row, side, pending)


def _fill(block: Bytes, pick: Cells, rows: Rows, row: int, side: int, pending: Store) -> int:
    """Adds a segment to the pending ClientHello."""
    start = (rows[row, SLOT] - 1) * SLOT_SIZE + rows[row, FILLED]
    size = min(pick[P_LENGTH], SLOT_SIZE - rows[row, FILLED])
    for index in range(size):
        pending[start + index] = block[pick[P_OFFSET] + index]
    rows[row, FILLED] += size
    rows[row, NEXT + side] = (pick[P_SEQ] + pick[P_LENGTH]) & 0xFFFFFFFF
    return UNDERSTOOD


def _more_hello(
    block: Bytes, pick: Cells, rows: Rows, row: int, side: int, hello: Cells, store: Store, ends: Cells, pending: Store,
    state: Cells,
) -> int:  # fmt: skip
    """A further segment of a pending ClientHello; one that is not the next needs a closer look."""
    if rows[row, SLOT] == 0:
        return UNDERSTOOD
    if pick[P_SEQ] != rows[row, NEXT + side]:
        return _slow(rows, row, state)
    _fill(block, pick, rows, row, side, pending)
    answer = read_hello(pending, (rows[row, SLOT] - 1) * SLOT_SIZE, rows[row, FILLED], False, hello)
    if answer == INCOMPLETE:
        return UNDERSTOOD
    if answer != DONE:
        # The closer look gets the pending bytes first, so this segment is taken back.
        rows[row, FILLED] -= min(pick[P_LENGTH], rows[row, FILLED])
        return _slow(rows, row, state)
    answer = _take_hello(pending, rows, row, side, hello, store, ends, state)
    if answer == UNDERSTOOD:
        free_slot(rows, row, pending, state)
    else:
        rows[row, FILLED] -= min(pick[P_LENGTH], rows[row, FILLED])
    return answer


def _request(
    block: Bytes, pick: Cells, rows: Rows, row: int, side: int, store: Store, ends: Cells, extras: Rows, state: Cells
) -> int:
    """A payload that begins with a request's method, the next one of its side."""
    first = rows[row, APPLICATION] == 0
    number = read_request(block, pick[P_OFFSET], pick[P_LENGTH], first, store, ends, state)
    if number == 0:
        return _slow(rows, row, state)
    if first:
        rows[row, APPLICATION] = A_HTTP
        rows[row, URL] = state[NAMES]
        if rows[row, CLIENT] < 0:
            rows[row, CLIENT] = side
        rows[row, BUDGET + 1 - side] = 0
    _note_name(rows, row, number, store, ends, extras, state)
    rows[row, NEXT + side] = (pick[P_SEQ] + pick[P_LENGTH]) & 0xFFFFFFFF
    return UNDERSTOOD


def _tcp(
    block: Bytes, pick: Cells, rows: Rows, row: int, side: int, hello: Cells, store: Store, ends: Cells, extras: Rows,
    pending: Store, state: Cells,
) -> int:  # fmt: skip
    if pick[P_LENGTH] == 0 and pick[P_MISSING] == 0:
        return UNDERSTOOD
    if pick[P_MISSING]:
        return _slow(rows, row, state)
    application = rows[row, APPLICATION]
    first = block[pick[P_OFFSET]]
    if application == A_TLS:
        if side == rows[row, CLIENT]:
            return _more_hello(block, pick, rows, row, side, hello, store, ends, pending, state)
        return _server_hello(block, pick, rows, row, side, hello, store, ends, state)
    if application == A_HTTP:
        if side != rows[row, CLIENT]:
            return UNDERSTOOD
        if pick[P_SEQ] != rows[row, NEXT + side]:
            behind = (rows[row, NEXT + side] - pick[P_SEQ]) & 0xFFFFFFFF
            return UNDERSTOOD if behind < 1 << 31 and behind >= pick[P_LENGTH] else _slow(rows, row, state)
        return _request(block, pick, rows, row, side, store, ends, extras, state)
    if pick[P_SEQ] != (rows[row, BASE + side] + 1) & 0xFFFFFFFF:
        return _slow(rows, row, state)
    if first == 22:
        return _first_hello(block, pick, rows, row, side, hello, store, ends, pending, state)
    if first in (71, 72):
        return _request(block, pick, rows, row, side, store, ends, extras, state)
    return _slow(rows, row, state)


def _dns(
    block: Bytes, pick: Cells, rows: Rows, row: int, side: int, store: Store, ends: Cells, answers: Rows, extras: Rows,
    state: Cells,
) -> int:  # fmt: skip
    """A datagram from or to a resolver; for answers the client is who receives them. Multicast is for the closer look."""
    if pick[P_MISSING] or pick[P_LENGTH] < 17:
        return _slow(rows, row, state)
    other = 1 - side
    high, low = rows[row, ADDRESS_HI + other], rows[row, ADDRESS_LO + other]
    at = pick[P_OFFSET]
    number = read_message(block, at, pick[P_LENGTH], high, low, pick[P_TIME], store, ends, answers, state)
    if number == 0:
        return _slow(rows, row, state)
    if rows[row, CLIENT] < 0:
        rows[row, CLIENT] = other if block[at + 2] & 0x80 else side
    rows[row, APPLICATION] = A_DNS
    _note_name(rows, row, number, store, ends, extras, state)
    return UNDERSTOOD


def _is_quic(block: Bytes, at: int, length: int) -> bool:
    """A long header of version 1 or 2 (others get the closer look)."""
    if length < 7 or block[at] < 192:
        return False
    version = u32(block, at + 1)
    return version in (1, 0x6B3343CF)


def _initial(
    block: Bytes, pick: Cells, rows: Rows, row: int, side: int, hello: Cells, store: Store, ends: Cells, pending: Store,
    state: Cells,
) -> int:  # fmt: skip
    """A QUIC datagram: Initial packets of the client's side are decrypted until the ClientHello is whole. Whatever is not plain
    (other frames, another connection id, a second long header behind the first) gets the closer look."""
    at, length = pick[P_OFFSET], pick[P_LENGTH]
    start = (rows[row, SLOT] - 1) * SLOT_SIZE
    fresh = start < 0
    if pick[P_MISSING] or not _is_initial(block, at, length):
        return _slow(rows, row, state) if block[at] >= 128 else UNDERSTOOD
    if not fresh:
        if not is_for(block, at, pending, start):
            return _slow(rows, row, state)
        resume(pending, start, hello)
    else:
        derive_keys(block, at + 6, block[at + 5], u32(block, at + 1), hello)
    size = decrypt(block, at, at + length, pending, SLOTS * SLOT_SIZE, hello)
    if fresh:
        slot = take_slot(pending, state) if size else 0
        if slot == 0:
            return _slow(rows, row, state)
        rows[row, SLOT] = slot
        start = (slot - 1) * SLOT_SIZE
        begin(block, at, pending, start, hello)
    answer = keep_crypto(pending, SLOTS * SLOT_SIZE, size, start) if size else BROKEN
    if answer == MORE and not has_more(block, at, at + length):
        return UNDERSTOOD
    if answer != WHOLE:
        if fresh:  # whose packet this is and what it holds is not known
            free_slot(rows, row, pending, state)
        return _slow(rows, row, state)
    end = start + 4 + pending[start + 1] * 65536 + u16(pending, start + 2)
    if read_client_body(pending, start + 4, end, hello) != DONE:
        return _slow(rows, row, state)
    answer = _take_hello(pending, rows, row, side, hello, store, ends, state)
    if answer == UNDERSTOOD:
        rows[row, BUDGET + 1 - side] = 0
        rows[row, MARKS] |= WATCHED
        rows[row, QUIC_ID + side] = connection_id(block, at + 5, at + length)
        free_slot(rows, row, pending, state)
    return answer


def _again(block: Bytes, at: int, length: int, rows: Rows, row: int, side: int, state: Cells) -> int:
    """A QUIC packet behind a whole hello: the client's first one for an id that is neither its own choice nor the server's may
    begin another connection."""
    if side != rows[row, NEXT]:
        return _note_server(block, at, length, rows, row, side)
    target = connection_id(block, at + 5, at + length)
    known = target == rows[row, QUIC_ID + side] or target == rows[row, QUIC_ID + 1 - side]
    return UNDERSTOOD if known or block[at] < 192 else _slow(rows, row, state)


def _note_server(block: Bytes, at: int, length: int, rows: Rows, row: int, side: int) -> int:
    """The id that the server chose for itself, which its client sends to from then on (RFC 9000 section 7.2)."""
    if length > 7 and block[at] >= 192 and at + 6 + block[at + 5] < at + length:
        rows[row, QUIC_ID + side] = connection_id(block, at + 6 + block[at + 5], at + length)
    return UNDERSTOOD


def _is_initial(block: Bytes, at: int, length: int) -> bool:
    """Whether a datagram begins with an Initial packet of version 1 or 2."""
    if length < 64 or not _is_quic(block, at, length) or block[at + 5] > 20:
        return False
    return block[at] // 16 & 3 == (0 if u32(block, at + 1) == 1 else 1)


def _udp(
    block: Bytes, pick: Cells, rows: Rows, row: int, side: int, hello: Cells, store: Store, ends: Cells, answers: Rows,
    extras: Rows, pending: Store, state: Cells,
) -> int:  # fmt: skip
    application = rows[row, APPLICATION]
    at, length = pick[P_OFFSET], pick[P_LENGTH]
    if application == A_NTP:
        return UNDERSTOOD
    if application == A_QUIC:
        if rows[row, MARKS] & WATCHED:
            return _again(block, at, length, rows, row, side, state)
        if side != rows[row, NEXT]:
            return _note_server(block, at, length, rows, row, side)
        return _initial(block, pick, rows, row, side, hello, store, ends, pending, state)
    one, other = rows[row, PORT], rows[row, PORT + 1]
    if one == _DNS or other == _DNS:
        return _dns(block, pick, rows, row, side, store, ends, answers, extras, state)
    if _is_initial(block, at, length) and not pick[P_MISSING]:
        rows[row, APPLICATION] = A_QUIC
        rows[row, VERSION] = _TLS13
        rows[row, NEXT] = side
        return _initial(block, pick, rows, row, side, hello, store, ends, pending, state)
    if (one == _NTP or other == _NTP) and length >= 48 and block[at] & 7 and 8 <= (block[at] & 0x38) <= 32:
        rows[row, APPLICATION] = A_NTP
        rows[row, BUDGET] = 0
        rows[row, BUDGET + 1] = 0
        return UNDERSTOOD
    return _slow(rows, row, state)


def _look(
    block: Bytes, pick: Cells, rows: Rows, hello: Cells, store: Store, ends: Cells, answers: Rows, extras: Rows,
    pending: Store, state: Cells,
) -> int:  # fmt: skip
    row, side = pick[P_CONVERSATION], pick[P_SIDE]
    if rows[row, MARKS] & SLOW:
        return LEFT
    if rows[row, TRANSPORT] == TCP:
        return _tcp(block, pick, rows, row, side, hello, store, ends, extras, pending, state)
    if rows[row, TRANSPORT] == UDP:
        return _udp(block, pick, rows, row, side, hello, store, ends, answers, extras, pending, state)
    return _slow(rows, row, state)


def glance(
    block: Bytes, picks: Rows, first: int, count: int, rows: Rows, pick: Cells, hello: Cells, store: Store, ends: Cells,
    answers: Rows, extras: Rows, pending: Store, state: Cells, left: Cells,
) -> int:  # fmt: skip
    """Looks at the picks from `first` to `count`; those that need a closer look move to the front, behind the first `left[0]`.

    Returns the pick to go on with: `count` when all were looked at, an earlier one where the stores have no room for another.
    """
    for index in range(first, count):
        full = state[NAMES] + ROOM_NAMES > len(ends) or state[STORED] + ROOM_BYTES > len(store)
        if full or state[ANSWERS] + ROOM_ANSWERS > len(answers) or state[EXTRAS] + 2 > len(extras):
            return index
        for cell in range(PICK_CELLS):
            pick[cell] = picks[index, cell]
        if _look(block, pick, rows, hello, store, ends, answers, extras, pending, state) == LEFT:
            target = left[0]
            left[0] = target + 1
            for cell in range(PICK_CELLS):
                picks[target, cell] = pick[cell]
    return count
