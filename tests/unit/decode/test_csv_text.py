"""Delimited text, cells under the names of their columns."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.decode.content_format import BrokenError
from auditor.decode.csv_text import Csv
from auditor.decode.limits import OverLimitError
from tests.unit.decode.messages import values


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"name,imei\nx,352099001761481\n", [b"x", b"352099001761481"]),
        (b'a;b\n"1;2";3\n', [b"1;2", b"3"]),
        (b"one\ntwo\n", None),
        (b"a,b", None),
    ],
)
def test_values(data: bytes, found: list[bytes] | None) -> None:
    """What is found in a value; None where it is not of the format."""
    assert values(Csv(), data) == found


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    """Values, nothing, or a reason: never another error."""
    try:
        values(Csv(), data or b"x")
    except (BrokenError, OverLimitError) as fault:
        assert str(fault)
