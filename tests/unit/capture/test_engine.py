"""Two engines behind one face, and which of them a capture gets."""

import numpy as np
import pytest

from auditor import object_code
from auditor.capture import columns as c
from auditor.capture import compiled
from auditor.capture.engine import COMPILED_FROM, COMPILING_FROM, PLAIN, engine_for
from tests.unit.capture.wire import Wire


def test_the_plain_engine_takes_arrays_as_the_compiled_one_does() -> None:
    wire = Wire()
    wire.resolve("a.example", "198.51.100.7")
    records, walk = np.zeros((8, c.RECORD_CELLS), np.int64), np.zeros(c.W_CELLS, np.int64)
    walk[c.W_AT] = 24
    data = np.frombuffer(wire.pcap(), np.uint8)
    rows, slots, picks = (np.zeros(shape, np.int64) for shape in ((512, c.CONVERSATION_CELLS), 2_048, (512, c.PICK_CELLS)))
    state, cell = np.zeros(c.STATE_CELLS, np.int64), np.zeros(c.PACKET_CELLS, np.int64)
    form = (0, 0, 16, 262_144, 1)
    assert PLAIN.follow_records(data, len(data), *form, records, walk, rows, slots, picks, state, cell) == 2
    assert state[c.PACKET] == 2
    assert not PLAIN.glances


@pytest.mark.parametrize(
    ("size", "cached", "chosen"),
    [(COMPILED_FROM - 1, True, "plain"), (COMPILED_FROM, False, "plain"), (COMPILED_FROM, True, "compiled"), (COMPILING_FROM, False, "compiled")],
)  # fmt: skip
def test_compiling_must_pay(size: int, cached: bool, chosen: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made = object()
    monkeypatch.setattr(object_code, "cached", lambda code: cached)
    monkeypatch.setattr(compiled, "engine", lambda: made)
    assert engine_for(size) is (made if chosen == "compiled" else PLAIN)
