"""What is no sighting of a planted value and is not shown either: values go in, spans of names, URLs and paths come out.

A nickname of one sign is too short to be looked for. A password in another case is another password, and base64 in one case
decodes to something else; but host names have one case only, so what stood there can be read from them all the same.
"""

import re
from base64 import b64encode
from collections.abc import Iterator, Sequence
from itertools import islice

from auditor.identify.variants import spellings
from auditor.identify.written_otherwise import WrittenOtherwise
from auditor.model.session import PlantedValue

type HiddenSpan = tuple[int, int, str]
"""Start, end and kind."""

_NOTHING = rb"(?!)"
_LONG_PASSWORD = 8
_SHORT_VALUES = range(4, 8)
"""Bytes of values that are hidden as whole parts only: as they stand, backwards, in hex and in base64."""
_SHORTEST = 10
"""Characters of base64; as many tell a value."""
_LIKELY = 16
"""Spellings, the likeliest first, whose base64 is hidden in one case."""
_RUN = re.compile(rb"[0-9A-Za-z+_-]{10,}={0,2}")


class NotShown:
    """Of one session's planted values. Holds them in the clear: it is never written down."""

    def __init__(self, values: Sequence[PlantedValue]) -> None:
        self._short = _alone(values)
        self._passwords = _in_any_case(values)
        self._otherwise = WrittenOtherwise(values)
        self._beginnings = {stretch[:_SHORTEST]: entry.kind for entry in values for stretch in _in_one_case(entry)}

    def spans(self, value: bytes) -> Iterator[HiddenSpan]:
        """All of them, in no order."""
        yield from self._otherwise.spans(value)
        yield from ((*match.span(), _kind_of_part(match[0])) for match in self._short.finditer(value))
        yield from ((match.start(), match.end(), "password") for match in self._passwords.finditer(value))
        for run in _RUN.finditer(value) if self._beginnings else ():
            there = run[0].lower()
            if there == run[0] or run[0].isupper():  # in two cases it is a sighting
                parts = (there[at : at + _SHORTEST] for at in range(len(there) - _SHORTEST + 1))
                kind = next((self._beginnings[part] for part in parts if part in self._beginnings), None)
                if kind is not None:
                    yield run.start(), run.end(), kind


def _kind_of_part(part: bytes) -> str:
    """Of what nothing is shown: one sign as a dot, what may be an encoding by its length."""
    return "nickname" if len(part.decode(errors="replace")) == 1 else "text"


def _in_one_case(entry: PlantedValue) -> Iterator[bytes]:
    """The stretches of base64 that only this value causes, for each offset (RFC 4648 section 4), in small letters."""
    for spelling in islice(spellings(entry.kind, entry.value), _LIKELY):
        for offset, start in ((0, 0), (1, 2), (2, 3)):
            whole = b64encode(b"\0" * offset + spelling.data)[start : (offset + len(spelling.data)) * 8 // 6].lower()
            if len(whole) >= _SHORTEST:
                yield from {whole, whole.translate(_TO_URL)}


_TO_URL = bytes.maketrans(b"+/", b"-_")


def _alone(values: Sequence[PlantedValue]) -> re.Pattern[bytes]:
    """What is not to be shown where it is a whole part of a name or path: a planted value of one character that is no ASCII, like
    a nickname of one sign, which is too short to be looked for; and short values in encodings that are too short for that."""
    texts = [entry.value.strip() for entry in values if entry.kind not in ("image", "location")]
    parts = {text.encode(errors="replace") for text in texts if len(text) == 1 and not text.isascii()}
    encoded = (text.encode(errors="replace") for text in texts)
    parts.update(form for data in encoded if len(data) in _SHORT_VALUES for form in _written(data))
    return re.compile(
        rb"(?<![^/.?&=\[\]\"'])(?:%b)(?![^/.?&=\[\]\"'])" % b"|".join(map(re.escape, sorted(parts))) if parts else _NOTHING,
        re.IGNORECASE,
    )


def _written(data: bytes) -> Iterator[bytes]:
    """A value in any case: a host name has one only."""
    padded = b64encode(data)
    yield from (data, data[::-1], data.hex().encode(), padded, padded.translate(_TO_URL))
    yield from (padded.rstrip(b"="), padded.translate(_TO_URL).rstrip(b"="))


def _in_any_case(values: Sequence[PlantedValue]) -> re.Pattern[bytes]:
    """A planted password in another case, which is no sighting of it, and is not shown either: host names have one case."""
    found = {each.data for entry in values if entry.kind == "password" for each in spellings(entry.kind, entry.value)}
    long = sorted(re.escape(data) for data in found if len(data) >= _LONG_PASSWORD)
    return re.compile(b"|".join(long) if long else _NOTHING, re.IGNORECASE)
