"""Heads that stand in a payload."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.decode.content_format import BrokenError
from auditor.decode.header_lines import HeaderLines
from auditor.decode.limits import Budget, Limits, OverLimitError
from tests.unit.decode.messages import values


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"NOTIFY /x?y=1 HTTP/1.1\r\nHost: a\r\nUSN: uuid:3520\r\n\r\nbody", [b"/x", b"y=1", b"a", b"uuid:3520", b"body"]),
        (b"A: b\nC: d", [b"b", b"d"]),
        (b"one line", None),
    ],
)
def test_values(data: bytes, found: list[bytes] | None) -> None:
    """What is found in a value; None where it is not of the format."""
    assert values(HeaderLines(), data) == found


def test_lines_within_a_binary_message_do_not_explain_it() -> None:
    """Behind the fields of a protobuf message whose compressed part shows a header line, other formats are tried."""
    opened = HeaderLines().open(b'\x08\x01\x12\x40\x04"M\x18--b\r\nContent-Type: x\r\n\r\nq\x0fP\0', Budget(Limits()))
    assert opened is not None
    assert not opened.whole


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    """Values, nothing, or a reason: never another error."""
    try:
        values(HeaderLines(), data or b"x")
    except (BrokenError, OverLimitError) as fault:
        assert str(fault)
