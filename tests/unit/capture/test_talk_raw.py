"""Payload of no known protocol."""

import random

import pytest

from auditor.capture import talk_raw
from auditor.capture.talk_raw import OPAQUE_NOTE, looks_opaque
from tests.unit.capture.test_unknown import told

NOISE = random.Random(7).randbytes(8_000)


@pytest.mark.parametrize(
    ("data", "opaque"),
    [(NOISE, True), (NOISE[:100], True), (NOISE[:63], False), (b"the quick brown fox " * 50, False), (bytes(500), False), (b"", False),
     (bytes(range(32, 127)) * 5, False)],
)  # fmt: skip
def test_what_looks_like_ciphertext(data: bytes, opaque: bool) -> None:
    """Evenly spread bytes, and enough of them."""
    assert looks_opaque(data) is opaque


def test_text_is_cleartext_and_noise_is_not() -> None:
    """Noise is handed on all the same, and told as unread."""
    story, _ = told([(0, b"\x01\x02 status idle, ink 71 percent " * 10)])
    assert (story.visibility, story.all_unread()) == ("cleartext", ())
    story, messages = told([(0, b"\x01\x02" + NOISE)])
    assert (story.visibility, story.all_unread()) == ("opaque", (OPAQUE_NOTE,))
    assert b"".join(piece.data for piece in messages[0].pieces).endswith(NOISE[-100:])


def test_a_value_across_two_runs_is_handed_on_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Long runs are cut, and the seam is looked at once more."""
    monkeypatch.setattr(talk_raw, "MAX_RUN", 1_000)
    data = b"\x01\x02" + b"." * 995 + b"490154203237518" + b"." * 500
    _, messages = told([(0, data[:1_002]), (0, data[1_002:])])
    assert sum(b"490154203237518" in piece.data for message in messages for piece in message.pieces) == 1


def test_a_picture_is_one_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is sent to a printer is handed on whole, up to a limit of its own."""
    monkeypatch.setattr(talk_raw, "MAX_RUN", 1_000)
    monkeypatch.setattr(talk_raw, "MAX_PICTURE", 5_000)
    data = b"PRNT\x01\x02\x89PNG\r\n\x1a\n" + NOISE
    _, messages = told([(0, data[at : at + 500]) for at in range(0, len(data), 500)])
    assert next(len(piece.data) for message in messages for piece in message.pieces) == 5_000


def test_a_payload_of_which_nothing_was_captured_is_neither_clear_nor_opaque() -> None:
    story, _ = told([(0, 30), (1, 20)])
    assert (story.visibility, story.all_unread()) == (None, ("payload: 50 bytes missing from the capture",))
