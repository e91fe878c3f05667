"""The structure of pcap and pcapng files: a block of bytes goes in, rows of packet records come out.

Strict: a length that lies, a trailer that differs or an interface that was never described stops the walk with W_WHY = BROKEN and
the rule's number, because a reader that guesses on misses packets without a word. The functions run compiled or uncompiled (see
`columns`). Formats: draft-ietf-opsawg-pcap and draft-ietf-opsawg-pcapng.
"""

from auditor.capture.columns import (
    BROKEN,
    CAPTURED,
    I_BITS,
    I_DIVISOR,
    I_FACTOR,
    I_LINK,
    I_OFFSET,
    I_SNAP,
    LINK,
    NEED_MORE,
    NO_TIME,
    OFFSET,
    ORIGINAL,
    OTHER_BLOCK,
    ROWS_FULL,
    TIME,
    W_AT,
    W_CODE,
    W_WHY,
    Bytes,
    Cells,
    Rows,
)
from auditor.capture.frames import u16, u16le, u32, u32le

ENHANCED, SIMPLE, PACKET = 6, 3, 2
MAX_BLOCK = 16 * 1024 * 1024
"""As libpcap: a longer pcapng block is taken for damage."""
MAX_TIME = 1 << 62
SECOND = 1_000_000_000

CAPTURED_TOO_LONG, LENGTH_UNEVEN, LENGTH_TOO_SMALL, LENGTH_TOO_LONG, TRAILER, NO_INTERFACE, DATA_TOO_LONG, ZEROS = range(1, 9)
RULES = {
    CAPTURED_TOO_LONG: "the captured length of a packet exceeds the snap length",
    LENGTH_UNEVEN: "a block length is no multiple of four",
    LENGTH_TOO_SMALL: "a block length is smaller than the block's own head",
    LENGTH_TOO_LONG: "a block length exceeds 16 MiB",
    TRAILER: "the two lengths of a block differ",
    NO_INTERFACE: "a packet names an interface that was never described",
    DATA_TOO_LONG: "the captured length of a packet exceeds its block",
    ZEROS: "zeros stand where a packet should",
}


def _u32(block: Bytes, at: int, big: int) -> int:
    return u32(block, at) if big else u32le(block, at)


def _stop(walk: Cells, at: int, why: int, code: int) -> None:
    walk[W_AT] = at
    walk[W_WHY] = why
    walk[W_CODE] = code


def _record(records: Rows, row: int, at: int, captured: int, original: int, time: int, link: int) -> None:
    records[row, OFFSET] = at
    records[row, CAPTURED] = captured
    # Some tools write 0 or the cut length as the original one: a frame is at least as long as what was captured of it.
    records[row, ORIGINAL] = max(original, captured)
    records[row, TIME] = time
    records[row, LINK] = link


def walk_records(
    block: Bytes, end: int, big: int, nanoseconds: int, head: int, limit: int, link: int, records: Rows, walk: Cells
) -> int:
    """Walks pcap records from `walk[W_AT]` to `end`; `head` is the size of a record's header, `limit` of its data.

    Returns the number of rows filled; `walk` says where and why it stopped.
    """
    at = walk[W_AT]
    room = len(records)
    factor = 1 if nanoseconds else 1000
    count = 0
    while at + head <= end:
        if count == room:
            _stop(walk, at, ROWS_FULL, 0)
            return count
        captured = _u32(block, at + 8, big)
        if captured > limit:
            _stop(walk, at, BROKEN, CAPTURED_TOO_LONG)
            return count
        if captured == 0 and _u32(block, at + 12, big) == 0 and _u32(block, at, big) == 0:
            # A file whose space was set aside before the machine stopped; no packet has no length and no time.
            _stop(walk, at, BROKEN, ZEROS)
            return count
        if at + head + captured > end:
            break
        time = _u32(block, at, big) * SECOND + _u32(block, at + 4, big) * factor
        _record(records, count, at + head, captured, _u32(block, at + 12, big), time, link)
        count += 1
        at += head + captured
    _stop(walk, at, NEED_MORE, 0)
    return count


