"""The conversation table: records of a block go in, rows of conversations and picked payloads come out.

One pass over the packets, compiled or uncompiled (see `columns`). A conversation is found by its addresses, ports and
transport in an open-addressing table of row numbers; each slot leads to the newest conversation of its key. The pass stops early
when a matrix is full or a fragment needs reassembly, and goes on from the same packet when it is called again.
"""

from auditor.capture.columns import (
    ACK,
    ADDRESS_HI,
    ADDRESS_LO,
    ALLOWANCE,
    ANY_IP,
    AT,
    BACKWARD,
    BASE,
    BUDGET,
    BYTES,
    CAPTURED,
    CARD,
    CLIENT,
    CLOSED,
    CONVERSATION_CELLS,
    CONVERSATIONS,
    CUT,
    DONE,
    DST_HI,
    DST_LO,
    DST_PORT,
    END,
    ENDED,
    FIN,
    FIRST_PACKET,
    FLAGS,
    FRAGMENT,
    FRAGMENTS,
    FRAME,
    FULL,
    KIND,
    LAST_LINK,
    LATEST,
    LENGTH,
    LINK,
    MARKS,
    MISSING,
    NEXT,
    NO_HEADERS,
    NO_IP,
    NO_KEY,
    NO_LINK,
    NO_TIME,
    OFFSET,
    ORIGINAL,
    P_CONVERSATION,
    P_FLAGS,
    P_FRAME,
    P_LENGTH,
    P_MISSING,
    P_NUMBER,
    P_OFFSET,
    P_SEQ,
    P_SIDE,
    P_TIME,
    PACKET,
    PACKETS,
    PAYLOAD,
    PAYLOADS,
    PICKS,
    PORT,
    PROTOCOL,
    REST_AT,
    REST_END,
    RST,
    SEQ,
    SEVERAL,
    SHORT,
    SHORTENED,
    SRC_HI,
    SRC_LO,
    SRC_PORT,
    STARTED,
    STREAM,
    STREAMS,
    SYN,
    TCP,
    TIME,
    TRANSPORT,
    UDP,
    WATCHED,
    WHY,
    Bytes,
    Cells,
    Rows,
)
from auditor.capture.frames import ETHERNET, known_link, u16, u32
from auditor.capture.network import BAD_HEADERS, ENCRYPTED, FOUND, IS_FRAGMENT, dissect
from auditor.capture.tunnels import carried

_MIX_1, _MIX_2, _MASK = 0x9E3779B1, 0x85EBCA77, 0x3FFFFFFF
_LONG_HEADER = 0xC0  # RFC 9000 section 17.2
MAX_TUNNELS = 8
"""UDP tunnels that a packet is followed through, a conversation for each."""
MAX_SUBFRAMES = 32
"""Packets of one 802.11 frame that are followed."""
ROWS_FOR_A_PACKET = MAX_TUNNELS * MAX_SUBFRAMES
"""Rows that one packet can need at most."""


def _hash_end(high: int, low: int, port: int) -> int:
    """A number for one end of a conversation."""
    mixed = (low & _MASK) * _MIX_1 ^ (low >> 30 & _MASK) * _MIX_2 ^ (high & _MASK) * 31 ^ (high >> 30 & _MASK) * 131
    return ((mixed ^ port * 40503) & _MASK) * _MIX_1 >> 7 & _MASK


def _hash(cell: Cells) -> int:
    """The same number for both directions."""
    source = _hash_end(cell[SRC_HI], cell[SRC_LO], cell[SRC_PORT])
    return (source + _hash_end(cell[DST_HI], cell[DST_LO], cell[DST_PORT]) + cell[PROTOCOL] * 7919) & _MASK


def _is_end(rows: Rows, row: int, side: int, high: int, low: int, port: int) -> bool:
    return (
        rows[row, ADDRESS_LO + side] == low  # the part that differs most, first
        and rows[row, PORT + side] == port
        and rows[row, ADDRESS_HI + side] == high
    )


