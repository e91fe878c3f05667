"""Frames exactly as mitmproxy writes them: read alike as key by key, and left to that where anything is otherwise."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mitmproxy.io import tnetstring

from auditor.capture.mitm_frame import read_by_key
from auditor.capture.mitm_state import HttpState
from auditor.capture.mitm_written import read_target, read_written
from tests.unit.capture.flow_files import all_types, http_state


def frame(state: dict[str, Any]) -> bytes:
    """The data of the state's dictionary."""
    return tnetstring.dumps(state).partition(b":")[2][:-1]


ORDINARY: tuple[dict[str, Any], ...] = (
    {},
    {"request__content": None, "response__content": None},
    {"request__content": b"", "response__reason": b""},
    {"request__path": b"/a,b;c]d}e?f=1:2", "request__authority": b"a.example:443", "request__scheme": b"https"},
    {"request__headers": (), "response__headers": ((b"a", b""), (b"", b"b"), (b"c", b"x" * 3_000))},
    {"request__http_version": b"HTTP/2.0", "response__http_version": b"HTTP/3"},
    {"comment": "a comment: \u4e2d\u6587; with marks}", "marked": "\U0001f534", "intercepted": True},
    {"metadata": {"audit_recipient": "paypal", "audit_stream": "streams/a.stream"}},
)


@pytest.mark.parametrize("changes", ORDINARY, ids=range(len(ORDINARY)))
def test_an_ordinary_exchange_is_read_alike_in_both_ways(changes: dict[str, Any]) -> None:
    written = frame(http_state(**changes))
    found = read_written(written)
    assert found is not None
    assert found == read_by_key(written)


@pytest.mark.parametrize("changes", ORDINARY, ids=range(len(ORDINARY)))
def test_the_target_alone_is_that_of_the_whole_flow(changes: dict[str, Any]) -> None:
    written = frame(http_state(**changes))
    whole = read_by_key(written)
    assert isinstance(whole, HttpState)
    assert read_target(written) == (whole.request.host.encode(), whole.request.method, whole.request.path)


def test_a_flow_of_another_kind_has_no_target() -> None:
    assert [read_target(frame(state)) for state in all_types()[2:]] == [None] * 6


OTHERWISE = (
    *(frame(state) for state in all_types()[1:]),
    frame(http_state(response=None)),
    frame(http_state(version=20)),
    frame(http_state(backup={"a": 1})),
    frame(http_state(request__headers=((b"a", b"x,]y"),))),
    frame(http_state(request__headers=((b"a", b"x" * 9_000),))),
    frame(http_state(metadata={"a": "x" * 70_000})),
    frame(http_state(request__trailers=((b"a", b"b"),))),
    frame(http_state(request__timestamp_end=None)),
    frame(http_state() | {"more": 1}),
)


@pytest.mark.parametrize("written", OTHERWISE, ids=range(len(OTHERWISE)))
def test_anything_else_is_left_to_the_reader_of_keys(written: bytes) -> None:
    assert read_written(written) is None


WHOLE = frame(http_state(metadata={"audit_phase": "print"}, comment="c"))


@given(st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.binary(max_size=4), st.integers(0, 4)), min_size=1, max_size=3))
def test_what_is_read_here_of_any_changed_frame_is_what_is_read_key_by_key(changes: list[tuple[int, bytes, int]]) -> None:
    data = WHOLE
    for at, change, size in changes:
        data = data[:at] + change + data[at + size :]
    _assert_read_alike(data)


DIGITS = [place for place, byte in enumerate(WHOLE) if chr(byte).isdigit()]


@pytest.mark.parametrize("digit", [b"0", b"1", b"9", b""])
def test_no_wrong_length_anywhere_is_read_past(digit: bytes) -> None:
    for at in DIGITS:
        _assert_read_alike(WHOLE[:at] + digit + WHOLE[at + 1 :])


def _assert_read_alike(data: bytes) -> None:
    try:
        found = read_written(data)
    except msgspec.ValidationError as error:
        with pytest.raises(type(error)):
            read_by_key(data)
    else:
        assert found is None or found == read_by_key(data)
