import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.report.display import safe, safe_lines, shortened

CASES = [
    ("plain.example/path?x=1", "plain.example/path?x=1"),
    ("中文 и ελ 😀", "中文 и ελ 😀"),
    ("\x1b[2J", r"\x1b[2J"),
    ("\x9b31m", r"\x9b31m"),
    ("a\nb\tc\rd", r"a\nb\tc\rd"),
    ("\u202egpj.exe\u2066", r"\u202egpj.exe\u2066"),
    ("in\u200bvisible\ufeff", r"in\u200bvisible\ufeff"),
    ("\ud800", r"\ud800"),
    ("\U000e0041", r"\U000e0041"),
    ("\u2028\u00ad\x7f", r"\u2028\xad\x7f"),
]


@pytest.mark.parametrize(("captured", "shown"), CASES)
def test_each_controlling_character_is_written_out(captured: str, shown: str) -> None:
    assert safe(captured) == shown


def test_every_control_format_and_separator_character_of_unicode_is_written_out() -> None:
    missed = [
        hex(number)
        for number in range(0x110000)
        if unicodedata.category(chr(number)) in ("Cc", "Cf", "Cs", "Zl", "Zp") and safe(chr(number)) == chr(number)
    ]
    assert missed == []


@settings(deadline=None)
@given(st.text(st.characters(), max_size=60))
def test_safe_text_is_stable_and_can_always_be_encoded(captured: str) -> None:
    shown = safe(captured)
    assert safe(shown) == shown
    shown.encode()
    assert not re.search("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", shown)


def test_lines_of_the_programs_own_stay_lines() -> None:
    assert safe_lines("a\n\x1bb") == "a\n\\x1bb"


@settings(deadline=None)
@given(st.text(max_size=100), st.integers(min_value=3, max_value=40))
def test_shortened_text_fits_and_keeps_both_ends(captured: str, limit: int) -> None:
    short = shortened(captured, limit)
    assert len(short) <= limit
    if len(safe(captured)) > limit:
        assert short[0] == safe(captured)[0]
        assert short[-1] == safe(captured)[-1]
