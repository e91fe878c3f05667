"""XML and HTML: texts and attributes; entities are never expanded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.decode.content_format import BrokenError
from auditor.decode.limits import OverLimitError
from auditor.decode.xml_text import Xml
from tests.unit.decode.messages import values


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b'<a b="1"><c>2</c></a>', [b"1", b"2"]),
        (b"<a><![CDATA[3]]><!-- 4 --></a>", [b"3", b"4"]),
        (b"a < b", None),
        (b"<plist><dict><key>imei</key><string>3520</string></dict></plist>", [b"imei", b"3520"]),
        (b'<i name="imei" value="3520"/>', [b"imei", b"3520"]),
        (b"<a><b><c", []),
    ],
)
def test_values(data: bytes, found: list[bytes] | None) -> None:
    """What is found in a value; None where it is not of the format."""
    assert values(Xml(), data) == found


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    """Values, nothing, or a reason: never another error."""
    try:
        values(Xml(), data or b"x")
    except (BrokenError, OverLimitError) as fault:
        assert str(fault)
