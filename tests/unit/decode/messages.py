"""Messages for the tests of decoding."""

from collections.abc import Iterator

from auditor.decode.content_format import Format
from auditor.decode.limits import Budget, Limits
from auditor.decode.message import Decoded, decode
from auditor.model.content import Field, Message, Piece
from auditor.model.vocabulary import Direction, Part


def message(*pieces: Piece, direction: Direction = Direction.UP) -> Message:
    """An HTTP message of these pieces."""
    return Message(flow_id="f", number=0, direction=direction, at=None, host="h", protocol="http", pieces=pieces)


def body(data: bytes, coding: str = "") -> Message:
    """A request with a body."""
    headers = (Piece(Part.HEADER, "Content-Encoding", coding.encode()),) if coding else ()
    return message(*headers, Piece(Part.BODY, "", data))


def each(decoded: Decoded) -> Iterator[Field]:
    """All fields, and the plain values of documents."""
    for field in decoded.fields:
        yield field
        if field.leaves is not None:
            yield from field.leaves.each()


def leaves(decoded: Decoded, part: Part = Part.BODY) -> list[tuple[str, bytes, tuple[str, ...]]]:
    """Path, value and chain of the values in which nothing else was found."""
    return [(field.path, field.value, field.encodings) for field in each(decoded) if field.part is part and not field.container]


def read(data: bytes, coding: str = "") -> list[tuple[str, bytes, tuple[str, ...]]]:
    """The leaves of a body."""
    return leaves(decode(body(data, coding)))


def unpacked(member: Format, data: bytes, limits: Limits | None = None) -> list[tuple[str, bytes]] | None:
    """Path and value of what one format finds in a value; None: it is not of the format."""
    opened = member.open(data, Budget(limits or Limits()))
    return None if opened is None else [(inner.path, inner.value) for inner in opened.inners]


def values(member: Format, data: bytes) -> list[bytes] | None:
    """The values alone."""
    found = unpacked(member, data)
    return None if found is None else [value for _, value in found]
