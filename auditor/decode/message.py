"""A message goes in; its fields come out, with a list of what could not be looked through.

Every piece is cut into values (`pieces`), and each value is given to the content formats that its looks suggest (`signs`,
`formats`). What they find inside is treated in the same way, down to a depth, within a budget of bytes and values. A value that
was taken apart stays a field of its own, marked as a container: who searches the fields also sees what stands between the leaves.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import islice, pairwise
from typing import NamedTuple

from auditor.decode.content_coding import Uncoded
from auditor.decode.content_format import BrokenError, Format, Inner, Opened, Plain, Read
from auditor.decode.formats import IN_IMAGES, IN_WORDS, worth_trying
from auditor.decode.framed import FIRST
from auditor.decode.hollow import LONGEST, is_hollow
from auditor.decode.limits import USUAL, Budget, Limits, OverLimitError
from auditor.decode.listed_values import listed
from auditor.decode.media_heads import is_media
from auditor.decode.opacity import why_unreadable
from auditor.decode.pieces import COOKIES, cut
from auditor.decode.plain_leaves import PlainLeaves
from auditor.decode.sign_scan import hiding_signs, is_of_letters
from auditor.decode.signs import BINARY, is_text, signs_of, structure_of
from auditor.decode.url_text import Url
from auditor.model.content import Field, Message, Piece
from auditor.model.vocabulary import Direction, Part

_SIDES = {Direction.UP: "request", Direction.DOWN: "response"}
_LONGEST_PATH = 600
_LARGE = frozenset({Part.BODY, Part.PAYLOAD})
_SPOKEN = frozenset({"http", "websocket", "mqtt"})
"""Protocols whose bodies must be readable; of raw streams their readers judge."""
_LEAST_NESTED = 256
"""Bytes of an encoded value that counts as a body of its own: signatures and tokens are shorter."""
_PLAIN = 256
"""Bytes of a value that is a field as soon as it shows no sign: a path or a query may be cut into a hundred thousand."""
_SHORT_WORD = 8
"""Bytes of a word of letters and digits that shows a sign."""
_SHORT_PAYLOAD = 16_384
_BORDERS = 3
"""Packets of a payload that may be the first of a message."""
_PROOFS = 100
"""Values in what is too deep that are looked at."""
_REPEATED = 256
"""Bytes of a piece that may be known from the message before."""


class _Small(NamedTuple):
    """A field without its piece."""

    part: Part
    path: str
    key: str
    value: bytes
    encodings: tuple[str, ...]
    offset: int
    container: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """The fields of a message in the order of its pieces, and what was not looked through."""

    fields: tuple[Field, ...]
    unread: tuple[str, ...]
    """Each `part: reason`, like `request body: content-encoding rot13`; sorted."""


def decode(message: Message, limits: Limits | None = None) -> Decoded:
    """Takes a message apart. Never raises for what the message holds."""
    budget = Budget(limits or USUAL)
    fields: list[Field] = []
    unread: set[str] = set()
    for piece in message.pieces:
        if limits is None and piece.part not in _LARGE and len(piece.data) <= _REPEATED:
            known = _known(piece.part, piece.name, piece.data)
            if known is not None:
                fields.extend(
                    [Field(part, path, key, value, words, piece, at, whole) for part, path, key, value, words, at, whole in known]
                )
                continue
        where = f"{_SIDES[message.direction]} {_title(piece)}"
        walk = _Walk(piece, budget, fields, guarded=piece.part in _LARGE and message.protocol in _SPOKEN)
        if piece.part is Part.BODY:
            walk.body(message)
        else:
            walk.piece()
        unread.update(f"{where}: {reason}" for reason in walk.unread)
    return Decoded(fields=tuple(fields), unread=tuple(sorted(unread)))


@lru_cache(maxsize=8192)
def _known(part: Part, name: str, data: bytes) -> tuple[_Small, ...] | None:
    """The fields of a small piece, for headers and paths repeat from message to message; None where they cannot be shared."""
    fields: list[Field] = []
    walk = _Walk(Piece(part, name, data), Budget(USUAL), fields)
    walk.piece()
    if walk.unread or any(field.leaves is not None for field in fields):
        return None
    return tuple(
        _Small(field.part, field.path, field.key, field.value, field.encodings, field.offset, field.container) for field in fields
    )


def _title(piece: Piece) -> str:
    return f"{piece.part} {piece.name}" if piece.part is Part.HEADER else str(piece.part)


class _Value(NamedTuple):
    """A value on its way: an `Inner` with its path, chain and place made absolute."""

    value: bytes
    path: str
    key: str
    words: tuple[str, ...]
    offset: int
    stands: bool
    """Whether the piece holds exactly these bytes at the offset."""
    signs: int = 0
    """What it looks like, as far as somebody asked already: of a long value that costs as much as opening it."""


class _Opening:
    """What was made of one value."""

    __slots__ = ("found", "plain", "readings", "whole")

    def __init__(self, *, whole: bool = False) -> None:
        self.whole = whole
        """Whether a format explains the whole value."""
        self.plain: Plain | None = None
        self.readings: Read | None = None
        self.found: list[_Value] = []


class _Walk:
    """Takes one piece apart."""

    def __init__(self, piece: Piece, budget: Budget, fields: list[Field], *, guarded: bool = False) -> None:
        self.data = piece
        self.part = Part.COOKIE if piece.part is Part.HEADER and piece.name.lower() in COOKIES else piece.part
        self.budget = budget
        self.fields = fields
        self.unread: set[str] = set()
        self.guarded = guarded
        """Whether what cannot be read must be said."""
        self.codings: tuple[str, ...] = ()
        """Taken off the whole body."""
        self.wholes: list[_Value] = []
        """What nothing was cut from: a body, or a piece of one value."""
        self.doubted: set[tuple[str, ...]] = set()
        self.unexplained: list[_Value] = []
        """Whole bodies that no format explains."""

    def piece(self) -> None:
        """Any piece but a body."""
        inners = cut(self.data)
        whole = next(inners)
        rest = [
            _Value(inner.value, inner.path, inner.key or "", inner.words, max(inner.at, inner.near), inner.at >= 0)
            for inner in islice(inners, self.budget.room_for_fields())
        ]
        self.budget.take_fields(len(rest))
        if next(inners, None):
            self.unread.add(f"more than {self.budget.limits.fields} values")
        value = _Value(whole.value, whole.path, whole.key or "", (), 0, True)
        if rest:
            self._emit(value, _Opening(whole=True))
            self._run(rest)
        else:
            self.wholes = [value]
            self._run(self.wholes)

    def body(self, message: Message) -> None:
        """A body: first its content codings, then what it holds."""
        uncoded = Uncoded(self.data.data, certain=message.coded)
        codings = [
            piece.data.decode(errors="backslashreplace")
            for piece in message.pieces
            if piece.part is Part.HEADER and piece.name.lower() == "content-encoding"
        ]
        if codings:
            uncoded.take_off(", ".join(codings), self.budget)
        self.unread.update(uncoded.unread)
        self.guarded = self.guarded and not uncoded.unread
        self.codings = self.data.words + uncoded.words
        name = "" if self.data.name == "body" else self.data.name
        words = self.data.words + uncoded.words
        values = [_Value(uncoded.data, name, name, words, 0, not words)]
        if uncoded.head:
            values.append(_Value(uncoded.head, name, name, (), 0, False))
        if uncoded.rest:
            values.append(_Value(uncoded.rest, name, name, (), len(self.data.data) - len(uncoded.rest), True))
        self.wholes = values
        self._run(values)
        if uncoded.denied and values[0] in self.unexplained:
            self.unread.add(uncoded.denied)

    def _run(self, values: list[_Value]) -> None:
        """Values and all that is in them, in their order."""
        stack = values[::-1]
        while stack:
            value = stack.pop()
            if self._is_hollow(value) if value.signs else self._is_plain(value):
                words, at = value.words, value.offset
                self.fields.append(Field(self.part, value.path, value.key, value.value, words, self.data, at))
            else:
                stack.extend(reversed(self._open(value)))

    def _is_plain(self, value: _Value) -> bool:
        """Whether a part of a piece shows no sign."""
        return len(value.value) <= _PLAIN and not self.wholes and not signs_of(value.value)

    def _is_hollow(self, value: _Value) -> bool:
        """Whether a few bytes hold nothing; they count as opened then."""
        if len(value.value) > LONGEST or not value.signs & BINARY:
            return False
        opened = FIRST if self.budget.opened >= FIRST else 0
        return is_hollow(value.value, value.signs, opened) and not self.budget.take_opening(len(value.value))

    def _emit(self, value: _Value, opening: "_Opening") -> None:
        field = Field(
            part=self.part,
            path=value.path,
            key=value.key,
            value=value.value,
            encodings=value.words,
            piece=self.data,
            offset=value.offset,
            container=opening.whole,
        )
        if opening.plain:
            field = field._replace(leaves=PlainLeaves(opening.plain, field, value.stands))
        self.fields.append(field)
        if opening.readings:
            readings = PlainLeaves(opening.readings, field, value.stands)
            self.fields.append(field._replace(value=opening.readings.text, container=True, leaves=readings))

    def _open(self, value: _Value) -> list[_Value]:
        """What stands in a value and hides more; the value itself and what hides nothing become fields."""
        opening = _Opening()
        if len(value.value) > self.budget.limits.parsed:
            self.unread.add(f"longer than {self.budget.limits.parsed} bytes, searched as it stands")
        elif not ((begun := structure_of(value.value)) and self._explain(value, begun, opening)) and (
            signs := value.signs or signs_of(value.value)
        ):
            self._explain(value, signs, opening)
        self._emit(value, opening)
        if not opening.whole:
            self._doubt(value)
            if self.part is Part.PAYLOAD and value in self.wholes:
                opening.found += self._sent_apart(value)
        return opening.found

    def _sent_apart(self, value: _Value) -> list[_Value]:
        """What begins with a packet, and the first packets alone, of a short payload that nothing explains as a whole: what comes
        first may be a greeting, and what comes next another message."""
        size = len(value.value)
        starts = (
            [place.start for place in self.data.places if 0 < place.start < size][:_BORDERS] if size <= _SHORT_PAYLOAD else []
        )
        spans = {*pairwise((0, *starts)), *((start, size) for start in starts)}
        parts = (value._replace(value=value.value[start:end], offset=value.offset + start) for start, end in sorted(spans))
        return [part for part in parts if signs_of(part.value)]

    def _doubt(self, value: _Value) -> None:
        """Says of a value that nothing explains why nothing could be found: of a whole body, or of what makes up most of one.

        Once for each chain of encodings: what a format without a name cut out of the value is a part of it.
        """
        is_whole = any(value is whole for whole in self.wholes)
        if is_whole:
            self.unexplained.append(value)
        is_most = len(value.words) > len(self.codings) and 5 * len(value.value) >= 2 * len(self.data.data) >= _LEAST_NESTED
        if not self.guarded or value.words in self.doubted or not (is_whole or is_most):
            return
        self.doubted.add(value.words)
        reason = why_unreadable(value.value)
        if reason:
            self.unread.add(reason)

    def _explain(self, value: _Value, signs: int, opening: "_Opening") -> bool:
        """Gives a value to the formats that its signs suggest, until one explains it as a whole."""
        refusal = self.budget.take_opening(len(value.value))
        if refusal:
            self.unread.add(refusal)
            return False
        # Whatever other texts seem to stand in an image are chance; needles search it as it stands.
        formats: Iterable[Format]
        if signs & BINARY and is_media(value.value):
            formats = IN_IMAGES
        elif is_of_letters(value.value, signs):
            formats = IN_WORDS
        else:
            formats = worth_trying(value.value, signs)
        for member in formats:
            if self._try(member, value, opening):
                opening.whole = True
                break
        return opening.whole

    def _try(self, member: Format, value: _Value, opening: "_Opening") -> bool:
        """Gives a value to one format; True: it explains the whole value.

        This is the one place where any exception is caught: a format that fails is a fact about the message.
        """
        try:
            opened = member.open(value.value, self.budget)
            if opened is None:
                return False
            if len(value.words) >= self.budget.limits.depth and not isinstance(member, Url):  # whose parts are no deeper
                self._too_deep(opened)
                return False
            if opened.cut:
                self.unread.add(opened.cut)
            opening.plain, opening.readings = opened.plain, opened.readings
            return (self._take(value, opened, opening.found) > 0 or opened.plain is not None) and opened.whole
        except (BrokenError, OverLimitError) as fault:
            self.unread.add(str(fault))
        except Exception as error:  # noqa: BLE001 - see above
            self.unread.add(f"{type(member).__name__} failed with {type(error).__name__}")
        return True

    def _take(self, outer: _Value, opened: Opened, found: list[_Value]) -> int:
        """Fields for the values inside that hide nothing; the others are kept to be opened. Gives their number.

        What there is no room for stays in the value that holds it, which is searched as it stands.
        """
        inners: list[Inner] = []
        room = self.budget.room_for_fields()
        try:
            for inner in opened.inners:
                if len(inners) >= room:
                    self.unread.add(f"more than {self.budget.limits.fields} values")
                    break
                inners.append(inner)
        finally:
            self.budget.take_fields(len(inners))
            self._sort(outer, inners, found)
        return len(inners)

    def _sort(self, outer: _Value, inners: list[Inner], found: list[_Value]) -> None:
        """Fields for those that hide nothing; of many one for all, from which theirs are made when somebody asks."""
        sorted_out = listed(inners, partial(self._inner_field, outer))
        if sorted_out is None:
            self._look_at(outer, inners, found)
            return
        self._look_at(outer, [inners[number] for number in sorted(sorted_out.opened)], found)
        words, at = outer.words, outer.offset
        field = Field(self.part, outer.path, outer.key, sorted_out.text, words, self.data, at, container=True, leaves=sorted_out)
        self.fields.append(field)

    def _inner_field(self, outer: _Value, inner: Inner) -> Field:
        """An inner value as a field."""
        path, key, chain, offset = _place(outer, inner)
        return Field(self.part, path, key, inner.value, chain, self.data, offset)

    def _look_at(self, outer: _Value, inners: Iterable[Inner], found: list[_Value]) -> None:
        """Fields for the values that hide nothing; the others are kept to be opened."""
        part, piece, fields, stands = self.part, self.data, self.fields, outer.stands
        for inner in inners:
            value = inner.value
            path, key, chain, offset = _place(outer, inner)
            if len(value) < _SHORT_WORD and value.isalnum():
                fields.append(Field(part, path, key, value, chain, piece, offset))
                continue
            begun = structure_of(value)
            if begun or (signs := hiding_signs(value)):
                found.append(_Value(value, path, key, chain, offset, stands and inner.at >= 0, 0 if begun else signs))
                continue
            fields.append(Field(part, path, key, value, chain, piece, offset))

    def _too_deep(self, opened: Opened) -> None:
        """Says so, unless the value only looks as if it were encoded: what its encoding hides is no text then."""
        if opened.sure or any(inner.at < 0 and is_text(inner.value) for inner in islice(opened.inners, _PROOFS)):
            self.unread.add(f"nested deeper than {self.budget.limits.depth} encodings")


def _place(outer: _Value, inner: Inner) -> tuple[str, str, tuple[str, ...], int]:
    """Path, key, chain and offset of a value within another."""
    _, below, name, words, at, near = inner
    above = outer.path
    path = above
    if below and len(above) <= _LONGEST_PATH:
        path = f"{above}.{below}" if above else below
    offset = outer.offset + (at if at >= 0 else near) if outer.stands else outer.offset
    return path, outer.key if name is None else name, outer.words + words, offset
