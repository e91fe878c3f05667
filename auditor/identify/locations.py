"""Coordinates: fields go in, positions come out, told by their keys or by lying within the radius of a planted place.

A planted place is `lat,lon,radius_m`. Positions come as two fields beside each other, as `lat,lon` or `lon,lat` in one text, or
as whole numbers of a millionth or a ten-millionth of a degree.
"""

import math
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from heapq import merge
from itertools import chain, pairwise, takewhile
from typing import NamedTuple, cast

from auditor.identify.quota import Boundless, Quota
from auditor.identify.shifted_grids import bd09, gcj02
from auditor.model.content import Field, Leaves
from auditor.model.identifier import IdentifierKnowledge, normal_name, plain_name, telling
from auditor.model.session import PlantedValue
from auditor.model.vocabulary import Confidence, Part

_EARTH = 6_371_000.0
_METRES_OF_A_DEGREE = 111_000.0
"""Of latitude; of longitude it is a fifth of that up to 78 degrees north and south."""
_DEFAULT_RADIUS = 500.0
_WIDEST_NAMELESS = 5_000.0
"""Metres within which two numbers count whose names say nothing."""
_LONGEST = 200
_REMEMBERED = 65536
_SIDE = rb"([NSEWnsew]?)\s?([-+]?\d{1,3}\.\d{2,18})\s?(?:\xc2\xb0)?\s?([NSEWnsew]?)(?!\d|\.\d)"
_BETWEEN = rb"[\"']?(?:\s*[,;|/]\s*|\s+|\+)[\"']?"
_PAIR = re.compile(rb"(?<![\d.A-Za-z])" + _SIDE + _BETWEEN + _SIDE)
_BESIDE = rb"[0-9]\.[0-9]{2,18}[ \xc2\xb0NSEWnsew]{0,4}[\"']?(?:\s*[,;|/]\s*|\s+|\+)[\"']?[NSEWnsew]?\s?[-+]?[0-9]{1,3}\.[0-9]{2}"
_SEXAGESIMAL = re.compile(
    rb"(\d{1,3})\s?\xc2\xb0\s?(\d{1,2}(?:\.\d{1,9})?)\s?(?:'|\xe2\x80\xb2)\s?"
    rb"(?:(\d{1,2}(?:\.\d{1,9})?)\s?(?:\"|''|\xe2\x80\xb3)?\s?)?([NSEWnsew])"
)
"""Degrees and minutes, with seconds or without."""
_SENTENCE = re.compile(rb"(?<!\d)(\d{2})(\d{2}\.\d{1,9}),([NS]),(\d{3})(\d{2}\.\d{1,9}),([EW])")
"""Degrees and minutes of NMEA 0183."""
_SIGNS_OF_MINUTES = (b"\xc2\xb0", b"\\u00b0", b"\\u00B0", b",N,", b",S,")
"""What stands in a document where one of these two may."""
_IN_MINUTES = re.compile(rb"\xc2\xb0\s?\d|\\u00[bB]0\s?\d|\.\d{1,9},[NS],\d")
_NEGATIVE = b"SWsw"
_NUMBER = re.compile(rb"[-+]?\d{1,3}\.\d{1,18}|-?\d{6,10}")
_DECIMAL = re.compile(rb"[-+]?\d{1,3}\.\d{3,18}")
_UNPLANTED = {"pair": Confidence.HIGH, "either": Confidence.MEDIUM}
"""What a pair of numbers is worth under a name of that role, where nobody planted the place."""
_SCALES = (1e6, 1e7, 1e5)
"""Of whole numbers."""


class Place(NamedTuple):
    """A planted place."""

    value: int
    """Number of the planted value."""
    latitude: float
    longitude: float
    radius: float
    """Metres."""


class Position(NamedTuple):
    """A position in one field or two."""

    field: Field
    """The field that holds it, or the latitude's."""
    start: int
    text: str
    """As `lat,lon`."""
    variant: str
    place: int | None
    """Number of the planted place that it lies in."""
    confidence: Confidence
    """High for a planted place and under names that mean positions only, medium where they may mean a place on a screen."""


def planted_places(values: Sequence[PlantedValue]) -> tuple[Place, ...]:
    """The planted places, each also where Chinese maps have it; a value that is none is left out."""
    found = []
    for number, entry in enumerate(values):
        parts = re.findall(r"-?\d+(?:\.\d+)?", entry.value) if entry.kind == "location" else []
        if len(parts) >= 2:
            radius = float(parts[2]) if len(parts) > 2 else _DEFAULT_RADIUS
            latitude, longitude = float(parts[0]), float(parts[1])
            found.append(Place(number, latitude, longitude, radius))
            shifted = gcj02(latitude, longitude)
            if shifted:
                found += [Place(number, *shifted, radius), Place(number, *bd09(*shifted), radius)]
    return tuple(found)


