"""Frames that are stepped over: their bytes are kept, and no length leads astray."""

from hypothesis import given
from hypothesis import strategies as st

from auditor.decode.skippable import skippable


def frame(data: bytes, kind: int = 0x50) -> bytes:
    """One such frame."""
    return bytes((kind,)) + b"\x2a\x4d\x18" + len(data).to_bytes(4, "little") + data


def test_all_frames_before_the_first_with_data() -> None:
    """Of each of the sixteen kinds."""
    frames = b"".join(frame(b"%x" % kind, 0x50 + kind) for kind in range(16))
    assert skippable(frames + b"data") == (len(frames), b"0123456789abcdef")
    assert skippable(b"data" + frames) == (0, b"")


@given(st.binary(max_size=40))
def test_any_bytes(data: bytes) -> None:
    """A length that lies ends it."""
    start, held = skippable(frame(b"")[:4] + data)
    assert start >= 0
    assert len(held) <= len(data)
