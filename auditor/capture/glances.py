"""What the first look has found out, for the whole capture: the stores that `glance` fills, and what can be asked of them."""

from copy import copy
from typing import TYPE_CHECKING

import numpy as np

from auditor.capture import columns as c
from auditor.capture.batches import Picked
from auditor.capture.engine import Engine
from auditor.capture.glance import ROOM_ANSWERS, ROOM_BYTES, ROOM_NAMES
from auditor.capture.glance_quic import CRYPTO_ROOM, KEPT_KEYS, KEPT_TARGET
from auditor.capture.glance_tables import fresh_work
from auditor.capture.pending import SLOT_SIZE, SLOTS
from auditor.capture.quic import Keys

if TYPE_CHECKING:
    import numpy.typing as npt

    type Matrix = npt.NDArray[np.int64]
    type Block = npt.NDArray[np.uint8]

FIRST_NAMES = 16_384


class Glances:
    """The stores of one capture. They grow as they are filled."""

    def __init__(self) -> None:
        self.store: Block = np.zeros(FIRST_NAMES * 32, np.uint8)
        self.ends: Matrix = np.zeros(FIRST_NAMES, np.int64)
        self.answers: Matrix = np.zeros((FIRST_NAMES, c.ANSWER_CELLS), np.int64)
        self.extras: Matrix = np.zeros((1_024, c.EXTRA_CELLS), np.int64)
        self.pending: Block = np.zeros(SLOTS * SLOT_SIZE + SLOT_SIZE, np.uint8)
        self._pick: Matrix = np.zeros(c.PICK_CELLS, np.int64)
        self._hello: Matrix = fresh_work()
        self._left: Matrix = np.zeros(1, np.int64)

    def look(self, engine: Engine, picked: Picked, rows: "Matrix", state: "Matrix") -> int:
        """Looks at all picks; the number of those that need a closer look, which stand at the front afterwards."""
        self._left[0] = 0
        first = 0
        while True:
            first = engine.glance(
                picked.block, picked.picks, first, picked.count, rows, self._pick, self._hello, self.store, self.ends,
                self.answers, self.extras, self.pending, state, self._left,
            )  # fmt: skip
            if first == picked.count:
                return int(self._left[0])
            self._grow(state)

    def _grow(self, state: "Matrix") -> None:
        if state[c.STORED] + ROOM_BYTES > len(self.store):
            self.store = _doubled(self.store)
        if state[c.NAMES] + ROOM_NAMES > len(self.ends):
            self.ends = _doubled(self.ends)
        if state[c.ANSWERS] + ROOM_ANSWERS > len(self.answers):
            self.answers = _doubled(self.answers)
        if state[c.EXTRAS] + 2 > len(self.extras):
            self.extras = _doubled(self.extras)

    def name(self, number: int) -> str:
        """A stored name; empty for 0."""
        return self.store[self.ends[number - 1] : self.ends[number]].tobytes().decode("ascii") if number else ""

    def more_names(self, row: int, extras: int) -> list[int]:
        """The further names of a conversation, among the first `extras` of all."""
        found = self.extras[:extras]
        return [int(number) for number in found[found[:, c.E_ROW] == row, c.E_NAME]]

    def waiting_quic(self, slot: int) -> tuple[dict[int, bytes], bytes, Keys]:
        """What a pending buffer holds of a QUIC handshake: its runs by offset, the connection id, and the keys from it."""
        kept = self.waiting(slot)
        there = np.unpackbits(np.frombuffer(kept[CRYPTO_ROOM:KEPT_KEYS], np.uint8), bitorder="little").astype(np.int8)
        edges = np.flatnonzero(np.diff(there, prepend=0, append=0)).tolist()
        key, iv, mask = (kept[KEPT_KEYS + at : KEPT_KEYS + at + size] for at, size in ((0, 16), (16, 12), (32, 16)))
        target = kept[KEPT_TARGET + 1 : KEPT_TARGET + 1 + kept[KEPT_TARGET]]
        return {start: kept[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True)}, target, Keys(key, iv, mask)

    def waiting(self, slot: int) -> bytes:
        """What a pending buffer holds."""
        return self.pending[(slot - 1) * SLOT_SIZE : slot * SLOT_SIZE].tobytes()

    def keep(self, slot: int, data: bytes) -> None:
        """Fills a pending buffer."""
        self.pending[(slot - 1) * SLOT_SIZE : slot * SLOT_SIZE] = np.frombuffer(data, np.uint8)

    def trimmed(self, state: "Matrix") -> "Glances":
        """The same without room for more."""
        made = copy(self)
        made.store, made.ends = self.store[: state[c.STORED]], self.ends[: state[c.NAMES] + 1]
        made.answers, made.extras = self.answers[: state[c.ANSWERS]], self.extras[: state[c.EXTRAS]]
        made.pending = self.pending[: state[c.USED_SLOTS] * SLOT_SIZE]
        return made


def _doubled[A: "npt.NDArray[np.int64] | npt.NDArray[np.uint8]"](array: A) -> A:
    grown = np.zeros((len(array) * 2, *array.shape[1:]), array.dtype)
    grown[: len(array)] = array
    return grown  # type: ignore[return-value]
