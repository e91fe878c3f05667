"""Walking and following in one, a few records at a time, finds what doing it one after the other finds."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from auditor.capture import columns as c
from auditor.capture.bulk import follow_records
from auditor.capture.conversations import follow
from auditor.capture.engine import _plain
from auditor.capture.records import walk_records
from tests.unit.capture.wire import CLIENT, SERVER, Wire, ip, pcap, udp_datagram

FORM = (0, 0, 16, 262_144, 1)


def _capture() -> bytes:
    """Some connections, a fragment among them."""
    wire = Wire()
    for port in range(4):
        wire.connect(sport=50_000 + port).open().up(b"some payload").close()
    piece = bytes(12) + b"\x08\0" + ip(CLIENT, SERVER, 17, udp_datagram(1, 2, b"a piece"), fragment=0x2000)
    return pcap([*wire.frames[:12], (wire.frames[12][0], piece), *wire.frames[12:]])


DATA = _capture()


def _tables(rows: int) -> tuple[np.ndarray, ...]:
    shapes = ((rows, c.CONVERSATION_CELLS), 2_048, (512, c.PICK_CELLS), c.STATE_CELLS, c.PACKET_CELLS)
    tables = tuple(np.zeros(shape, np.int64) for shape in shapes)
    tables[3][c.ALLOWANCE] = 1_000
    return tables


@given(end=st.integers(24, len(DATA)), room=st.integers(1, 9), broken=st.integers(0, 40), rows=st.sampled_from((100, 257, 400)))
def test_few_at_a_time_as_all_at_once(end: int, room: int, broken: int, rows: int) -> None:
    """With a cut, a record whose length lies, a fragment, and without room for conversations."""
    block = np.frombuffer(DATA, np.uint8).copy()
    at = 24
    for number in range(broken):
        if at + 16 > len(DATA):
            break
        last, at = at, at + 16 + int.from_bytes(DATA[at + 8 : at + 12], "little")
        if number == broken - 1:
            block[last + 11] = 255
    walk, whole = (np.zeros(c.W_CELLS, np.int64) for _ in range(2))
    walk[c.W_AT] = whole[c.W_AT] = 24
    few, records, done = np.zeros((room, c.RECORD_CELLS), np.int64), np.zeros((99, c.RECORD_CELLS), np.int64), _tables(rows)
    count = _plain(follow_records)(block, end, *FORM, few, walk, *done)
    expected = _tables(rows)
    all_there = _plain(walk_records)(block, end, *FORM, records, whole)
    first = _plain(follow)(block, records, 0, all_there, *expected)
    assert all(np.array_equal(one, other) for one, other in zip(done, expected, strict=True))
    if first < all_there:
        assert few[walk[c.W_FIRST]].tolist() == records[first].tolist()
    else:
        assert (walk[c.W_FIRST], walk[: c.W_FIRST].tolist()) == (count, whole[: c.W_FIRST].tolist())