def _side_of_source(rows: Rows, row: int, cell: Cells) -> int:
    """Which side of the conversation sent the packet; -1 where it is another conversation."""
    if rows[row, TRANSPORT] != cell[PROTOCOL]:
        return -1
    source_hi, source_lo, source_port = cell[SRC_HI], cell[SRC_LO], cell[SRC_PORT]
    target_hi, target_lo, target_port = cell[DST_HI], cell[DST_LO], cell[DST_PORT]
    for side in range(2):
        other = 1 - side
        if _is_end(rows, row, side, source_hi, source_lo, source_port) and _is_end(
            rows, row, other, target_hi, target_lo, target_port
        ):
            return side
    return -1


def _begin(block: Bytes, rows: Rows, state: Cells, cell: Cells) -> int:
    """A new row for the packet's conversation; its source becomes side 0."""
    row = state[CONVERSATIONS]
    state[CONVERSATIONS] = row + 1
    rows[row, ADDRESS_HI] = cell[SRC_HI]
    rows[row, ADDRESS_LO] = cell[SRC_LO]
    rows[row, PORT] = cell[SRC_PORT]
    rows[row, ADDRESS_HI + 1] = cell[DST_HI]
    rows[row, ADDRESS_LO + 1] = cell[DST_LO]
    rows[row, PORT + 1] = cell[DST_PORT]
    rows[row, TRANSPORT] = cell[PROTOCOL]
    rows[row, STREAM] = state[STREAMS + cell[PROTOCOL]]
    state[STREAMS + cell[PROTOCOL]] += 1
    rows[row, FIRST_PACKET] = state[PACKET]
    rows[row, STARTED] = state[LATEST]
    rows[row, ENDED] = state[LATEST]
    for column in range(PACKETS, BASE):
        rows[row, column] = 0
    rows[row, BASE] = -1
    rows[row, BASE + 1] = -1
    rows[row, CLIENT] = -1
    rows[row, CLOSED] = 0
    rows[row, BUDGET] = state[ALLOWANCE]
    rows[row, BUDGET + 1] = state[ALLOWANCE]
    for column in range(CUT, CONVERSATION_CELLS):
        rows[row, column] = 0
    rows[row, NEXT] = -1
    rows[row, NEXT + 1] = -1
    at = cell[FRAME]
    rows[row, CARD] = u16(block, at + 6) << 32 | u32(block, at + 8) if at >= 0 else -1
    rows[row, CARD + 1] = u16(block, at) << 32 | u32(block, at + 2) if at >= 0 else -1
    return row


def _reopens(rows: Rows, row: int, side: int, cell: Cells) -> bool:
    """Whether the packet is a SYN that opens the same ports anew: after FIN or RST, or with another sequence number."""
    if cell[PROTOCOL] != TCP or cell[FLAGS] & (SYN | ACK) != SYN or rows[row, BASE + side] < 0:
        return False
    return rows[row, BASE + side] != cell[SEQ] or rows[row, CLOSED] != 0


def _conversation(block: Bytes, rows: Rows, slots: Cells, state: Cells, cell: Cells) -> int:
    """The packet's conversation, begun where there is none: row * 2 + side of the source."""
    mask = len(slots) - 1
    slot = _hash(cell) & mask
    while slots[slot] != 0:
        row = slots[slot] - 1
        side = _side_of_source(rows, row, cell)
        if side >= 0:
            if _reopens(rows, row, side, cell):
                row = _begin(block, rows, state, cell)
                slots[slot] = row + 1
                return row * 2
            return row * 2 + side
        slot = (slot + 1) & mask
    row = _begin(block, rows, state, cell)
    slots[slot] = row + 1
    return row * 2


