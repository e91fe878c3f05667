"""Forms: pairs, escapes undone, names that hold values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.decode.content_format import BrokenError
from auditor.decode.form_text import Form
from auditor.decode.limits import OverLimitError
from tests.unit.decode.messages import values


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"a=1&imei=352%30", [b"1", b"3520"]),
        (b"a=b+c&x=1", [b"b+c", b"b c", b"1"]),
        (b"a=1&a=2", [b"1", b"2"]),
        (b"plain", None),
        (b"%33%35%32%30%39%39=1&x=2", [b"%33%35%32%30%39%39", b"1", b"2"]),
    ],
)
def test_values(data: bytes, found: list[bytes] | None) -> None:
    """What is found in a value; None where it is not of the format."""
    assert values(Form(), data) == found


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    """Values, nothing, or a reason: never another error."""
    try:
        values(Form(), data or b"x")
    except (BrokenError, OverLimitError) as fault:
        assert str(fault)
