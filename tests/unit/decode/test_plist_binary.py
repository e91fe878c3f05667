"""Property lists of Apple, binary."""

from plistlib import FMT_BINARY, dumps
from typing import Any

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


def test_containers_that_stand_in_several_places_come_once() -> None:
    """Forty lists, of which each holds the next one twice, are two to the forty ways to the same value."""
    value: list[Any] = ["imei"]
    for _ in range(40):
        value = [value, value]
    document = dumps(value, fmt=FMT_BINARY)
    assert len(document) < 400
    assert values(BinaryPlist(), document) == [b"imei"]


def test_deep_lists_and_long_names() -> None:
    """What is deep comes out all the same, and so do names that may be values."""
    deep: Any = {"Zm9vYmFyYmF6cXV4": b"x"}
    for _ in range(100):
        deep = [deep]
    assert values(BinaryPlist(), dumps(deep, fmt=FMT_BINARY)) == [b"Zm9vYmFyYmF6cXV4", b"x"]
