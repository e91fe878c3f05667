"""Identifiers that nobody planted: fields go in, values whose shape and context betray them come out, each of one kind.

Two ways lead to a value. Its key names a kind: then the kind's own shape decides (`pattern`, high), or, for the few kinds that
have no shape, the name alone (`name`, low). Or it stands in any text and carries its own proof (`pattern`, medium).
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from auditor.identify.batch import Batch, Placed
from auditor.identify.quota import Boundless, Quota
from auditor.identify.shapes import FREE, HIDDEN, KEYED, MAY_BE_HIDDEN, WHOLE_TOKEN, Check, Shape
from auditor.model.content import Field, Leaves
from auditor.model.identifier import DIGITS, IdentifierKnowledge, normal_name, plain_name, telling
from auditor.model.vocabulary import Confidence, Match, Part

_LONGEST_KEYED = 4096
_LONGEST_NAMED = 512
_SHORTEST_NAMED = 3
"""Bytes; documents do not tell shorter values, whatever their keys."""
_REMEMBERED = 65536
_PREFIXES = ("", "xoss", "x", "m", "user", "device", "client")
"""Words before a name that change nothing of what it means."""
_SHORT_ENDINGS = frozenset({"mac"})
"""Kinds whose endings are those of other words too."""
_NUMBERS = frozenset({"imei", "iccid", "resident_id", "card"})
"""Kinds of digits that a check digit vouches for."""
_LONGEST_BEFORE = 48
_NAME_BEFORE = re.compile(rb"((?:[\w.$\x80-\xff-]+ )?[\w.$\x80-\xff-]+)[\s\"':=>(\[]*$")
"""One or two words behind which a number stands, Chinese ones with their own colon."""
_NAME_WITHIN = (
    rb"(?i)(?:imei|imsi|iccid|mac|addr|address|bssid|android_?id|oaid|gaid|aaid|idfa|idfv|phone|mobile|id_?card)[0-9]?"
    rb"([=:])[ ]?[0-9A-F+]"
)
"""A name and its value within a text that is no document, like a line of a log or `imei=...##mac=...`."""
_NAME_BEHIND = re.compile(rb"[\w.$-]{1,40}$")
_VALUE_WITHIN = re.compile(rb"[=:][ ]?([^\s#;,&|<>\"'(){}\[\]]{1,80})")
_JSON_SIGN = rb"(?:[,:\[]|%2C|%3A|%5B)"


type Identity = tuple[int, str, int, tuple[str, ...]]


class Meaning(NamedTuple):
    """What a key says of its value; most keys say nothing."""

    shapes: tuple[tuple[Shape, Check, Confidence], ...]
    """The shapes of the kinds that it names, each with its check and what a value of it is worth, in their order."""
    by_name: str | None
    """The kind that counts for the name alone."""
    least: int
    """Bytes that a value needs to count as any of them."""


class Reading(NamedTuple):
    """What a value looks like."""

    start: int
    end: int
    kind: str
    variant: str
    match: Match
    confidence: Confidence


class Found(NamedTuple):
    """A value that looks like an identifier."""

    field: Field
    start: int
    end: int
    kind: str
    variant: str
    match: Match
    confidence: Confidence


class Patterns:
    """Shapes and names, ready to search."""

    def __init__(self, knowledge: IdentifierKnowledge) -> None:
        self._knowledge = knowledge
        self._exact: dict[str, list[str]] = {}
        self._vague: dict[str, list[str]] = {}
        self._doubtful: dict[str, list[str]] = {}
        for entry in knowledge.kinds:
            for name in entry.names:
                self._exact.setdefault(normal_name(name), []).append(entry.kind)
            for name in entry.vague_names:
                self._vague.setdefault(normal_name(name), []).append(entry.kind)
            for name in entry.doubtful_names:
                self._doubtful.setdefault(normal_name(name), []).append(entry.kind)
        self._endings = {ending: entry.kind for entry in knowledge.kinds for ending in entry.endings}
        self._ends = tuple(self._endings)
        self._other_words = tuple(word for entry in knowledge.kinds for word in entry.other_words)
        self._names = frozenset(prefix + name for prefix in _PREFIXES for name in (*self._exact, *self._vague, *self._doubtful))
        """All that mean something: a document may have half a million others."""
        self._by_name_alone = frozenset(entry.kind for entry in knowledge.kinds if entry.by_name_alone)
        self._meanings: dict[str, Meaning | None] = {}
        self._free = _Free(FREE)
        self._may_hide = _linear(MAY_BE_HIDDEN.pattern).search
        self._name_within = _linear(_NAME_WITHIN)

    def found(self, batch: Batch, quota: Quota | None = None) -> list[Found]:
        """Every value of the leaves that looks like an identifier; of several readings of the same text, the first.

        Values are checked as long as the quota lasts.
        """
        quota = quota or Boundless()
        found: list[Found] = []
        for field in batch.fields:
            if field.leaves is not None:
                found.extend(self._in_document(field.leaves, quota))
            elif field.key and (not field.container or _is_token(field.value)):
                meaning = self._meaning(field.key)
                reading = self._keyed(field.value, meaning, quota) if meaning else None
                if reading:
                    found.append(Found(field, *reading))
        taken = {_identity(item.field) for item in found if item.match is Match.PATTERN}
        found.extend(self._named_within(batch, quota))
        for field, start, end, shape in self._free.search(batch, quota):
            if _identity(field) not in taken and self._passes(shape.check, field.value[start:end]):
                confidence = Confidence.LOW if self._is_other(field, start, shape) else shape.confidence
                found.append(Found(field, start, end, shape.kind, shape.variant, Match.PATTERN, confidence))
        return found

    def in_text(self, value: bytes) -> list[tuple[int, int, str]]:
        """Start, end and kind of each checked pattern in a text that has no key, for hiding it."""
        hits = [(start, end, shape) for start, end, shape in self._free.in_value(value, Boundless())]
        if self._may_hide(value):
            hits += [(*match.span(1), shape) for shape in HIDDEN for match in shape.pattern.finditer(value)]
        return [(start, end, shape.kind) for start, end, shape in hits if self._passes(shape.check, value[start:end])]

    def _meaning(self, key: str) -> Meaning | None:
        """What a key means; remembered, for keys repeat."""
        if key in self._meanings:
            return self._meanings[key]
        meaning = self._look_up(key)
        if len(self._meanings) < _REMEMBERED:
            self._meanings[key] = meaning
        return meaning

    def _look_up(self, key: str) -> Meaning | None:
        name = plain_name(key)
        if name not in self._names:
            return self._ending(name)
        for prefix in _PREFIXES:
            bare = name.removeprefix(prefix) if name.startswith(prefix) else ""
            if bare in self._exact or bare in self._vague or bare in self._doubtful:
                return self._meant(*(names.get(bare, ()) for names in (self._exact, self._vague, self._doubtful)))
        return None

    def _ending(self, name: str) -> Meaning | None:
        """What a longer name means by what it ends with: a value of that shape counts, a name alone does not."""
        bare = name.rstrip(DIGITS)
        if not bare.endswith(self._ends) or bare.endswith(self._other_words):
            return None
        kind = self._endings[max((ending for ending in self._ends if bare.endswith(ending)), key=len)]
        shapes = tuple(
            (shape, shape.vague if shape.vague and kind in _SHORT_ENDINGS else shape.check, shape.confidence)
            for shape in KEYED
            if shape.kind == kind
        )
        return Meaning(shapes, None, min(shape.least for shape, _, _ in shapes))

    def _is_other(self, field: Field, start: int, shape: Shape) -> bool:
        """Whether a number stands under, or behind, the name of another number, whose check digit it passes by chance."""
        if shape.kind not in _NUMBERS:
            return False
        before = _NAME_BEFORE.search(field.value[max(0, start - _LONGEST_BEFORE) : start]) if start else None
        names = (plain_name(field.key), normal_name(before[1].decode(errors="ignore")) if before else "")
        return any(name.rstrip(DIGITS).endswith(self._knowledge.other_endings) for name in names)

    def _meant(self, exact: Sequence[str], vague: Sequence[str], doubtful: Sequence[str]) -> Meaning:
        """The meaning of a key that surely, vaguely and perhaps names these kinds."""
        by_name = next((kind for kind in exact if kind in self._by_name_alone), None)
        shapes = tuple(
            (shape, check, worth)
            for shape in KEYED
            for kinds, check, worth in (
                (exact, shape.check, shape.confidence),
                (vague, shape.vague, shape.maybe),
                (doubtful, shape.vague or shape.check, shape.doubtful),
            )
            if shape.kind in kinds and check
        )
        least = 0 if by_name else min((shape.least for shape, _, _ in shapes), default=_LONGEST_KEYED)
        return Meaning(shapes, by_name, least)

    def _in_document(self, leaves: Leaves, quota: Quota) -> Iterator[Found]:
        meant = {name: meaning for name in telling(leaves.names, self._names, self._ends) if (meaning := self._meaning(name))}
        for name, meaning in sorted(meant.items()):
            for value, spot in leaves.named(name, meaning.least):
                reading = self._keyed(value, meaning, quota)
                if reading:
                    yield Found(leaves.leaf(spot), *reading)

    def _named_within(self, batch: Batch, quota: Quota) -> Iterator[Found]:
        """Values whose names stand before them in one text."""
        for match in self._name_within.finditer(batch.data):
            if not quota.take():
                return
            placed = batch.value_at(*match.span())
            if placed is None or placed.field.container:
                continue
            text, sign = placed.field.value, placed.start + match.start(1) - match.start()
            name, value = _NAME_BEHIND.search(text[max(0, sign - 40) : sign]), _VALUE_WITHIN.match(text, sign)
            meaning = self._meaning(name[0].decode()) if name and value else None
            reading = self._keyed(value[1], meaning._replace(by_name=None), quota) if value and meaning else None
            if reading and value:
                at = value.start(1)
                yield Found(placed.field, *reading._replace(start=at + reading.start, end=at + reading.end))

    def _keyed(self, value: bytes, meaning: Meaning, quota: Quota) -> Reading | None:
        size = len(value)
        if size > _LONGEST_KEYED:
            return None
        for shape, check, worth in meaning.shapes:
            if size >= shape.least:
                match = shape.pattern.search(value)
                if match and quota.take() and self._passes(check, match[1]):
                    return Reading(*match.span(1), shape.kind, shape.variant, Match.PATTERN, worth)
        return self._named(value, meaning.by_name) if meaning.by_name and quota.take() else None

    def _named(self, value: bytes, kind: str) -> Reading | None:
        if not _SHORTEST_NAMED <= len(value) <= _LONGEST_NAMED:
            return None
        text = value.decode(errors="backslashreplace").strip()
        if text.casefold() in self._knowledge.placeholders or not text.strip("0*-.: "):
            return None
        return Reading(0, len(value), kind, f"{kind}:name", Match.NAME, Confidence.LOW)

    def _passes(self, check: Check, value: bytes) -> bool:
        text = value.decode(errors="backslashreplace")
        return text.casefold() not in self._knowledge.placeholders and check(text, self._knowledge)


def _is_token(value: bytes) -> bool:
    """Whether a value is a JWT and nothing else."""
    return value.startswith(b"eyJ") and bool(WHOLE_TOKEN.fullmatch(value))


def _means_otherwise(placed: Placed, length: int, shape: Shape) -> bool:
    """Whether the field's name or the way that it came says that it is something else."""
    return _is_version(placed.field, shape) or _is_space(placed.field, placed.start, placed.start + length, shape)


