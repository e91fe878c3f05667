"""HTTP/2 in the clear, by prior knowledge (RFC 9113 section 3.3): requests and responses go to the story as messages."""

from auditor.capture.http_exchanges import Exchanges
from auditor.capture.naming import Names
from auditor.capture.placed import Placed, Tape, joined
from auditor.capture.story import Story
from auditor.model.vocabulary import Part, Visibility

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
MAX_FRAME = 16 * 1024 * 1024
_DATA, _HEADERS, _CONTINUATION, _PUSH = 0, 1, 9, 5
_FRAME_HEAD, _SETTINGS_HEAD = 9, b"\4\0\0\0\0\0"
_END_STREAM, _END_HEADERS, _PADDED, _PRIORITY = 1, 4, 8, 0x20
_WITHOUT_CONTENT = frozenset({2, 3, 4, 8})
"""PRIORITY, RST_STREAM, SETTINGS and WINDOW_UPDATE hold numbers only (RFC 9113 section 6)."""


def begins_http2(head: bytes) -> bool | None:
    """Whether the connection preface begins with these bytes."""
    if len(head) >= len(PREFACE):
        return head.startswith(PREFACE)
    return None if PREFACE.startswith(head) else False


def greets_with_http2(head: bytes) -> bool:
    """Whether a server's connection preface may begin so: a SETTINGS frame of the connection (RFC 9113 sections 3.4 and 6.5)."""
    return len(head) >= _FRAME_HEAD and head[3:_FRAME_HEAD] == _SETTINGS_HEAD and int.from_bytes(head[:3], "big") % 6 == 0


class Http2Talk:
    """Both directions of an HTTP/2 connection."""

    def __init__(self, story: Story, names: Names) -> None:
        """`names` learns what a resolver answers."""
        from hpack import Decoder

        self._story = story
        self._tapes = (Tape(), Tape())
        self._decoders = (Decoder(), Decoder())
        self._exchanges = Exchanges(story, "http", names)
        self._blocks: list[tuple[int, int, list[Placed]] | None] = [None, None]
        self._lost = [False, False]
        story.spoke("http", Visibility.CLEARTEXT)
        story.alpn = "h2c"

    @property
    def held(self) -> int:
        """Bytes of frames and messages that are not complete yet."""
        return sum(len(tape) for tape in self._tapes) + self._exchanges.held

    def take(self, side: int, run: Placed, at: int) -> None:
        """Takes the next bytes of a side."""
        if self._lost[side]:
            self._story.lose("http2 frames", len(run.data))
            return
        tape = self._tapes[side]
        tape.extend(run)
        if self._exchanges.client < 0:
            if not tape.peek(3).startswith(b"PRI"):
                return
            if len(tape) < len(PREFACE):
                return
            tape.take(len(PREFACE))
            self._exchanges.client = side
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
        for side, tape in enumerate(self._tapes):
            if len(tape):
                self._story.miss(("http2 frame: the capture does not hold its end",))
                self._aside(side, tape.take_all(), at)
        self._exchanges.end_all(at)

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
            content = _unpadded(flags, body)
            self._exchanges.data(side, number, content)
            if flags & _PADDED:
                self._aside(side, body.part(1 + len(content.data)), at)
            if flags & _END_STREAM:
                self._exchanges.end(side, number, at)
        elif kind not in _WITHOUT_CONTENT:
            self._aside(side, body, at)
        return True

    def _aside(self, side: int, data: Placed, at: int) -> None:
        """What no message holds (padding, debug data, frames of unknown types) is looked through as it stands."""
        if data.data.strip(b"\0"):
            self._story.say(side=side, at=at, protocol="http", pieces=(data.piece(Part.PAYLOAD),))

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
        if ended:
            self._exchanges.end(side, number, at)

    def _block(self, side: int, number: int, block: Placed, at: int) -> None:
        from hpack import HPACKError

        try:
            fields = self._decoders[side].decode(block.data, raw=True)
        except (HPACKError, ValueError, IndexError):
            self._story.miss(("http2 headers: damaged",))
            self._lose(side)
            return
        headers = tuple((bytes(name), bytes(value)) for name, value in fields)
        self._exchanges.headers(side, number, headers, block, at)


def _unpadded(flags: int, body: Placed) -> Placed:
    """RFC 9113 section 6.1."""
    if not flags & _PADDED or not body.data:
        return body
    return body.part(1, max(1, len(body.data) - body.data[0]))