class Locations:
    """Finds positions in the leaves of a message."""

    def __init__(self, places: tuple[Place, ...], knowledge: IdentifierKnowledge) -> None:
        self._places = places
        prefixes = ("", *knowledge.position_prefixes)
        self._names = {
            "latitude": frozenset(prefix + normal_name(name) for prefix in prefixes for name in knowledge.latitude_names),
            "longitude": frozenset(prefix + normal_name(name) for prefix in prefixes for name in knowledge.longitude_names),
            "pair": frozenset(prefix + normal_name(name) for prefix in ("", "x") for name in knowledge.position_names),
            "either": frozenset(map(normal_name, knowledge.vague_position_names)),
        }
        self._known = frozenset().union(*self._names.values())
        self._roles: dict[str, str] = {}

    def found(self, fields: Sequence[Field], quota: Quota | None = None) -> Iterator[Position]:
        """Every position, as long as the quota of values that may be one lasts."""
        waiting: dict[tuple[int, str, str], Field] = {}
        before: Field | None = None
        for field in self._candidates(fields, quota or Boundless()):
            role = self._role(field.key)
            if not role and not self._places:
                continue
            value = field.value
            if field.container or not 3 <= len(value) <= _LONGEST:
                continue
            if self._places and not role and _DECIMAL.fullmatch(value):
                yield from self._neighbours(before, field)
                before = field
            if role in ("latitude", "longitude"):
                yield from self._beside(field, role, waiting)
            elif value.count(b".") >= 2:
                yield from self._in_text(field, unplanted=_UNPLANTED.get(role))
                yield from self._in_degrees(field)
            elif b"\xc2\xb0" in value:
                yield from self._in_degrees(field)
            if b"." in value and field.path[-2:] in ("0]", "1]"):
                yield from self._in_array(field, waiting)

    def in_text(self, value: bytes) -> Iterator[tuple[int, int]]:
        """Start and end of each pair of numbers in a text that is within a planted place."""
        if not self._places or value.count(b".") < 2:
            return
        for match in _PAIR.finditer(value):
            first, second = _signed(match, 1), _signed(match, 4)
            if self._place_of(first, second) is not None or self._place_of(second, first) is not None:
                yield match.span()

    def _candidates(self, fields: Sequence[Field], quota: Quota) -> Iterator[Field]:
        """The fields, and those plain values of documents that may be coordinates."""
        for field in fields:
            yield field
            if field.leaves is not None:
                yield from self._in_document(field, field.leaves, quota)

    def _in_document(self, field: Field, leaves: Leaves, quota: Quota) -> Iterator[Field]:
        named = [name for name in telling(leaves.names, self._known) if self._role(name)]
        found: list[Field] = []
        if self._places:
            spans = takewhile(lambda _: quota.take(), self._numbers(field.value))
            found += [place[0] for place in (leaves.at(*span) for span in spans) if place and not place[0].container]
        spots = merge(*([spot for _, spot in leaves.named(name)] for name in named))  # a latitude beside its longitude
        found += [leaves.leaf(spot) for spot in takewhile(lambda _: quota.take(), spots)]
        yield from {(leaf.path, leaf.offset, leaf.value): leaf for leaf in found}.values()

    def _numbers(self, document: bytes) -> Iterator[tuple[int, int]]:
        """The spans of numbers that may be coordinates; minutes only where there are planted places to compare them with."""
        has_minutes = self._places and any(sign in document for sign in _SIGNS_OF_MINUTES)
        minutes = (match.span() for match in _IN_MINUTES.finditer(document)) if has_minutes else ()
        return chain(self._pairs(document), minutes, self._near(document))

    def _pairs(self, document: bytes) -> Iterator[tuple[int, int]]:
        """The spans of numbers with decimals that stand beside each other, in one text or in an array, within a planted place."""
        if not _has_pair()(document):
            return
        for match in _PAIR.finditer(document):
            first, second = _signed(match, 1), _signed(match, 4)
            if self._place_of(first, second) is not None or self._place_of(second, first) is not None:
                yield match.span(2)
                yield match.span(5)

    def _near(self, document: bytes) -> Iterator[tuple[int, int]]:
        """The spans of numbers that begin like a planted latitude or longitude, where there are both."""
        if not self._places:
            return
        latitudes, longitudes = _beginnings(self._places)
        if latitudes.search(document) and longitudes.search(document):
            found = chain(latitudes.finditer(document), longitudes.finditer(document))
            yield from sorted(match.span() for match in found)

    def _role(self, key: str) -> str:
        """What a key says of coordinates; remembered, for keys repeat."""
        known = self._roles.get(key)
        if known is not None:
            return known
        name = plain_name(key)
        role = next((role for role, names in self._names.items() if name in names), "")
        if len(self._roles) < _REMEMBERED:
            self._roles[key] = role
        return role

    def _beside(self, field: Field, role: str, waiting: dict[tuple[int, str, str], Field]) -> Iterator[Position]:
        holder, parent = 0 if field.part is Part.HEADER else id(field.piece), _parent(field)
        other = waiting.pop((holder, parent, "longitude" if role == "latitude" else "latitude"), None)
        if other is None:
            waiting[holder, parent, role] = field
            return
        north, east = (field, other) if role == "latitude" else (other, field)
        yield from self._position(north, east, "location:lat+lon", unplanted=Confidence.HIGH)

    def _neighbours(self, first: Field | None, second: Field) -> Iterator[Position]:
        """Two numbers under names that say nothing, one behind the other: a position only within a planted place."""
        if first is None or first.piece is not second.piece or _parent(first) != _parent(second) or first.path[-1:] == "]":
            return
        for north, east, variant in ((first, second, "location:lat,lon"), (second, first, "location:lon,lat")):
            place = self._place_of(float(north.value), float(east.value), _WIDEST_NAMELESS)
            if place is not None:
                text = f"{float(north.value):.4f},{float(east.value):.4f}"
                yield Position(north, 0, text, variant, place, Confidence.HIGH)
                return

    def _in_array(self, field: Field, waiting: dict[tuple[int, str, str], Field]) -> Iterator[Position]:
        parent, _, index = field.path.rpartition("[")
        if index == "0]":
            waiting[id(field.piece), parent, "array"] = field
        elif index == "1]":
            first = waiting.pop((id(field.piece), parent, "array"), None)
            if first is not None:
                readings = (("location:lon,lat", field, first), ("location:lat,lon", first, field))
                likelier = readings[_NUMBER.fullmatch(field.value) is not None and abs(float(field.value)) > 90]
                for variant, north, east in readings:
                    unplanted = self._of_array(first, field) if variant == likelier[0] else None
                    yield from self._position(north, east, variant, unplanted=unplanted)

    def _of_array(self, first: Field, second: Field) -> Confidence | None:
        """What two numbers in an array are worth where nobody planted the place: games and charts have them, too."""
        is_fine = all(len(field.value.partition(b".")[2]) >= 4 for field in (first, second))
        return Confidence.MEDIUM if is_fine and self._role(first.key) == "pair" else None

    def _position(self, north: Field, east: Field, variant: str, *, unplanted: Confidence | None = None) -> Iterator[Position]:
        found = [degrees for degrees in _readings(north.value, east.value) if _is_on_earth(*degrees)]
        for latitude, longitude in found:
            place = self._place_of(latitude, longitude)
            if place is not None:
                yield Position(north, 0, f"{latitude:.4f},{longitude:.4f}", variant, place, Confidence.HIGH)
                return
        for latitude, longitude in found[:1]:
            if unplanted and _is_precise(latitude, longitude):
                yield Position(north, 0, f"{latitude:.4f},{longitude:.4f}", variant, None, unplanted)

    def _in_text(self, field: Field, *, unplanted: Confidence | None) -> Iterator[Position]:
        for match in _PAIR.finditer(field.value):
            first, second = _signed(match, 1), _signed(match, 4)
            readings = (("location:lat,lon", first, second), ("location:lon,lat", second, first))
            for variant, latitude, longitude in readings:
                place = self._place_of(latitude, longitude)
                if place is not None:
                    yield Position(field, match.start(), f"{latitude:.4f},{longitude:.4f}", variant, place, Confidence.HIGH)
                    break
            else:
                variant, latitude, longitude = readings[abs(first) > 90]
                if unplanted and _is_on_earth(latitude, longitude) and _is_fine(match) and not _is_share(first, second):
                    yield Position(field, match.start(), f"{latitude:.4f},{longitude:.4f}", variant, None, unplanted)

    def _in_degrees(self, field: Field) -> Iterator[Position]:
        """Degrees with minutes: only planted places count."""
        for match, latitude, longitude, variant in (*_sexagesimal(field.value), *_sentences(field.value)):
            place = self._place_of(latitude, longitude)
            if place is not None:
                yield Position(field, match.start(), f"{latitude:.4f},{longitude:.4f}", variant, place, Confidence.HIGH)

    def _place_of(self, latitude: float, longitude: float, widest: float = math.inf) -> int | None:
        if not _is_on_earth(latitude, longitude):
            return None
        near = (
            place.value
            for place in self._places
            if distance(latitude, longitude, place.latitude, place.longitude) <= min(place.radius, widest)
        )
        return next(near, None)


