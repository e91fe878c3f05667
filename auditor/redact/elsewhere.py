"""Coordinates of a planted place moved elsewhere: bytes go in, bytes with other numbers come out, as long as before.

Every number that lies within the radius of the place's latitude or longitude moves by the same distance, as decimal degrees, as
millionths or ten-millionths, or as a double.
"""

import math
import re
import struct
from collections.abc import Callable, Iterable
from typing import NamedTuple

_DEGREE = 111_000.0
"""Metres, about; of longitude fewer towards the poles, which the factor below makes up for."""
_ROOM = 3.0
_LEAST, _MOST = 1e-3, 181
"""Doubles between them may be degrees."""


class _Shift(NamedTuple):
    """One coordinate of one place."""

    at: float
    by: float
    reach: float
    """Degrees on both sides that belong to the place."""

    def degrees(self) -> range:
        """The whole degrees within its reach, without sign."""
        low, high = self.at - self.reach, self.at + self.reach
        least = 0 if low <= 0 <= high else min(abs(low), abs(high))
        return range(math.floor(least), math.floor(max(abs(low), abs(high))) + 1)


class Elsewhere:
    """Where each planted place went."""

    def __init__(self, places: Iterable[tuple[str, str]]) -> None:
        """`places` are pairs of `lat,lon,radius` before and after."""
        self._shifts = [shift for old, new in places for shift in _shifts(old, new)]
        degrees = sorted({degree for shift in self._shifts for degree in shift.degrees()})
        self._decimals, self._wholes = _decimals(degrees), _wholes(degrees)

    def moved(self, data: bytes) -> bytes:
        """The bytes with all coordinates moved."""
        if not self._shifts:
            return data
        made = self._decimals.sub(lambda found: _of_either_sign(self._decimal, found[0]), data)
        made = self._wholes.sub(lambda found: _of_either_sign(self._whole, found[0]), made)
        return made if made != data else self._doubles(data)

    def _shift(self, number: float) -> float:
        return next((shift.by for shift in self._shifts if abs(number - shift.at) <= shift.reach), 0.0)

    def _decimal(self, text: bytes) -> bytes:
        by = self._shift(float(text))
        decimals = len(text.partition(b".")[2])
        return f"{float(text) + by:.{decimals}f}".encode() if by else text

    def _whole(self, text: bytes) -> bytes:
        for scale in (1e6, 1e7):
            by = self._shift(int(text) / scale)
            if by:
                return str(round(int(text) + by * scale)).encode()
        return text

    def _doubles(self, data: bytes) -> bytes:
        import numpy as np

        found: list[tuple[int, str]] = []
        for order in "<>":
            for start in range(min(8, len(data) - 7)):
                numbers = np.frombuffer(data, dtype=f"{order}f8", offset=start, count=(len(data) - start) // 8)
                with np.errstate(invalid="ignore"):  # any bytes are a number, also one that is none
                    size = np.abs(numbers)
                    near = [np.abs(numbers - shift.at) <= shift.reach for shift in self._shifts]
                places = np.flatnonzero((size > _LEAST) & (size < _MOST) & np.logical_or.reduce(near))
                found += [(start + 8 * place, order) for place in places.tolist()]
        made = bytearray(data)
        for at, order in sorted(found):
            (number,) = struct.unpack_from(f"{order}d", data, at)
            struct.pack_into(f"{order}d", made, at, number + self._shift(number))
        return bytes(made)


def _of_either_sign(moved: Callable[[bytes], bytes], text: bytes) -> bytes:
    """A number moved; where it is none of a place with the dash before it, without: the dash may stand behind a word."""
    made = moved(text)
    return b"-" + moved(text[1:]) if made == text and text.startswith(b"-") else made


def _decimals(degrees: Iterable[int]) -> re.Pattern[bytes]:
    """Decimal degrees that may belong to a place: most numbers of a message begin otherwise and are not looked at."""
    begin = "|".join(map(str, degrees))
    return re.compile(rf"(?<![\d.])-?(?=\d{{1,3}}\.)0*(?:{begin})\.\d{{2,18}}(?![\d.])".encode())


def _wholes(degrees: Iterable[int]) -> re.Pattern[bytes]:
    """The same in millionths or ten-millionths; of a place at zero degrees any number may be one."""
    begin = "|".join(str(degree) if degree else "" for degree in degrees)
    return re.compile(rf"(?<![\d.])-?(?=\d{{6,10}}(?![\d.]))0*(?:{begin})\d++".encode())


def _shifts(old: str, new: str) -> list[_Shift]:
    before, after = ([float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", text)] for text in (old, new))
    if len(before) < 2 or len(after) < 2:
        return []
    reach = (before[2] if len(before) > 2 else 500.0) / _DEGREE * _ROOM
    return [_Shift(before[place], after[place] - before[place], reach) for place in (0, 1)]
