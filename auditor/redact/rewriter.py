"""One value with every planted value in it replaced: bytes go in, bytes with pseudonyms come out, or zeros and the reason why.

The detector says where something stands and under which encodings; what stands there as it is is replaced on the spot, and each
encoding on the way is taken off, the inside rewritten by the same rules, and the encoding put on again. Then the detector looks
once more. Where it still finds something after a few rounds, the bytes cannot be saved: they become zeros, and `cut` says so.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator

from auditor.decode.message import decode
from auditor.decode.pieces import cut
from auditor.identify.batch import Batch
from auditor.identify.detector import compiled
from auditor.identify.locations import Locations, planted_places
from auditor.identify.needles import Form, Needle
from auditor.identify.pictures import Likeness, Pictures
from auditor.identify.planted import Hit
from auditor.identify.variants import spellings
from auditor.model.content import Field, Message, Piece
from auditor.model.identifier import IdentifierKnowledge
from auditor.model.session import Subjects
from auditor.model.vocabulary import Direction, Part
from auditor.redact.coats import COATS
from auditor.redact.counterparts import Counterparts, cased
from auditor.redact.elsewhere import Elsewhere
from auditor.redact.pictures import StandIns

_ROUNDS = 6
_REMEMBERED = 200_000
"""Values that are remembered with what became of them; a browser repeats most of them."""
_LONGEST_REMEMBERED = 4096
_LONG_WORD, _LONG_NUMBER = 8, 11
"""Characters from which on a value is replaced within words too: shorter ones stand in words by chance."""
_NOT_WRITTEN = ("image", "location")
"""Kinds whose planted value is a file or a place and does not stand in a message letter for letter."""
_NUMBER = re.compile(rb"\d{4,20}")
_URL = re.compile(rb"(?:[A-Za-z][0-9A-Za-z+.-]{1,15}:/)?/[^?#]*%2[Ff]")
_ORIGIN = re.compile(rb"([A-Za-z][0-9A-Za-z+.-]{1,15}://)[^/?#\s]{1,255}(?=[/?#])")
_SLASHED = re.compile(rb"(?<=/)[^/?#&=\s]{0,4096}?%2[Ff][^/?#&=\s]*")
_CODED_URL = re.compile(rb"[A-Za-z][0-9A-Za-z+.-]{1,15}://[^\s%]*%[0-9A-Fa-f]{2}\S*")
_OUTSIDE_PATH = re.compile(rb"(?<=://)[^/?#@]*(?=@)|#.*", re.DOTALL)
"""User and password, and the fragment (RFC 3986, sections 3.2.1 and 3.5)."""


_DOT = ord(".")


class Rewriter:
    """Rewrites the values of one session. Holds clear values: it is never written down."""

    def __init__(self, subjects: Subjects, chosen: dict[str, str], knowledge: IdentifierKnowledge, stand_ins: StandIns) -> None:
        """`chosen` holds the pseudonym of each planted value, by its label; `stand_ins` those of planted pictures."""
        self.planted = compiled(subjects)
        self._pictures = Pictures(subjects.images, subjects.identifiers)
        self._locations = Locations(planted_places(subjects.identifiers), knowledge)
        self._stand_ins = stand_ins
        self._counterparts = Counterparts(subjects, chosen, stand_ins.of)
        places = [entry for entry in subjects.identifiers if entry.kind == "location"]
        self._elsewhere = Elsewhere((entry.value, chosen[entry.label]) for entry in places)
        letters = (
            (entry.value.encode("utf-8", "surrogatepass"), chosen[entry.label].encode("utf-8", "surrogatepass"))
            for entry in subjects.identifiers
            if entry.kind not in _NOT_WRITTEN and len(entry.value) >= (_LONG_NUMBER if entry.value.isdigit() else _LONG_WORD)
        )
        self._letters = tuple(sorted(letters, key=lambda pair: -len(pair[0])))
        """Values that are replaced within longer words as well, where the detector, which asks for whole ones, sees nothing; the
        longest first, for one may hold another."""
        self._secrets = tuple(_secrets(subjects, chosen))
        """Passwords without their signs or in another case, which the detector takes for other words."""
        self._memory: dict[tuple[str, bytes], bytes] = {}
        self.cut = 0
        """Values that became zeros so far."""

    def text(self, text: str) -> str:
        """A text."""
        return self.value(text.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogatepass")

    def value(self, data: bytes, coding: str = "", header: str = "") -> bytes:
        """Any bytes: a header's value, a body, a datagram, a line.

        Args:
            data: the bytes.
            coding: HTTP content codings that are on them.
            header: the header's name where it is the value of one, whose own syntax counts then.
        """
        if len(data) < 4:
            return data
        if len(data) > _LONGEST_REMEMBERED or coding:
            return self._rewritten(data, coding, header)
        known = self._memory.get((header, data))
        if known is None:
            known = self._rewritten(data, coding, header)
            if len(self._memory) < _REMEMBERED:
                self._memory[header, data] = known
        return known

    def pieces(self, message: Message) -> Iterator[bytes]:
        """The bytes of each piece of a message."""
        codings = b", ".join(
            piece.data for piece in message.pieces if piece.part is Part.HEADER and piece.name.lower() == "content-encoding"
        ).decode(errors="backslashreplace")
        for piece in message.pieces:
            header = piece.name if piece.part in (Part.HEADER, Part.COOKIE) else ""
            made = self.value(piece.data, codings if piece.part is Part.BODY else "", header)
            is_name = piece.part in (Part.DNS, Part.SNI) or header.lower() == "host"
            yield self._over_labels(made) if is_name else made

    def _over_labels(self, name: bytes) -> bytes:
        """A host name with what its first labels hold together, for a label is too short for all of it; as long as before."""
        for joined in (inner.value for inner in cut(Piece(Part.DNS, "question", name)) if inner.path == "labels"):
            made = self.value(joined)
            if made == joined:
                continue
            if len(made) != len(joined) or not made.isalnum():
                self.cut += 1
                made = b"x" * len(joined)
            letters = iter(made)
            return bytes(next(letters, byte) if byte != _DOT else byte for byte in name)
        return name

    def raw(self, data: bytes) -> bytes:
        """Bytes whose structure is not known or whose length must stay: replaced where they stand, zeros where that fails."""
        if len(data) < 4:
            return data
        for _ in range(_ROUNDS):
            piece = Piece(Part.PAYLOAD, "", data)
            field = Field(part=Part.PAYLOAD, path="", key="", value=data, encodings=(), piece=piece, offset=0)
            hits = self.planted.hits(Batch((field,)))
            if not hits:
                return self._within_words(data, same_length=True)
            made = self._on_the_spot(self._stand_ins.swapped(data), hits)
            for word in dict.fromkeys(word for hit in hits for word in hit.encodings if hit.needle.form is Form.EMBEDDED):
                made = COATS[word](made, self.raw) if word in COATS else made
            if len(made) != len(data) or made == data:
                made = _blank(data, hits)
            data = made
        return data

    def _rewritten(self, data: bytes, coding: str, header: str) -> bytes:
        data = self._outside_path(self._parts_of_path(data))
        for _ in range(_ROUNDS):
            hits, placed, pictures = self._look(data, coding, header)
            if not hits and not placed and not pictures:
                return self._within_words(data)
            made = self._once(data, hits, placed, pictures)
            if made == data:
                break
            data = made
        self.cut += 1
        return self._cut_out(data)

    def _cut_out(self, data: bytes) -> bytes:
        """Zeros; behind the host of a URL as digits, for without scheme and host nobody reads the entry again."""
        head = _ORIGIN.match(data)
        if not head or head.end() == len(data):
            return bytes(len(data))
        kept = self.value(head[0])
        if not kept.strip(b"\0"):
            kept = head[1] + b"0" * (head.end() - head.end(1))
        return kept + b"/" + b"0" * (len(data) - head.end() - 1)

    def _parts_of_path(self, data: bytes) -> bytes:
        """A URL whose parts with an encoded slash were each rewritten alone: with the slash undone they are other parts."""
        if len(data) > _LONGEST_REMEMBERED or not _URL.match(data):
            return data
        return _SLASHED.sub(lambda part: self.value(part[0]), data)

    def _outside_path(self, data: bytes) -> bytes:
        """A URL whose user, password and fragment were each rewritten alone: percent-encoding in them is none of the path's."""
        if len(data) > _LONGEST_REMEMBERED or not _CODED_URL.fullmatch(data):
            return data
        return _OUTSIDE_PATH.sub(lambda part: b":".join(map(self.value, part[0].split(b":"))), data)

    def _within_words(self, data: bytes, *, same_length: bool = False) -> bytes:
        """Values inside longer words: doubled, or with something in front of or behind them; passwords in any case."""
        for old, new in self._letters:
            if old in data and (len(old) == len(new) or not same_length):
                data = data.replace(old, new)
        for secret, new in self._secrets:
            data = secret.sub(lambda found, new=new: cased(found[0], new), data)  # type: ignore[misc]
        field = Field(Part.PAYLOAD, "", "", data, (), Piece(Part.PAYLOAD, "", data), 0)
        hits = [Hit(field, span, needle) for span, needle in self.planted.within_words(data) if _is_long_text(needle)]
        made = self._on_the_spot(data, hits) if hits else data
        return made if len(made) == len(data) or not same_length else _blank(data, hits)

    def _look(self, data: bytes, coding: str, header: str) -> tuple[list[Hit], list[Field], list[Likeness]]:
        """What is planted in the bytes, the fields with coordinates of a planted place, and planted pictures written again."""
        body = Piece(Part.HEADER, header, data) if header else Piece(Part.BODY, "body", data)
        pieces = (Piece(Part.HEADER, "content-encoding", coding.encode()), body) if coding else (body,)
        message = Message(
            flow_id="", number=0, direction=Direction.UP, at=None, host=None, protocol="http", pieces=pieces, coded=bool(coding)
        )
        fields = tuple(field for field in decode(message).fields if field.piece is body)
        hits = self.planted.hits(Batch(fields)) if fields else []
        pictures = list(self._pictures.found(fields))
        return hits, [one.field for one in self._locations.found(fields) if one.place is not None], pictures

    def _once(self, data: bytes, hits: list[Hit], placed: list[Field], pictures: list[Likeness]) -> bytes:
        made = self._on_the_spot(self._stand_ins.swapped(data), hits)
        for like in pictures:
            value, at = like.field.value, like.field.offset
            if len(made) == len(data) and made.startswith(value, at):
                label = self.planted.values[like.value].label
                turned = int(like.variant.partition(":turned")[2] or 0)
                made = made[:at] + self._stand_ins.like(label, value, turned) + made[at + len(value) :]
        if placed:
            made = self._elsewhere.moved(made)
        words = [word for hit in hits for word in hit.encodings]
        words += [word for field in (*placed, *(like.field for like in pictures)) for word in field.encodings]
        for word in dict.fromkeys(words):
            coat = COATS.get(word)
            if coat:
                made = coat(made, self.value)
        if made == data:
            made = self._inside_runs(data, hits)
        if made == data:
            made = self._anywhere(made, hits)
        return self._numbers(made, hits) if made == data else made

    def _on_the_spot(self, data: bytes, hits: Iterable[Hit]) -> bytes:
        """Replaces what stands in the bytes as it is; from the end, so that offsets hold. Of two that overlap the longer one: of
        a value that holds another one nothing may stay."""
        spans: list[tuple[int, int, bytes]] = []
        for hit in hits:
            start = hit.field.offset + hit.span.start
            new = self._counterparts.of(hit)
            stands = data.startswith(hit.field.value, hit.field.offset)
            if new is not None and stands:
                spans.append((start, hit.field.offset + hit.span.end, new))
        for start, end, new in sorted(_apart(spans), reverse=True):
            data = data[:start] + new + data[end:]
        return data

    def _inside_runs(self, data: bytes, hits: Iterable[Hit]) -> bytes:
        """A spelling inside an encoded run in which it does not stand alone, so that only the run itself betrays it."""
        for hit in sorted(hits, key=_by_length):
            pair = self._counterparts.spelled(hit)
            coat = COATS.get(hit.needle.words[0]) if hit.needle.form is Form.EMBEDDED else None
            if pair and coat:
                data = coat(data, lambda inside, pair=pair: inside.replace(*pair))  # type: ignore[misc]
        return data

    def _anywhere(self, data: bytes, hits: Iterable[Hit]) -> bytes:
        """The last resort for text whose place is not known: wherever the same bytes stand."""
        for hit in sorted(hits, key=_by_length):
            old, new = hit.field.value[hit.span.start : hit.span.end], self._counterparts.of(hit)
            if new is None or len(old) < 4:
                continue
            data = data.replace(old, new)
            if hit.needle.form is not Form.RAW:
                for charset in ("utf-16-le", "utf-16-be"):
                    wide = [text.decode(errors="replace").encode(charset) for text in (old, new)]
                    data = data.replace(wide[0], wide[1])
        return data

    def _numbers(self, data: bytes, hits: Iterable[Hit]) -> bytes:
        """Digits that a binary format holds as a number: a varint, or eight or four bytes in either order."""
        for hit in hits:
            old, new = hit.field.value[hit.span.start : hit.span.end], self._counterparts.of(hit)
            if new is None or not _NUMBER.fullmatch(old) or not _NUMBER.fullmatch(new):
                continue
            for before, behind in zip(_binary(int(old)), _binary(int(new)), strict=False):
                if len(before) >= 4 and len(before) == len(behind):
                    data = data.replace(before, behind)
        return data


