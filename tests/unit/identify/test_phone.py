"""Phone numbers of any country, in every usual spelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.identify.phone import e164, is_a_persons, spellings


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("+8613900000199", "+8613900000199"),
        ("008613900000199", "+8613900000199"),
        ("8613900000199", "+8613900000199"),
        ("139 0000 0199", "+8613900000199"),
        ("+44 20 7946 0018", "+442079460018"),
        ("+1 (202) 555-0143", "+12025550143"),
        ("123", None),
        ("x" * 60, None),
        ("", None),
    ],
)
def test_e164(text: str, number: str | None) -> None:
    """One form for all spellings; None for what is no number."""
    assert e164(text) == number
    assert is_a_persons(text) is (number is not None)


@pytest.mark.parametrize(
    "written",
    [
        "13900000199",
        "8613900000199",
        "+8613900000199",
        "008613900000199",
        "139 0000 0199",
        "139-0000-0199",
        "+86 139 0000 0199",
        "(+86)13900000199",
        "(+86) 13900000199",
        "013900000199",
    ],
)
def test_spellings(written: str) -> None:
    """National, with each form of the country code, grouped."""
    assert written in {text for _, text in spellings("+8613900000199")}


@pytest.mark.parametrize(
    "text", ["400-572-1506", "4005721506", "+86 400 572 1506", "8008208820", "+1 800 555 2671", "95588", "10086"]
)
def test_a_hotline_is_no_persons_number(text: str) -> None:
    """Numbers of companies stand in every app."""
    assert not is_a_persons(text)


@pytest.mark.parametrize(
    ("number", "written"),
    [
        ("+14155550123", "(415)-555-0123"),
        ("+14155550123", "(415)555-0123"),
        ("+14155550123", "(415) 5550123"),
        ("+14155550123", "(415)5550123"),
        ("+14155550123", "(415) 555 0123"),
        ("+14155550123", "(415) 555.0123"),
        ("+14155550123", "(415).555.0123"),
        ("+14155550123", "1-415-555-0123"),
        ("+5521962965945", "(21)-96296-5945"),
        ("+442079460018", "(020) 7946 0018"),
        ("+4915123456789", "(01512) 3456789"),
        ("+39347496175", "(347) 496 175"),
    ],
)
def test_the_area_in_brackets(number: str, written: str) -> None:
    """Whatever stands behind the bracket and between the groups."""
    assert written in {text for _, text in spellings(number)}


@pytest.mark.parametrize("written", ["8 (916) 768-58-78", "8-(916)-768-58-78", "8.(916).768.58.78", "8 916 768 58 78"])
def test_brackets_within_a_number(written: str) -> None:
    """They stay where the signs between the groups change."""
    assert written in {text for _, text in spellings("+79167685878")}


def test_other_countries_have_a_trunk_zero() -> None:
    """A British number is also written with its zero and in its own groups."""
    found = {text for _, text in spellings("+442079460018")}
    assert {"02079460018", "020 7946 0018", "+442079460018", "2079460018"} <= found


@pytest.mark.parametrize("number", ["+447700900853", "+861990000019"])
def test_made_up_numbers_have_their_spellings(number: str) -> None:
    """A number that nobody has, like those for films, is spelled as others are."""
    found = {text for _, text in spellings(number)}
    assert e164(number) is None
    assert {number, f"00{number[1:]}", f"{number[:3]} {spellings(number)[3][1]}"} <= found


def test_films_numbers_are_grouped_as_at_home() -> None:
    """National and international groups of a British number for films."""
    found = {text for _, text in spellings("+447700900853")}
    assert {"07700900853", "07700 900853", "+44 7700 900853", "00447700900853", "447700900853"} <= found


def test_no_number_stays_as_it_is() -> None:
    """What cannot be parsed is looked for as given and by its digits."""
    assert dict(spellings("ext. 12-34")) == {"given": "ext. 12-34", "digits": "1234"}


@given(st.text("+0123456789 ()-.x", max_size=45))
def test_any_text(text: str) -> None:
    """Whatever the text, there are spellings, and none raises."""
    assert spellings(text)
    e164(text)


@pytest.mark.parametrize(
    ("number", "written"),
    [
        ("+12025550143", "+1 202-555-0143"),
        ("+12025550143", "+1 (202) 555-0143"),
        ("+12025550143", "+1(202)5550143"),
        ("+819012345678", "+81 90-1234-5678"),
        ("+4915123456789", "0151 23456789"),
        ("+4915123456789", "0151/23456789"),
        ("+4915123456789", "+49 (0)151 23456789"),
        ("+447400123456", "+44 (0)7400123456"),
        ("+447400123456", "+44 (0)7400 123456"),
        ("+442079460018", "+44 (0)20 7946 0018"),
        ("+33612345678", "+33 (0) 6 12 34 56 78"),
        ("+447400123456", "+44(0)7400-123456"),
    ],
)
def test_as_printed_abroad(number: str, written: str) -> None:
    """The package's own international form, the area in brackets, and the zero that is dialled at home."""
    assert written in {text for _, text in spellings(number)}
