"""TCP reassembly: whatever the order, the bytes come out once and in order, and holes are counted."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.capture import reassembly
from auditor.capture.reassembly import Gap, Run, Stream

DATA = bytes(range(256)) * 4


def _text(events: list[Run | Gap]) -> bytes:
    return b"".join(b"?" * event.size if isinstance(event, Gap) else event.data for event in events)


def _pushed(stream: Stream, segments: list[tuple[int, int]], first: int) -> list[Run | Gap]:
    events: list[Run | Gap] = []
    for packet, (start, end) in enumerate(segments, 1):
        events += stream.push((first + start) % (1 << 32), DATA[start:end], packet, 54)
    return events + list(stream.end())


@pytest.mark.parametrize("first", [0, 1_000, (1 << 32) - 300], ids=["zero", "plain", "wraps"])
@given(st.permutations([(at, at + 64) for at in range(0, 1_024, 64)]))
@settings(max_examples=40)
def test_any_order_gives_the_bytes_in_order(first: int, segments: list[tuple[int, int]]) -> None:
    assert _text(_pushed(Stream(first), segments, first)) == DATA


@given(st.lists(st.tuples(st.integers(0, 1_000), st.integers(1, 200)), max_size=40))
def test_overlaps_and_repeats_give_each_byte_once(cuts: list[tuple[int, int]]) -> None:
    segments = [(start, min(start + size, len(DATA))) for start, size in cuts] + [(0, len(DATA))]
    events = _pushed(Stream(7), segments, 7)
    assert _text(events) == DATA
    for event in events:
        assert isinstance(event, Run) and event.data == DATA[event.start : event.start + len(event.data)]


def test_a_few_thousand_segments_of_a_byte_may_come_in_reverse() -> None:
    """A ClientHello of post-quantum keys, sent in single bytes."""
    data = bytes(range(256)) * 10
    stream = Stream(0)
    runs = [run for at in reversed(range(len(data))) for run in stream.push(at, data[at : at + 1], at, 54)]
    assert b"".join(run.data for run in runs if isinstance(run, Run)) == data
    assert not any(isinstance(run, Gap) for run in runs)


@pytest.mark.parametrize("again", [b"\0bc", b"zbc", b"\0"])
def test_of_what_waits_the_first_stands(again: bytes) -> None:
    """Whatever the bytes are: a retransmission with other content behind a hole does not replace them."""
    stream = Stream(0)
    assert not [*stream.push(5, b"abc", 1, 54), *stream.push(5, again, 2, 54)]
    assert [run.data for run in stream.push(0, b"01234", 3, 54) if isinstance(run, Run)] == [b"01234", b"abc"]
    assert stream.contradicted == len(again)


def test_every_run_knows_its_packet_and_offset() -> None:
    stream = Stream(0)
    events = [*stream.push(0, DATA[:10], 1, 54), *stream.push(5, DATA[5:20], 2, 54)]
    assert [(run.packet, run.offset, run.start) for run in events if isinstance(run, Run)] == [(1, 54, 0), (2, 59, 10)]


def test_a_hole_is_given_up_at_the_end() -> None:
    stream = Stream(0)
    events = [*stream.push(0, b"ab", 1, 0), *stream.push(6, b"gh", 2, 0)]
    assert _text(events) == b"ab"
    assert _text(list(stream.end())) == b"????gh"
    assert stream.held == 0


def test_what_waits_behind_a_hole_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reassembly, "MAX_HELD", 1_000)
    stream = Stream(0)
    events: list[object] = []
    for number in range(100):
        events += stream.push(100 + number * 100, bytes(100), number, 0)
        assert stream.held <= 1_000
    assert [event for event in events if isinstance(event, Gap)] == [Gap(100)]


def test_bytes_that_the_snap_length_cut_are_a_gap() -> None:
    stream = Stream(0)
    events = [*stream.push(0, b"abc", 1, 54, missing=5), *stream.push(8, b"i", 2, 54)]
    assert _text(events) == b"abc?????i"


def test_without_a_first_number_the_first_segment_counts() -> None:
    stream = Stream()
    assert _text(list(stream.push(4_000, b"middle", 1, 0))) == b"middle"


@given(st.lists(st.tuples(st.integers(0, (1 << 32) - 1), st.binary(max_size=20), st.integers(0, 3)), max_size=60))
def test_any_numbers_are_survived(segments: list[tuple[int, bytes, int]]) -> None:
    stream = Stream(5)
    for packet, (seq, data, missing) in enumerate(segments):
        list(stream.push(seq, data, packet, 0, missing))
    list(stream.end())
    assert stream.held == 0


def test_other_bytes_at_a_known_place_are_counted() -> None:
    """Of two contents of one place the first stands, and that there was another is known."""
    stream = Stream(0)
    list(stream.push(0, b"abcdef", 1, 0))
    list(stream.push(0, b"abcdef", 2, 0))
    assert stream.contradicted == 0
    assert [run.data for run in stream.push(3, b"xyz!", 3, 0) if isinstance(run, Run)] == [b"!"]
    assert stream.contradicted == 3
