"""App names around a frame: PKTAP's process, PCAPdroid's trailer, its comments in pcapng files, else none."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.capture.app_names import app_of, carries_apps, read_user

TRAILER = bytes.fromhex("01072021") + struct.pack(">I", 10_123) + b"O2Nails".ljust(20, b"\0") + bytes(4)
HEADER = struct.pack("<III", 108, 1, 1) + bytes(44) + b"mdworker".ljust(20, b"\0") + bytes(32)


def test_the_trailer_behind_the_payload_names_the_app() -> None:
    block = memoryview(b"payload" + TRAILER)
    assert carries_apps(block, 1, [(0, 7)])
    assert app_of(block, 1, 0, 7, {}) == "O2Nails"
    assert app_of(block, 1, 0, 6, {}) is None


@pytest.mark.parametrize("size", range(60, 65))
@pytest.mark.parametrize("frame", [0, 3])
def test_the_trailer_stands_behind_padding(size: int, frame: int) -> None:
    """PCAPdroid pads the frame to a multiple of four bytes."""
    block = memoryview(bytes(frame) + b"x" * size + bytes(-size % 4) + TRAILER)
    assert carries_apps(block, 1, [(frame, frame + size)])
    assert app_of(block, 1, frame, frame + size, {}) == "O2Nails"


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("size", range(40, 44))
def test_a_comment_names_the_user_and_a_block_whose_it_is(order: str, size: int) -> None:
    """The app's name, or where it has none its package."""
    map_of = {b"Test App": "Test App", b"": "com.test.app"}
    for app, name in map_of.items():
        body = struct.pack(order + "IHBxI2B", 62_652, 1, 1, 10_123, 12, len(app)) + b"com.test.app" + app
        user = read_user(body + bytes(-len(body) % 4), order == ">")
        assert user == (10_123, name)
        comment = struct.pack(order + "HH", 1, 7) + b"u-10123\0"
        block = memoryview(b"x" * size + bytes(-size % 4) + comment)
        assert app_of(block, 101, 0, size, dict([user])) == name
        assert app_of(block, 101, 0, size, {10_124: "Other"}) is None
        assert read_user(body[: 14 + 12 + len(app) - 1], order == ">") is None


@given(st.binary(max_size=60), st.booleans())
def test_any_custom_block_returns(body: bytes, big: bool) -> None:
    for start in (b"", struct.pack("<IHBxI", 62_652, 1, 1, 10_123)):
        user = read_user(start + body, big)
        assert user is None or user[1].isprintable()


def test_the_header_of_pktap_names_the_process() -> None:
    block = memoryview(HEADER + b"frame")
    assert carries_apps(block, 258, [])
    assert app_of(block, 258, 0, len(block), {}) == "mdworker"


def test_other_frames_name_none() -> None:
    assert not carries_apps(memoryview(b"payload"), 1, [(0, 7), (0, 3)])
    assert app_of(memoryview(b"payload"), 1, 0, 7, {}) is None


@given(st.binary(max_size=120), st.sampled_from([1, 149, 258]), st.integers(0, 120), st.integers(0, 120))
def test_any_bytes_return(data: bytes, link: int, frame: int, end: int) -> None:
    carries_apps(memoryview(data), link, [(frame, end)])
    for users in ({}, {7: "app"}):
        name = app_of(memoryview(data), link, frame, end, users)
        assert name is None or name.isprintable()
