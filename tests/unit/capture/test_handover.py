"""Payloads for another process: everything as it is at that moment, and nothing where there is no room."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from auditor.capture import columns as c
from auditor.capture.handover import gather
from tests.unit.capture.compiled_alone import compiled_alone

COMPILED = compiled_alone(gather)
BLOCK = np.arange(200, dtype=np.uint8)
ROWS = np.arange(8 * c.CONVERSATION_CELLS, dtype=np.int64).reshape(8, -1)


@given(
    frames=st.lists(st.tuples(st.integers(0, 7), st.integers(0, 100), st.integers(0, 20), st.integers(0, 80)), max_size=6),
    behind=st.integers(0, 30),
    room=st.tuples(st.integers(0, 5), st.integers(0, 400)),
)
def test_frames_and_cells_are_copied_as_far_as_there_is_room(
    frames: list[tuple[int, int, int, int]], behind: int, room: tuple[int, int]
) -> None:
    """Conversation, place of the frame, of the payload in it, and its length; compiled and not."""
    picks = np.zeros((len(frames), c.PICK_CELLS), np.int64)
    for pick, (row, start, frame, length) in enumerate(frames):
        picks[pick, [c.P_CONVERSATION, c.P_OFFSET, c.P_FRAME, c.P_LENGTH]] = row, start + frame, frame, length
    made = []
    for function in (gather, COMPILED):
        table = np.zeros((room[0], c.PICK_CELLS + c.CONVERSATION_CELLS), np.int64)
        store, filled = np.zeros(room[1], np.uint8), np.zeros(c.GATHERED_CELLS, np.int64)
        following = function(BLOCK, picks, 0, len(picks), ROWS, behind, table, store, filled)
        made.append((following, filled.tolist(), table.tolist(), store.tolist()))
    assert made[0] == made[1]
    following, (rows, size), cells, copied = made[0]
    assert rows == following <= room[0]
    taken = [BLOCK[start : start + frame + length + behind].tolist() for _, start, frame, length in frames[:following]]
    assert copied[:size] == [byte for data in taken for byte in data]
    for number, (row, _, frame, _) in enumerate(frames[:following]):
        assert cells[number][c.PICK_CELLS :] == ROWS[row].tolist()
        assert cells[number][c.P_OFFSET] == sum(map(len, taken[:number])) + frame
    if following < len(frames):
        _, start, frame, length = frames[following]
        assert rows == room[0] or size + min(frame + length + behind, 200 - start) > room[1]
