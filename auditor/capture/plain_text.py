"""The plain text of conversations whose secrets are not there: conversations and messages in, lines of JSON out, and back.

A redacted packet capture has zeros where ciphertext stood, and its key log is left out. What the key log had opened stands beside
it in such a file, named where the key log was named; the stories of the conversations are told from it. A file that is not whole
opens nothing: what could not be read is never called empty.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import msgspec

from auditor.capture.story import Story
from auditor.model.content import Message, Piece, Place
from auditor.model.vocabulary import Direction, HostSource, Part, Visibility

MARK = b'{"holds":"plain text of a packet capture","schema":1}\n'
"""The first line."""
LARGEST = 1 << 30


class Conversation(msgspec.Struct, frozen=True, kw_only=True, tag="conversation", omit_defaults=True):
    """What is known of a conversation once it is opened; columns of the flows table."""

    flow: str
    application: str | None = None
    visibility: Visibility | None = None
    tls_version: str | None = None
    alpn: str | None = None
    url: str | None = None
    host: str | None = None
    host_source: HostSource = HostSource.NONE
    names: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


class PlainPiece(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One part of a message; its bytes as text where they are UTF-8, else in base64."""

    part: Part
    name: str = ""
    text: str | None = None
    base64: bytes = b""
    places: tuple[tuple[int, int, int], ...] = ()
    """Start, packet and offset of each run."""


class PlainMessage(msgspec.Struct, frozen=True, kw_only=True, tag="message", omit_defaults=True):
    """One message of a conversation."""

    flow: str
    number: int
    direction: Direction
    at: int | None = None
    host: str | None = None
    protocol: str
    pieces: tuple[PlainPiece, ...] = ()
    missing: tuple[str, ...] = ()


class End(msgspec.Struct, frozen=True, kw_only=True, tag="end"):
    """The last line."""

    records: int


type Record = Conversation | PlainMessage
_LINE = msgspec.json.Decoder(Conversation | PlainMessage | End)


def is_plain_text(path: str) -> bool:
    """Whether a file begins like one of these."""
    try:
        with Path(path).open("rb") as file:
            return file.read(len(MARK)) == MARK
    except OSError:
        return False


def dumped(conversations: Iterable[Conversation], messages: Iterable[Message]) -> bytes:
    """The file of these conversations, and their messages in the order in which they were told."""
    records: list[Record] = [*conversations, *map(_recorded, messages)]
    lines = [msgspec.json.encode(record) for record in (*records, End(records=len(records)))]
    return MARK + b"".join(line + b"\n" for line in lines)


def tell(path: str, stories: Mapping[str, Story]) -> tuple[str, ...]:
    """Tells the stories, by flow id, what the file says of them; notes for the reviewer."""
    try:
        records = tuple(_records(path))
    except OSError as error:
        return (f"the plain text cannot be read ({error.strerror or error}): TLS stays opaque",)
    except ValueError as error:
        return (f"the plain text is not whole ({error}): TLS stays opaque",)
    opened = sum(isinstance(record, Conversation) and record.visibility is Visibility.DECRYPTED for record in records)
    for record in records:
        story = stories.get(record.flow)
        if story is not None and isinstance(record, Conversation):
            _open(story, record)
        elif story is not None and isinstance(record, PlainMessage):
            _say(story, record)
    return (f"the plain text of {opened} conversations stands beside the capture",)


def _records(path: str) -> Iterator[Record]:
    """Every record of the file.

    Raises:
        ValueError: a line is none, or the end is missing.
    """
    if Path(path).stat().st_size > LARGEST:
        raise ValueError(f"larger than {LARGEST >> 20} MiB")
    count = 0
    with Path(path).open("rb") as file:
        for number, line in enumerate(file, 1):
            if number == 1:
                continue
            try:
                record = _LINE.decode(line)
            except (msgspec.MsgspecError, ValueError, RecursionError):
                raise ValueError(f"line {number} is no record") from None
            if isinstance(record, End):
                if record.records == count and not file.read(1):
                    return
                raise ValueError(f"line {number} says another number of records")
            count += 1
            yield record
    raise ValueError("its end is missing")


def _open(story: Story, known: Conversation) -> None:
    """What the conversation turned out to be."""
    story.application, story.visibility = known.application, known.visibility
    story.tls_version, story.alpn, story.url = known.tls_version, known.alpn, known.url
    for name in known.names:
        story.name(name)
    if known.host is not None and known.host_source is HostSource.CERTIFICATE:
        story.calls_itself(known.host)
    elif known.host is not None and known.host_source is not HostSource.NONE:
        story.name(known.host, known.host_source)
    story.unread, story.missing = dict.fromkeys(known.unread), {}


def _say(story: Story, said: PlainMessage) -> None:
    """Hands a message on to whoever inspects content."""
    if story.emit is None:
        return
    pieces = tuple(_piece(piece) for piece in said.pieces)
    story.number = max(story.number, said.number + 1)
    story.emit(
        Message(
            flow_id=said.flow,
            number=said.number,
            direction=said.direction,
            at=said.at,
            host=said.host,
            protocol=said.protocol,
            pieces=pieces,
            missing=said.missing,
        )
    )


def _piece(said: PlainPiece) -> Piece:
    data = said.base64 if said.text is None else said.text.encode("utf-8", "surrogatepass")
    return Piece(said.part, said.name, data, tuple(Place(*place) for place in said.places))


def _recorded(message: Message) -> PlainMessage:
    return PlainMessage(
        flow=message.flow_id,
        number=message.number,
        direction=message.direction,
        at=message.at,
        host=message.host,
        protocol=message.protocol,
        pieces=tuple(_recorded_piece(piece) for piece in message.pieces),
        missing=message.missing,
    )


def _recorded_piece(piece: Piece) -> PlainPiece:
    places = tuple((place.start, place.packet, place.offset) for place in piece.places)
    try:
        return PlainPiece(part=piece.part, name=piece.name, text=piece.data.decode(), places=places)
    except UnicodeDecodeError:
        return PlainPiece(part=piece.part, name=piece.name, base64=piece.data, places=places)
