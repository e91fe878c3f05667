"""Check digits and dates."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.identify.checks import luhn, luhn_digit, resident_id, varied


@given(st.text("0123456789", min_size=1, max_size=20))
def test_luhn_digit_makes_it_pass(digits: str) -> None:
    """The check digit passes, any other does not."""
    right = luhn_digit(digits)
    assert [digit for digit in "0123456789" if luhn(digits + digit)] == [right]


@pytest.mark.parametrize("text", ["", "12a", "٣٥", " 1"])
def test_luhn_wants_ascii_digits(text: str) -> None:
    """Other characters are no number."""
    assert luhn(text) is (text == "" and False)


@pytest.mark.parametrize(
    ("number", "is_one"),
    [
        ("11010519491231002X", True),
        ("11010519491231002x", True),
        ("110105194912310021", False),
        ("110105194913310021", False),
        ("990105194912310028", False),
        ("1101051949123100", False),
    ],
)
def test_resident_id(number: str, is_one: bool) -> None:
    """Province, date of birth and check character must be right."""
    assert resident_id(number) is is_one


def test_fillers_are_not_varied() -> None:
    """A value of three different characters or fewer is a filler."""
    assert not varied("000000000000000")
    assert not varied("121312131213")
    assert varied("352099")
