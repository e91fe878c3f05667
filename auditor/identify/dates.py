"""Every usual way to write a day: year, month and day go in, spellings come out, each with its name.

Clients send a date of birth as the text that a person sees, as the midnight that a database keeps, or as the number of seconds or
milliseconds from 1970 to that midnight, in Greenwich's time or in China's, where the day begins eight hours earlier.
"""

from calendar import month_abbr, month_name
from collections.abc import Iterator
from datetime import date

_DAY = 86400
_CHINA = 8 * 3600
"""Seconds."""
_UNITS = (("seconds", "", 8), ("millis", "000", 10))
"""With the fewest digits, for what is shorter is any number: days in the months beside January 1970 have none."""


def spellings(year: str, month: str, day: str) -> Iterator[tuple[str, str]]:
    """Name and text of each; the parts are digits, month and day with two."""
    short_month, short_day = str(int(month)), str(int(day))
    for form, separator in (("dash", "-"), ("slash", "/"), ("dot", "."), ("nosep", "")):
        yield f"ymd:{form}", separator.join((year, month, day))
        yield f"dmy:{form}", separator.join((day, month, year))
        yield f"mdy:{form}", separator.join((month, day, year))
        if separator and (month[0] == "0" or day[0] == "0"):
            yield f"ymd:short:{form}", separator.join((year, short_month, short_day))
            yield f"dmy:short:{form}", separator.join((short_day, short_month, year))
            yield f"mdy:short:{form}", separator.join((short_month, short_day, year))
    yield "zh", f"{year}年{short_month}月{short_day}日"
    yield "zh:zero", f"{year}年{month}月{day}日"
    if 1 <= int(month) <= 12:
        yield from _in_words(year, int(month), short_day)
    yield from _midnights(year, month, day)


def _in_words(year: str, month: int, day: str) -> Iterator[tuple[str, str]]:
    """In English; the two-digit day as well."""
    for form, name in (("name", month_name[month]), ("abbreviation", month_abbr[month])):
        for note, number in (("", day), (":zero", day.zfill(2))):
            yield f"mdy:{form}{note}", f"{name} {number}, {year}"
            yield f"dmy:{form}{note}", f"{number} {name} {year}"
            yield f"dmy:{form}:dash{note}", f"{number}-{name}-{year}"


def _midnights(year: str, month: str, day: str) -> Iterator[tuple[str, str]]:
    """The beginning of the day, as text and as a number."""
    try:
        midnight = (date(int(year), int(month), int(day)) - date(1970, 1, 1)).days * _DAY
    except ValueError:
        return
    yield "time:t", f"{year}-{month}-{day}T00:00:00"
    yield "time:utc", f"{year}-{month}-{day}T00:00:00Z"
    yield "time:millis", f"{year}-{month}-{day}T00:00:00.000Z"
    yield "time:space", f"{year}-{month}-{day} 00:00:00"
    for zone, seconds in (("utc", midnight), ("cst", midnight - _CHINA)):
        for unit, zeros, fewest in _UNITS:
            if len(f"{abs(seconds)}{zeros}") >= fewest:
                yield f"{unit}:{zone}", f"{seconds}{zeros}"
