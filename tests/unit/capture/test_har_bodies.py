"""Bodies that a HAR holds as text."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.capture.har_bodies import encoded, is_of_bytes

PACKED = gzip.compress(b'{"imei":"352099001761481"}', mtime=0)


@pytest.mark.parametrize(
    ("text", "data"),
    [
        pytest.param(PACKED.decode("latin-1"), PACKED, id="compressed bytes"),
        pytest.param("上海".encode().decode("latin-1"), "上海".encode(), id="UTF-8 read as Latin-1"),
        pytest.param("Ã¼ber", "über".encode(), id="without control characters"),
        pytest.param("über", "über".encode(), id="a word"),
        pytest.param("上海\x01ü", "上海\x01ü".encode(), id="a character that is no byte"),
        pytest.param('{"a":"\x01"}', b'{"a":"\x01"}', id="ASCII"),
        pytest.param("\ud800ü", b"\\ud800\xc3\xbc", id="a lone surrogate"),
    ],
)
def test_bytes_of_a_text(text: str, data: bytes) -> None:
    """Bytes that stand for themselves are those bytes, and words stay words."""
    assert encoded(text) == data


@given(st.text(max_size=80))
def test_any_text(text: str) -> None:
    """Some bytes, never an error; where each character is a byte, as many."""
    assert not is_of_bytes(text) or len(encoded(text)) == len(text)
