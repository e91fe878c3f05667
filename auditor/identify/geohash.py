"""A planted place as text that is no pair of numbers: a place goes in, needles of its geohashes and of digests of it come out.

A geohash names a cell, 2.4 km to each side with five characters and 4 cm with twelve. Cells that touch the circle around the
place are looked for; a longer geohash begins with the cell that it lies in. Only digests of the planted numbers themselves can be
found, as they are or rounded, with the listed salts and keys, too: a receiver's next reading has others.
"""

import math
from collections.abc import Iterator
from itertools import product

from auditor.identify.digests import ALGORITHMS, hash_of
from auditor.identify.locations import Place, distance, planted_places
from auditor.identify.needles import Form, Needle, Secrets, of_hashed, of_hex
from auditor.identify.variants import Spelling
from auditor.model.session import PlantedValue

_ALPHABET = "0123456789bcdefghjkmnpqrstuvwxyz"
_SHORTEST = 5
_LONGEST = 12
_MOST = 32
"""Cells of one length."""
_DECIMALS = (2, 3, 4, 5, 6)
_BETWEEN = (",", ", ", ";", "|", "_")
_USUAL_SIGN = ","
_NO_SECRETS = Secrets()
_DEGREE = 111_195.0
"""Metres of a degree of latitude."""


def place_needles(number: int, entry: PlantedValue, secrets: Secrets = _NO_SECRETS) -> Iterator[Needle]:
    """The needles of a planted place; none of what is no place."""
    places = planted_places((entry,))
    found: dict[tuple[str, bool], None] = {}
    for place in places:
        cells = {length: _cells(place, length) for length in range(_SHORTEST, _LONGEST + 1)}
        finest = max((length for length, names in cells.items() if 0 < len(names) <= _MOST), default=0)
        found |= {(name, length == finest): None for length in range(_SHORTEST, finest + 1) for name in cells[length]}
    for name, may_go_on in found:
        text = name.encode()
        yield Needle(text, True, Form.GEOHASH_START if may_go_on else Form.GEOHASH, number, "location:geohash", (), text)
    for place in places[:1]:
        yield from _digested(number, place, secrets)


def geohash(latitude: float, longitude: float, length: int) -> str:
    """The name of the cell that holds a position."""
    rows, columns = _grid(length)
    row = min(rows - 1, int((latitude + 90) / 180 * rows))
    column = min(columns - 1, int((longitude + 180) / 360 * columns))
    return _name(row, column, length)


def _grid(length: int) -> tuple[int, int]:
    """Rows and columns of cells: bits go to longitude and latitude in turns, longitude first."""
    bits = 5 * length
    return 1 << bits // 2, 1 << (bits + 1) // 2


def _name(row: int, column: int, length: int) -> str:
    bits = 5 * length
    number = 0
    for place in range(bits):  # from the last bit on
        from_longitude = (bits - 1 - place) % 2 == 0
        number |= ((column if from_longitude else row) & 1) << place
        column, row = (column >> 1, row) if from_longitude else (column, row >> 1)
    return "".join(_ALPHABET[number >> 5 * at & 31] for at in reversed(range(length)))


def _cells(place: Place, length: int) -> tuple[str, ...]:
    """The cells that touch the circle; none where they are too many to be counted one by one."""
    rows, columns = _grid(length)
    high, wide = 180 / rows, 360 / columns
    north = place.radius / _DEGREE
    east = north / max(0.01, math.cos(math.radians(place.latitude)))
    if (2 * north / high + 2) * (2 * east / wide + 2) > 4 * _MOST:
        return ()
    first_row, last_row = (int((place.latitude + sign * north + 90) / high) for sign in (-1, 1))
    first_column, last_column = (int((place.longitude + sign * east + 180) / wide) for sign in (-1, 1))
    grid = product(range(max(0, first_row), min(rows - 1, last_row) + 1), range(first_column, last_column + 1))
    return tuple(
        _name(row, column % columns, length)
        for row, column in grid
        if _touches(place, row * high - 90, column * wide - 180, high, wide)
    )


def _touches(place: Place, south: float, west: float, high: float, wide: float) -> bool:
    """Whether the nearest point of a cell lies within the radius."""
    latitude = min(max(place.latitude, south), south + high)
    longitude = min(max(place.longitude, west), west + wide)
    return distance(place.latitude, place.longitude, latitude, longitude) <= place.radius


def _digested(number: int, place: Place, secrets: Secrets) -> Iterator[Needle]:
    """Of the numbers with a comma between, the likeliest, every digest; of the others plain ones in hex."""
    given = (f"{place.latitude!r}", f"{place.longitude!r}")
    rounded = [(f"{place.latitude:.{count}f}", f"{place.longitude:.{count}f}") for count in _DECIMALS]
    for (latitude, longitude), sign in product(dict.fromkeys((given, *rounded)), _BETWEEN):
        for variant, text in (("lat,lon", f"{latitude}{sign}{longitude}"), ("lon,lat", f"{longitude}{sign}{latitude}")):
            if sign == _USUAL_SIGN:
                yield from of_hashed(number, Spelling(f"location:{variant}", text.encode()), 0, secrets)
                continue
            for name in ALGORITHMS:
                yield of_hex(number, f"location:{variant}", (name,), hash_of(name, text.encode()).hex().encode())
