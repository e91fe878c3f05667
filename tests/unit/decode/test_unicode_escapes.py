"""Escapes of programming languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.decode.content_format import BrokenError
from auditor.decode.limits import OverLimitError
from auditor.decode.unicode_escapes import UnicodeEscapes
from tests.unit.decode.messages import values


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"\\u0033\\u{35}\\x32", [b"352"]),
        (b"\\061", [b"1"]),
        (b"\\ud83d\\ude00", ["😀".encode()]),
        (b"\\ud800", []),
        (b"\\xe4\\xbd\\xa0", ["你".encode()]),
        (b"'\\\\u0033'", [b"'\\u0033'"]),
        (b"'a=\\r\\nb\\t\\\"c\\\"\\/'", [b"'a=\r\nb\t\"c\"/'"]),
    ],
)
def test_values(data: bytes, found: list[bytes] | None) -> None:
    """What is found in a value; None where it is not of the format."""
    assert values(UnicodeEscapes(), data) == found


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    """Values, nothing, or a reason: never another error."""
    try:
        values(UnicodeEscapes(), data or b"x")
    except (BrokenError, OverLimitError) as fault:
        assert str(fault)
