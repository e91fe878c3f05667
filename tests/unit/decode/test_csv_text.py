"""Delimited text, cells under the names of their columns."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.decode.content_format import BrokenError
from auditor.decode.csv_text import Csv
from auditor.decode.limits import Budget, Limits, OverLimitError
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


def test_base64_in_lines_is_no_two_rows() -> None:
    """Where a cell goes on in the next line, other formats are tried, too."""
    folded = b"1f73;3.2.1;" + b"TWFu" * 19 + b"\r\nTWFu;android;80"
    plain = b"1f73;3.2.1;x\r\ny;android;80"
    quoted = b"VALUES (1, '" + b"TWFu" * 19 + b"\nTWFu', 'x')"
    opened = [Csv().open(data, Budget(Limits())) for data in (folded, quoted, plain)]
    assert [each and each.whole for each in opened] == [False, False, True]


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    """Values, nothing, or a reason: never another error."""
    try:
        values(Csv(), data or b"x")
    except (BrokenError, OverLimitError) as fault:
        assert str(fault)