def _is_version(field: Field, shape: Shape) -> bool:
    """Whether what looks like an address stands under the name of a version."""
    return shape.kind == "ip" and plain_name(field.key).endswith(("version", "ver", "版本", "版本号"))


def _is_space(field: Field, start: int, end: int, shape: Shape) -> bool:
    """Whether the plus of what looks like a phone number was a space of JSON before it became a query: `[1,+2]`."""
    if shape.kind != "phone" or field.part is not Part.QUERY or len(field.piece.data) > _LONGEST_KEYED:
        return False
    return re.search(_JSON_SIGN + re.escape(field.value[start:end]), field.piece.data, re.IGNORECASE) is not None


def _identity(field: Field) -> Identity:
    """What tells a value of a message from another: plain leaves are made anew each time."""
    return id(field.piece), field.path, field.offset, field.encodings


def _options() -> Any:
    """Bytes, not characters."""
    import re2

    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.log_errors = False
    return options


def _linear(pattern: bytes) -> Any:
    """The expression in linear time, which is several times faster where nothing is found."""
    import re2

    return re2.compile(pattern, _options())


class _Free:
    """The free shapes as linear-time expressions: one set says which occur at all, then only those are looked for."""

    def __init__(self, shapes: Sequence[Shape]) -> None:
        import re2

        self._set = re2.Set.SearchSet(_options())
        for shape in shapes:
            self._set.Add(shape.pattern.pattern)
        self._set.Compile()
        self._each: tuple[tuple[Shape, Any], ...] = tuple((shape, _linear(shape.pattern.pattern)) for shape in shapes)

    def search(self, batch: Batch, quota: Quota) -> Iterator[tuple[Field, int, int, Shape]]:
        """Field, start, end and shape of each candidate in a leaf."""
        for start, end, shape in self.in_value(batch.data, quota):
            placed = batch.value_at(start, end)
            # a token that was taken apart is a token all the same; of other containers, the leaves count
            is_all = placed and shape.kind == "token" and len(placed.field.value) == end - start
            if placed and (is_all or not placed.field.container) and not _means_otherwise(placed, end - start, shape):
                yield placed.field, placed.start, placed.start + end - start, shape

    def in_value(self, value: bytes, quota: Quota) -> list[tuple[int, int, Shape]]:
        """The candidates in one run of bytes; where two overlap, the first shape's."""
        found: list[tuple[int, int, Shape]] = []
        numbers = sorted(self._set.Match(value) or ())
        taken = bytearray(len(value) if numbers else 0)
        for number in numbers:
            shape, pattern = self._each[number]
            for match in pattern.finditer(value):
                start, end = match.span(1)
                if not quota.take():
                    break
                if taken.find(1, start, end) < 0:
                    taken[start:end] = b"\1" * (end - start)
                    found.append((start, end, shape))
        return found
