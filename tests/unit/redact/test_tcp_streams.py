"""TCP streams: laid out once, changed, and written back with every number moved along."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.redact.layers import layers
from auditor.redact.packet_blocks import Frame
from auditor.redact.tcp_streams import Stream, Streams
from tests.unit.capture.wire import ACK, PSH, Wire


def conversation(*, start: int = 1_000) -> Wire:
    """Twelve bytes in three segments, an answer, the middle sent again."""
    wire = Wire()
    tcp = wire.connect(port=9_000, seq=start).open()
    tcp.up(b"aaaabbbbcccc", size=4)
    tcp.send(0, ACK | PSH, b"bbbb", seq=start + 5)
    tcp.down(b"ok")
    tcp.close()
    return wire


def streams(wire: Wire) -> tuple[list[Frame], Streams]:
    frames = [Frame(bytearray(data), len(data), 1, b"") for _, data in wire.frames]
    return frames, Streams(frames, [layers(frame) for frame in frames])


def told(frames: list[Frame]) -> list[tuple[int, int, bytes]]:
    """Sequence number, acknowledgement and payload of each segment."""
    found = []
    for frame in frames:
        layer = layers(frame)
        ack = struct.unpack_from(">I", frame.data, layer.transport + 8)[0]
        found.append((layer.seq, ack, bytes(frame.data[layer.payload : layer.payload + layer.size])))
    return found


@pytest.mark.parametrize("start", [1_000, 2**32 - 6])
def test_nothing_changes_without_a_change(start: int) -> None:
    """Also where the numbers begin again."""
    frames, found = streams(conversation(start=start))
    before = [bytes(frame.data) for frame in frames]
    found.write()
    assert [bytes(frame.data) for frame in frames] == before
    assert [bytes(stream.data) for stream in found.all] == [b"aaaabbbbcccc", b"ok"]


@pytest.mark.parametrize("made", [b"BB", b"BBBB", b"BBBBBBBB", b""])
@pytest.mark.parametrize("start", [1_000, 2**32 - 6])
def test_a_change_of_length_moves_what_follows(made: bytes, start: int) -> None:
    """Sequence numbers of the one side, acknowledgements of the other, and the same bytes in both copies."""
    frames, found = streams(conversation(start=start))
    grown = len(made) - 4
    assert found.all[0].change(4, 8, made)
    found.write()
    seen = told(frames)
    first = (start + 1) % 2**32
    assert seen[3:7] == [
        (first, seen[3][1], b"aaaa"),
        ((first + 4) % 2**32, seen[4][1], made),
        ((first + 8 + grown) % 2**32, seen[5][1], b"cccc"),
        ((first + 4) % 2**32, seen[6][1], made),
    ]
    assert seen[7][1] == (first + 12 + grown) % 2**32
    assert seen[8][0] == (first + 12 + grown) % 2**32


def test_selective_acknowledgements_move_too() -> None:
    """RFC 2018: edges in an option."""
    wire = conversation()
    tcp_head = wire.frames[7][1]
    sack = struct.pack(">BBBBII", 1, 1, 5, 10, 1_009, 1_013)
    data = bytearray(tcp_head[:54] + sack)
    data[46] = 8 << 4
    struct.pack_into(">H", data, 16, len(data) - 14)
    wire.frames[7] = (wire.frames[7][0], bytes(data))
    frames, found = streams(wire)
    found.all[0].change(4, 8, b"BBBBBB")
    found.write()
    assert struct.unpack_from(">II", frames[7].data, 58) == (1_011, 1_015)


def test_two_changes_in_one_place_are_refused() -> None:
    """The second would not know where it stands."""
    stream = Stream((b"", b""), 0)
    stream.holds(0, b"0123456789")
    assert stream.change(2, 6, b"x")
    assert not stream.change(4, 8, b"y")
    assert stream.change(6, 8, b"yyyy")
    assert stream.final() == b"01xyyyy89"


def test_a_segment_from_far_away_is_emptied() -> None:
    """It belongs to no stream, so nobody can say what it holds."""
    wire = Wire()
    tcp = wire.connect(port=9_000).open()
    tcp.up(b"aaaa")
    tcp.send(0, ACK | PSH, b"stray", seq=1_000 + (1 << 28))
    frames, found = streams(wire)
    found.write()
    assert told(frames)[-1][2] == bytes(5)


@given(st.lists(st.tuples(st.integers(0, 30), st.binary(min_size=1, max_size=12)), max_size=8))
def test_segments_in_any_order_are_laid_out_once(parts: list[tuple[int, bytes]]) -> None:
    """Of bytes that were sent twice the first stand."""
    stream = Stream((b"", b""), 0)
    expected: dict[int, int] = {}
    for at, payload in parts:
        assert stream.holds(at, payload)
        for index, byte in enumerate(payload):
            expected.setdefault(at + index, byte)
    assert all(stream.data[at] == byte for at, byte in expected.items())


@given(st.lists(st.tuples(st.integers(0, 9), st.binary(max_size=7)), max_size=5))
def test_places_stay_in_order_and_the_ends_meet(changes: list[tuple[int, bytes]]) -> None:
    """Every byte outside of a change is found where it moved to."""
    stream = Stream((b"", b""), 0)
    stream.holds(0, bytes(range(100)))
    for number, made in changes:
        stream.change(number * 10, number * 10 + 5, made)
    final = stream.final()
    moved = [stream.moved(at) for at in range(101)]
    assert moved == sorted(moved)
    assert moved[100] == len(final)
    assert all(final[moved[at]] == at for at in range(100) if at % 10 >= 5)
