"""Heads that stand in a payload."""

import base64
import urllib.parse
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.decode.content_format import BrokenError
from auditor.decode.header_lines import HeaderLines
from auditor.decode.limits import Budget, Limits, OverLimitError
from tests.unit.decode.messages import read, values


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"NOTIFY /x?y=1 HTTP/1.1\r\nHost: a\r\nUSN: uuid:3520\r\n\r\nbody", [b"/x", b"y=1", b"a", b"uuid:3520", b"body"]),
        (b"A: b\nC: d", [b"b", b"d"]),
        (b"one line", None),
        (b'a: 1\np:\n  x: "o\\u0066"\n', [b"1", b"of"]),
        (b"a: 1\nb:\n  - x1\n  - c: 'it''s' # said\n    d: e", [b"1", b"x1", b"it's", b"e"]),
        (b"a: 1\nb: !!binary |\n  AAAA\n  BBBB\nc: 2", [b"1", b"  AAAA\n  BBBB", b"2"]),
        (b"HTTP/1.1 200 OK\r\nA: b\r\n c\r\nD: e", [b"HTTP/1.1 200 OK", b"b\r\n c", b"e"]),
        (b"VERSION:3.0\r\nNOTE;ENCODING=QUOTED-PRINTABLE:a=\r\nb\r\nEND:", [b"3.0", b"a=\r\nb"]),
        (b"A: b\n- http://h/?c=d\nE: f", [b"b", b"http://h/?c=d", b"f"]),
    ],
)
def test_values(data: bytes, found: list[bytes] | None) -> None:
    """What is found in a value; None where it is not of the format."""
    assert values(HeaderLines(), data) == found


@pytest.mark.parametrize(
    "text",
    [
        b'a: 1\nprofile:\n  x: "%b"\n',
        b"a: 1\nprofile:\n  - '%b'\n",
        b"a: 1\nb: 2\nprofile: %b # of a phone\n",
        b"\xe5\xa7\x93: 1\na: 1\nb: 2\n  and %b\n",
    ],
)
@pytest.mark.parametrize("encode", [base64.b32encode, base64.b64encode, bytes.hex, urllib.parse.quote])
def test_what_is_encoded_in_yaml(text: bytes, encode: Callable[[bytes], bytes | str]) -> None:
    """An encoded value of any line is opened, however far it is indented, in quotes or with a comment."""
    coded = encode("imei 352099001761481 小蓝".encode())
    coded = coded if isinstance(coded, bytes) else coded.encode()
    assert any("imei 352099001761481 小蓝".encode() in value for _, value, words in read(text % coded) if words)


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
