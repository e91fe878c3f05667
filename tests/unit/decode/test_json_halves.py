"""A document cut at its quotes, whatever is escaped in it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.decode.json_halves import halves, quotes
from auditor.decode.json_tokens import unescape

TEXTS = st.text('ab"\\\\/ntu0é中', max_size=12)


@pytest.mark.parametrize(
    ("data", "strings", "between"),
    [
        (b'{"a": "b"}', [b"a", b"b"], [b"{", b": ", b"}"]),
        (rb'["a\"b", "\\", "c"]', [rb"a\"b", rb"\\", b"c"], [b"[", b", ", b", ", b"]"]),
        (b'["open', [b"open"], [b"[", b""]),
        (rb'\ "a" \n', [b"a"], [rb"\ ", rb" \n"]),
        (b"", [], [b""]),
        (rb'["\\\"x"', [rb"\\\"x"], [b"[", b""]),
    ],
)
def test_strings_and_what_stands_between(data: bytes, strings: list[bytes], between: list[bytes]) -> None:
    assert halves(data) == (strings, between)


@given(st.lists(TEXTS, max_size=6))
def test_every_string_of_a_list(texts: list[str]) -> None:
    data = json.dumps(texts).encode()
    strings, between = halves(data)
    assert [unescape(raw).decode() for raw in strings] == texts
    assert len(between) == len(strings) + 1
    assert [data[at] for at in quotes(data)] == [0x22] * (2 * len(strings))


@given(st.binary(max_size=60).map(lambda data: data.replace(b"a", b'"').replace(b"b", b"\\\\")))
def test_any_bytes(data: bytes) -> None:
    strings, between = halves(data)
    joined = b"".join(part for pair in zip(between, [*strings, b""], strict=True) for part in pair)
    assert joined == b"".join(between[:1] + [part for pair in zip(strings, between[1:], strict=True) for part in pair])
    assert len(between) == len(strings) + 1
