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


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"\xa1\x61a\x7f\x643520\x6399x\xff", [b"352099x"]),
        (b"\xa1\x61a\x5f\x43352\x4399x\xff", [b"35299x"]),
        (b"\xa1\x7f\x61a\x61b\xff\x63352", [b"352"]),
        (b"\xa1\x61a\x7f\x63352\x07\xff", None),
        (b"\xa1\x61a\x7f\x63352", None),
        (b"\xa1\x61a\x7f\x7835", None),
    ],
)
def test_strings_in_chunks(data: bytes, found: list[bytes] | None) -> None:
    """Chunks are joined (section 3.2.3); what is no chunk spoils it."""
    assert values(Cbor(), data) == found