@cache
def _has_pair() -> Callable[[bytes], object]:
    """A quick look whether there may be a pair at all."""
    import re2

    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    search: Callable[[bytes], object] = re2.compile(_BESIDE, options).search
    return search


def _parent(field: Field) -> str:
    """The path of what holds the field."""
    return field.path.removesuffix(field.key).removesuffix(f'["{field.key}"]')


@cache
def _beginnings(places: tuple[Place, ...]) -> tuple[re.Pattern[bytes], re.Pattern[bytes]]:
    """What numbers in the planted places begin with to a tenth of a degree: the latitudes, and the longitudes."""
    import re2

    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    sides = []
    for number, widest in ((1, 1.0), (2, 0.2)):
        tenths: set[str] = set()
        for place in places:
            reach = min(5.0, place.radius / _METRES_OF_A_DEGREE / widest)
            middle = place[number]
            steps = range(math.floor(10 * (middle - reach)), math.ceil(10 * (middle + reach)) + 1)
            tenths.update(f"{step / 10:.1f}" for step in steps)
        choices = "|".join(map(re.escape, sorted(tenths)))
        sides.append(cast(re.Pattern[bytes], re2.compile(rf"(?:{choices})[0-9]{{2,17}}".encode(), options)))
    return sides[0], sides[1]