def rebuild(rows: Rows, slots: Cells, state: Cells, cell: Cells) -> None:
    """Fills a larger, zeroed table of slots with the conversations so far."""
    mask = len(slots) - 1
    for row in range(state[CONVERSATIONS]):
        cell[SRC_HI] = rows[row, ADDRESS_HI]
        cell[SRC_LO] = rows[row, ADDRESS_LO]
        cell[SRC_PORT] = rows[row, PORT]
        cell[DST_HI] = rows[row, ADDRESS_HI + 1]
        cell[DST_LO] = rows[row, ADDRESS_LO + 1]
        cell[DST_PORT] = rows[row, PORT + 1]
        cell[PROTOCOL] = rows[row, TRANSPORT]
        slot = _hash(cell) & mask
        # A later conversation of the same key takes the slot over.
        while slots[slot] != 0 and _side_of_source(rows, slots[slot] - 1, cell) < 0:
            slot = (slot + 1) & mask
        slots[slot] = row + 1


def _note_handshake(rows: Rows, row: int, side: int, cell: Cells) -> None:
    """Sequence numbers, the client and the end, from the flags of a TCP packet."""
    flags = cell[FLAGS]
    if rows[row, BASE + side] < 0:
        # Without a SYN the number before the first byte seen stands for it, as in Wireshark.
        rows[row, BASE + side] = cell[SEQ] if flags & SYN else (cell[SEQ] - 1) & 0xFFFFFFFF
    if flags & SYN and rows[row, CLIENT] < 0:
        rows[row, CLIENT] = 1 - side if flags & ACK else side
    if flags & (FIN | RST):
        rows[row, CLOSED] = 1


def _count(rows: Rows, row: int, side: int, cell: Cells, time: int, size: int) -> None:
    """Adds the packet to its conversation."""
    rows[row, PACKETS + side] += 1
    rows[row, BYTES + side] += size
    rows[row, PAYLOADS + side] += cell[LENGTH] + cell[MISSING]
    if cell[MISSING]:
        rows[row, CUT] += 1
    # A clock that was set back must not make a conversation end before it starts.
    rows[row, STARTED] = min(rows[row, STARTED], time)
    rows[row, ENDED] = max(rows[row, ENDED], time)
    if cell[PROTOCOL] == TCP:
        _note_handshake(rows, row, side, cell)


def _pick(
    block: Bytes, picks: Rows, rows: Rows, state: Cells, cell: Cells, row: int, side: int, time: int, frame: int
) -> None:  # fmt: skip
    """Notes the packet's payload for a closer look while its side has budget left; the end of a connection always, and the
    beginning of another one of QUIC."""
    size = cell[LENGTH] + cell[MISSING]
    closes = cell[PROTOCOL] == TCP and cell[FLAGS] & (FIN | RST) != 0
    wanted = size > 0 and rows[row, BUDGET + side] > 0
    if cell[PROTOCOL] == UDP and not wanted and cell[LENGTH] > 0 and rows[row, MARKS] & WATCHED:
        wanted = block[cell[PAYLOAD]] >= _LONG_HEADER
    if not wanted and not (closes and rows[row, BUDGET] + rows[row, BUDGET + 1] > 0):
        return
    rows[row, BUDGET + side] -= size
    pick = state[PICKS]
    state[PICKS] = pick + 1
    picks[pick, P_CONVERSATION] = row
    picks[pick, P_SIDE] = side
    picks[pick, P_NUMBER] = state[PACKET]
    picks[pick, P_TIME] = time
    picks[pick, P_OFFSET] = cell[PAYLOAD]
    picks[pick, P_LENGTH] = cell[LENGTH]
    picks[pick, P_MISSING] = cell[MISSING]
    picks[pick, P_FRAME] = cell[PAYLOAD] - frame
    # Data may ride on a SYN (RFC 7413), which takes a number of its own.
    opens = cell[PROTOCOL] == TCP and cell[FLAGS] & SYN != 0
    picks[pick, P_SEQ] = (cell[SEQ] + opens) & 0xFFFFFFFF
    picks[pick, P_FLAGS] = cell[FLAGS]


