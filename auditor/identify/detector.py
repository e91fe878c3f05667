"""The way from fields to sightings. Everything in the clear ends here: what comes out holds masked values and keyed digests only.

    detector = Detector.build(subjects, key, knowledge)
    detector.sightings(message, fields)     one sighting for each value, location and direction
    detector.look(message, fields)          the same, and whether there were more than are told
    detector.mask_text(text)                a host, URL or name without any planted value or checked pattern

What a session itself shows about its devices can be planted too: `learned.learn` takes the same messages and fields and gives
planted values; `Subjects` with these added make the detector of a second pass.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from threading import get_ident
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from auditor.identify.batch import Batch
from auditor.identify.canonical import canonical
from auditor.identify.locations import Locations, Position, planted_places
from auditor.identify.masking import hidden_texts, keyed_digest, mask, runs
from auditor.identify.needles import Form
from auditor.identify.not_shown import NotShown
from auditor.identify.patterns import Found, Patterns
from auditor.identify.pictures import Likeness, Pictures
from auditor.identify.planted import Hit, Planted, place
from auditor.identify.quota import HITS_OF_ONE, LOOKS, SIGHTINGS, Quota
from auditor.model.content import Field, Message
from auditor.model.identifier import IdentifierKnowledge
from auditor.model.session import Subjects
from auditor.model.sighting import Sighting
from auditor.model.vocabulary import Confidence, Direction, Match

_REMEMBERED = 65536
_STRETCH = 256
_MOST_STRETCHES = 4096
_RANDOM = re.compile(rb"(?<![\w-])[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-4[0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}(?![\w-])")
"""A UUID of version 4 (RFC 9562 section 5.4), whose digits pass a check by chance: only planted values are hidden in it."""
_SIDES = {Direction.UP: "request", Direction.DOWN: "response"}
_NOTHING = rb"\xff(?!)"
"""Begins with a byte that no text holds, which is looked for much faster than nothing at every place."""
_ORDER = {Match.PLANTED: 0, Match.PATTERN: 1, Match.NAME: 2}


class Seen(NamedTuple):
    """What one message holds."""

    sightings: tuple[Sighting, ...]
    """In the order of their locations."""
    unread: tuple[str, ...]
    """What was left out because there was too much of it, each `part: reason`; empty for any sane message."""


@lru_cache(maxsize=2)
def _planted(subjects: Subjects, _thread: int) -> Planted:
    """Compiled needles, for as long as the process lives: a lab's sessions share a phone. A compiled set has room for one search
    at a time, so each thread has its own."""
    return Planted(subjects)


@lru_cache(maxsize=2)
def _patterns(knowledge: IdentifierKnowledge, _thread: int) -> Patterns:
    """As for needles."""
    return Patterns(knowledge)


def compiled(subjects: Subjects) -> Planted:
    """The needles of all planted values, compiled once for each thread."""
    return _planted(subjects, get_ident())


class Detector:
    """All that is looked for in one session. Holds clear values, so it is never written down; a process that gets it from another
    one builds its own."""

    def __init__(self, planted: Planted, patterns: Patterns, locations: Locations, pictures: Pictures, key: bytes) -> None:
        self._made_of: tuple[Subjects, bytes, IdentifierKnowledge] | None = None
        self._planted = planted
        self._patterns = patterns
        self._locations = locations
        self._pictures = pictures
        self._key = key
        self._not_shown = NotShown(planted.values)
        self._digest = lru_cache(maxsize=_REMEMBERED)(self._keyed)
        self.mask_text = lru_cache(maxsize=_REMEMBERED)(self._mask_text)

    @classmethod
    def build(cls, subjects: Subjects, key: bytes, knowledge: IdentifierKnowledge) -> "Detector":
        """Compiles everything once. `key` is the session's, 32 bytes."""
        places = planted_places(subjects.identifiers)
        pictures = Pictures(subjects.images, subjects.identifiers)
        patterns = _patterns(knowledge, get_ident())
        made = cls(compiled(subjects), patterns, Locations(places, knowledge), pictures, key)
        made._made_of = (subjects, key, knowledge)
        return made

    @property
    def made_of(self) -> tuple[Subjects, bytes, IdentifierKnowledge]:
        """What another process needs to build its own.

        Raises:
            TypeError: it was not built by `build`.
        """
        if self._made_of is None:
            raise TypeError("a detector that was put together by hand stays in its process")
        return self._made_of

    def __reduce__(self) -> "tuple[object, ...]":
        return Detector.build, self.made_of

    def sightings(self, message: Message, fields: Iterable[Field]) -> tuple[Sighting, ...]:
        """All identifiers in a message, in the order of their locations."""
        return self.look(message, fields).sightings

    def look(self, message: Message, fields: Iterable[Field]) -> Seen:
        """The same; of a message made to hold a million of them the first, planted ones before all others."""
        listed = tuple(fields)
        if not listed:
            return Seen((), ())
        record, batch, quota = _Record(self, message), Batch(listed), Quota(LOOKS)
        hits, has_more = self._planted.first_hits(batch)
        for hit in hits:
            record.planted(hit)
        for likeness in self._pictures.found(listed):
            record.picture(likeness)
        for position in self._locations.found(listed, quota):
            record.position(position)
        patterns = self._patterns.found(batch, quota)
        told = self._digests_of_planted() if has_more else frozenset[str]()
        for found in sorted(patterns, key=_precedence):
            record.pattern(found, told)
        return Seen(record.sightings(), record.unread(has_more=has_more, quota=quota))

    def _digests_of_planted(self) -> frozenset[str]:
        pairs = zip(self._planted.values, self._planted.digested, strict=True)
        return frozenset(self._digest(entry.kind, value) for entry, value in pairs)

    def _keyed(self, kind: str, value: str) -> str:
        return keyed_digest(self._key, canonical(kind, value))

    def _mask_text(self, text: str) -> str:
        """The text with every planted value and checked pattern in it masked; also where percent-encoding hides it."""
        masked = self._mask_coded(self._mask_plain(text))
        if "%" not in masked:
            return masked
        return "/".join(self._mask_segment(segment) for segment in masked.split("/"))

    def _mask_coded(self, text: str) -> str:
        """The same where an encoding hides it from all but a reader who undoes it."""
        parts, at = [], 0
        for run in runs(text):
            if not _RANDOM.fullmatch(run[0].encode()) and any(map(self._has_identifier, {*hidden_texts(run[0])})):
                parts += [text[at : run.start()], mask("text", run[0])]
                at = run.end()
        return "".join((*parts, text[at:])) if parts else text

    def _has_identifier(self, text: str) -> bool:
        """Whether a decoded text holds a checked pattern or a place; of planted values the encoded forms are known."""
        value = text.encode(errors="surrogatepass")
        return bool(self._patterns.in_text(value)) or any(self._locations.in_text(value))

    def _mask_segment(self, segment: str) -> str:
        if "%" not in segment:
            return segment
        decoded = segment
        for _ in range(3):
            decoded = unquote_to_bytes(decoded).decode(errors="backslashreplace")
        masked = self._mask_plain(decoded)
        return segment if masked == decoded else masked

    def _mask_plain(self, text: str) -> str:
        value = text.encode(errors="surrogatepass")
        spans = [(start, end, self._planted.values[number].kind) for start, end, number in self._planted.spans(value)]
        chance = [match.span() for match in _RANDOM.finditer(value)]
        spans += [span for span in self._patterns.in_text(value) if not any(a <= span[0] and span[1] <= b for a, b in chance)]
        spans += [(start, end, "location") for start, end in self._locations.in_text(value)]
        spans += self._not_shown.spans(value)
        parts: list[str] = []
        at = 0
        for start, end, kind in sorted(spans, key=lambda span: (span[0], -span[1], span[2])):
            if end <= at:
                continue
            begin = max(start, at)
            parts.append(value[at:begin].decode(errors="replace"))
            parts.append(mask(kind, value[begin:end].decode(errors="replace")))
            at = end
        return "".join((*parts, value[at:].decode(errors="replace"))) if parts else text


