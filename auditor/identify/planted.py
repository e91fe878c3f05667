"""Planted values in fields: a session's needles, compiled. Fields go in, confirmed hits come out, one a value and place."""

from bisect import bisect_left, insort
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from auditor.identify.batch import Batch, Placed
from auditor.identify.canonical import canonical
from auditor.identify.confirm import Span, confirm, within
from auditor.identify.geohash import place_needles
from auditor.identify.joined import joined_needles
from auditor.identify.learned import NOT_LISTED
from auditor.identify.needles import PLUS, Form, Needle, Secrets, needles_of, spellings_hashed
from auditor.identify.pictures import content_of, image_needles
from auditor.identify.quota import HITS_OF_ONE
from auditor.identify.scanner import Scanner, compile_scanner
from auditor.model.content import Field
from auditor.model.session import PlantedValue, Subjects

_LONG = 4096


_URL_SIGNS = frozenset(b"-_")


class Hit(NamedTuple):
    """A planted value in a field."""

    field: Field
    span: Span
    needle: Needle

    @property
    def encodings(self) -> tuple[str, ...]:
        """The whole chain, outermost first."""
        words = self.needle.words
        if words[:1] == ("base64",) and not _URL_SIGNS.isdisjoint(self.field.value[self.span.start : self.span.end]):
            words = ("base64url", *words[1:])  # a needle is only how it begins
        return self.field.encodings + words

    @property
    def place(self) -> "Place":
        """Where it stands."""
        return place(self.field, self.span.start)


class Place(NamedTuple):
    """Where a value stands in its piece."""

    offset: int
    """Exact where the field stands in the piece as it is."""
    inside: tuple[str, int]
    """Path and offset in the field, which tell apart the values of one compressed run; empty where the offset does."""


def place(field: Field, start: int) -> Place:
    """The place of a byte of a field."""
    whole, value = field.piece.data, field.value
    if field.piece.words:  # unpacked by the reader: no byte of it stands in the capture
        return Place(field.offset, (field.path, 0))
    if _stands(whole, value, field.offset) if len(value) > _LONG else whole.startswith(value, field.offset):
        return Place(field.offset + start, ("", 0))
    return Place(field.offset, (field.path, 0))


@lru_cache(maxsize=4)
def _stands(whole: bytes, value: bytes, offset: int) -> bool:
    """Of a long field, remembered: each of its hits asks, and a comparison reads all of it."""
    return whole.startswith(value, offset)


