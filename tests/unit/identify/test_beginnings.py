"""Places at which words begin, uncompiled: all of them and no others, as far as there is room."""

from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.identify.beginnings import BITS, MIX, begun

ALL = bytes([255]) * (1 << BITS - 3)
"""Every word may be known."""


def word(beginning: bytes) -> int:
    return int.from_bytes(beginning, "little")


def places(block: bytes, words: list[bytes], known: bytes = ALL, room: int = 64) -> list[tuple[int, int]] | None:
    cells = array("q", bytes(8 * room))
    mask = (1 << 8 * len(words[0])) - 1
    written = begun(block + bytes(8), len(block), mask, known, array("q", map(word, words)), cells)
    return None if written < 0 else [*zip(cells[:written:2], cells[1:written:2], strict=True)]


@given(width=st.integers(1, 6), block=st.text("abc", max_size=20), data=st.data())
def test_all_places_and_no_others(width: int, block: str, data: st.DataObject) -> None:
    beginnings = st.text("abc", min_size=width, max_size=width)
    words = sorted({text.encode() for text in data.draw(st.lists(beginnings, min_size=1))}, key=word)
    text = block.encode()
    wanted = [(at, words.index(text[at : at + width])) for at in range(len(text)) if text[at : at + width] in words]
    assert places(text, words) == wanted


@pytest.mark.parametrize(("room", "found"), [(3, None), (4, [(0, 0), (1, 0)]), (0, None)])
def test_places_that_have_no_room(room: int, found: list[tuple[int, int]] | None) -> None:
    assert places(b"aaa", [b"aa"], room=room) == found


def test_what_no_bit_stands_for_is_not_looked_up() -> None:
    hashed = word(b"abcdef") * MIX >> 64 - BITS & (1 << BITS) - 1
    known = bytearray(1 << BITS - 3)
    assert places(b"abcdef", [b"abcdef"], bytes(known)) == []
    known[hashed >> 3] |= 1 << (hashed & 7)
    assert places(b"abcdef", [b"abcdef"], bytes(known)) == [(0, 0)]
