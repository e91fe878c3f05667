"""Runs of letters: what `sign_scan` reads is read, or the value is left to be opened."""

import base64
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.decode.sign_scan import hiding_signs, is_of_letters, readings
from auditor.decode.triage_letters import OPEN, PLAIN
from tests.unit.decode.triage_runs import read

LETTERS = "ABCXYZabcxyz0123456789+/_-"
WORDS = st.text(LETTERS, min_size=1, max_size=48)


def check(value: bytes) -> None:
    """Nothing that Python reads in a value is missing."""
    answer, found = read(value)
    signs = hiding_signs(value)
    if answer == OPEN or not signs:
        return
    assert is_of_letters(value, signs)
    known = {(words, text) for _, words, text in found}
    for inner in readings(value, signs):
        assert (inner.words, inner.value) in known, (value, inner)


@given(st.lists(WORDS, min_size=1, max_size=4).map(" ".join))
def test_any_words(text: str) -> None:
    check(text.encode())


@given(st.binary(min_size=6, max_size=48), st.sampled_from(["", "id=", "a ", "x."]), st.sampled_from(["", ".", ".png"]))
def test_encoded_bytes(raw: bytes, before: str, behind: str) -> None:
    for text in (
        base64.b64encode(raw),
        base64.urlsafe_b64encode(raw).rstrip(b"="),
        raw.hex().encode(),
        base64.b32encode(raw).rstrip(b"="),
    ):
        if b"=" not in text:
            check(before.replace("=", ":").encode() + text + behind.encode())


def test_many_words_of_chance() -> None:
    rng = random.Random(9)
    for _ in range(4000):
        check("".join(rng.choice(LETTERS) for _ in range(rng.randint(8, 44))).encode())


@pytest.mark.parametrize(
    "text",
    [
        base64.b64encode(b"13800138000"),
        b"313338303031333830303030",
        base64.b32encode(b"13800138000 and more").rstrip(b"="),
        b"name " + base64.b64encode(b"imei352099001761481"),
        b"30:31:32:33:34:35:36:37",
        base64.b64encode(bytes.fromhex("1f8b08000000000000ff")),
    ],
)
def test_what_holds_text_or_more_is_opened(text: bytes) -> None:
    assert read(text)[0] == OPEN


@pytest.mark.parametrize("text", [b"ProductCardLarge", b"bfadde07682d7d41ab83e3c3", b"Ocean_Blue-23"])
def test_a_whole_value_that_hides_nothing_is_read(text: bytes) -> None:
    answer, found = read(text)
    assert answer == PLAIN
    assert [words for _, words, _ in found] in ([("base64",)], [("hex",)], [("base64url",)], [])


def test_a_raw_address_is_in_the_reading() -> None:
    raw = bytes.fromhex("9fa1c3d5e79b02f7e1d3c4")
    answer, found = read(base64.b64encode(raw).rstrip(b"="))
    assert answer == PLAIN
    assert found == [(0, ("base64",), raw)]
