"""Message content, in the clear. Nothing behind `identify` may import this module (an import contract checks it).

A capture reader takes each message apart into *pieces* (path, query, each header, body, DNS question, payload ...), because
every piece has its own exact place in the capture. `decode` turns a piece into *fields*, the decoded leaves.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from auditor.model.vocabulary import Direction, Part


@dataclass(frozen=True, slots=True)
class Place:
    """Where a run of a piece's bytes stands in a packet capture."""

    start: int
    """Offset in the piece of the run's first byte. Places are sorted by it; a run ends where the next begins."""
    packet: int
    """Number of the packet in its file, from 1; of the stream's message, from 0, where `unit` says so."""
    offset: int
    """Offset of the run's first byte from the first byte of the frame (or message)."""
    unit: str = "packet"
    """`packet`, or `message` for the joined messages of a recorded stream."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One part of a message as transferred."""

    part: Part
    name: str
    """The header's or cookie's name, `topic`, `client_id` ...; empty where the part says it all."""
    data: bytes
    """The raw bytes: content codings still on, chunked framing taken off."""
    places: tuple[Place, ...] = ()
    """Empty where the piece stands in one message as it is."""
    words: tuple[str, ...] = ()
    """The encodings that the reader took off, outermost first: `deflate` of a packed WebSocket message. No byte of the data then
    stands in the capture, and all of it is where the packed bytes begin."""

    def locate(self, message: int, offset: int) -> str:
        """The published location of a byte: `packet 812 +14` in a packet capture, else `message 0 +120`.

        `offset` counts from the piece's first byte. In a message the offset of a body is thus the one in the body as
        transferred; that of another part counts in that part's raw value.
        """
        place = None
        for candidate in self.places:
            if candidate.start > offset:
                break
            place = candidate
        if place is None:
            return f"message {message} +{offset}"
        return f"{place.unit} {place.packet} +{place.offset + offset - place.start}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message of a flow: an HTTP request or response, a WebSocket or MQTT message, a DNS message, a run of payload."""

    flow_id: str
    number: int
    """0 the request, 1 the response, then WebSocket or stream messages; in a packet capture in order of appearance."""
    direction: Direction
    at: int | None
    """UTC, nanoseconds since 1970; None where the source does not know."""
    host: str | None
    """The host that this very message was for (a conversation may ask several)."""
    protocol: str
    """http, websocket, mqtt, dns, dhcp, tcp, udp ..."""
    pieces: tuple[Piece, ...]
    coded: bool = True
    """Whether the body still has its content codings on. False where the recorder took them off (HAR): the header then
    names codings that are no longer there."""
    missing: tuple[str, ...] = ()
    """What of this message the capture does not hold, each `part: reason` as in the flow's `unread` column."""

    def header(self, name: str) -> bytes | None:
        """The first header of that name (any case), raw; None where there is none."""
        wanted = name.lower()
        for piece in self.pieces:
            if piece.part is Part.HEADER and piece.name.lower() == wanted:
                return piece.data
        return None


class Leaves(Protocol):
    """The plain values of a large document, which become fields only when somebody asks for them: most never matter."""

    @property
    def names(self) -> Sequence[str]:
        """The names of all keys in the document, each once."""

    def named(self, name: str, least: int = 0) -> Iterator[tuple[bytes, tuple[int, int, int]]]:
        """The plain values under a key of that name as they are written, and where; `leaf` makes fields of them.

        Values shorter than `least` may be left out.
        """

    def leaf(self, spot: tuple[int, int, int]) -> "Field":
        """The field of a value that `named` gave."""

    def at(self, start: int, end: int) -> "tuple[Field, int] | None":
        """The value that holds these bytes of the document, and their offset in it; None where no single value does.

        A value that has a field of its own among the message's fields comes marked as a container.
        """

    def each(self) -> Iterator["Field"]:
        """All plain values, in the order of the document."""


class Field(NamedTuple):
    """A decoded leaf of a piece: one value with its path and the chain of encodings that were undone to reach it.

    A named tuple because one exists for each value of each message: it is made in a fifth of a dataclass's time.
    """

    part: Part
    path: str
    """Like `$.device.imei`, the header's name, the query key."""
    key: str
    """The last name of the path, for context (`imei`); empty where there is none."""
    value: bytes
    """The decoded bytes, not yet freed of case or separators."""
    encodings: tuple[str, ...]
    """Outermost first, words of the published list."""
    piece: Piece
    """The piece that the leaf came from; `piece.locate` gives its location."""
    offset: int
    """Offset in `piece.data` of the innermost enclosing run that still stands there as it is: exact for a value that only
    text encodings hide, the start of the compressed run otherwise."""
    container: bool = False
    """Whether other fields of the message were found inside this one; it is then only searched for what stands between them."""
    leaves: Leaves | None = None
    """Of a container whose plain values have no fields of their own: the way to them."""


def leaves_named(leaves: Leaves, name: str) -> Iterator[Field]:
    """The plain values under a key of that name as fields, in the order of the document."""
    for _, spot in leaves.named(name):
        yield leaves.leaf(spot)