def converse(
    block: Bytes, rows: Rows, slots: Cells, picks: Rows, state: Cells, cell: Cells, time: int, size: int, frame: int
) -> int:
    """Takes one packet from KIND, AT and END to its conversations: that of each UDP tunnel, then the innermost.

    Returns what `dissect` says of the last layer.
    """
    for _ in range(MAX_TUNNELS):
        answer = dissect(block, cell)
        if answer != FOUND:
            return answer
        found = _conversation(block, rows, slots, state, cell)
        row, side = found >> 1, found & 1
        _count(rows, row, side, cell, time, size)
        if cell[PROTOCOL] != UDP or not carried(block, cell):
            _pick(block, picks, rows, state, cell, row, side, time, frame)
            return FOUND
        cell[FRAME] = -1
    return BAD_HEADERS


def _others(
    block: Bytes, rows: Rows, slots: Cells, picks: Rows, state: Cells, cell: Cells, time: int, size: int, frame: int
) -> int:
    """Takes the packets behind the first one of an 802.11 frame, up to a fragment; who puts that together goes on behind it.

    Returns what `dissect` says of the last one, BAD_HEADERS where there are more than are followed.
    """
    short = cell[SHORT]
    answer = FOUND
    for _ in range(MAX_SUBFRAMES - 1):
        if cell[REST_AT] == 0 or answer == IS_FRAGMENT:
            break
        cell[AT] = cell[REST_AT]
        cell[END] = cell[REST_END]
        cell[SHORT] = short
        cell[KIND] = SEVERAL
        answer = converse(block, rows, slots, picks, state, cell, time, size, frame)
    return BAD_HEADERS if cell[REST_AT] and answer != IS_FRAGMENT else answer


def _note(state: Cells, answer: int, link: int) -> None:
    """Counts a packet that belongs to no conversation, by the reason."""
    if answer == BAD_HEADERS:
        state[NO_HEADERS] += 1
    elif answer == ENCRYPTED:
        state[NO_KEY] += 1
    elif known_link(link):
        state[NO_IP] += 1
    else:
        state[NO_LINK] += 1
        state[LAST_LINK] = link


def follow(
    block: Bytes, records: Rows, first: int, count: int, rows: Rows, slots: Cells, picks: Rows, state: Cells, cell: Cells
) -> int:
    """Takes the records from `first` to `count` to their conversations.

    Returns the record to go on with; `state[WHY]` says why: DONE, FULL (`rows`, `slots` or `picks` have no room for another
    packet) or FRAGMENT (that record is a fragment; the cells describe it, and it is already counted in PACKET).
    """
    state[WHY] = DONE
    for index in range(first, count):
        if (
            state[CONVERSATIONS] + ROWS_FOR_A_PACKET > len(rows)
            or state[PICKS] + ROWS_FOR_A_PACKET > len(picks)
            or (state[CONVERSATIONS] + ROWS_FOR_A_PACKET) * 2 > len(slots)
        ):
            state[WHY] = FULL
            return index
        time = records[index, TIME]
        state[PACKET] += 1
        if NO_TIME < time < state[LATEST]:
            state[BACKWARD] += 1
        state[LATEST] = time
        start = records[index, OFFSET]
        plain = records[index, LINK] == ETHERNET and records[index, CAPTURED] > 34 and u16(block, start + 12) == 0x0800
        cell[KIND] = ANY_IP if plain else records[index, LINK]
        cell[AT] = start + 14 if plain else start
        cell[END] = start + records[index, CAPTURED]
        cell[SHORT] = records[index, ORIGINAL] - records[index, CAPTURED]
        if cell[SHORT] > 0:
            state[SHORTENED] += 1
        cell[REST_AT] = 0
        cell[FRAME] = start if records[index, LINK] == ETHERNET and records[index, CAPTURED] >= 14 else -1
        answer = converse(block, rows, slots, picks, state, cell, time, records[index, ORIGINAL], start)
        if cell[REST_AT] and answer != IS_FRAGMENT:
            answer = _others(block, rows, slots, picks, state, cell, time, records[index, ORIGINAL], start)
        if answer == IS_FRAGMENT:
            state[FRAGMENTS] += 1
            state[WHY] = FRAGMENT
            return index
        if answer != FOUND:
            _note(state, answer, records[index, LINK])
    return count
