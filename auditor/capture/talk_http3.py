"""HTTP/3 (RFC 9114) in decrypted QUIC: runs of its streams go in, requests and responses go to the story as messages.

Header fields are compressed with QPACK (RFC 9204): what a side sends can be read with its own encoder stream and the table size
that the other side's SETTINGS allow. Runs of one stream come in order, and all runs in the order of the packets.
"""

from typing import TYPE_CHECKING

from auditor.capture.http_exchanges import Exchanges
from auditor.capture.naming import Names
from auditor.capture.placed import Placed, Tape
from auditor.capture.story import Story
from auditor.model.vocabulary import Visibility

if TYPE_CHECKING:
    from pylsqpack import Decoder

MAX_FRAME = 16 * 1024 * 1024
MAX_STREAMS = 4_096
MAX_TABLE = 1 << 20
"""Bytes of a compression table; no more is set up whatever the settings say."""
MAX_BLOCKED = 128
_DATA, _HEADERS, _SETTINGS = 0, 1, 4
_CONTROL, _ENCODER = 0, 2
_TABLE_CAPACITY = 1


def varint(data: bytes) -> tuple[int, int] | None:
    """A number and its size (RFC 9000 section 16); None where it is cut."""
    if not data:
        return None
    size = 1 << (data[0] >> 6)
    return (int.from_bytes(data[:size], "big") & ((1 << (size * 8 - 2)) - 1), size) if len(data) >= size else None


class Http3Talk:
    """All streams of a connection."""

    def __init__(self, story: Story, client: int, names: Names) -> None:
        """`client`: the side that opened the connection; `names` learns what a resolver answers."""
        self._story = story
        self._exchanges = Exchanges(story, "https", names)
        self._exchanges.client = client
        self._tapes: dict[tuple[int, int], Tape] = {}
        self._kinds: dict[tuple[int, int], int] = {}
        self._decoders: list[Decoder | None] = [None, None]
        self._capacity = [0, 0]
        """Of the table that each side's encoder may use."""
        self._blocked: dict[tuple[int, int], tuple[Placed, int]] = {}
        self._lost: set[tuple[int, int]] = set()

    def take(self, side: int, stream: int, run: Placed, at: int, *, ends: bool) -> None:
        """The next bytes of a stream, and whether they are its last (section 6)."""
        key = (side, stream)
        if key in self._lost or (key not in self._tapes and len(self._tapes) >= MAX_STREAMS):
            return
        tape = self._tapes.setdefault(key, Tape())
        tape.extend(run)
        if stream & 2 == 0:
            self._frames(key, tape, at)
            if ends:
                self._exchanges.end(side, stream, at)
            return
        if key not in self._kinds and not self._take_kind(key, tape):
            return
        if self._kinds[key] == _CONTROL:
            self._frames(key, tape, at)
        elif self._kinds[key] == _ENCODER:
            self._learn(side, tape.take_all().data, at)
        else:
            tape.take_all()

    def end(self, at: int) -> None:
        """Messages that never ended are told as far as they go."""
        for _ in self._blocked:
            self._story.miss(("http3 headers: the capture does not hold what they refer to",))
        self._exchanges.end_all(at)

    def _take_kind(self, key: tuple[int, int], tape: Tape) -> bool:
        """The type of a unidirectional stream (section 6.2); whether it is all there."""
        kind = varint(tape.peek(8))
        if kind is None:
            return False
        tape.take(kind[1])
        self._kinds[key] = kind[0]
        return True

    def _frames(self, key: tuple[int, int], tape: Tape, at: int) -> None:
        """Frames as far as they are all there (section 7.1)."""
        while True:
            head = tape.peek(16)
            kind = varint(head)
            length = varint(head[kind[1] :]) if kind else None
            if kind is None or length is None:
                return
            begin = kind[1] + length[1]
            if length[0] > MAX_FRAME:
                self._lost.add(key)
                self._story.miss(("http3 frame: longer than the limit of 16 MiB",))
                return
            if len(tape) < begin + length[0]:
                return
            self._frame(key, kind[0], tape.take(begin + length[0]).part(begin), at)

    def _frame(self, key: tuple[int, int], kind: int, body: Placed, at: int) -> None:
        side, stream = key
        if stream & 2:
            if kind == _SETTINGS:
                # What came before was compressed without a table, whose size nobody had said yet.
                self._capacity[1 - side] = min(_setting(body.data, _TABLE_CAPACITY), MAX_TABLE)
                self._decoders[1 - side] = None
        elif kind == _HEADERS:
            self._headers(side, stream, body, at)
        elif kind == _DATA:
            self._exchanges.data(side, stream, body)

    def _decoder(self, side: int) -> "Decoder":
        """Of what the side sends."""
        from pylsqpack import Decoder

        known = self._decoders[side]
        if known is None:
            known = self._decoders[side] = Decoder(self._capacity[side], MAX_BLOCKED)
        return known

    def _headers(self, side: int, stream: int, block: Placed, at: int) -> None:
        from pylsqpack import DecompressionFailed, StreamBlocked

        try:
            _, headers = self._decoder(side).feed_header(stream, block.data)
        except StreamBlocked:
            self._blocked[side, stream] = (block, at)
        except (DecompressionFailed, ValueError):
            self._damaged(side, stream)
        else:
            self._exchanges.headers(side, stream, tuple(headers), block, at)

    def _learn(self, side: int, data: bytes, at: int) -> None:
        """Takes instructions of a side's encoder; headers that waited for them can be read now."""
        from pylsqpack import DecompressionFailed, EncoderStreamError

        del at
        try:
            unblocked = self._decoder(side).feed_encoder(data)
        except EncoderStreamError:
            self._story.miss(("http3 headers: damaged",))
            return
        for stream in unblocked:
            block, since = self._blocked.pop((side, stream), (Placed(b""), 0))
            try:
                _, headers = self._decoder(side).resume_header(stream)
            except (DecompressionFailed, ValueError):
                self._damaged(side, stream)
            else:
                self._exchanges.headers(side, stream, tuple(headers), block, since)

    def _damaged(self, side: int, stream: int) -> None:
        self._lost.add((side, stream))
        self._story.miss(("http3 headers: damaged",))


def tell_http3(story: Story, client: int, names: Names) -> Http3Talk:
    """The reader of a decrypted conversation; the story says that its content was seen."""
    story.spoke("http", Visibility.DECRYPTED)
    return Http3Talk(story, client, names)


def _setting(body: bytes, wanted: int) -> int:
    """The value of a setting (section 7.2.4); 0 where it is not there."""
    while (name := varint(body)) is not None and (value := varint(body[name[1] :])) is not None:
        if name[0] == wanted:
            return value[0]
        body = body[name[1] + value[1] :]
    return 0
