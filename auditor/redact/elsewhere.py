"""Coordinates of a planted place moved elsewhere: bytes go in, bytes with other numbers come out, as long as before.

Every number that lies within the radius of the place's latitude or longitude moves by the same distance, as decimal degrees, as
millionths or ten-millionths, or as a double.
"""

import re
import struct
from collections.abc import Iterable
from typing import NamedTuple

_DECIMAL = re.compile(rb"(?<![\d.])-?\d{1,3}\.\d{2,18}(?![\d.])")
_WHOLE = re.compile(rb"(?<![\d.])-?\d{6,10}(?![\d.])")
_DEGREE = 111_000.0
"""Metres, about; of longitude fewer towards the poles, which the factor below makes up for."""
_ROOM = 3.0


class _Shift(NamedTuple):
    """One coordinate of one place."""

    at: float
    by: float
    reach: float
    """Degrees on both sides that belong to the place."""


class Elsewhere:
    """Where each planted place went."""

    def __init__(self, places: Iterable[tuple[str, str]]) -> None:
        """`places` are pairs of `lat,lon,radius` before and after."""
        self._shifts = [shift for old, new in places for shift in _shifts(old, new)]

    def moved(self, data: bytes) -> bytes:
        """The bytes with all coordinates moved."""
        made = _DECIMAL.sub(lambda found: self._decimal(found[0]), data)
        made = _WHOLE.sub(lambda found: self._whole(found[0]), made)
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
        made = bytearray(data)
        for at in range(len(data) - 7):
            for order in "<>":
                (number,) = struct.unpack_from(f"{order}d", data, at)
                by = self._shift(number) if 1e-3 < abs(number) < 181 else 0.0
                if by:
                    struct.pack_into(f"{order}d", made, at, number + by)
        return bytes(made)


def _shifts(old: str, new: str) -> list[_Shift]:
    before, after = ([float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", text)] for text in (old, new))
    if len(before) < 2 or len(after) < 2:
        return []
    reach = (before[2] if len(before) > 2 else 500.0) / _DEGREE * _ROOM
    return [_Shift(before[place], after[place] - before[place], reach) for place in (0, 1)]
