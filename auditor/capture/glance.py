"""The first look at picked payloads where only flows are wanted: most conversations are understood here, without an object each.

Picks go in; those that need a closer look stay, in order. What was understood stands in the conversation's cells, names in the
store, answers of DNS in their matrix. Compiled (see `columns`). It agrees with what the `talk_*` modules say; a test checks that.
"""

from auditor.capture.columns import (
    A_DNS,
    A_HTTP,
    A_MQTT,
    A_NTP,
    A_QUIC,
    A_TLS,
    ADDRESS_HI,
    ADDRESS_LO,
    ANSWERS,
    APPLICATION,
    BASE,
    BUDGET,
    CLIENT,
    EXTRAS,
    MARKS,
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
    SLOW,
    STORED,
    TCP,
    TRANSPORT,
    UDP,
    URL,
    VERSION,
    Bytes,
    Cells,
    Rows,
    Store,
)
from auditor.capture.glance_dns import read_message
from auditor.capture.glance_handshake import TLS13, first_hello, more_hello, server_hello
from auditor.capture.glance_http import read_request
from auditor.capture.glance_initial import go_on, is_initial, take_initial
from auditor.capture.glance_mqtt import CONNECT, take_connect
from auditor.capture.glance_notes import LEFT, UNDERSTOOD, note_name, slow

ROOM_NAMES = 64
ROOM_BYTES = 32_768
ROOM_ANSWERS = 32
_DNS, _NTP = 53, 123


def _request(
    block: Bytes, pick: Cells, rows: Rows, row: int, side: int, store: Store, ends: Cells, extras: Rows, state: Cells
) -> int:
    """A payload that begins with a request's method, the next one of its side."""
    first = rows[row, APPLICATION] == 0
    number = read_request(block, pick[P_OFFSET], pick[P_LENGTH], first, store, ends, state)
    if number == 0:
        return slow(rows, row, state)
    if first:
        rows[row, APPLICATION] = A_HTTP
        rows[row, URL] = state[NAMES]
        if rows[row, CLIENT] < 0:
            rows[row, CLIENT] = side
        rows[row, BUDGET + 1 - side] = 0
    note_name(rows, row, number, store, ends, extras, state)
    rows[row, NEXT + side] = (pick[P_SEQ] + pick[P_LENGTH]) & 0xFFFFFFFF
    return UNDERSTOOD


def _tcp(
    block: Bytes, pick: Cells, rows: Rows, row: int, side: int, hello: Cells, store: Store, ends: Cells, extras: Rows,
    pending: Store, state: Cells,
) -> int:  # fmt: skip
    if pick[P_LENGTH] == 0 and pick[P_MISSING] == 0:
        return UNDERSTOOD
    if pick[P_MISSING]:
        return slow(rows, row, state)
    application = rows[row, APPLICATION]
    if application == A_TLS:
        if side == rows[row, CLIENT]:
            return more_hello(block, pick, rows, row, side, hello, store, ends, pending, state)
        return server_hello(block, pick, rows, row, side, hello, store, ends, state)
    if application == A_HTTP:
        if side != rows[row, CLIENT]:
            return UNDERSTOOD
        if pick[P_SEQ] != rows[row, NEXT + side]:
            behind = (rows[row, NEXT + side] - pick[P_SEQ]) & 0xFFFFFFFF
            return UNDERSTOOD if behind < 1 << 31 and behind >= pick[P_LENGTH] else slow(rows, row, state)
        return _request(block, pick, rows, row, side, store, ends, extras, state)
    if application == A_MQTT:
        return UNDERSTOOD
    if pick[P_SEQ] != (rows[row, BASE + side] + 1) & 0xFFFFFFFF:
        return slow(rows, row, state)
    return _beginning(block, pick, rows, row, side, hello, store, ends, extras, pending, state)


def _beginning(
    block: Bytes, pick: Cells, rows: Rows, row: int, side: int, hello: Cells, store: Store, ends: Cells, extras: Rows,
    pending: Store, state: Cells,
) -> int:  # fmt: skip
    """The first payload of a connection."""
    first = block[pick[P_OFFSET]]
    if first == 22:
        return first_hello(block, pick, rows, row, side, hello, store, ends, pending, state)
    if first == CONNECT:
        return take_connect(block, pick, rows, row, side, state)
    if first in (71, 72):
        return _request(block, pick, rows, row, side, store, ends, extras, state)
    return slow(rows, row, state)


def _dns(
    block: Bytes, pick: Cells, rows: Rows, row: int, side: int, store: Store, ends: Cells, answers: Rows, extras: Rows,
    state: Cells,
) -> int:  # fmt: skip
    """A datagram from or to a resolver; for answers the client is who receives them. Multicast is for the closer look."""
    if pick[P_MISSING] or pick[P_LENGTH] < 17:
        return slow(rows, row, state)
    other = 1 - side
    high, low = rows[row, ADDRESS_HI + other], rows[row, ADDRESS_LO + other]
    at = pick[P_OFFSET]
    number = read_message(block, at, pick[P_LENGTH], high, low, pick[P_TIME], store, ends, answers, state)
    if number == 0:
        return slow(rows, row, state)
    if rows[row, CLIENT] < 0:
        rows[row, CLIENT] = other if block[at + 2] & 0x80 else side
    rows[row, APPLICATION] = A_DNS
    note_name(rows, row, number, store, ends, extras, state)
    return UNDERSTOOD


def _udp(
    block: Bytes, pick: Cells, rows: Rows, row: int, side: int, hello: Cells, store: Store, ends: Cells, answers: Rows,
    extras: Rows, pending: Store, state: Cells,
) -> int:  # fmt: skip
    application = rows[row, APPLICATION]
    at, length = pick[P_OFFSET], pick[P_LENGTH]
    if application == A_NTP:
        return UNDERSTOOD
    if application == A_QUIC:
        return go_on(block, pick, rows, row, side, hello, store, ends, pending, state)
    one, other = rows[row, PORT], rows[row, PORT + 1]
    if one == _DNS or other == _DNS:
        return _dns(block, pick, rows, row, side, store, ends, answers, extras, state)
    if is_initial(block, at, length) and not pick[P_MISSING]:
        rows[row, APPLICATION] = A_QUIC
        rows[row, VERSION] = TLS13
        rows[row, NEXT] = side
        return take_initial(block, pick, rows, row, side, hello, store, ends, pending, state)
    if (one == _NTP or other == _NTP) and length >= 48 and block[at] & 7 and 8 <= (block[at] & 0x38) <= 32:
        rows[row, APPLICATION] = A_NTP
        rows[row, BUDGET] = 0
        rows[row, BUDGET + 1] = 0
        return UNDERSTOOD
    return slow(rows, row, state)


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
    return slow(rows, row, state)


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