def _apart(spans: Iterable[tuple[int, int, bytes]]) -> list[tuple[int, int, bytes]]:
    """Of spans that overlap the longest, of equal ones the first."""
    kept: list[tuple[int, int, bytes]] = []
    starts: list[int] = []
    for span in sorted(spans, key=lambda span: (span[0] - span[1], span[0])):
        at = bisect_left(starts, span[1])  # what is kept does not overlap, so only the last before this end can
        if not at or kept[at - 1][1] <= span[0]:
            kept.insert(at, span)
            starts.insert(at, span[0])
    return kept


def _by_length(hit: Hit) -> int:
    return hit.span.start - hit.span.end


def _is_long_text(needle: Needle) -> bool:
    """Whether no chance makes it a part of a longer word."""
    return needle.form is Form.TEXT and len(needle.full) >= (_LONG_NUMBER if needle.full.isdigit() else _LONG_WORD)


def _secrets(subjects: Subjects, chosen: dict[str, str]) -> Iterator[tuple[re.Pattern[bytes], bytes]]:
    """The spellings of planted passwords, and what stands for each."""
    for entry in subjects.identifiers:
        if entry.kind == "password":
            new = {one.variant: one.data for one in spellings(entry.kind, chosen[entry.label])}
            for old in spellings(entry.kind, entry.value):
                if len(old.data) >= _LONG_WORD and len(new.get(old.variant, b"")) == len(old.data):
                    yield re.compile(re.escape(old.data), re.IGNORECASE), new[old.variant]


def _blank(data: bytes, hits: Iterable[Hit]) -> bytes:
    """The bytes with zeros where something stands."""
    made = bytearray(data)
    for hit in hits:
        made[hit.span.start : hit.span.end] = bytes(hit.span.end - hit.span.start)
    return bytes(made)


def _binary(number: int) -> list[bytes]:
    """A number as protobuf, MessagePack and CBOR write it."""
    varint, rest = bytearray(), number
    while rest > 0x7F:
        varint.append(rest & 0x7F | 0x80)
        rest >>= 7
    forms = [bytes([*varint, rest])]
    for size in (8, 4):
        if number < 1 << 8 * size:
            forms += [number.to_bytes(size), number.to_bytes(size, "little")]
    return forms