class Planted:
    """The needles of all planted values, compiled. Holds clear values: it is never written down."""

    def __init__(self, subjects: Subjects) -> None:
        self.values: tuple[PlantedValue, ...] = subjects.identifiers
        self.canonical: tuple[str, ...] = tuple(canonical(entry.kind, entry.value) for entry in self.values)
        secrets = Secrets(subjects.salts, subjects.hmac_keys)
        hashed, learned_hashed = hashed_spellings(self.values, secrets)
        self.digested: tuple[str, ...] = _digested(subjects)
        """What each value's keyed digest is made of."""
        meanings: dict[tuple[bytes, bool], list[Needle]] = defaultdict(list)
        files = {image.label: image.data for image in subjects.images}
        for number, entry in enumerate(self.values):
            spellings = learned_hashed if entry.owner in NOT_LISTED else hashed
            written = _written(number, entry.kind, entry.value, secrets, spellings)
            pictured = image_needles(number, files[entry.label]) if entry.kind == "image" and entry.label in files else ()
            _add(meanings, written)
            _add(meanings, pictured)
            _add(meanings, place_needles(number, entry, secrets))
        _add(meanings, joined_needles(self.values, secrets))
        self.needles: tuple[tuple[Needle, ...], ...] = tuple(tuple(needles) for needles in meanings.values())
        self._lengths = tuple(len(pattern) for pattern, _ in meanings)
        self._scanner: Scanner = compile_scanner(tuple(meanings))

    def hits(self, batch: Batch) -> list[Hit]:
        """Every planted value in the fields, once for each place."""
        return self._confirmed(batch, self._scanner.scan(batch.data))

    def spans(self, value: bytes) -> Iterator[tuple[int, int, int]]:
        """Start, end and number of every planted value in a text, also of long ones within longer words: for hiding them."""
        for span, needle in self.within_words(value):
            yield span.start, span.end, needle.value

    def within_words(self, value: bytes) -> Iterator[tuple[Span, Needle]]:
        """The same with what was looked for."""
        for literal, end in self._scanner.scan(value):
            start = end - self._lengths[literal]
            for needle in self.needles[literal]:
                span = confirm(needle, value, start) or within(needle, value, start)
                if span:
                    yield span, needle

    def first_hits(self, batch: Batch) -> tuple[list[Hit], bool]:
        """The same for a message that may hold one value a million times: the first places of each needle.

        Also whether there are more.
        """
        places = self._scanner.scan(batch.data, HITS_OF_ONE)
        many = len(places) > HITS_OF_ONE and max(Counter(literal for literal, _ in places).values()) > HITS_OF_ONE
        return self._confirmed(batch, places), many

    def _confirmed(self, batch: Batch, places: list[tuple[int, int]]) -> list[Hit]:
        found: dict[tuple[int, int, int], list[Hit]] = {}
        for literal, end in places:
            placed = batch.value_at(end - self._lengths[literal], end)
            if placed:
                self._confirm(literal, placed, found)
        return _distinct([hit for hits in found.values() for hit in _longest(hits)])

    def _confirm(self, literal: int, placed: Placed, found: dict[tuple[int, int, int], list[Hit]]) -> None:
        for needle in self.needles[literal]:
            span = confirm(needle, placed.field.value, placed.start)
            if span:
                key = (placed.number, placed.inside, needle.value)
                found.setdefault(key, []).append(Hit(placed.field, span, needle))


@lru_cache(maxsize=32)
def _written(number: int, kind: str, value: str, secrets: Secrets, hashed: int) -> tuple[Needle, ...]:
    """The needles of a value, remembered: those of the listed values are made before it is known what a session teaches."""
    return tuple(needles_of(number, kind, value, secrets, hashed=hashed))


def _add(meanings: dict[tuple[bytes, bool], list[Needle]], needles: Iterable[Needle]) -> None:
    for needle in needles:
        pattern = needle.pattern.lower() if needle.caseless else needle.pattern
        meanings[pattern, needle.caseless].append(needle)


def hashed_spellings(values: tuple[PlantedValue, ...], secrets: Secrets) -> tuple[int, int]:
    """Of how many spellings of each value digests are looked for: of those that the user lists, and of learned ones.

    A capture that shows hundreds of addresses takes nothing away from what the user listed.
    """
    listed = sum(entry.owner not in NOT_LISTED for entry in values)
    return spellings_hashed(listed, secrets), spellings_hashed(len(values), secrets)


def _digested(subjects: Subjects) -> tuple[str, ...]:
    """The values; of pictures a name for their bytes, for where the file lies says nothing."""
    files = {image.label: image.data for image in subjects.images}
    return tuple(content_of(files[entry.label]) if entry.label in files else entry.value for entry in subjects.identifiers)


def _longest(hits: list[Hit]) -> list[Hit]:
    """Hits of one value in one field without those that overlap a longer one."""
    if len(hits) == 1:
        return [_named(hits[0])]
    kept: dict[int, Hit] = {}
    starts: list[int] = []
    for hit in sorted(hits, key=_likeliness):
        behind = bisect_left(starts, hit.span.end)  # what is kept does not overlap, so only the last before this end can
        if not behind or kept[starts[behind - 1]].span.end <= hit.span.start:
            insort(starts, hit.span.start)
            kept[hit.span.start] = _named(hit)
    return [kept[start] for start in starts]


