"""The window moves forward, keeps what is not used, and grows for a large block."""

import io

from auditor.capture.window import Window
from auditor.errors import DamagedError, Source

DATA = bytes(range(256)) * 16


def test_it_reads_all_and_keeps_the_rest() -> None:
    window = Window(io.BytesIO(DATA), 1_000)
    seen = b""
    assert window.advance(0) == 1_000
    while window.end:
        seen += bytes(window.view[: min(700, window.end)])
        assert window.base + window.end <= len(DATA)
        window.advance(min(700, window.end))
    assert seen == DATA


def test_it_grows_when_nothing_can_be_used() -> None:
    window = Window(io.BytesIO(DATA), 1_000)
    window.advance(0)
    assert window.advance(0) == 1_000
    assert bytes(window.view[: window.end]) == DATA[:2_000]


def test_it_grows_behind_what_was_used() -> None:
    """What is kept moves to the front of the same buffer, also where the two overlap."""
    window = Window(io.BytesIO(DATA), 1_000)
    window.advance(0)
    window.advance(100)
    assert (window.base, window.end) == (100, 1_000)
    window.advance(0)
    assert bytes(window.view[: window.end]) == DATA[100:2_100]


def test_what_is_left_at_the_end_is_damage_with_its_place() -> None:
    window = Window(io.BytesIO(DATA[:100]), 1_000)
    window.advance(0)
    window.advance(60)
    (damage,) = window.damage_at_end("packet", 7)
    assert (damage.where, damage.what) == ("byte 60", "the file ends inside packet 7")
    window.advance(40)
    assert list(window.damage_at_end("packet", 8)) == []


def test_a_damaged_stream_is_named_by_its_own_place() -> None:
    class Broken(io.RawIOBase):
        def readinto(self, buffer: object, /) -> int:
            raise DamagedError("the compressed data ends early", Source("x", "byte 7 of the decompressed data"))

    window = Window(Broken(), 1_000)  # type: ignore[arg-type]
    assert window.advance(0) == 0
    (damage,) = window.damage_at_end("packet", 1)
    assert damage.where == "byte 7 of the decompressed data"
