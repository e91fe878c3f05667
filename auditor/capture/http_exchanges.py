"""Requests and responses of HTTP/2 and HTTP/3 while they are put together: headers and bodies of streams go in, the story gets
messages. What differs between the two (framing, header compression) stays with their readers."""

from dataclasses import dataclass, field

from auditor.capture.endpoint_names import url_host
from auditor.capture.naming import Names
from auditor.capture.placed import Placed, joined
from auditor.capture.resolving import Asked, Resolver
from auditor.capture.story import Story
from auditor.model.content import Piece
from auditor.model.vocabulary import HostSource, Part

MAX_BODY = 16 * 1024 * 1024
MAX_STREAMS = 4_096
_COOKIES = frozenset({"cookie", "set-cookie"})

type Headers = tuple[tuple[bytes, bytes], ...]


@dataclass(slots=True)
class _Open:
    """One direction of a stream that has not ended."""

    headers: Headers = ()
    place: Placed = field(default_factory=lambda: Placed(b""))
    parts: list[Placed] = field(default_factory=list)
    kept: int = 0
    over: bool = False
    at: int = 0


class Exchanges:
    """All exchanges of one conversation, by stream."""

    def __init__(self, story: Story, scheme: str, names: Names) -> None:
        """`names` learns what a resolver answers."""
        self.client = -1
        """The side that asks."""
        self._story = story
        self._scheme = scheme
        self._open: tuple[dict[int, _Open], dict[int, _Open]] = ({}, {})
        self._hosts: dict[int, str | None] = {}
        self._resolver = Resolver(story, names)
        self._asked: dict[int, Asked] = {}

    @property
    def held(self) -> int:
        """Bytes of messages that are not complete yet."""
        return sum(stream.kept for side in self._open for stream in side.values())

    def headers(self, side: int, number: int, headers: Headers, block: Placed, at: int) -> None:
        """A block of headers of a stream; that of an interim response (1xx) is told with the final one's."""
        stream = self._open[side].get(number)
        if stream is None and len(self._open[side]) < MAX_STREAMS:
            self._open[side][number] = _Open(headers, block, at=at)
        elif stream is not None:
            stream.headers += headers
        else:
            self._story.miss((f"http message: more than {MAX_STREAMS} at once",))

    def data(self, side: int, number: int, body: Placed) -> None:
        """A part of a body."""
        stream = self._open[side].get(number)
        if stream is None:
            if body.data and self._story.emit:
                self._story.say(side=side, at=None, protocol="http", pieces=(body.piece(Part.PAYLOAD),))
            return
        kept = body.part(0, MAX_BODY - stream.kept)
        stream.over |= len(kept.data) < len(body.data)
        stream.kept += len(kept.data)
        stream.parts.append(kept)

    def end(self, side: int, number: int, at: int, *, complete: bool = True) -> None:
        """A direction of a stream is over: its message is told."""
        stream = self._open[side].pop(number, None)
        if stream is None:
            return
        kind = "request" if side == self.client else "response"
        headers = dict(reversed(stream.headers))
        if kind == "request":
            self._hosts[number] = self._name(headers)
        host = self._hosts.get(number) if kind == "request" else self._hosts.pop(number, None)
        missing = []
        if stream.over:
            missing.append(f"{kind} body: longer than the limit of 16 MiB")
        if not complete:
            missing.append(f"{kind}: the capture does not hold its end")
        pieces = _header_pieces(stream)
        pieces += self._resolve(side, number, headers, stream)
        self._story.say(side=side, at=stream.at or at, protocol="http", pieces=tuple(pieces), host=host, missing=tuple(missing))

    def end_all(self, at: int) -> None:
        """Messages that never ended are told as far as they go."""
        for side in (0, 1):
            for number in sorted(self._open[side]):
                self.end(side, number, at, complete=False)

    def _resolve(self, side: int, number: int, headers: dict[bytes, bytes], stream: _Open) -> tuple[Piece, ...]:
        """The body; what is asked of a resolver, or what it answers, is noted."""
        kind, coding, body = headers.get(b"content-type", b""), headers.get(b"content-encoding", b""), joined(stream.parts)
        pieces = self._resolver.body(kind, coding, body)
        if side == self.client:
            target = Placed(headers.get(b":path", b""), stream.place.places[:1])
            asked = self._resolver.asked(target, headers.get(b"accept", b""))
            if asked.names:
                self._asked[number] = asked
            return (*pieces, *asked.pieces)
        asked = self._asked.pop(number, Asked())
        self._resolver.answered(self._story.addresses[1 - side], asked, kind, coding, body.data, stream.at)
        return pieces

    def _name(self, headers: dict[bytes, bytes]) -> str | None:
        story = self._story
        authority = headers.get(b":authority") or headers.get(b"host") or b""
        host = story.name(authority, HostSource.HTTP_HOST) if authority else None
        if story.url is None:
            path = headers.get(b":path", b"/").partition(b"?")[0].decode("utf-8", "backslashreplace")
            story.url = f"{self._scheme}://{url_host(authority.decode('utf-8', 'backslashreplace'))}{path}"
        return host


def _header_pieces(stream: _Open) -> list[Piece]:
    """Headers are compressed where they stand in the capture: the place of each is that of its block's first byte."""
    places = stream.place.places[:1]
    pieces = []
    for name, value in stream.headers:
        shown = name.decode("utf-8", "backslashreplace")
        if shown == ":path":
            path, _, query = value.partition(b"?")
            pieces.append(Piece(Part.URL_PATH, "path", path, places))
            if query:
                pieces.append(Piece(Part.QUERY, "", query, places))
        elif not shown.startswith(":"):
            pieces.append(Piece(Part.COOKIE if shown in _COOKIES else Part.HEADER, shown, value, places))
    return pieces
