"""XML and HTML: texts and attributes; entities are never expanded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.decode.content_format import BrokenError
from auditor.decode.limits import Budget, Limits, OverLimitError
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
        (b"<input value='1' value='2' name='3' name='4'>", [b"1", b"3", b"4", b"2"]),
        (
            b"<a @='1' (b)='2' Zm9vYmFyYmF6cXV4 c>5</a Zm9vYmFyYmF6cXV4>",
            [b"1", b"2", b"Zm9vYmFyYmF6cXV4", b"5", b"Zm9vYmFyYmF6cXV4"],
        ),
        (b"<!DOCTYPE a [<!ENTITY x 'Zm9vYmFyYmF6cXV4'><a>1</a>", [b"DOCTYPE a [<!ENTITY x 'Zm9vYmFyYmF6cXV4'", b"1"]),
        (b"<?xml version='1.0' encoding='UTF-8'?><Zm9vYmFyYmF6cXV4>1</a>", [b"Zm9vYmFyYmF6cXV4", b"1"]),
    ],
)
def test_values(data: bytes, found: list[bytes] | None) -> None:
    """What is found in a value; None where it is not of the format."""
    assert values(Xml(), data) == found


@pytest.mark.parametrize("head", [b"", b'<?xml version="1.0"?>\n<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "x">\n'])
def test_a_property_list_is_one(head: bytes) -> None:
    """Apple's documents in XML are named as the binary ones are, by their root."""
    data = head + b'<plist version="1.0"><dict><key>imei</key><string>3520</string></dict></plist>'
    opened = Xml().open(data, Budget(Limits()))
    assert opened is not None
    assert {inner.words for inner in opened.inners if inner.value == b"3520"} == {("plist",)}


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    """Values, nothing, or a reason: never another error."""
    try:
        values(Xml(), data or b"x")
    except (BrokenError, OverLimitError) as fault:
        assert str(fault)
