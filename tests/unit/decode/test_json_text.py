"""What is taken for JSON, and what is not."""

import zlib

import pytest

from auditor.decode.json_text import Json
from auditor.decode.limits import Budget, Limits
from tests.unit.decode.messages import read


def opened(data: bytes) -> tuple[bool, bool]:
    """Whether it is JSON, and whether plain values wait in it."""
    found = Json().open(data, Budget(Limits()))
    return found is not None, found is not None and found.plain is not None


@pytest.mark.parametrize(
    ("data", "is_json", "waits"),
    [
        pytest.param(b'{"a":1}', True, True, id="object"),
        pytest.param(b'["a",true,null,-1.5e3]', True, True, id="array"),
        pytest.param(b'{"a":"x"', True, True, id="cut"),
        pytest.param(b'cb({"a":"x"})', True, False, id="script around it"),
        pytest.param(b'var a = {"a":"x;y"};', True, False, id="assigned in a script"),
        pytest.param(b'window.a={"a":"x"}\n', True, False, id="assigned to a page"),
        pytest.param(b'var a={"a":"x"};go(a)', False, False, id="a program"),
        pytest.param(b'var a={"a":"x"};' + b" " * 65536, False, False, id="a long script"),
        pytest.param(b'"id","d"\r\n"1","{""a"":""x""}"\r\n', False, False, id="quoted cells"),
        pytest.param(b'"id";"d"\r\n"1";"{E40F3650-12FC}"\r\n', False, False, id="quoted cells, a bracket in one"),
        pytest.param(b'"a","b"\n"c",""\n', False, False, id="quoted cells, one empty"),
        pytest.param(b'["a", ""]', True, True, id="an empty string"),
        pytest.param(b'{"a":"\xff"}', True, False, id="no utf-8"),
        pytest.param(b'{"a":NaN}', True, False, id="a word that JSON does not know"),
        pytest.param(b"[x] plain text", False, False, id="text in brackets"),
        pytest.param(b"{", False, False, id="a bracket"),
    ],
)
def test_what_is_json(data: bytes, is_json: bool, waits: bool) -> None:
    """Sound documents are cut at their quotes, others read by tokens, and text without a string is none."""
    assert opened(data) == (is_json, waits)


def test_a_message_whose_first_field_is_the_fourth_is_no_string() -> None:
    """Its tag is a quote. Strings in it are found as such, and binary formats are tried, too."""
    packed = zlib.compress(b'{"imei": "352099001761481"}', wbits=-15)
    data = b'"$334c8b8e-b965-482c-9986-6d3fa3915252\x82\x01' + bytes([len(packed) + 2]) + b"z" + bytes([len(packed)]) + packed
    data += b'\x12\x0d{"a": "b", 1}'
    opened = Json().open(data, Budget(Limits()))
    assert opened is not None
    assert not opened.whole
    assert any(value == b"352099001761481" for _, value, _ in read(data))
    assert b'Studio "Blush"' in [value for _, value, _ in read(b'\n"[1, "a", "Studio \\"Blush\\"", null]\x18\x01')]
