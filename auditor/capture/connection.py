"""One conversation while its packets pass: payloads of packets go in, a `Talk` gets them in order."""

from collections.abc import Iterable

from auditor.capture.naming import Names
from auditor.capture.placed import Placed
from auditor.capture.quic import Keys
from auditor.capture.reassembly import Gap, Run, Stream
from auditor.capture.story import Story
from auditor.capture.talk import Talk
from auditor.capture.talk_datagrams import DatagramTalk, transport_talk
from auditor.capture.talk_quic import QuicTalk
from auditor.capture.unknown import UnknownTalk
from auditor.model.content import Place


class TcpConnection:
    """Both directions of a TCP connection."""

    __slots__ = ("_closing", "_streams", "_talk", "last", "story")

    def __init__(self, story: Story, names: Names) -> None:
        self.story = story
        self.last = 0
        self._talk: Talk = UnknownTalk(story, names)
        self._streams: list[Stream | None] = [None, None]
        self._closing = 0

    @property
    def held(self) -> int:
        """Bytes that wait for more."""
        return self._talk.held + sum(stream.held for stream in self._streams if stream)

    def knows(self, side: int) -> bool:
        """Whether anything of that side was taken yet."""
        return self._streams[side] is not None

    def take(
        self,
        side: int,
        data: bytes,
        *,
        seq: int,
        first: int | None,
        missing: int,
        packet: int,
        offset: int,
        at: int,
        places: tuple[Place, ...] = (),
    ) -> None:
        """Takes a segment; `first` is the sequence number of the side's first byte, None for this one's.

        `places`: where its bytes stand, where it came in fragments and not at one place.
        """
        self.last = at
        self.story.cut |= missing > 0
        stream = self._streams[side]
        if stream is None:
            stream = self._streams[side] = Stream(first)
        runs = places or (Place(0, packet, offset),)
        for run, end in zip(runs, (*(place.start for place in runs[1:]), len(data)), strict=True):
            lost = missing if run is runs[-1] else 0
            self._pass_on(side, stream.push(seq + run.start, data[run.start : end], run.packet, run.offset, lost), at)
        if stream.contradicted:
            self.story.miss((f"payload: {stream.contradicted} bytes were sent again with another content",))
            stream.contradicted = 0

    def closes(self, side: int, reset: bool, end: int | None = None) -> bool:
        """Notes a FIN (at the sequence number `end`) or RST; whether both sides are through and no segment can still be late."""
        self._closing |= 3 if reset else 1 << side
        stream = self._streams[side]
        if stream is not None and end is not None:
            stream.ends(end)
        waits = any(stream.held or stream.lacks_its_end for stream in self._streams if stream)
        return self._closing == 3 and not reset and not waits

    def end(self) -> None:
        """Nothing follows: gives up the holes and tells what is held."""
        for side, stream in enumerate(self._streams):
            if stream is not None:
                self._pass_on(side, stream.end(), self.last)
        self._talk.end(self.last)

    def _pass_on(self, side: int, events: Iterable[Run | Gap], at: int) -> None:
        for event in events:
            if isinstance(event, Gap):
                self._talk.gap(side, event.size, at)
            else:
                self._talk.take(side, event.placed, at)


class DatagramConnection:
    """A conversation of datagrams: UDP, or a transport without ports."""

    __slots__ = ("_talk", "last", "story")

    def __init__(self, story: Story, names: Names, transport: str) -> None:
        self.story = story
        self.last = 0
        self._talk: Talk = DatagramTalk(story, names) if transport in ("udp", "udplite") else transport_talk(story, transport)

    @property
    def held(self) -> int:
        """Bytes that wait for more."""
        return self._talk.held

    def take(
        self, side: int, data: bytes, *, missing: int, packet: int, offset: int, at: int, places: tuple[Place, ...] = ()
    ) -> None:
        """Takes a datagram; `places` as of a segment."""
        self.last = at
        if data:
            self._talk.take(side, Placed(data, places or (Place(0, packet, offset),)), at)
        if missing:
            self.story.cut = True
            self._talk.gap(side, missing, at)

    def resume_quic(self, handshake: dict[int, bytes], target: bytes, keys: Keys, *, side: int, at: int) -> None:
        """Goes on with a QUIC handshake of which parts were read already, with the keys from that connection id."""
        talk = QuicTalk(self.story)
        talk.resume(handshake, target, keys, side)
        self._talk = talk
        self.last = at

    def go_on_with_quic(self, *, side: int) -> None:
        """Goes on behind a QUIC handshake that was read."""
        talk = QuicTalk(self.story)
        talk.go_on(side)
        self._talk = talk

    def end(self) -> None:
        """Nothing follows."""
        self._talk.end(self.last)


type Connection = TcpConnection | DatagramConnection