def _precedence(found: Found) -> tuple[int, bool, int, int, int, bytes]:
    """Which of several readings is told first, whatever the order in which they were found."""
    field = found.field
    return _ORDER[found.match], not field.path, len(field.encodings), field.offset, found.start, field.value


class _Record:
    """The sightings of one message while they are collected."""

    def __init__(self, detector: Detector, message: Message) -> None:
        self._detector = detector
        self._message = message
        self._numbers = {id(piece): number for number, piece in enumerate(message.pieces)}
        self._found: list[tuple[int, int, Sighting]] = []
        self._taken: dict[tuple[int, tuple[str, int], int], list[tuple[int, int]]] = defaultdict(list)
        """Start and end of each sighting so far, by piece, place within and stretch of the piece."""
        self._paths: set[tuple[int, str]] = set()
        """Piece and path of each field that has one."""
        self._read: dict[tuple[int, str], set[tuple[str, tuple[str, ...]]]] = {}
        """Paths and encodings at which a pattern was told, by piece and digest."""
        self._pictured: set[tuple[int, int]] = set()
        """Piece and value of each picture that was found."""
        self._room = Quota(SIGHTINGS)

    def sightings(self) -> tuple[Sighting, ...]:
        return tuple(sighting for _, _, sighting in sorted(self._found, key=lambda entry: entry[:2]))

    def unread(self, *, has_more: bool, quota: Quota) -> tuple[str, ...]:
        """What was left out."""
        side = _SIDES[self._message.direction]
        said = (
            (has_more, f"{side}: one planted value in more than {HITS_OF_ONE} places"),
            (quota.is_spent, f"{side}: more than {LOOKS} values that may be identifiers"),
            (self._room.is_spent, f"{side}: more than {SIGHTINGS} identifiers"),
        )
        return tuple(reason for is_so, reason in said if is_so)

    def planted(self, hit: Hit) -> None:
        entry = self._detector._planted.values[hit.needle.value]
        if entry.kind == "image":
            place = id(hit.field.piece), hit.needle.value
            if place in self._pictured and hit.needle.form is Form.RAW:
                return
            self._pictured.add(place)
        shown = _shown(hit, entry.value)
        self._add(
            hit.field,
            hit.span.start,
            hit.span.end,
            kind=entry.kind,
            identifier=entry.label,
            match=Match.PLANTED,
            confidence=_confidence(hit),
            variant=hit.span.variant,
            encodings=hit.encodings,
            masked=mask(entry.kind, shown),
            digest=self._detector._digest(entry.kind, self._detector._planted.digested[hit.needle.value]),
        )

    def picture(self, likeness: Likeness) -> None:
        entry = self._detector._planted.values[likeness.value]
        if (id(likeness.field.piece), likeness.value) in self._pictured:
            return
        self._add(
            likeness.field,
            0,
            len(likeness.field.value),
            kind=entry.kind,
            identifier=entry.label,
            match=Match.PLANTED,
            confidence=Confidence.HIGH if likeness.is_close else Confidence.MEDIUM,
            variant=likeness.variant,
            encodings=likeness.field.encodings,
            masked=mask(entry.kind, ""),
            digest=self._detector._digest(entry.kind, self._detector._planted.digested[likeness.value]),
        )

    def position(self, position: Position) -> None:
        entry = None if position.place is None else self._detector._planted.values[position.place]
        self._add(
            position.field,
            position.start,
            len(position.field.value),
            kind="location",
            identifier=entry.label if entry else None,
            match=Match.PLANTED if entry else Match.PATTERN,
            confidence=position.confidence,
            variant=position.variant,
            encodings=position.field.encodings,
            masked=mask("location", position.text),
            digest=self._detector._digest("location", entry.value if entry else position.text),
        )

    def pattern(self, found: Found, told: frozenset[str]) -> None:
        """One that is no further place of a planted value, whose first places were told."""
        if self._is_taken(found):
            return
        text = found.field.value[found.start : found.end].decode(errors="backslashreplace")
        digest = self._detector._digest(found.kind, text)
        if digest in told or self._is_read_again(found, digest):
            return
        self._add(
            found.field,
            found.start,
            found.end,
            kind=found.kind,
            identifier=None,
            match=found.match,
            confidence=found.confidence,
            variant=found.variant,
            encodings=found.field.encodings,
            masked=mask(found.kind, text),
            digest=digest,
        )

    def _is_read_again(self, found: Found, digest: str) -> bool:
        """Whether a surer reading of the same bytes told of it: a form of one pair is also a text in percent-encoding."""
        readings = self._read.setdefault((id(found.field.piece), digest), set())
        path, encodings = found.field.path, found.field.encodings
        if any(encodings != undone and path in ("", at) for at, undone in readings):
            return True
        readings.add((path, encodings))
        return False

    def _is_taken(self, found: Found) -> bool:
        """Whether something surer already stands there: one value gets one kind, and a name counts once for all its readings."""
        if found.match is Match.NAME and (id(found.field.piece), found.field.path) in self._paths:
            return True
        piece = id(found.field.piece)
        (at, inside), length = place(found.field, found.start), found.end - found.start
        start = _within(at, inside, found.start)
        return any(
            start < until and start + length > since
            for stretch in _stretches(start, start + length)
            for since, until in self._taken.get((piece, inside, stretch), ())
        )

    def _add(
        self,
        field: Field,
        start: int,
        end: int,
        *,
        kind: str,
        identifier: str | None,
        match: Match,
        confidence: Confidence,
        variant: str,
        encodings: tuple[str, ...],
        masked: str,
        digest: str,
    ) -> None:
        if not self._room.take():
            return
        message, (at, inside) = self._message, place(field, start)
        sighting = Sighting(
            flow_id=message.flow_id,
            at=message.at,
            direction=message.direction,
            host=message.host,
            kind=kind,
            identifier=identifier,
            match=match,
            confidence=confidence,
            part=field.part,
            path=self._detector.mask_text(field.path),
            encodings=encodings,
            variant=variant,
            masked=masked,
            digest=digest,
            location=field.piece.locate(message.number, at),
        )
        self._paths.add((id(field.piece), field.path))
        since = _within(at, inside, start)
        until = since + max(1, end - start)
        for stretch in _stretches(since, until):
            self._taken[id(field.piece), inside, stretch].append((since, until))
        self._found.append((self._numbers[id(field.piece)], at, sighting))


def _within(at: int, inside: tuple[str, int], start: int) -> int:
    """Where a value begins among those of its field, which have one place where the field does not stand there as it is."""
    return at + start if inside[0] else at


def _stretches(start: int, end: int) -> range:
    """The numbers of the stretches of a piece that a run of bytes touches; a run that is too long counts by its first ones."""
    return range(start // _STRETCH, min((end - 1) // _STRETCH, start // _STRETCH + _MOST_STRETCHES) + 1)


def _confidence(hit: Hit) -> Confidence:
    """Of a planted value: a checksum may be chance, and a run of letters and digits may be longer than the value."""
    if "crc32" in hit.needle.words:
        return Confidence.LOW
    return Confidence.HIGH if hit.span.sure else Confidence.MEDIUM


def _shown(hit: Hit, value: str) -> str:
    """What a masked excerpt is made of: the text as it stands, or the value where only a trace of it stands there."""
    if hit.needle.form in (Form.TEXT, Form.EXACT, Form.IMEI):
        return hit.field.value[hit.span.start : hit.span.end].decode(errors="replace")
    return value
