"""The doors into the compiled bulk path: pointers and lengths go in, the functions of `conversations` and `records` get arrays.

Only ever compiled (see `compiled`); the widths of the matrices are those of `columns`.
"""

from typing import Any

import numba

from auditor.capture.columns import (
    ANSWER_CELLS,
    CONVERSATION_CELLS,
    EXTRA_CELLS,
    INTERFACE_CELLS,
    PICK_CELLS,
    RECORD_CELLS,
)
from auditor.capture.conversations import follow, rebuild
from auditor.capture.glance import glance
from auditor.capture.records import walk_blocks, walk_records

type Pointer = Any

carray: Any = vars(numba)["carray"]


def follow_entry(
    block: Pointer, size: int, records: Pointer, record_rows: int, first: int, count: int, rows: Pointer, row_count: int,
    slots: Pointer, slot_count: int, picks: Pointer, pick_rows: int, state: Pointer, states: int, cell: Pointer, cells: int,
) -> int:  # fmt: skip
    """`conversations.follow`."""
    return follow(
        carray(block, (size,)), carray(records, (record_rows, RECORD_CELLS)), first, count,
        carray(rows, (row_count, CONVERSATION_CELLS)), carray(slots, (slot_count,)), carray(picks, (pick_rows, PICK_CELLS)),
        carray(state, (states,)), carray(cell, (cells,)),
    )  # fmt: skip


def rebuild_entry(
    rows: Pointer, row_count: int, slots: Pointer, slot_count: int, state: Pointer, states: int, cell: Pointer, cells: int
) -> None:
    """`conversations.rebuild`."""
    rebuild(
        carray(rows, (row_count, CONVERSATION_CELLS)),
        carray(slots, (slot_count,)),
        carray(state, (states,)),
        carray(cell, (cells,)),
    )


def walk_records_entry(
    block: Pointer, size: int, end: int, big: int, nanoseconds: int, head: int, limit: int, link: int, records: Pointer,
    record_rows: int, walk: Pointer, cells: int,
) -> int:  # fmt: skip
    """`records.walk_records`."""
    return walk_records(
        carray(block, (size,)), end, big, nanoseconds, head, limit, link, carray(records, (record_rows, RECORD_CELLS)),
        carray(walk, (cells,)),
    )  # fmt: skip


def walk_blocks_entry(
    block: Pointer, size: int, end: int, big: int, interfaces: Pointer, interface_rows: int, known: int, records: Pointer,
    record_rows: int, walk: Pointer, cells: int,
) -> int:  # fmt: skip
    """`records.walk_blocks`."""
    return walk_blocks(
        carray(block, (size,)), end, big, carray(interfaces, (interface_rows, INTERFACE_CELLS)), known,
        carray(records, (record_rows, RECORD_CELLS)), carray(walk, (cells,)),
    )  # fmt: skip


def glance_entry(
    block: Pointer, size: int, picks: Pointer, pick_rows: int, first: int, count: int, rows: Pointer, row_count: int,
    pick: Pointer, pick_cells: int, hello: Pointer, hello_cells: int, store: Pointer, stored: int, ends: Pointer,
    end_count: int, answers: Pointer, answer_rows: int, extras: Pointer, extra_rows: int, pending: Pointer,
    pending_size: int, state: Pointer, states: int, left: Pointer, left_size: int,
) -> int:  # fmt: skip
    """`glance.glance`."""
    return glance(
        carray(block, (size,)), carray(picks, (pick_rows, PICK_CELLS)), first, count,
        carray(rows, (row_count, CONVERSATION_CELLS)), carray(pick, (pick_cells,)), carray(hello, (hello_cells,)),
        carray(store, (stored,)), carray(ends, (end_count,)), carray(answers, (answer_rows, ANSWER_CELLS)),
        carray(extras, (extra_rows, EXTRA_CELLS)), carray(pending, (pending_size,)), carray(state, (states,)),
        carray(left, (left_size,)),
    )  # fmt: skip


ENTRIES = {
    "follow": follow_entry,
    "rebuild": rebuild_entry,
    "walk_records": walk_records_entry,
    "walk_blocks": walk_blocks_entry,
    "glance": glance_entry,
}
