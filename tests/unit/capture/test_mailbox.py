"""Objects pass from a process to another in their order, and nobody waits who need not."""

import os
import threading
from dataclasses import dataclass

import numpy as np
import pytest

from auditor.capture import mailbox
from auditor.capture.mailbox import Inbox, LostError, Outbox


@dataclass(frozen=True, slots=True)
class Parcel:
    """As the messages are."""

    numbers: np.ndarray
    text: str


@pytest.fixture
def ends() -> tuple[Inbox, Outbox]:
    return mailbox.mailbox()


def test_objects_come_out_as_they_went_in(ends: tuple[Inbox, Outbox]) -> None:
    """Arrays too, of any shape, and those without a cell."""
    inbox, outbox = ends
    for size in (0, 1, 7):
        outbox.put(Parcel(np.arange(size * 3).reshape(size, 3), "é" * size))
    outbox.flush()
    for size in (0, 1, 7):
        parcel = inbox.take()
        assert (parcel.numbers.tolist(), parcel.text) == (np.arange(size * 3).reshape(size, 3).tolist(), "é" * size)
        parcel.numbers[:] = 0  # nobody else has it


def test_a_busy_reader_stops_nobody_before_the_room_is_full(ends: tuple[Inbox, Outbox]) -> None:
    inbox, outbox = ends
    for number in range(40):
        outbox.put(np.full(100_000, number, np.uint8))  # four times what a pipe takes
    reader = threading.Thread(target=lambda: found.extend(int(inbox.take()[-1]) for _ in range(40)))
    found: list[int] = []
    reader.start()
    outbox.flush()
    reader.join(20)
    assert found == list(range(40))


def test_beyond_the_room_the_sender_waits(ends: tuple[Inbox, Outbox], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailbox, "ROOM", 1_000)
    inbox, outbox = ends
    sent = threading.Thread(target=lambda: outbox.put(bytes(3_000_000)), daemon=True)
    sent.start()
    sent.join(0.05)
    assert sent.is_alive()
    sizes: list[int] = []
    reader = threading.Thread(target=lambda: sizes.append(len(inbox.take())))
    reader.start()
    sent.join(20)
    outbox.flush()
    reader.join(20)
    assert sizes == [3_000_000]


@pytest.mark.parametrize("left", [0, 3, 30], ids=["nothing", "part of the head", "part of the object"])
def test_what_ends_early_is_lost(left: int, ends: tuple[Inbox, Outbox]) -> None:
    inbox, outbox = ends
    pieces: list[bytes] = []
    (there, pipe), (back, _) = os.pipe(), os.pipe()
    whole = Outbox(pipe, back)
    whole.put("x" * 100)
    whole.flush()
    pieces.append(os.read(there, 1_000)[:left])
    os.write(outbox._pipe, pieces[0])
    outbox.close()
    with pytest.raises(LostError):
        inbox.take()
    inbox.close()


def test_answers_come_whole_and_never_stop_the_one_who_answers(ends: tuple[Inbox, Outbox]) -> None:
    inbox, outbox = ends
    assert outbox.answers() == b""
    for _ in range(100):
        inbox.answer(np.arange(10_000))
    rows = np.frombuffer(outbox.answers(), np.int64)
    assert len(rows) % 512 == 0 and set(rows.tolist()) == set(range(512))
    outbox.close()
    inbox.answer(np.arange(3))  # nobody is there any more