def time_of(high: int, low: int, interfaces: Rows, interface: int) -> int:
    """The UTC nanoseconds of a time stamp in the interface's own units, held within the years that a table can show."""
    ticks = (high & 0x7FFFFFFF) << 32 | low
    bits = interfaces[interface, I_BITS]
    if bits:
        seconds = min(ticks >> bits, MAX_TIME // SECOND)
        fraction = ticks & ((1 << bits) - 1)
        if bits > 32:
            fraction >>= bits - 32
            bits = 32
        time = seconds * SECOND + (fraction * SECOND >> bits)
    else:
        factor = interfaces[interface, I_FACTOR]
        time = min(ticks, MAX_TIME // factor) * factor // interfaces[interface, I_DIVISOR]
    return max(0, min(time + interfaces[interface, I_OFFSET], MAX_TIME))


def block_rule(block: Bytes, at: int, end: int, big: int, least: int) -> int:
    """The rule that the block's framing breaks; 0 for none, -1 when the block is not all there yet."""
    total = _u32(block, at + 4, big)
    if total & 3:
        return LENGTH_UNEVEN
    if total < least:
        return LENGTH_TOO_SMALL
    if total > MAX_BLOCK:
        return LENGTH_TOO_LONG
    if at + total > end:
        return -1
    return TRAILER if _u32(block, at + total - 4, big) != total else 0


def _simple(block: Bytes, at: int, big: int, interfaces: Rows, known: int, records: Rows, row: int) -> int:
    """A simple packet block: no time, no interface of its own."""
    if not known:
        return NO_INTERFACE
    total = _u32(block, at + 4, big)
    original = _u32(block, at + 8, big)
    captured = min(original, total - 16)
    if interfaces[0, I_SNAP]:
        captured = min(captured, interfaces[0, I_SNAP])
    if original > captured and total - 16 - captured > 3:
        return DATA_TOO_LONG
    _record(records, row, at + 12, captured, original, NO_TIME, interfaces[0, I_LINK])
    return 0


def _packet(block: Bytes, at: int, big: int, kind: int, interfaces: Rows, known: int, records: Rows, row: int) -> int:
    """An enhanced or an old packet block."""
    interface = _u32(block, at + 8, big) if kind == ENHANCED else u16(block, at + 8) if big else u16le(block, at + 8)
    if interface >= known:
        return NO_INTERFACE
    interface = min(interface, len(interfaces) - 1)  # the last row stands for all that have none
    captured = _u32(block, at + 20, big)
    if captured + 32 > _u32(block, at + 4, big):
        return DATA_TOO_LONG
    time = time_of(_u32(block, at + 12, big), _u32(block, at + 16, big), interfaces, interface)
    _record(records, row, at + 28, captured, _u32(block, at + 24, big), time, interfaces[interface, I_LINK])
    return 0


def walk_blocks(block: Bytes, end: int, big: int, interfaces: Rows, known: int, records: Rows, walk: Cells) -> int:
    """Walks pcapng blocks from `walk[W_AT]` to `end`, up to one that carries no packet; `known` interfaces were described.

    Returns the number of rows filled; `walk` says where and why it stopped.
    """
    at = walk[W_AT]
    room = len(records)
    count = 0
    while at + 12 <= end:
        kind = _u32(block, at, big)
        if kind != ENHANCED and kind != PACKET and kind != SIMPLE:
            _stop(walk, at, OTHER_BLOCK, 0)
            return count
        if count == room:
            _stop(walk, at, ROWS_FULL, 0)
            return count
        rule = block_rule(block, at, end, big, 16 if kind == SIMPLE else 32)
        if rule < 0:
            break
        if not rule:
            if kind == SIMPLE:
                rule = _simple(block, at, big, interfaces, known, records, count)
            else:
                rule = _packet(block, at, big, kind, interfaces, known, records, count)
        if rule:
            _stop(walk, at, BROKEN, rule)
            return count
        count += 1
        at += _u32(block, at + 4, big)
    _stop(walk, at, NEED_MORE, 0)
    return count
