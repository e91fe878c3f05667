"""WebSocket after its HTTP handshake (RFC 6455, RFC 7692): messages go to the story, unmasked and inflated."""

import zlib

from auditor.capture.placed import Placed, Tape, joined
from auditor.capture.story import Story
from auditor.capture.talk_mqtt import MqttTalk
from auditor.model.content import Piece
from auditor.model.vocabulary import Part, Visibility

MAX_MESSAGE = 4 * 1024 * 1024
_CONTINUATION, _CLOSE = 0, 8
_TAIL = b"\0\0\xff\xff"
_DEFLATE = ("deflate",)
_MQTT = ("mqtt", "mqttv3.1")
"""Subprotocols whose messages are the pieces of a stream (MQTT 5.0 section 6)."""


class WebSocketTalk:
    """Both directions of a WebSocket."""

    def __init__(self, story: Story, *, deflate: bool, host: str | None, protocol: str = "") -> None:
        """`deflate`: whether permessage-deflate was agreed upon; `protocol`: the subprotocol that was."""
        self._story = story
        self._host = host
        self._tapes = (Tape(), Tape())
        self._parts: tuple[list[Placed], list[Placed]] = ([], [])
        self._packed = [False, False]
        self._inflaters = [zlib.decompressobj(-15), zlib.decompressobj(-15)] if deflate else None
        self._skip = [0, 0]
        self._lost = [False, False]
        story.spoke("websocket", Visibility.CLEARTEXT)
        self._inner = MqttTalk(story) if protocol.lower() in _MQTT and not deflate else None

    @property
    def held(self) -> int:
        """Bytes of messages that are not complete yet."""
        kept = sum(len(tape) for tape in self._tapes) + sum(len(part.data) for parts in self._parts for part in parts)
        return kept + (self._inner.held if self._inner else 0)

    def take(self, side: int, run: Placed, at: int) -> None:
        """Takes the next bytes of a side."""
        if self._lost[side]:
            self._story.lose("websocket messages", len(run.data))
            return
        tape = self._tapes[side]
        tape.extend(run)
        while not self._lost[side] and self._take_frame(side, tape, at):
            pass

    def gap(self, side: int, size: int, at: int) -> None:
        """A hole loses the frame borders; what stands before it is told raw."""
        self._story.lose("websocket messages", size)
        self._lose(side, at)

    def end(self, at: int) -> None:
        """A message that never ended is told as far as it goes."""
        for side in (0, 1):
            if self._parts[side] or len(self._tapes[side]):
                self._story.miss(("websocket message: the capture does not hold its end",))
                self._lose(side, at)
        if self._inner:
            self._inner.end(at)

    def _lose(self, side: int, at: int) -> None:
        self._lost[side] = True
        rest = joined((*self._parts[side], self._tapes[side].take_all()))
        self._parts[side].clear()
        if rest.data:
            self._story.say(side=side, at=at, protocol="websocket", pieces=(rest.piece(Part.PAYLOAD),), host=self._host)

    def _take_frame(self, side: int, tape: Tape, at: int) -> bool:
        """RFC 6455 section 5.2; False where the frame is not all there."""
        head = tape.peek(14)
        if len(head) < 2:
            return False
        length, size = head[1] & 0x7F, 2
        if length >= 126:
            wide = 2 if length == 126 else 8
            if len(head) < 2 + wide:
                return False
            length, size = int.from_bytes(head[2 : 2 + wide], "big"), 2 + wide
        masked = bool(head[1] & 0x80)
        size += 4 if masked else 0
        if length > MAX_MESSAGE:
            self._story.miss((f"websocket message: {length} bytes are over the limit of 4 MiB",))
            self._lose(side, at)
            return False
        if len(tape) < size + length:
            return False
        frame = tape.take(size + length)
        body = frame.part(size)
        if masked:
            body = Placed(_unmasked(body.data, frame.data[size - 4 : size]), body.places)
        self._frame(side, head[0], body, at)
        return True

    def _frame(self, side: int, first: int, body: Placed, at: int) -> None:
        kind = first & 15
        if kind >= _CLOSE:
            if body.data:
                self._story.say(side=side, at=at, protocol="websocket", pieces=(body.piece(Part.BODY),), host=self._host)
            return
        if kind != _CONTINUATION:
            self._packed[side] = bool(first & 0x40)
        self._parts[side].append(body)
        if sum(len(part.data) for part in self._parts[side]) > MAX_MESSAGE:
            self._story.miss(("websocket message: over the limit of 4 MiB",))
            self._parts[side].clear()
        elif first & 0x80:
            message = joined(self._parts[side])
            self._parts[side].clear()
            if self._inner:
                self._inner.take(side, message, at)
                return
            piece = self._inflated(side, message) if self._packed[side] else message.piece(Part.BODY)
            self._story.say(side=side, at=at, protocol="websocket", pieces=(piece,), host=self._host)

    def _inflated(self, side: int, message: Placed) -> Piece:
        """RFC 7692 section 7.2.2. The inflated bytes all stand where the packed ones begin."""
        if self._inflaters is None:
            return message.piece(Part.BODY)
        packed, data = message.data + _TAIL, b""
        try:
            while True:
                stream = self._inflaters[side]
                data += stream.decompress(packed, max(1, MAX_MESSAGE - len(data)))
                if not stream.eof:
                    break
                # Section 7.2.3.4: a sender may end its stream, and go on with another one.
                packed, self._inflaters[side] = stream.unused_data, zlib.decompressobj(-15)
        except zlib.error:
            self._story.miss(("websocket message: its compression is damaged",))
            self._inflaters[side] = zlib.decompressobj(-15)
            return message.piece(Part.BODY)
        if stream.unconsumed_tail:
            self._story.miss(("websocket message: over the limit of 4 MiB",))
            self._inflaters[side] = zlib.decompressobj(-15)
        return Placed(data, message.places[:1]).piece(Part.BODY, words=_DEFLATE)


def _unmasked(data: bytes, mask: bytes) -> bytes:
    """RFC 6455 section 5.3."""
    size = len(data)
    whole = int.from_bytes(mask * (size // 4 + 1), "big") >> 8 * (4 - size % 4)
    return (int.from_bytes(data, "big") ^ whole).to_bytes(size, "big") if size else b""
