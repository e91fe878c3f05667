"""CBOR: maps and arrays, tagged, of indefinite length."""

import pytest
from cbor2 import CBORTag, dumps
from hypothesis import given
from hypothesis import strategies as st

from auditor.decode.cbor_items import Cbor
from auditor.decode.content_format import BrokenError
from auditor.decode.limits import OverLimitError
from tests.unit.decode.messages import values


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (dumps({"imei": "3520", "n": [1, 35209900]}), [b"3520", b"35209900"]),
        (dumps(CBORTag(55799, ["abc"])), [b"abc"]),
        (b"\x9f\x63abc\xff", [b"abc"]),
        (b"\x9f" * 400, None),
        (b"text", None),
    ],
)
def test_values(data: bytes, found: list[bytes] | None) -> None:
    """What is found in a value; None where it is not of the format."""
    assert values(Cbor(), data) == found


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    """Values, nothing, or a reason: never another error."""
    try:
        values(Cbor(), data or b"x")
    except (BrokenError, OverLimitError) as fault:
        assert str(fault)
