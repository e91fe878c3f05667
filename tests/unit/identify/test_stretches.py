"""Plain text around a stretch of encoded text."""

from base64 import b32encode, b64encode, urlsafe_b64encode
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.identify.stretches import surroundings

CODINGS: dict[str, tuple[Callable[[bytes], bytes], int]] = {
    "base64": (b64encode, 6),
    "base64url": (urlsafe_b64encode, 6),
    "base32": (b32encode, 5),
    "hex": (lambda data: data.hex().encode(), 4),
    "utf16": (lambda data: data.decode("latin-1").encode("utf-16-le"), 4),
}
TEXT = b"demo_mei_7z"


def place(bits: int, before: int) -> tuple[int, int]:
    """Start and end of the characters that hold nothing but the text, behind that many bytes."""
    return -(-before * 8 // bits), (before + len(TEXT)) * 8 // bits


@pytest.mark.parametrize("word", CODINGS)
@given(before=st.binary(max_size=12), behind=st.binary(max_size=12))
def test_neighbours_are_read(word: str, before: bytes, behind: bytes) -> None:
    """Wherever groups lie: what is encoded beside a text comes out, at least one byte on either side."""
    encode, bits = CODINGS[word]
    if word == "utf16":
        before, behind = (bytes(byte & 0x7F or 1 for byte in side) for side in (before, behind))
    value, bounds = encode(before + TEXT + behind), place(bits, len(before))
    if word == "utf16":
        bounds = 2 * len(before), 2 * (len(before) + len(TEXT))
    found = surroundings(word, value, *bounds, TEXT)
    assert found is not None
    plain, at = found
    assert plain[at : at + len(TEXT)] == TEXT
    assert plain[:at][-1:] == before[-1:]
    assert plain[at + len(TEXT) :][:1] == behind[:1]


@pytest.mark.parametrize("word", CODINGS)
@given(value=st.binary(min_size=8, max_size=60), start=st.integers(0, 7))
def test_any_bytes(word: str, value: bytes, start: int) -> None:
    """Whatever stands around a stretch, there is an answer; another text is none."""
    encode, bits = CODINGS[word]
    _, end = place(bits, 0)
    data = value[:start] + encode(TEXT)[:end] + value[start:]
    surroundings(word, data, start, start + end, TEXT)
    assert surroundings(word, data, start, start + end, b"another text") is None


def test_an_encoding_that_is_not_taken_apart() -> None:
    """Nothing is said of it."""
    assert surroundings("base85", b"87cURD]i,", 0, 9, TEXT) is None
