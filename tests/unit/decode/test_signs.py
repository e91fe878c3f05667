"""The glance at a value: plain words show nothing, everything that hides something shows a sign."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from auditor.decode import signs
from auditor.decode.signs import is_text, signs_of, structure_of


@pytest.mark.parametrize(
    ("value", "sign"),
    [
        (b"plain words", 0),
        (b"1718000000", 0),
        (b"com.example.app", 0),
        (b"a%20b", signs.PERCENT),
        (b"a&amp;b", signs.ENTITY),
        (b"\\u0031", signs.ESCAPE),
        (b"a=12", signs.PAIRS),
        (b'{"a":1}', signs.BRACKET),
        (b'42["a",1]', signs.BRACKET),
        (b'42/printer,17["a",1]', signs.BRACKET),
        (b'451-/printer,["a",1]', signs.BRACKET),
        (b"<a>b</a>", signs.ANGLE),
        (b"eyJhbGciOi.eyJkaWQiOi.x", signs.DOTTED),
        (b"Zm9vYmFyYmF6", signs.BASE64),
        (b"696d65693d333532", signs.HEX),
        (b"0x696d65693d333532", signs.HEX),
        (b"NFWWK2J5GM2TEMBZ", signs.BASE32),
        (b"'" + b"TWFu" * 10 + b"\\nTWFu'", signs.ESCAPE),
        (b"'" + b"TWFu" * 10 + b"\\r\\nTWFu'", signs.ESCAPE),
        (b"'=E5=A7=\\n=93'", signs.ESCAPE),
        (b"'3.2.1\\tTWFuTWFuTWFuTWFu\\t13'", signs.ESCAPE),
        (b"one line\\nand another", 0),
        (b"onLogin([51, 53, 50, 48, 57, 57])", signs.NUMBERS),
        (b"see [1, 2, 3]", 0),
        (b"a\nb=c", signs.LINES),
        (b"=33=35", signs.QUOTED),
        (b"\x00\x01ab", signs.BINARY),
        (b"\xff\xfeab", signs.BINARY),
        ("３５２０".encode(), signs.STRANGE),
        (b"\n\x03abc", signs.WIRE),
        (b"https://a.example/p?q=1", signs.ADDRESS),
        (b"https://a.example/%70", signs.ADDRESS),
        (b"/p/q?id=1", signs.ADDRESS),
        (b"https://a.example/p", 0),
        (b"data://a/%20", signs.PERCENT),
        (b"https://a.example/#a=1", signs.PAIRS),
    ],
)
def test_sign(value: bytes, sign: int) -> None:
    """Each sign by a value that shows it."""
    assert signs_of(value) & sign == sign
    assert sign or not signs_of(value)


def test_structure_of_long_values() -> None:
    """A long document is told by its beginning alone."""
    assert structure_of(b'{"a":' + b" " * 2000) == signs.BRACKET
    assert structure_of(b'{"a":1}') == 0
    assert structure_of(b"word " * 400) == 0


def test_text() -> None:
    """Text is UTF-8 without control characters."""
    assert is_text("héllo\n你".encode())
    assert not is_text(b"a\x00b")
    assert not is_text(b"\xff")


@given(st.binary(max_size=300))
def test_any_bytes(value: bytes) -> None:
    """The same bytes show the same signs."""
    assert signs_of(value) == signs_of(bytes(value))


@pytest.mark.parametrize("at", [0, 65_280, 65_530, 131_000, 199_900])
@pytest.mark.parametrize(
    ("run", "sign"), [(b"eyJpZCI6MX0K", signs.BASE64), (b"7b226964223a317d", signs.HEX), (b"ABCDEFGH234567AB", signs.BASE32)]
)
def test_a_run_in_a_long_text_shows_wherever_it_stands(at: int, run: bytes, sign: int) -> None:
    """Long texts are looked at in blocks, which overlap."""
    text = b"plain words " * 17_000
    assert not signs.signs_of(text)
    assert signs.signs_of(text[:at] + b" " + run + b" " + text[at:]) & sign


WORTH = re.compile(
    rb"(?:[\x20-\x7f\t\n\r]|[\xc0-\xef][\x80-\xbf]{1,2}|\xf0[\x80-\xbf]{3}){6}|(?:[\x20-\x7f]\0){4}|(?:\0[\x20-\x7f]){4}"
    rb"|\x1f\x8b\x08|x[\x01\x5e\x9c\xda]|\x28\xb5\x2f|\x04\x22\x4d\x18|bplis"
)


@given(st.binary(min_size=6, max_size=40) | st.text("aé你😀\0 x", min_size=4).map(str.encode))
@example(b"\xc3\xa4\xa4aaaaa\xff\xe4")
@example(b"\x01a" * 25)
@example(b"\x01a" * 24)
@example(b"\x01a\0b\0c\0d\0\x02\x03\x04")
@example(b"\x01\xfe\x02\x1f\x8b\x08\x01\x02")
def test_hex_within_a_text_shows_where_text_or_compressed_data_begin(data: bytes) -> None:
    """At any byte, also where the first digit is none of the run; elsewhere digits in hex are a digest or a number, but for many."""
    digits = data.hex()
    worth = (len(digits) > 96 and len(digits) != 128) or any(
        WORTH.search(bytes.fromhex(digits[start : len(digits) - start])) for start in (0, 1)
    )
    assert bool(signs_of(f"id.{digits}.png".encode()) & signs.HEX) == worth