def _likeliness(hit: Hit) -> tuple[int, bool, bool, int]:
    return (hit.span.start - hit.span.end, hit.needle.form is Form.EMBEDDED, not hit.span.exact, len(hit.needle.words))


def _named(hit: Hit) -> Hit:
    """A hit in neither of the two cases gets a name that says so."""
    if hit.span.exact:
        return hit
    name = hit.span.variant.removesuffix(":lower").removesuffix(":upper")
    return hit._replace(span=hit.span._replace(variant=f"{name}:mixed"))


def _distinct(hits: list[Hit]) -> list[Hit]:
    """One hit for each value and place, the one that explains it best."""
    groups: dict[tuple[int, int], list[Hit]] = defaultdict(list)
    for hit in hits:
        groups[id(hit.field.piece), hit.needle.value].append(hit)
    return [hit for group in groups.values() for hit in _of_group(group)]


def _of_group(group: list[Hit]) -> list[Hit]:
    """Of hits of one value in one piece: leaves before containers, decoded values before stretches of encoded text.

    A container's hit counts only where it holds the value more often than the leaves below it do.
    """
    if len(group) == 1:
        return group
    kept: dict[Place, Hit] = {}
    decoded = {word for hit in group if not _is_of_last_resort(hit) for word in hit.encodings}
    for hit in sorted((hit for hit in group if not hit.field.container), key=_rank):
        if _is_decoded(hit, decoded):
            continue
        kept.setdefault(hit.place, hit)
    containers: dict[int, list[Hit]] = defaultdict(list)
    for hit in group:
        if hit.field.container:
            containers[id(hit.field)].append(hit)
    for held in sorted(containers.values(), key=lambda held: -len(held[0].field.encodings)):
        _add_surplus(kept, held, decoded, all_of_them=held[0].field.leaves is not None)
    return _told_once([kept[at] for at in sorted(kept)])


def _told_once(hits: list[Hit]) -> list[Hit]:
    """Of hits at one offset those that no deeper reading of the same bytes tells of, and of equal ones the plainest."""
    at: dict[int, list[Hit]] = defaultdict(list)
    for hit in hits:
        at[hit.place.offset].append(hit)
    if len(at) == len(hits):
        return hits
    return [hit for here in at.values() for hit in here if not any(_is_told_by(hit, other) for other in here)]


def _is_told_by(hit: Hit, other: Hit) -> bool:
    """Whether the other hit is the same one in the same field, read more plainly, or in a field within."""
    path, deeper = hit.field.path, other.field.path
    if path == deeper:
        return _rank(other) < _rank(hit) or (_rank(other) == _rank(hit) and other.place < hit.place)
    return deeper.startswith(f"{path}.") or not path


def _add_surplus(kept: dict[Place, Hit], held: list[Hit], decoded: set[str], *, all_of_them: bool) -> None:
    """Of a document that leads to its own leaves, only what stands in no leaf is held: all of it counts."""
    surplus = len(held) if all_of_them else len(held) - len(kept)
    for hit in held:
        if surplus <= 0:
            return
        if hit.place not in kept and not _is_decoded(hit, decoded):
            kept[hit.place] = hit
            surplus -= 1


def _is_of_last_resort(hit: Hit) -> bool:
    """Whether it counts only where decoding finds nothing."""
    return hit.needle.form is Form.EMBEDDED or hit.needle.words == PLUS


def _is_decoded(hit: Hit, decoded: set[str]) -> bool:
    """Whether what such a hit shows was decoded elsewhere; a form's plus signs are undone with the form."""
    if not _is_of_last_resort(hit):
        return False
    word = hit.needle.words[0].removesuffix("url")
    return any(one.removesuffix("url") in (word, "form" if word == "plus" else word) for one in decoded)


def _rank(hit: Hit) -> tuple[bool, int, int, int, tuple[str, ...]]:
    length = hit.span.end - hit.span.start
    return (hit.needle.form is Form.EMBEDDED, len(hit.encodings), -len(hit.field.path), -length, hit.encodings)
