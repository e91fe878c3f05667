"""Wide characters, by their mark or by their zeros."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.decode.content_format import BrokenError
from auditor.decode.limits import OverLimitError
from auditor.decode.utf16_text import Utf16
from tests.unit.decode.messages import values


@pytest.mark.parametrize(
    ("data", "found"),
    [
        ("imei 3520".encode("utf-16"), [b"imei 3520"]),
        ("imei 3520".encode("utf-16-be"), [b"imei 3520"]),
        ("imei 3520".encode("utf-32"), [b"imei 3520"]),
        (b"imei 3520", None),
        (b"\0\0\0\0\0\0\0\0", None),
    ],
)
def test_values(data: bytes, found: list[bytes] | None) -> None:
    """What is found in a value; None where it is not of the format."""
    assert values(Utf16(), data) == found


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    """Values, nothing, or a reason: never another error."""
    try:
        values(Utf16(), data or b"x")
    except (BrokenError, OverLimitError) as fault:
        assert str(fault)
