"""Bytes that know where they stand: slices and joins keep the exact packet and offset."""

from hypothesis import given
from hypothesis import strategies as st

from auditor.capture.placed import Placed, Tape, joined
from auditor.model.content import Piece, Place
from auditor.model.vocabulary import Part


def _placed(parts: list[bytes]) -> tuple[Placed, list[tuple[int, int]]]:
    """A run over several packets, and the true place of each byte."""
    runs = [Placed(part, (Place(0, number, 100 * number),)) for number, part in enumerate(parts, 1)]
    truth = [(number, 100 * number + index) for number, part in enumerate(parts, 1) for index in range(len(part))]
    return joined(runs), truth


def _place_of(placed: Placed, offset: int) -> tuple[int, int]:
    _, packet, plus = Piece(Part.BODY, "", placed.data, placed.places).locate(0, offset).split()
    return int(packet), int(plus)


PARTS = st.lists(st.binary(min_size=1, max_size=9), min_size=1, max_size=6)


@given(PARTS, st.data())
def test_a_part_keeps_the_place_of_every_byte(parts: list[bytes], data: st.DataObject) -> None:
    placed, truth = _placed(parts)
    start = data.draw(st.integers(0, len(placed.data)))
    end = data.draw(st.integers(start, len(placed.data)))
    part = placed.part(start, end)
    assert part.data == placed.data[start:end]
    assert [_place_of(part, index) for index in range(len(part.data))] == truth[start:end]


@given(PARTS, st.lists(st.integers(0, 7), max_size=20))
def test_a_tape_gives_back_its_bytes_with_their_places(parts: list[bytes], sizes: list[int]) -> None:
    tape = Tape()
    for number, part in enumerate(parts, 1):
        tape.extend(Placed(part, (Place(0, number, 100 * number),)))
    taken = [tape.take(size) for size in sizes]
    taken.append(tape.take_all())
    _, truth = _placed(parts)
    assert b"".join(part.data for part in taken) == b"".join(parts)
    assert [_place_of(part, index) for part in taken for index in range(len(part.data))] == truth
    assert len(tape) == 0


def test_a_tape_forgets_what_was_taken() -> None:
    tape = Tape()
    for number in range(400):
        tape.extend(Placed(bytes(1_000), (Place(0, number, 0),)))
        tape.take(990)
    assert len(tape) == 4_000
    assert len(tape._data) < 80_000
    assert tape.take(1).places[0].packet == 396


def test_finding_and_peeking_take_nothing() -> None:
    tape = Tape()
    tape.extend(Placed(b"one\r\ntwo\r\n", (Place(0, 1, 0),)))
    assert (tape.find(b"\r\n"), tape.find(b"\r\n", 4), tape.find(b"x"), tape.find(b"two", 0, 6)) == (3, 8, -1, -1)
    assert (tape.peek(3), len(tape)) == (b"one", 10)


def test_white_space_is_taken_off_with_its_places() -> None:
    value = Placed(b" \tvalue ", (Place(0, 3, 50),)).stripped()
    assert (value.data, value.places) == (b"value", (Place(0, 3, 52),))
    assert Placed(b"  ", (Place(0, 3, 50),)).stripped().data == b""
