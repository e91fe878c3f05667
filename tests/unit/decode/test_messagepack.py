"""MessagePack: maps and arrays that fill the value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgpack import packb

from auditor.decode.content_format import BrokenError
from auditor.decode.limits import OverLimitError
from auditor.decode.messagepack import MessagePack
from tests.unit.decode.messages import values


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (packb({"imei": "3520", "n": [1, 35209900]}), [b"3520", b"35209900"]),
        (packb([b"bytes", 1.5]), [b"bytes", b"1.5"]),
        (b"\x91" * 500 + b"\1", None),
        (packb({"a": 1}) + b"rest", None),
        (b"\xdf\xff\xff\xff\xff", None),
    ],
)
def test_values(data: bytes, found: list[bytes] | None) -> None:
    """What is found in a value; None where it is not of the format."""
    assert values(MessagePack(), data) == found


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    """Values, nothing, or a reason: never another error."""
    try:
        values(MessagePack(), data or b"x")
    except (BrokenError, OverLimitError) as fault:
        assert str(fault)
