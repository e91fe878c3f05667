"""Property lists of Apple, binary."""

from plistlib import FMT_BINARY, dumps

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.decode.content_format import BrokenError
from auditor.decode.limits import OverLimitError
from auditor.decode.plist_binary import BinaryPlist
from tests.unit.decode.messages import values


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (dumps({"imei": "3520"}, fmt=FMT_BINARY), [b"3520"]),
        (dumps({"n": [35209900]}, fmt=FMT_BINARY), [b"35209900"]),
        (b"bplist99", None),
    ],
)
def test_values(data: bytes, found: list[bytes] | None) -> None:
    """What is found in a value; None where it is not of the format."""
    assert values(BinaryPlist(), data) == found


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    """Values, nothing, or a reason: never another error."""
    try:
        values(BinaryPlist(), data or b"x")
    except (BrokenError, OverLimitError) as fault:
        assert str(fault)
