"""The pass over many values at once finds each that shows a sign."""

import base64
import random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from auditor.decode import sign_scan
from auditor.decode.formats import formats_of
from auditor.decode.limits import Budget, Limits
from auditor.decode.sign_scan import hiding_signs, showing
from auditor.decode.signs import signs_of

PLAIN = [b"launch", b"hello world", b"2026-11-22T10:00:00Z", b"SHENZHEN", b"1718000000000", b"com.example.app", "文字".encode()]
HIDING = [
    b"a%20b",
    b"a&amp;b",
    b"a\\u0041",
    b"k=v1",
    b"<a>b",
    b"{}  ",
    b"cb([1",
    b"data: {x",
    b"for (;;); [",
    b")]}' {",
    b"\xef\xbb\xbf{ab",
    b"\tabc",
    b"ab\x01cd",
    b"Zm9vYmFy",
    b"333532303939303031",
    b"0x68656c6c6f77",
    b"68:65:6c:6c:6f:77:6f:72",
    b"nbswy3dpeb3w64tmmq",
    b"EdqM52SpXCn5c1uozuvuH5o9Tcr41kYeCWz4Ymu6ngbt",
    b"a\nbc",
]
TEXT = st.text(st.characters(codec="utf-8", exclude_characters='"'), max_size=40)
WORDS = st.text("abcXYZ0123456789+/_-=.: ", max_size=40)
HEX = st.binary(max_size=24).map(bytes.hex)
BASE = st.binary(max_size=24).map(lambda data: base64.b32encode(data).decode())


def test_plain_values_are_passed_over() -> None:
    """Words, times, numbers and host names hide nothing."""
    assert showing(PLAIN, 99).numbers == []


@pytest.mark.parametrize("value", HIDING)
def test_each_sign_is_seen(value: bytes) -> None:
    """Among plain values, the one that hides something is found, wherever it stands."""
    for number in (0, 3, len(PLAIN)):
        assert showing([*PLAIN[:number], value, *PLAIN[number:]], 99).numbers == [number]


@given(st.lists((TEXT | WORDS | HEX | BASE).map(str.encode), max_size=8))
@example([b"", b"", b"%41%42"])
def test_nothing_that_hides_something_is_left_out(values: list[bytes]) -> None:
    """The pass agrees with the look at each value."""
    values = [value for value in values if b'"' not in value]
    assert showing(values, 99).numbers == [number for number, value in enumerate(values) if hiding_signs(value)]


@given((TEXT | WORDS | HEX | BASE).map(str.encode))
@example(b"Nail_Art-03.png")
@example(b"ProductCardSmall")
@example(b"d8:3a:dd:01:02:03")
def test_what_is_passed_over_reads_as_nothing(value: bytes) -> None:
    """A value that shows signs and is passed over gives nothing to any format that these signs suggest."""
    if signs_of(value) and not hiding_signs(value):
        budget = Budget(Limits())
        assert [member for member in formats_of(value, signs_of(value)) if member.open(value, budget) is not None] == []


def test_dense_signs_end_the_pass() -> None:
    """Where signs stand densely, every value is looked at instead."""
    values = [base64.b64encode(random.Random(1).randbytes(30_000)), *PLAIN, b"%41%42"]
    assert showing(values, 99).numbers == [0, len(values) - 1]


def test_without_the_engine_the_answer_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where hyperscan is missing, each value is looked at."""
    monkeypatch.setattr(sign_scan, "_scanner", lambda: None)
    assert showing([*PLAIN, *HIDING], 99).numbers == list(range(len(PLAIN), len(PLAIN) + len(HIDING)))


def test_nothing_to_look_at() -> None:
    """No values, no answer."""
    assert showing([], 99).numbers == []
