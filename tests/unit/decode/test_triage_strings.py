"""Strings of documents: whoever answers, machine code or Python, nothing that could be found is missing."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.decode.json_halves import halves
from auditor.decode.limits import USUAL, Budget
from auditor.decode.sign_scan import hiding_signs
from auditor.decode.signs import ADDRESS
from auditor.decode.url_text import Url
from tests.unit.decode.triage_runs import Told, looked

ODD = "%&=<\\[{\"'()x0J+;:/?#.- \n\t~A1aeyJ，１　\u00ad\u200b\u00a0\u2212字é𝟎"
TEXTS = st.text(ODD, max_size=24) | st.text(max_size=12) | st.text("abcXYZ0189+/=_-", max_size=32)


def told(value: str, *, ascii_only: bool = False) -> Told:
    return looked(json.dumps({"k": value}, ensure_ascii=ascii_only).encode())


def is_quiet(value: bytes) -> bool:
    """Whether formats would find nothing in a value but chance readings."""
    bare = value.rstrip(b"=")
    signs = hiding_signs(bare if len(value) - len(bare) <= 2 and b"=" not in bare else value)  # padding alone hides nothing
    if signs & ADDRESS:
        opened = Url().open(value, Budget(USUAL))
        return opened is not None and all(is_quiet(inner.value) for inner in opened.inners)
    return not signs or not signs & ~(256 | 512 | 1024 | 2048)


@given(TEXTS, st.booleans())
def test_what_shows_a_sign_is_opened(value: str, ascii_only: bool) -> None:
    found = told(value, ascii_only=ascii_only)
    assert found.strings == 2
    raw = value.encode("utf-8", "surrogatepass")
    if 1 not in found.opened:
        assert is_quiet(raw), value
        if len(raw) >= 4 and b"\\" in json.dumps(value, ensure_ascii=ascii_only).encode():
            assert (1, (), raw) in found.readings


@given(st.dictionaries(TEXTS, TEXTS | st.integers() | st.lists(TEXTS, max_size=3), max_size=5), st.booleans())
def test_every_string_has_its_number(document: object, ascii_only: bool) -> None:
    data = json.dumps(document, ensure_ascii=ascii_only).encode()
    assert looked(data).strings == len(halves(data)[0])


ADDRESSES = [
    ("https://cdn.example.com/img/2026/a.png?x=1", True),
    ("/products/spring-set?utmSource=homeFeed&position=3", True),
    ("https://h.example.com/a?b=MTM4MDAxMzgwMDA=", False),
    ("https://h.example.com/a?b=MTM4MDAxMzgwMDA", False),
    ("https://h.example.com/MTM4MDAxMzgwMDA/a?b=1", False),
    ("https://h.example.com/a?b=%7B%7D", False),
    ("https://h.example.com/a?b=1+2", False),
    ("https://h.example.com/a", None),
    ("https://h.example.com/a?b", None),
    ("no url?b=1", False),
]


@pytest.mark.parametrize(("value", "is_one"), ADDRESSES)
def test_addresses(value: str, is_one: bool | None) -> None:
    found = told(value)
    assert found.addresses == ([1] if is_one else [])
    assert found.opened == ([1] if is_one is False else [])


def test_no_room_is_said() -> None:
    from auditor.decode.triage_strings import look
    from tests.unit.decode.triage_runs import arrays

    rows, text, work = arrays(64)
    document = json.dumps(["x" * 4000]).encode()
    assert look(document, rows, text, bytearray(len(document)), work) == -1