def _signed(match: re.Match[bytes], group: int) -> float:
    """A number with the letter of its side of the earth before or behind it."""
    number = float(match[group + 1])
    side = match[group] or match[group + 2]
    return -number if side and side in _NEGATIVE else number


def _sexagesimal(value: bytes) -> Iterator[tuple[re.Match[bytes], float, float, str]]:
    """Pairs of degrees, minutes and perhaps seconds, latitude first."""
    found = list(_SEXAGESIMAL.finditer(value))
    for north, east in pairwise(found):
        if north[4] in b"NSns" and east[4] in b"EWew":
            yield north, _in_decimals(north), _in_decimals(east), "location:dms"


def _in_decimals(match: re.Match[bytes]) -> float:
    degrees = int(match[1]) + float(match[2]) / 60 + float(match[3] or 0) / 3600
    return -degrees if match[4] in _NEGATIVE else degrees


def _sentences(value: bytes) -> Iterator[tuple[re.Match[bytes], float, float, str]]:
    for match in _SENTENCE.finditer(value):
        north, east = int(match[1]) + float(match[2]) / 60, int(match[4]) + float(match[5]) / 60
        yield match, -north if match[3] == b"S" else north, -east if match[6] == b"W" else east, "location:nmea"


def distance(north: float, east: float, other_north: float, other_east: float) -> float:
    """Metres between two positions on a sphere."""
    a, b = math.radians(north), math.radians(other_north)
    half = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(math.radians(other_east - east) / 2) ** 2
    return 2 * _EARTH * math.asin(min(1.0, math.sqrt(half)))


def _readings(north: bytes, east: bytes) -> list[tuple[float, float]]:
    """What two numbers are in degrees: as they stand with decimals, or as whole numbers of a smaller unit."""
    if not (_NUMBER.fullmatch(north) and _NUMBER.fullmatch(east)) or (b"." in north) != (b"." in east):
        return []
    latitude, longitude = float(north), float(east)
    return [(latitude, longitude)] if b"." in north else [(latitude / scale, longitude / scale) for scale in _SCALES]


def _is_on_earth(latitude: float, longitude: float) -> bool:
    return -90 <= latitude <= 90 and -180 <= longitude <= 180


def _is_fine(match: re.Match[bytes]) -> bool:
    """Whether both numbers have four decimals or more: names like `position` also stand for places on a screen."""
    return all(len(number.partition(b".")[2]) >= 4 for number in (match[2], match[5]))


def _is_precise(latitude: float, longitude: float) -> bool:
    """Whether the numbers are finer than a hundredth of a degree, about a kilometre, and not the sea off Ghana."""
    return not _is_share(latitude, longitude) and any(round(number, 2) != number for number in (latitude, longitude))


def _is_share(*numbers: float) -> bool:
    """Whether the numbers are shares of a width and a height, or none: at such degrees there is only sea."""
    return all(-1 <= number <= 1 for number in numbers)
