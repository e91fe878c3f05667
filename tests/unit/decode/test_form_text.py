"""Forms: pairs, escapes undone, names that hold values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.decode.content_format import BrokenError
from auditor.decode.form_text import Form
from auditor.decode.limits import USUAL, Budget, OverLimitError
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


@pytest.mark.parametrize(
    ("data", "is_whole"),
    [
        (b"a=1&b=2", True),
        (b"mac=00%3A1a", True),
        (b"a=b", False),
        (b"a=b;c=%20d", False),
        (b"QUJD=%41", True),
        (b"a%3Db=%20", False),
        (b"a=%20=b", True),
        (b"a=b=%20", False),
    ],
)
def test_whether_nothing_else_is_tried(data: bytes, is_whole: bool) -> None:
    """Nothing else needs to be made of a pair with escapes; of one without, base64 with its padding might."""
    opened = Form().open(data, Budget(USUAL))
    assert opened is not None
    assert opened.whole is is_whole


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    """Values, nothing, or a reason: never another error."""
    try:
        values(Form(), data or b"x")
    except (BrokenError, OverLimitError) as fault:
        assert str(fault)
