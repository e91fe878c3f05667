"""JSON that no parser takes: the tokenizer yields its values all the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.decode.json_tokens import Place, path_of, tokens, unescape


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b'{"a":{"b":[1,"x"]}}', [("$.a.b[0]", b"1"), ("$.a.b[1]", b"x")]),
        (b'cb({"a":"x"});', [("$", b"cb("), ("$.a", b"x"), ("$", b");")]),
        (b'{a:"x",b:y}', [("$.a", b"x"), ("$.b", b"y")]),
        (b'{"a":"x","a":"y"}', [("$.a", b"x"), ("$.a", b"y")]),
        (b'{"a":"\\u0041\\n\\ud83d\\ude00"', [("$.a", "A\n😀".encode())]),
        (b"", []),
    ],
)
def test_tokens(data: bytes, found: list[tuple[str, bytes]]) -> None:
    """Every value with its path as far as the brackets tell it."""
    assert [(inner.path, inner.value) for inner in tokens(data)] == found


def test_a_value_is_where_it_stands() -> None:
    """The offset of a value without escapes is exact; of one with escapes, its start is known."""
    plain, escaped = tokens(b'["abc","d\\u0065f"]')
    assert (plain.at, escaped.at, escaped.near) == (2, -1, 8)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (rb"a\/b", b"a/b"),
        (rb"\ud800x", rb"\ud800x"),
        (rb"\u00e9", "é".encode()),
        (rb"\"\\", rb'"' + b"\\"),
        (b"\xff\\n", b"\xff\n"),
        (rb"\x33\x35", b"35"),
        (rb"\xe5\xb0\x8f\xff", "小".encode() + b"\xff"),
        (rb"\xg1", b"xg1"),
    ],
)
def test_unescape(raw: bytes, text: bytes) -> None:
    """Escapes are undone; what no encoding can hold stays as it is written."""
    assert unescape(raw) == text


def test_depth_is_bounded() -> None:
    """Brackets beyond the limit are counted, not kept."""
    place = Place()
    for _ in range(10_000):
        place.move(b"[")
    assert len(place.above) == 100
    for _ in range(10_000):
        place.move(b"]")
    assert (place.above, place.at) == ([], "$")


def test_paths_stay_short() -> None:
    """A path that is long enough grows no more."""
    assert path_of("$" + ".a" * 300, -1, "b") == "$" + ".a" * 300


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    """The tokenizer knows no error, and its offsets lie in the data."""
    for inner in tokens(data):
        assert 0 <= max(inner.at, inner.near) <= len(data)
