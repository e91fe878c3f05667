"""HTTP/2 in the clear, by prior knowledge (RFC 9113 section 3.3): requests and responses go to the story as messages."""

from dataclasses import dataclass, field

from auditor.capture.placed import Placed, Tape, joined
from auditor.capture.story import Story
from auditor.model.content import Piece
from auditor.model.vocabulary import HostSource, Part, Visibility

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
MAX_FRAME = 16 * 1024 * 1024
MAX_BODY = 16 * 1024 * 1024
MAX_STREAMS = 4_096
_DATA, _HEADERS, _CONTINUATION, _PUSH = 0, 1, 9, 5
_END_STREAM, _END_HEADERS, _PADDED, _PRIORITY = 1, 4, 8, 0x20
_COOKIES = frozenset({"cookie", "set-cookie"})


def begins_http2(head: bytes) -> bool | None:
    """Whether the connection preface begins with these bytes."""
    if len(head) >= len(PREFACE):
        return head.startswith(PREFACE)
    return None if PREFACE.startswith(head) else False


@dataclass(slots=True)
class _Open:
    """One direction of a stream that has not ended."""

    headers: tuple[tuple[bytes, bytes], ...] = ()
    place: Placed = field(default_factory=lambda: Placed(b""))
    parts: list[Placed] = field(default_factory=list)
    kept: int = 0
    over: bool = False
    at: int = 0


class Http2Talk:
    """Both directions of an HTTP/2 connection."""

    def __init__(self, story: Story) -> None:
        from hpack import Decoder

        self._story = story
        self._tapes = (Tape(), Tape())
        self._decoders = (Decoder(), Decoder())
        self._open: tuple[dict[int, _Open], dict[int, _Open]] = ({}, {})
        self._blocks: list[tuple[int, int, list[Placed]] | None] = [None, None]
        self._hosts: dict[int, str | None] = {}
        self._lost = [False, False]
        self._client = -1
        story.spoke("http", Visibility.CLEARTEXT)
        story.alpn = "h2c"

    @property
    def held(self) -> int:
        """Bytes of frames and messages that are not complete yet."""
        return sum(len(tape) for tape in self._tapes) + sum(stream.kept for side in self._open for stream in side.values())

    def take(self, side: int, run: Placed, at: int) -> None:
        """Takes the next bytes of a side."""
        if self._lost[side]:
            self._story.lose("http2 frames", len(run.data))
            return
        tape = self._tapes[side]
        tape.extend(run)
        if self._client < 0:
            if not tape.peek(3).startswith(b"PRI"):
                return
            if len(tape) < len(PREFACE):
                return
            tape.take(len(PREFACE))
            self._client = side
            self._story.opened_by(side)
        while not self._lost[side] and self._take_frame(side, tape, at):
            pass

    def gap(self, side: int, size: int, at: int) -> None:
        """A hole loses the frame borders and the header compression's state."""
        del at
        self._story.lose("http2 frames", size)
        self._lose(side)

    def end(self, at: int) -> None:
        """Messages that never ended are told as far as they go."""
        for side in (0, 1):
            for number in sorted(self._open[side]):
                self._tell(side, number, at, complete=False)

    def _lose(self, side: int) -> None:
        self._lost[side] = True
        self._tapes[side].take_all()

    def _take_frame(self, side: int, tape: Tape, at: int) -> bool:
        """RFC 9113 section 4.1; False where the frame is not all there."""
        head = tape.peek(9)
        if len(head) < 9:
            return False
        size = int.from_bytes(head[:3], "big")
        if size > MAX_FRAME:
            self._lose(side)
            return False
        if len(tape) < 9 + size:
            return False
        body = tape.take(9 + size).part(9)
        kind, flags, number = head[3], head[4], int.from_bytes(head[5:9], "big") & 0x7FFFFFFF
        if kind in (_HEADERS, _CONTINUATION, _PUSH):
            self._headers(side, kind, flags, number, body, at)
        elif kind == _DATA:
            self._data(side, flags, number, _unpadded(flags, body), at)
        return True

    def _headers(self, side: int, kind: int, flags: int, number: int, body: Placed, at: int) -> None:
        """RFC 9113 sections 6.2 and 6.10."""
        if kind == _CONTINUATION:
            block = self._blocks[side]
            if block is None:
                return
            number, ended, parts = block
            parts.append(body)
        else:
            body = _unpadded(flags, body)
            skipped = 4 if kind == _PUSH else 5 if flags & _PRIORITY else 0
            ended, parts = flags & _END_STREAM if kind == _HEADERS else 0, [body.part(skipped)]
        self._blocks[side] = (number, ended, parts)
        if not flags & _END_HEADERS:
            return
        self._blocks[side] = None
        self._block(side, number, joined(parts), at)
        if ended and number in self._open[side]:
            self._tell(side, number, at, complete=True)

    def _block(self, side: int, number: int, block: Placed, at: int) -> None:
        from hpack import HPACKError

        try:
            fields = self._decoders[side].decode(block.data, raw=True)
        except (HPACKError, ValueError, IndexError):
            self._story.miss(("http2 headers: damaged",))
            self._lose(side)
            return
        headers = tuple((bytes(name), bytes(value)) for name, value in fields)
        stream = self._open[side].get(number)
        if stream is None and len(self._open[side]) < MAX_STREAMS:
            # An interim response (1xx) is told with the final one's headers.
            self._open[side][number] = _Open(headers, block, at=at)
        elif stream is not None:
            stream.headers += headers

    def _data(self, side: int, flags: int, number: int, body: Placed, at: int) -> None:
        stream = self._open[side].get(number)
        if stream is None:
            return
        kept = body.part(0, MAX_BODY - stream.kept)
        stream.over |= len(kept.data) < len(body.data)
        stream.kept += len(kept.data)
        stream.parts.append(kept)
        if flags & _END_STREAM:
            self._tell(side, number, at, complete=True)

    def _tell(self, side: int, number: int, at: int, *, complete: bool) -> None:
        stream = self._open[side].pop(number)
        kind = "request" if side == self._client else "response"
        if kind == "request":
            self._hosts[number] = self._name(dict(reversed(stream.headers)))
        host = self._hosts.get(number) if kind == "request" else self._hosts.pop(number, None)
        missing = []
        if stream.over:
            missing.append(f"{kind} body: longer than the limit of 16 MiB")
        if not complete:
            missing.append(f"{kind}: the capture does not hold its end")
        pieces = [*_header_pieces(stream)]
        body = joined(stream.parts)
        if body.data:
            pieces.append(body.piece(Part.BODY))
        self._story.say(side=side, at=stream.at or at, protocol="http", pieces=tuple(pieces), host=host, missing=tuple(missing))

    def _name(self, headers: dict[bytes, bytes]) -> str | None:
        story = self._story
        authority = headers.get(b":authority") or headers.get(b"host") or b""
        host = story.name(authority, HostSource.HTTP_HOST) if authority else None
        if story.url is None:
            path = headers.get(b":path", b"/").partition(b"?")[0].decode("utf-8", "backslashreplace")
            story.url = f"http://{authority.decode('utf-8', 'backslashreplace').lower()}{path}"
        return host


def _unpadded(flags: int, body: Placed) -> Placed:
    """RFC 9113 section 6.1."""
    if not flags & _PADDED or not body.data:
        return body
    return body.part(1, max(1, len(body.data) - body.data[0]))


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
