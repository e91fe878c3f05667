"""What a glance notes of a conversation: its cells and what was read go in, names stand in the store and numbers in the cells.

A conversation that needs a closer look is marked `SLOW`. Those that are only strange (a hello that lacks its end, Initial packets
that nobody can decrypt) may have it while they are few; of a flood of them the cells say what could not be seen, because a
closer look makes objects. Compiled (see `columns`).
"""

from auditor.capture.columns import (
    A_HTTP,
    ALLOWANCE,
    ALPN,
    APPLICATION,
    BUDGET,
    CLIENT,
    CLOSER,
    E_NAME,
    E_ROW,
    ECH,
    EXTRAS,
    MARKS,
    MORE_NAMES,
    NAME,
    SLOW,
    Bytes,
    Cells,
    Rows,
    Store,
)
from auditor.capture.glance_tls import H_ALPN, H_ALPN_SIZE, H_ECH, H_NAME, H_NAME_SIZE
from auditor.capture.name_store import add_bytes, add_host, keep, same

LEFT, UNDERSTOOD = 1, 0
FEW = 4_096
SHARE = 64
"""Strange conversations that get the closer look: these few, and one in so many of all."""


def slow(rows: Rows, row: int, state: Cells) -> int:
    """The conversation needs a closer look from here on."""
    rows[row, MARKS] |= SLOW
    if rows[row, APPLICATION] == A_HTTP:
        rows[row, BUDGET] = state[ALLOWANCE]
        rows[row, BUDGET + 1] = state[ALLOWANCE]
    return LEFT


def are_few(row: int, state: Cells) -> bool:
    """Whether the strange conversation may have a closer look, which is counted."""
    if state[CLOSER] >= FEW + row // SHARE:
        return False
    state[CLOSER] += 1
    return True


def note_name(rows: Rows, row: int, number: int, store: Store, ends: Cells, extras: Rows, state: Cells) -> None:
    """Notes a name of the conversation: the first in its row, further ones among the extras (repeats of the first left out)."""
    if rows[row, NAME] == 0:
        rows[row, NAME] = number
    elif not same(store, ends, rows[row, NAME], number):
        extra = state[EXTRAS]
        state[EXTRAS] = extra + 1
        extras[extra, E_ROW] = row
        extras[extra, E_NAME] = number
        rows[row, MARKS] |= MORE_NAMES


def take_hello(block: Bytes, rows: Rows, row: int, side: int, hello: Cells, store: Store, ends: Cells, state: Cells) -> int:
    """A ClientHello that was read: its names become the conversation's."""
    if hello[H_NAME_SIZE]:
        number = add_host(block, hello[H_NAME], hello[H_NAME_SIZE], store, ends, state)
        if number == 0:
            return slow(rows, row, state)
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
