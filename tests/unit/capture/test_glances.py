"""The stores of a first look grow as they are filled, and are asked by number."""

import numpy as np
import pytest

from auditor.capture import columns as c
from auditor.capture import glances
from auditor.capture.batches import Picked
from auditor.capture.engine import PLAIN
from auditor.capture.glance import ROOM_BYTES, ROOM_NAMES
from auditor.capture.glance_quic import CRYPTO_ROOM, KEPT_KEYS
from auditor.capture.glances import Glances
from auditor.capture.pending import SLOT_SIZE
from auditor.capture.quic import Keys
from tests.unit.capture.wire import dns_message


def _questions(count: int) -> Picked:
    """A pick for each of some DNS questions, each of a conversation of its own."""
    data = b"".join(dns_message(f"n{number:05}.example") for number in range(count))
    size = len(data) // count
    picks = np.zeros((count, c.PICK_CELLS), np.int64)
    picks[:, c.P_CONVERSATION] = np.arange(count)
    picks[:, c.P_OFFSET] = np.arange(count) * size
    picks[:, c.P_LENGTH] = size
    return Picked(np.frombuffer(data, np.uint8), picks, count, 0, 1)


def test_stores_grow_and_names_are_found_by_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(glances, "FIRST_NAMES", max(2 * ROOM_NAMES, ROOM_BYTES // 32 + 32))
    store, picked = Glances(), _questions(3_000)
    rows = np.zeros((3_000, c.CONVERSATION_CELLS), np.int64)
    rows[:, c.TRANSPORT], rows[:, c.PORT + 1] = c.UDP, 53
    state = np.zeros(c.STATE_CELLS, np.int64)
    assert store.look(PLAIN, picked, rows, state) == 0
    assert (len(store.ends) > 3_000, state[c.NAMES]) == (True, 3_000)
    assert [store.name(int(rows[row, c.NAME])) for row in (0, 2_999)] == ["n00000.example", "n02999.example"]
    assert store.name(0) == ""


def test_what_needs_a_closer_look_moves_to_the_front() -> None:
    store, picked = Glances(), _questions(4)
    rows = np.zeros((4, c.CONVERSATION_CELLS), np.int64)
    rows[:, c.TRANSPORT] = c.UDP
    rows[:, c.PORT + 1] = (9_000, 53, 53, 9_000)
    assert store.look(PLAIN, picked, rows, np.zeros(c.STATE_CELLS, np.int64)) == 2
    assert picked.picks[:2, c.P_CONVERSATION].tolist() == [0, 3]


def test_further_names_are_those_of_the_conversation() -> None:
    store = Glances()
    store.extras[:3] = [(7, 1), (8, 2), (7, 3)]
    assert (store.more_names(7, 3), store.more_names(7, 2), store.more_names(9, 3)) == ([1, 3], [1], [])


def test_a_waiting_handshake_is_its_runs_the_connection_id_and_the_keys() -> None:
    store = Glances()
    store.pending[SLOT_SIZE : SLOT_SIZE + 4] = (1, 2, 3, 4)
    store.pending[SLOT_SIZE + CRYPTO_ROOM] = 0b1011
    store.pending[SLOT_SIZE + KEPT_KEYS : SLOT_SIZE + KEPT_KEYS + 52] = [*range(48), 3, 7, 8, 9]
    keys = Keys(bytes(range(16)), bytes(range(16, 28)), bytes(range(32, 48)))
    assert (store.waiting(2)[:4], store.waiting_quic(2)) == (b"\1\2\3\4", ({0: b"\1\2", 3: b"\4"}, b"\7\x08\t", keys))
