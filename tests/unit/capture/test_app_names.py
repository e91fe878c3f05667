"""App names around a frame: PKTAP's process, PCAPdroid's trailer, else none."""

import struct

from hypothesis import given
from hypothesis import strategies as st

from auditor.capture.app_names import app_of, carries_apps

TRAILER = bytes.fromhex("01072021") + struct.pack(">I", 10_123) + b"O2Nails".ljust(20, b"\0") + bytes(4)
HEADER = struct.pack("<III", 108, 1, 1) + bytes(44) + b"mdworker".ljust(20, b"\0") + bytes(32)


def test_the_trailer_behind_the_payload_names_the_app() -> None:
    block = memoryview(b"payload" + TRAILER)
    assert carries_apps(block, 1, [7])
    assert app_of(block, 1, 0, 7) == "O2Nails"
    assert app_of(block, 1, 0, 6) is None


def test_the_header_of_pktap_names_the_process() -> None:
    block = memoryview(HEADER + b"frame")
    assert carries_apps(block, 258, [])
    assert app_of(block, 258, 0, len(block)) == "mdworker"


def test_other_frames_name_none() -> None:
    assert not carries_apps(memoryview(b"payload"), 1, [7, 3])
    assert app_of(memoryview(b"payload"), 1, 0, 7) is None


@given(st.binary(max_size=120), st.sampled_from([1, 149, 258]), st.integers(0, 120), st.integers(0, 120))
def test_any_bytes_return(data: bytes, link: int, frame: int, end: int) -> None:
    carries_apps(memoryview(data), link, [end])
    name = app_of(memoryview(data), link, frame, end)
    assert name is None or name.isprintable()
