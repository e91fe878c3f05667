"""QUIC: the ClientHello in the Initial packets goes to the story, everything behind stays opaque. Google's own QUIC likewise."""

from dataclasses import dataclass, field

from auditor.capture import gquic, quic, tls
from auditor.capture.marked import UNREADABLE_NOTE
from auditor.capture.placed import Placed
from auditor.capture.story import Story
from auditor.capture.talk_tls import tell_client_hello
from auditor.model.vocabulary import HostSource, Part, Visibility

MAX_INITIALS = 32
"""Initial packets of one handshake that are decrypted."""
MAX_CRYPTO = 64 * 1024
MAX_EARLY = 4
"""Datagrams that wait for the keys of one that was overtaken."""
MAX_KNOWN = 4
"""Handshakes of one conversation whose keys are kept."""
MAX_HANDSHAKES = 256
"""Handshakes of one conversation that are looked at."""
_INITIAL, _RETRY = 0, 3


@dataclass(slots=True)
class _Handshake:
    """What is known of one connection's ClientHello."""

    target: bytes
    """The connection id that the keys come from."""
    keys: quic.Keys
    version: int = 1
    parts: dict[int, tuple[bytes, Placed]] = field(default_factory=dict)
    told: bool = False

    def stream(self) -> bytes:
        """The handshake from its beginning to the first hole."""
        data = bytearray()
        for offset in sorted(self.parts):
            if offset > len(data):
                break
            data += self.parts[offset][0][len(data) - offset :]
        return bytes(data)

    def goes_on(self, frames: bytes, *, retried: bool) -> bool:
        """Whether what is known of the hello goes on with these frames: what is there twice is the same, and something is, or the
        packet shows the token of a Retry."""
        known = (frame for frame in quic.crypto_frames(frames, self.version) if frame.offset in self.parts)
        twice = [(frame.data, self.parts[frame.offset][0]) for frame in known]
        return (retried or bool(twice)) and all(one.startswith(other) or other.startswith(one) for one, other in twice)

    def keep(self, frame: quic.CryptoFrame, run: Placed) -> None:
        """Keeps a run. The bytes are encrypted in the capture: their place is that of the datagram."""
        known = self.parts.get(frame.offset, (b"",))[0]
        if not self.told and frame.offset + len(frame.data) <= MAX_CRYPTO and len(frame.data) > len(known):
            self.parts[frame.offset] = (frame.data, run.part(0, 1))


