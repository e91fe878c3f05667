"""A store of names as bytes: names found in packets go in, numbers come out. Compiled or uncompiled (see `columns`).

Names stand one behind the other in `store`; `ends[n]` is where name n ends. Number 0 stands for no name.
"""

from auditor.capture.columns import NAMES, STORED, Bytes, Cells, Store

MAX_NAME = 253


def _plain(byte: int) -> bool:
    """Whether the byte may stand in a host name as it is (lower case)."""
    return 97 <= byte <= 122 or 48 <= byte <= 57 or byte in (45, 46, 95)


def keep(ends: Cells, state: Cells) -> int:
    """Makes a name of what was written behind the last one; its number."""
    number = state[NAMES] + 1
    state[NAMES] = number
    ends[number] = state[STORED]
    return number


def add_host(block: Bytes, at: int, size: int, store: Store, ends: Cells, state: Cells) -> int:
    """Stores a host name in lower case without final dots; 0 for one that is empty, an address or needs a closer look."""
    while size > 0 and block[at + size - 1] == 46:
        size -= 1
    if size <= 0 or size > MAX_NAME:
        return 0
    start = state[STORED]
    letters = False
    for index in range(size):
        byte = block[at + index]
        if 65 <= byte <= 90:
            byte += 32
        if not _plain(byte):
            return 0
        letters = letters or 97 <= byte <= 122
        store[start + index] = byte
    if not letters:
        return 0
    state[STORED] = start + size
    return keep(ends, state)


def add_bytes(block: Bytes, at: int, size: int, store: Store, state: Cells) -> None:
    """Writes bytes as they are behind the last; `keep` makes a name of them."""
    start = state[STORED]
    for index in range(size):
        store[start + index] = block[at + index]
    state[STORED] = start + size


def same(store: Store, ends: Cells, one: int, other: int) -> bool:
    """Whether two names are equal."""
    first, second = ends[one - 1], ends[other - 1]
    size = ends[one] - first
    if ends[other] - second != size:
        return False
    for index in range(size):  # noqa: SIM110 - generators are not compiled
        if store[first + index] != store[second + index]:
            return False
    return True


def forget(ends: Cells, state: Cells, count: int) -> None:
    """Takes the newest names back, down to `count`."""
    state[NAMES] = count
    state[STORED] = ends[count]
