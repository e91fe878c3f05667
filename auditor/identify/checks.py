"""Check digits and shapes of identifiers: text goes in, true or false comes out."""

import datetime

_RESIDENT_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_RESIDENT_CHECK = "10X98765432"
_LUHN = ((0, 1, 2, 3, 4, 5, 6, 7, 8, 9), (0, 2, 4, 6, 8, 1, 3, 5, 7, 9))


def luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of ISO/IEC 7812-1 annex B."""
    if not (digits.isascii() and digits.isdecimal()):
        return False
    return sum(_LUHN[place & 1][int(digit)] for place, digit in enumerate(reversed(digits))) % 10 == 0


def luhn_digit(digits: str) -> str:
    """The check digit that makes `digits` plus it pass `luhn`."""
    return str(-sum(_LUHN[not place & 1][int(digit)] for place, digit in enumerate(reversed(digits))) % 10)


def resident_id(number: str) -> bool:
    """Whether 18 characters are a resident ID of GB 11643-1999: province, date of birth, check character (ISO 7064 mod 11-2)."""
    if len(number) != 18 or not number[:17].isdigit() or not 11 <= int(number[:2]) <= 82:
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_RESIDENT_WEIGHTS, number, strict=False))
    return _RESIDENT_CHECK[total % 11] == number[17].upper() and _is_birth_date(number[6:14])


def _is_birth_date(text: str) -> bool:
    try:
        day = datetime.date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return False
    return 1900 <= day.year <= 2100


def varied(text: str) -> bool:
    """Whether a value has enough different characters to be one, and not a filler like `000000000000000`."""
    return len(set(text)) > 3
