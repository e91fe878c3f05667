"""Quoted-printable, and equals signs that are none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.decode.content_format import BrokenError
from auditor.decode.limits import OverLimitError
from auditor.decode.quoted_printable import QuotedPrintable
from tests.unit.decode.messages import values


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"=33=35", [b"35"]),
        (b"ab=\ncd", [b"abcd"]),
        (b"a=1&b=2", None),
    ],
)
def test_values(data: bytes, found: list[bytes] | None) -> None:
    """What is found in a value; None where it is not of the format."""
    assert values(QuotedPrintable(), data) == found


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    """Values, nothing, or a reason: never another error."""
    try:
        values(QuotedPrintable(), data or b"x")
    except (BrokenError, OverLimitError) as fault:
        assert str(fault)
