"""Phone numbers: text goes in, E.164 and every usual spelling come out. Uses the `phonenumbers` package, so any country."""

from functools import cache, lru_cache
from typing import Any

_DEFAULT_REGION = "CN"
"""Of a number that is written without a country code."""
_LONGEST = 40
_OF_CHINA = "86"
_MOBILE = 11
"""Digits of a Chinese mobile number, before which a 0 is dialled from another city."""
_BEHIND_AREA = {"space": " ", "dash": "-", "slash": "/"}


@lru_cache(maxsize=4096)
def e164(text: str, region: str = _DEFAULT_REGION) -> str | None:
    """The number as `+8613800138000`, or None where it is no valid number."""
    number = _parse(text, region)
    return f"+{number.country_code}{_national(number)}" if number else None


def spellings(text: str) -> tuple[tuple[str, str], ...]:
    """Name and text of each usual spelling of a number; what cannot be one comes back as its digits.

    Numbers that nobody has, as testers and films use them, have spellings too: a planted one need not be valid.
    """
    import phonenumbers

    number = _parse(text, _DEFAULT_REGION) or _parse(text, _DEFAULT_REGION, made_up=True)
    if number is None:
        digits = "".join(character for character in text if character.isdigit())
        return (("given", text.strip()), ("digits", digits))
    code, national = str(number.country_code), _national(number)
    found = {"e164": f"+{code}{national}", "00": f"00{code}{national}", "digits": f"{code}{national}", "national": national}
    own = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
    groups = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL).split(" ", 1)[-1]
    trunk = "".join(character for character in own if character.isdigit())
    if trunk != national:
        found["trunk"] = trunk
    for name, grouped in (("own", own), ("grouped", groups), *_by_hand(national)):
        parts = grouped.replace("(", "").replace(")", "").replace("-", " ").split()
        for word, separator in (("space", " "), ("dash", "-"), ("dot", ".")):
            joined = separator.join(parts)
            found[f"{name}:{word}"] = joined
            if "(" in grouped:
                found[f"{name}:{word}:brackets"] = separator.join(grouped.replace("-", " ").split())
            if not name.startswith("own"):
                found[f"{name}:{word}:e164"] = f"+{code}{separator}{joined}"
                found[f"{name}:{word}:00"] = f"00{code}{separator}{joined}"
                found[f"{name}:{word}:code"] = f"{code}{separator}{joined}"
                found[f"{name}:{word}:apart"] = f"+{code} {joined}"
        found[f"{name}:brackets"] = grouped
    for word, separator in (("space", " "), ("dash", "-")):
        found[f"e164:{word}"] = f"+{code}{separator}{national}"
        found[f"code:{word}"] = f"{code}{separator}{national}"
        found[f"00:{word}"] = f"00{code}{separator}{national}"
    found |= _with_area(own)
    found["brackets"] = f"(+{code}){national}"
    found["brackets:code"] = f"({code}){national}"
    found["brackets:space"] = f"(+{code}) {national}"
    found |= _international(number, code, national, trunk)
    return tuple(found.items())


def _with_area(own: str) -> dict[str, str]:
    """The first group of a number as it is written at home in brackets, whatever stands behind it and between the others."""
    area, *rest = own.replace("(", "").replace(")", " ").replace("-", " ").split()
    between = {"space": " ", "dash": "-", "dot": ".", "nosep": ""}
    return {
        f"area:{first}:{second}": f"({area}){behind}{separator.join(rest)}"
        for first, behind in between.items()
        for second, separator in between.items()
        if rest
    }


def _international(number: Any, code: str, national: str, trunk: str) -> dict[str, str]:
    """As the package prints it and as people do: with the area in brackets, and with the digit that stands there at home."""
    import phonenumbers

    own = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
    printed = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    groups = printed.split(" ", 1)[-1]
    found = {"international": printed, "international:nosign": printed.removeprefix("+")}
    if own.startswith("("):
        found |= {"own:brackets:e164": f"+{code} {own}", "own:brackets:joined": f"+{code}{own.replace(' ', '').replace('-', '')}"}
    area = national[:3]
    if trunk != national and trunk.endswith(national):
        first = trunk.removesuffix(national)
        found |= {
            "trunk:brackets": f"+{code} ({first}){national}",
            "trunk:brackets:space": f"+{code} ({first}) {national}",
            "trunk:brackets:area": f"+{code} ({first}){area} {national[3:]}",
            "trunk:brackets:grouped": f"+{code} ({first}){groups}",
            "trunk:brackets:space:grouped": f"+{code} ({first}) {groups}",
            "trunk:brackets:dash": f"+{code}({first}){groups.replace(' ', '-')}",
            "trunk:brackets:space:area": f"+{code} ({first}) {area} {national[3:]}",
            **{f"trunk:{name}": f"{first}{area}{sign}{national[3:]}" for name, sign in _BEHIND_AREA.items()},
        }
    elif code == _OF_CHINA and len(national) == _MOBILE:
        found["trunk"] = f"0{national}"
    return found


def is_a_persons(text: str, region: str = _DEFAULT_REGION) -> bool:
    """Whether it is a number that a person can have: valid, and no hotline that the caller or the company pays for (400, 800)."""
    import phonenumbers

    number = _parse(text, region)
    return number is not None and phonenumbers.number_type(number) not in _hotlines()


@cache
def _hotlines() -> frozenset[int]:
    """What the package calls the kinds of numbers that only companies have."""
    from phonenumbers import PhoneNumberType as Type

    return frozenset({Type.TOLL_FREE, Type.PREMIUM_RATE, Type.SHARED_COST, Type.UAN, Type.VOICEMAIL})


def _by_hand(national: str) -> tuple[tuple[str, str], ...]:
    """Groupings that people use and the package does not know, for eleven digits: 3-4-4 and 3-3-5."""
    if len(national) != 11:
        return ()
    return (("344", f"{national[:3]} {national[3:7]} {national[7:]}"), ("335", f"{national[:3]} {national[3:6]} {national[6:]}"))


def _national(number: Any) -> str:
    import phonenumbers

    return str(phonenumbers.national_significant_number(number))


def _parse(text: str, region: str, *, made_up: bool = False) -> Any:
    """The number where it is valid; where it may be made up, already when it is as long as its country's numbers."""
    import phonenumbers

    is_number = phonenumbers.is_possible_number if made_up else phonenumbers.is_valid_number

    if len(text) > _LONGEST:
        return None
    candidates = [text]
    if text.startswith("00"):
        candidates = [f"+{text[2:]}"]
    elif not text.startswith("+"):
        candidates = [text, f"+{text}"]
    for candidate in candidates:
        try:
            number = phonenumbers.parse(candidate, region)
        except phonenumbers.NumberParseException:
            continue
        if is_number(number):
            return number
    return None
