"""The numbers of phones, SIMs and cards as they are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.identify import numbers

IMEI = "352099001761481"
SVN = "3520990017614878"


@pytest.mark.parametrize(
    ("forms", "value", "written"),
    [
        (numbers.imei, IMEI, "352 099 001 761 481"),
        (numbers.imei, IMEI, "35-209900-176148"),
        (numbers.imei, IMEI, "352099/00/176148"),
        (numbers.imei, SVN, "35-209900-176148-78"),
        (numbers.imei, IMEI, "3520990017614800"),
        (numbers.meid, "A0000049E3B7C2", "268435463314923714"),
        (numbers.meid, "A0000049E3B7C2", "26843 54633 1492 3714"),
        (numbers.meid, "A0000049E3B7C2", "a000 0049 e3b7 c2"),
        (numbers.meid, "A0000049E3B7C2", "a0000049.e3b7c2"),
        (numbers.imsi, "460001234567890", "460-001-234-567-890"),
        (numbers.imsi, "460001234567890", "460 00 1234567890"),
        (numbers.imsi, "460001234567890", "460.001.234567890"),
        (numbers.imsi, "460001234567890", "0460001234567890@"),
        (numbers.card, "6222020000000000009", "6222 0200 0000 0000 009"),
        (numbers.card, "6222020000000000009", "622202 0000000000009"),
        (numbers.card, "378282246310005", "3782-822463-10005"),
        (numbers.iccid, "8986001234567890126", "898600 1234 5678 90126"),
        (numbers.iccid, "89860012345678901235", "8986001234567890123"),
    ],
)
def test_written(forms: object, value: str, written: str) -> None:
    """One spelling of each number that has several."""
    assert callable(forms)
    assert written in {text for _, text in forms(value)}


def test_check_digit_of_a_sim() -> None:
    """Nineteen digits are a number with its check digit, which may be left out, or one without."""
    written = {text for _, text in numbers.iccid("8986032197400562817")}
    assert len({text for text in written if text.isdigit()}) == 2


def test_bytes() -> None:
    """Packed decimals in both orders of the halves."""
    assert bytes.fromhex("3520990017614810") in {data for _, data in numbers.imei_bytes(IMEI[:14])}
    assert ("tbcd", bytes.fromhex("6400102143658709")) in set(numbers.digits_swapped("4600011234567890"[:16]))


@given(st.text(max_size=30))
def test_any_value(value: str) -> None:
    """Whatever a user plants, spellings are text and bytes."""
    forms = (numbers.imei, numbers.meid, numbers.imsi, numbers.iccid, numbers.card, numbers.grouped_digits(4))
    assert all(isinstance(text, str) for form in forms for _, text in form(value))
    assert all(isinstance(data, bytes) for form in (numbers.imei_bytes, numbers.digits_swapped) for _, data in form(value))
