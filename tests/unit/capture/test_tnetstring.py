"""Typed netstrings: what mitmproxy writes comes back, and no other bytes do anything but raise ValueError."""

import contextlib
import io
import random
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mitmproxy.io import tnetstring as theirs

from auditor.capture import tnetstring
from auditor.capture.tnetstring import Frames, TornError, parse_dictionary, read_frame

KEYS = st.text(st.characters(codec="utf-8"), max_size=5)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**18), 10**18)
    | st.floats(allow_nan=False)
    | st.binary(max_size=20)
    | st.text(st.characters(codec="utf-8"), max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(KEYS, VALUES, max_size=5))
def test_reads_back_what_mitmproxy_writes(value: dict[str, Any]) -> None:
    frame = read_frame(io.BytesIO(theirs.dumps(value)))
    assert frame is not None
    assert parse_dictionary(frame) == value


@given(st.binary(max_size=60))
def test_any_bytes_are_a_dictionary_or_a_value_error(data: bytes) -> None:
    for read in (parse_dictionary, lambda data: read_frame(io.BytesIO(data))):
        with contextlib.suppress(ValueError):
            read(data)


@pytest.mark.parametrize(
    ("data", "what"),
    [
        pytest.param(b"12", "ends inside the length", id="length"),
        pytest.param(b"12:abc", "ends inside a flow", id="data"),
        pytest.param(b"3:abc", "ends inside a flow", id="type"),
        pytest.param(b"999999999999:", "ends inside a flow", id="lying length"),
    ],
)
def test_a_cut_frame_is_torn_and_says_where(data: bytes, what: str) -> None:
    with pytest.raises(TornError, match=what):
        read_frame(io.BytesIO(data))


@pytest.mark.parametrize("data", [b":}", b"x", b"1x:", b"1234567890123:", b"3:abc,", b"0:]"])
def test_what_is_no_frame_is_no_torn_frame(data: bytes) -> None:
    with pytest.raises(ValueError) as caught:
        read_frame(io.BytesIO(data))
    assert not isinstance(caught.value, TornError)


def test_the_end_of_the_stream_is_no_frame() -> None:
    assert read_frame(io.BytesIO(b"")) is None
    assert list(Frames(io.BytesIO(b""))) == []


class Drops(io.BytesIO):
    """A stream that gives a few bytes at a time."""

    def read(self, size: int | None = -1, /) -> bytes:
        """At most seven."""
        return super().read(min(size or 0, 7))


@given(st.binary(max_size=60) | st.lists(st.binary(max_size=30).map(lambda data: b"%d:%b}" % (len(data), data))).map(b"".join))
def test_frames_in_blocks_are_those_that_are_read_one_by_one(data: bytes) -> None:
    whole = io.BytesIO(data)
    one_by_one = _all(iter(lambda: read_frame(whole), None))
    assert _all(Frames(io.BytesIO(data))) == _all(Frames(Drops(data))) == one_by_one


def _all(frames: Iterator[bytes | None]) -> tuple[list[bytes | None], str]:
    """The frames up to the end or a fault, and the fault."""
    found: list[bytes | None] = []
    try:
        found.extend(frames)
    except ValueError as error:
        return found, f"{type(error).__name__}: {error}"
    return found, ""


def test_the_position_is_that_of_the_next_frame_and_at_a_fault_that_of_the_broken_one() -> None:
    frames = Frames(io.BytesIO(b"0003:abc}2:de}x"))
    assert (next(frames), frames.position) == (b"abc", 9)
    assert (next(frames), frames.position) == (b"de", 14)
    with pytest.raises(ValueError, match="no flow begins"):
        next(frames)
    assert frames.position == 14


def test_a_lying_length_costs_no_more_memory_than_the_file_has() -> None:
    class Counting(io.BytesIO):
        largest = 0

        def read(self, size: int | None = -1, /) -> bytes:
            Counting.largest = max(Counting.largest, size or 0)
            return super().read(size)

    with pytest.raises(TornError):
        read_frame(Counting(b"999999999999:" + bytes(10)))
    with pytest.raises(TornError):
        next(Frames(Counting(b"999999999999:" + bytes(10))))
    assert Counting.largest <= tnetstring.BLOCK


@pytest.mark.parametrize(
    ("data", "what"),
    [
        pytest.param(b"1:a,", "longer than what holds it|lacks its length", id="key without value"),
        pytest.param(b"1:1#1:a,", "no text", id="number as key"),
        pytest.param(b"1:a,9:b,", "longer than what holds it", id="value beyond the end"),
        pytest.param(b"1:a,1:b?", "unknown type", id="type"),
        pytest.param(b"1:a,3:yes!", "neither true nor false", id="boolean"),
        pytest.param(b"1:a,21:111111111111111111111#", "too long", id="number"),
        pytest.param(b"1:a,3:1.x^", "float", id="float"),
    ],
)
def test_names_what_is_wrong_with_a_value(data: bytes, what: str) -> None:
    with pytest.raises(ValueError, match=what):
        parse_dictionary(data)


@pytest.mark.parametrize("kind", [b"]", b"}"])
def test_refuses_deep_nesting_without_recursing_into_it(kind: bytes) -> None:
    value = b"0:" + kind
    for _ in range(5_000):
        value = (b"1:a," if kind == b"}" else b"") + value
        value = b"%d:%s%s" % (len(value), value, kind)
    with pytest.raises(ValueError, match="nested too deeply"):
        parse_dictionary(b"1:a," + value)


def test_text_that_is_no_utf8_comes_as_escapes_that_any_output_can_write() -> None:
    (value,) = parse_dictionary(b"1:a,2:\xff\xfe;").values()
    assert value == "\\xff\\xfe"
    (key,) = parse_dictionary(b"1:\xff,1:1#")
    assert key.encode() == b"\\xff"


def test_a_second_value_of_a_key_is_an_error_because_readers_would_differ() -> None:
    with pytest.raises(ValueError, match="twice"):
        parse_dictionary(b"1:a,1:1#1:a,1:2#")


def test_mutated_frames_are_read_or_refused() -> None:
    whole = theirs.dumps({"a": [1, 2.5, None, True, b"x" * 20, {"b": "text"}], "c": {"d": [[]]}})
    chance = random.Random(7)
    for _ in range(3_000):
        data = bytearray(whole)
        for _ in range(chance.randrange(1, 4)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        try:
            frame = read_frame(io.BytesIO(bytes(data)))
            assert frame is None or isinstance(parse_dictionary(frame), dict)
        except ValueError:
            continue
