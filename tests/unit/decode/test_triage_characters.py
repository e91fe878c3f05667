"""Escapes are undone and characters told apart as Python's side does."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.decode.json_tokens import unescape
from auditor.decode.signs import PERCENT, STRANGE, signs_of
from auditor.decode.triage_characters import has_escape, is_strange
from auditor.decode.triage_characters import unescape as undone


@given(st.text("1a\u00ad１Ａ\u200b\u00a0\u2212\u3000中，。é𝟎😀", min_size=4, max_size=12))
def test_strange_characters_are_never_missed(text: str) -> None:
    data = text.encode()
    if signs_of(data) & STRANGE:
        assert is_strange(data, 0, len(data))


@pytest.mark.parametrize("text", ["中文，。", "“quoted”", "café", "价 ¥10"])
def test_usual_ones_are_not(text: str) -> None:
    data = text.encode()
    assert not is_strange(data, 0, len(data))


@given(st.text("%u4g1 ", min_size=4, max_size=12))
def test_percent_escapes(text: str) -> None:
    data = text.encode()
    if signs_of(data) & PERCENT:
        assert has_escape(data, 0, len(data))


@given(st.text('"\\/ubfnrtaé0中', max_size=30))
def test_escapes_are_undone_as_elsewhere(written: str) -> None:
    raw = written.encode()
    plain = bytearray(4 * len(raw) + 8)
    size = undone(raw, 0, len(raw), plain)
    if size >= 0:
        assert bytes(plain[:size]) == unescape(raw)


@pytest.mark.parametrize("value", ["é", "中文", "😀", "a\u0301", "\ud83d\ude00", "/x/", 'say "hi"'])
def test_characters_in_escapes(value: str) -> None:
    raw = json.dumps(value)[1:-1].replace("/", "\\/").encode()
    plain = bytearray(64)
    size = undone(raw, 0, len(raw), plain)
    assert bytes(plain[:size]).decode() == value.encode("utf-16", "surrogatepass").decode("utf-16")


@pytest.mark.parametrize("raw", [b"\\n", b"\\x41", b"\\u12", b"\\ud800", b"\\ud800\\u0041", b"\\"])
def test_other_escapes_are_left_to_python(raw: bytes) -> None:
    assert undone(raw, 0, len(raw), bytearray(16)) < 0
