"""Bytes as lists of numbers: what is text, packed or as short as an identifier comes out, under its name and place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.decode.byte_lists import ByteLists, byte_lists
from auditor.decode.json_halves import halves
from auditor.decode.json_leaves import JsonLeaves
from auditor.decode.message import decode
from tests.unit.decode.messages import body, read, values


def found(data: bytes) -> list[tuple[str, bytes]]:
    return [(inner.path, inner.value) for inner in byte_lists(data, JsonLeaves(data, *halves(data)).signs)[0]]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b'{"d": [104, 105, 32, 116, 104, 101, 114, 101]}', [("d", b"hi there")]),
        (b'{"mac":[0,-1,34,51,68,85]}', [("mac", b"\0\xff\x22\x33\x44\x55")]),
        (b'{"imei":[3,5,2,0,9,9]}', [("imei", b"352099"), ("imei", b"\x03\x05\x02\x00\x09\x09")]),
        (b"[72,105,33,72,105,33]", [("", b"Hi!Hi!")]),
        (b'{"d":[1,2,3]}', []),
        (b'{"d":[256,1,2,3,4,5,6]}', []),
        (b'{"d":[-129,1,2,3,4,5,6]}', []),
        (b'{"d":' + str([200] * 65).encode() + b"}", []),
        (b'{"d":' + str(list(range(80))).encode() + b"}", []),
        (b'{"d":' + str(list(range(-8, 200))).encode() + b"}", []),
        (b'{"d":' + str(list(range(100, 200))).encode() + b"}", [("d", bytes(range(100, 200)))]),
        (b'{"d":' + str(list(range(-50, 50))).encode() + b"}", [("d", bytes(number & 255 for number in range(-50, 50)))]),
        (b'{"d":[1.5,2.5,3.5,4.5,5.5,6.5]}', []),
    ],
)
def test_a_list_gives_its_bytes(data: bytes, expected: list[tuple[str, bytes]]) -> None:
    """Too few, too large and long binary ones give nothing."""
    assert found(data) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"I NailApp : onLogin([53, 50, 48, 57, 57, 48, 48, 49]) ok", [b"52099001"]),
        (b"{'a': 1, 'udid': '[53,50,48,57,57,48,48,49]'}", [b"52099001"]),
        (b"(1, '[-27, -89, -109, -27, -89, -109]')", ["姓姓".encode()]),
        (b"sizes [1, 2, 3, 4, 5, 6]", None),
        (b"rgb [300, 400, 500, 600, 700, 800]", None),
    ],
)
def test_lists_in_a_text(text: bytes, expected: list[bytes] | None) -> None:
    """A list that is long enough gives its bytes wherever it stands."""
    assert values(ByteLists(), text) == expected
    assert expected is None or any(value == expected[0] for _, value, _ in read(text))


@given(st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    """Never an error, whatever stands there."""
    found(b'{"x":[' + data + b"]}")


@given(st.binary(min_size=6, max_size=64))
def test_what_is_written_as_a_list_is_read_again(data: bytes) -> None:
    assert data in [value for _, value in found(b'{"x": %s}' % str(list(data)).encode())]


def test_too_many_lists_are_said() -> None:
    """A thousand decoys hide nothing, and what is more than all of them is left out with a word."""
    data = b"[%s]" % b",".join([b"[1,2,3,4,5,6,7]"] * 20_001)
    assert decode(body(data)).unread == ("request body: more than 20000 lists of bytes",)