class QuicTalk:
    """One QUIC conversation: mostly one connection, or several one after another between the same ports.

    A Retry makes the client begin anew with another connection id (RFC 9000 section 17.2.5.2), which is told like another one;
    what was not whole before it goes on.
    """

    def __init__(self, story: Story) -> None:
        self._story = story
        self._handshakes: list[_Handshake] = []
        self._begun = 0
        self._early: list[tuple[int, Placed]] = []
        self._tries = 0
        self._strange: str | None = None
        self._side = -1
        story.spoke("quic", Visibility.OPAQUE)
        story.tls_version = "TLSv1.3"

    @property
    def held(self) -> int:
        """Bytes of handshakes that are not complete yet, and of datagrams that wait for their keys."""
        known = sum(len(data) for handshake in self._handshakes for data, _ in handshake.parts.values())
        return known + sum(len(run.data) for _, run in self._early)

    def resume(self, handshake: dict[int, bytes], target: bytes, keys: quic.Keys, side: int) -> None:
        """Takes over what is known of the client's handshake already: runs by offset, and the keys from its connection id."""
        self.go_on(side)
        parts = {offset: (data, Placed(b"")) for offset, data in handshake.items()}
        self._handshakes = [_Handshake(target, keys, parts=parts)]

    def go_on(self, side: int) -> None:
        """The client's side is known, and what it said so far was told."""
        self._side = side
        self._begun = 1

    def take(self, side: int, run: Placed, at: int) -> None:
        """Takes one datagram."""
        if side == 1 - self._side:
            return
        self._strange = quic.unknown_version(run.data) or self._strange
        begun = self._begun
        if not self._initials(side, run) and len(self._early) < MAX_EARLY:
            self._early.append((side, run))
        if self._begun > begun:
            # What was for another connection id may be protected with the keys that are known now.
            waiting, self._early = self._early, []
            for early_side, early in waiting:
                if early_side == self._side:
                    self._initials(early_side, early)
        for handshake in self._handshakes:
            self._read(handshake, at, whole=True)
        self._story.dozes = self._begun > 0 and not self._pending
        if self._tries >= MAX_INITIALS or self._begun >= MAX_HANDSHAKES:
            self._give_up(at)

    def gap(self, side: int, size: int, at: int) -> None:
        """Datagrams that the snap length cut cannot be decrypted."""
        del side, at
        if not self._begun or self._pending:
            self._story.lose("quic handshake", size)

    def end(self, at: int) -> None:
        """Reads what there is of a ClientHello, or says why there is none."""
        if self._begun:
            self._give_up(at)
        elif self._tries:
            self._story.miss((UNREADABLE_NOTE,))
        elif self._strange:
            self._story.miss((f"quic handshake: version {self._strange} is not known",))

    @property
    def _pending(self) -> list[_Handshake]:
        """Handshakes of which a part was seen."""
        return [handshake for handshake in self._handshakes if not handshake.told]

    def _initials(self, side: int, run: Placed) -> bool:
        """Keeps the frames of the Initial packets in a datagram; whether all of them could be decrypted."""
        whole = True
        for start, header in quic.headers(run.data):
            if header.type != _INITIAL:
                continue
            self._tries += 1
            found = self._decrypt(run.data, start, header)
            if found is None:
                whole = False
                continue
            self._side = side
            self._story.opened_by(side)
            handshake, frames = found
            self._tries -= handshake.told  # sent again, or an acknowledgement
            for frame in quic.crypto_frames(frames, header.version):
                handshake.keep(frame, run)
        return whole

    def _decrypt(self, data: bytes, start: int, header: quic.Header) -> tuple[_Handshake, bytes] | None:
        """With the keys of a known connection, else (a new one, or after Retry) with those of this packet's own id."""
        for handshake in self._handshakes:
            frames = quic.decrypt(data, start, header, handshake.keys)
            if frames is not None:
                return handshake, frames
        if any(handshake.target == header.target for handshake in self._handshakes):
            return None
        fresh = _Handshake(header.target, quic.client_keys(header.version, header.target), header.version)
        frames = quic.decrypt(data, start, header, fresh.keys)
        if frames is None:
            return None
        self._begun += 1
        self._tries = 0
        for pending in self._pending:
            if pending.goes_on(frames, retried=header.has_token):
                fresh.parts = pending.parts
                self._handshakes.remove(pending)
        self._handshakes = [*self._handshakes[1 - MAX_KNOWN :], fresh]
        return fresh, frames

    def _read(self, handshake: _Handshake, at: int, *, whole: bool) -> None:
        data = handshake.stream()
        if data.startswith(gquic.CHLO):
            self._read_tags(handshake, data, at, whole=whole)
        if len(data) < 4 or data[0] != tls.CLIENT_HELLO:
            return
        size = int.from_bytes(data[1:4], "big")
        if whole and len(data) < 4 + size:
            return
        places = next(iter(handshake.parts.values()))[1].places
        body = Placed(data[4 : 4 + size], places)
        read = tell_client_hello(self._story, self._side, body, at, source=HostSource.QUIC_SNI, whole=whole)
        if read or whole:
            handshake.told, handshake.parts = True, {}

    def _read_tags(self, handshake: _Handshake, data: bytes, at: int, *, whole: bool) -> None:
        """The hello of Google's own."""
        places = next(iter(handshake.parts.values()))[1].places
        self._story.tls_version = None
        if not whole or gquic.is_whole(data):
            tell_tags(self._story, self._side, Placed(data, places), at)
            handshake.told, handshake.parts = True, {}

    def _give_up(self, at: int) -> None:
        """Reads what there is of a ClientHello that is not all there."""
        for handshake in self._pending:
            self._read(handshake, at, whole=False)
            self._story.miss(("quic handshake: the capture does not hold all of it",))
        self._story.finished = True


def tell_tags(story: Story, side: int, hello: Placed, at: int) -> None:
    """Tells what the tags of a hello say."""
    tags = gquic.hello_tags(hello.data)
    if not tags:
        return
    story.opened_by(side)
    shown = {tag: hello.part(*where) for tag, where in tags.items() if tag in ("SNI", "UAID")}
    if "SNI" in shown:
        story.name(shown["SNI"].data, HostSource.QUIC_SNI)
    kinds = {"SNI": Part.SNI}
    pieces = tuple(value.piece(kinds.get(tag, Part.PAYLOAD), tag.lower()) for tag, value in shown.items())
    story.say(side=side, at=at, protocol="quic", pieces=pieces)


class GquicTalk:
    """One conversation of Google's QUIC, whose hello is in the clear: whom it is for, and the client's description of itself."""

    held = 0

    def __init__(self, story: Story) -> None:
        self._story = story
        story.spoke("quic", Visibility.OPAQUE)

    def take(self, side: int, run: Placed, at: int) -> None:
        """Takes one datagram; only one with a hello says anything."""
        if gquic.is_gquic(run.data):
            tell_tags(self._story, side, run, at)

    def gap(self, side: int, size: int, at: int) -> None:
        """The end of a datagram that the snap length cut."""
        del side, at
        self._story.lose("quic handshake", size)

    def end(self, at: int) -> None:
        """Nothing is left to tell."""
