"""What was sighted in one place is not shown in another: the sightings of a session in, a mask for names, URLs and paths out.

That a number is somebody's may be known only where a key says so: `{"imsi": "460011234567890"}`. The same digits in a path or a
host name pass no check, and no needle knows them. Their digest does: words that begin and end like a sighting's masked excerpt
are hidden where the digest agrees. So nothing in the clear is needed, neither here nor from the processes that looked.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote_to_bytes

from auditor.identify.canonical import canonical
from auditor.identify.masking import hidden_texts, keyed_digest, mask, runs
from auditor.model.vocabulary import Match

if TYPE_CHECKING:
    import pyarrow as pa

type Mask = Callable[[str], str]

_REMEMBERED = 65536
_SHORTEST, _SHORTEST_NAMED = 6, 8
_STAYS = frozenset({"ip", "image"})
"""Addresses are shown: the row itself holds them."""
_WHOLE = re.compile(r"[^\0]{6,200}")
"""Of texts that are looked through together, each."""
_WORD = re.compile(r"[^\W_](?:[\w+~-]{4,}[^\W_])")
_PART = re.compile(r"[0-9A-Za-z]{6,}")
_UUID = re.compile(r"[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}")
_PLACE = re.compile(r"(-?\d{1,3}\.\d{3,18}),(-?\d{1,3}\.\d{3,18})")
_WITH_LENGTH = re.compile(r"[a-z_]+ of (\d+) characters|(•+)")
_PERCENT = "%"
_SEGMENTS = re.compile(r"([/\0])")


class Row(NamedTuple):
    """Of a sighting what is published."""

    kind: str
    match: Match
    masked: str
    digest: str


class Sighted:
    """Who hides what was sighted, in one session."""

    def __init__(self, rows: Iterable[Row], key: bytes) -> None:
        """`rows` are the sightings, `key` is that of their digests."""
        self._key = key
        self._known: dict[tuple[str, str], Match] = {}
        self._told = lru_cache(maxsize=_REMEMBERED)(self._looked_up)
        self._by_ends: dict[str, set[str]] = defaultdict(set)
        self._by_length: dict[int, set[str]] = defaultdict(set)
        for row in set(rows):
            if row.match is not Match.PLANTED and row.kind not in _STAYS:
                self._add(row)

    def _add(self, row: Row) -> None:
        best = min(self._known.get((row.kind, row.digest), Match.NAME), row.match, key=lambda match: match is Match.NAME)
        self._known[row.kind, row.digest] = best
        hidden = _WITH_LENGTH.fullmatch(row.masked)
        if hidden:
            length = int(hidden[1] or len(hidden[2]))
            if length >= (_SHORTEST_NAMED if best is Match.NAME else _SHORTEST):
                self._by_length[length].add(row.kind)
        else:
            self._by_ends[_ends(row.masked)].add(row.kind)

    def after(self, other: Mask) -> Mask:
        """A mask that hides what was sighted in what another mask leaves."""
        if not self._known:
            return other
        return lru_cache(maxsize=_REMEMBERED)(lambda text: self.mask(other(text)))

    def mask(self, text: str) -> str:
        """The text without what was sighted, also where an encoding hides it from all but a reader who undoes it."""
        spans = sorted(self._spans(text), key=lambda span: (span[0], -span[1]))
        parts, at = [], 0
        for start, end, kind in spans:
            if start >= at:
                parts += [text[at:start], mask(kind, text[start:end])]
                at = end
        masked = "".join((*parts, text[at:])) if parts else text
        return "".join(map(self._segment, _SEGMENTS.split(masked))) if _PERCENT in masked else masked

    def _spans(self, text: str) -> Iterator[tuple[int, int, str]]:
        yield from ((start, end, kind) for start, end, word in _words(text) if (kind := self._kind(word)))
        for run in runs(text):
            if any(map(self._holds, hidden_texts(run[0]))):
                yield run.start(), run.end(), "text"

    def _holds(self, text: str) -> bool:
        return any(self._kind(word) for _, _, word in _words(text))

    def _segment(self, segment: str) -> str:
        """A part of a path that is a value as a whole once its percent-encoding is undone, or holds one."""
        if _PERCENT not in segment:
            return segment
        decoded = segment
        for _ in range(3):
            decoded = unquote_to_bytes(decoded).decode(errors="backslashreplace")
        if decoded == segment:
            return segment
        kind = self._kind(decoded) or ("text" if self._holds(decoded) else None)
        return mask(kind, decoded) if kind else segment

    def _kind(self, word: str) -> str | None:
        """What a word was sighted as; None for all others, nearly all of which are neither as long nor begin and end so."""
        alike, as_long = self._by_ends.get(_ends(word)), self._by_length.get(len(word))
        return self._told(word) if alike or as_long else None

    def _looked_up(self, word: str) -> str | None:
        kinds = self._by_ends.get(_ends(word), set()) | self._by_length.get(len(word), set())
        return next((kind for kind in sorted(kinds) if self._is_known(kind, word)), None)

    def _is_known(self, kind: str, word: str) -> bool:
        match = self._known.get((kind, keyed_digest(self._key, canonical(kind, word))))
        if match is Match.NAME:  # a name alone makes values of words like `default`
            return len(word) >= _SHORTEST_NAMED and any(map(str.isdigit, word))
        return match is not None and len(word) >= _SHORTEST


def hiding(mask: Mask, seen: "pa.Table", key: bytes) -> Mask:
    """A mask that also hides what the table of sightings tells of; `key` is that of its digests."""
    columns = list(Row._fields)
    rows = seen.select(columns).group_by(columns).aggregate([]).to_pylist()
    return Sighted((Row(**{**row, "match": Match(row["match"])}) for row in rows), key).after(mask)


def _words(text: str) -> Iterator[tuple[int, int, str]]:
    """Start and end of all that may be a value, and the value; of coordinates in either order, as their digests have them."""
    for pattern in (_WHOLE, _WORD, _PART, _UUID):
        yield from ((found.start(), found.end(), found[0]) for found in pattern.finditer(text))
    for found in _PLACE.finditer(text):
        one, other = (f"{float(number):.4f}" for number in found.groups())
        yield from ((found.start(), found.end(), pair) for pair in (f"{one},{other}", f"{other},{one}"))


def _ends(text: str) -> str:
    return (text[:2] + text[-2:]).lower()
