"""QUIC: the ClientHello in the Initial packets goes to the story, everything behind stays opaque. Google's own QUIC likewise."""

from auditor.capture import gquic, quic, tls
from auditor.capture.placed import Placed
from auditor.capture.story import Story
from auditor.capture.talk_tls import tell_client_hello
from auditor.model.vocabulary import HostSource, Part, Visibility

MAX_INITIALS = 32
"""Initial packets of one conversation that are decrypted."""
MAX_CRYPTO = 64 * 1024
MAX_EARLY = 4
"""Datagrams that wait for the keys of one that was overtaken."""
_INITIAL, _RETRY = 0, 3


class QuicTalk:
    """One QUIC conversation."""

    def __init__(self, story: Story) -> None:
        self._story = story
        self._keys: dict[bytes, quic.Keys] = {}
        self._parts: dict[int, tuple[bytes, Placed]] = {}
        self._early: list[tuple[int, Placed]] = []
        self._tries = 0
        self._strange: str | None = None
        self._side = -1
        self._told = False
        story.spoke("quic", Visibility.OPAQUE)
        story.tls_version = "TLSv1.3"

    @property
    def held(self) -> int:
        """Bytes of a handshake that is not complete yet."""
        return sum(len(data) for data, _ in self._parts.values())

    def resume(self, handshake: dict[int, bytes], target: bytes, keys: quic.Keys, side: int) -> None:
        """Takes over what is known of the client's handshake already: runs by offset, and the keys from its connection id."""
        self._side = side
        self._keys[target] = keys
        self._parts = {offset: (data, Placed(b"")) for offset, data in handshake.items()}

    def take(self, side: int, run: Placed, at: int) -> None:
        """Takes one datagram."""
        if self._told or side == 1 - self._side:
            return
        self._strange = quic.unknown_version(run.data) or self._strange
        known = len(self._keys)
        if not self._initials(side, run) and len(self._early) < MAX_EARLY:
            self._early.append((side, run))
        if len(self._keys) > known:
            # What was for another connection id may be protected with the keys that are known now.
            waiting, self._early = self._early, []
            for early_side, early in waiting:
                if early_side == self._side:
                    self._initials(early_side, early)
        if self._parts:
            self._read(self._side, at, whole=True)
        if self._tries >= MAX_INITIALS:
            self._give_up(side, at)

    def _initials(self, side: int, run: Placed) -> bool:
        """Keeps the frames of the Initial packets in a datagram; whether all of them could be decrypted."""
        whole = True
        for start, header in quic.headers(run.data):
            if header.type != _INITIAL:
                continue
            self._tries += 1
            frames = self._decrypt(run.data, start, header)
            if frames is None:
                whole = False
                continue
            self._side = side
            self._story.opened_by(side)
            for frame in quic.crypto_frames(frames):
                self._keep(frame, run)
        return whole

    def gap(self, side: int, size: int, at: int) -> None:
        """Datagrams that the snap length cut cannot be decrypted."""
        del side, at
        if not self._told:
            self._story.lose("quic handshake", size)

    def end(self, at: int) -> None:
        """Reads what there is of a ClientHello, or says why there is none."""
        if self._told:
            return
        if self._parts:
            self._give_up(self._side, at)
        elif self._tries:
            self._story.miss(("quic handshake: no Initial packet of the client could be decrypted",))
        elif self._strange:
            self._story.miss((f"quic handshake: version {self._strange} is not known",))

    def _decrypt(self, data: bytes, start: int, header: quic.Header) -> bytes | None:
        """With the keys of the first connection id, else (after Retry) with those of this packet's own."""
        for keys in self._keys.values():
            frames = quic.decrypt(data, start, header, keys)
            if frames is not None:
                return frames
        if header.target in self._keys or len(self._keys) >= 4:
            return None
        keys = quic.client_keys(header.version, header.target)
        frames = quic.decrypt(data, start, header, keys)
        if frames is not None:
            self._keys[header.target] = keys
        return frames

    def _keep(self, frame: quic.CryptoFrame, run: Placed) -> None:
        # The bytes are encrypted in the capture: their place is that of the datagram.
        if frame.offset + len(frame.data) <= MAX_CRYPTO and len(frame.data) > len(self._parts.get(frame.offset, (b"",))[0]):
            self._parts[frame.offset] = (frame.data, run.part(0, 1))

    def _stream(self) -> bytes:
        """The handshake from its beginning to the first hole."""
        data = bytearray()
        for offset in sorted(self._parts):
            if offset > len(data):
                break
            data += self._parts[offset][0][len(data) - offset :]
        return bytes(data)

    def _read(self, side: int, at: int, *, whole: bool) -> None:
        data = self._stream()
        if len(data) < 4 or data[0] != tls.CLIENT_HELLO:
            return
        size = int.from_bytes(data[1:4], "big")
        if whole and len(data) < 4 + size:
            return
        places = next(iter(self._parts.values()))[1].places
        body = Placed(data[4 : 4 + size], places)
        self._told = tell_client_hello(self._story, side, body, at, source=HostSource.QUIC_SNI, whole=whole) or whole
        self._story.finished = self._told

    def _give_up(self, side: int, at: int) -> None:
        self._read(side, at, whole=False)
        self._story.miss(("quic handshake: the capture does not hold all of it",))
        self._story.finished = True


class GquicTalk:
    """One conversation of Google's QUIC, whose hello is in the clear: whom it is for, and the client's description of itself."""

    held = 0

    def __init__(self, story: Story) -> None:
        self._story = story
        story.spoke("quic", Visibility.OPAQUE)

    def take(self, side: int, run: Placed, at: int) -> None:
        """Takes one datagram; only one with a hello says anything."""
        tags = gquic.hello_tags(run.data) if gquic.is_gquic(run.data) else {}
        if not tags:
            return
        self._story.opened_by(side)
        shown = {tag: run.part(*where) for tag, where in tags.items() if tag in ("SNI", "UAID")}
        if "SNI" in shown:
            self._story.name(shown["SNI"].data, HostSource.QUIC_SNI)
        kinds = {"SNI": Part.SNI}
        pieces = tuple(value.piece(kinds.get(tag, Part.PAYLOAD), tag.lower()) for tag, value in shown.items())
        self._story.say(side=side, at=at, protocol="quic", pieces=pieces)

    def gap(self, side: int, size: int, at: int) -> None:
        """The end of a datagram that the snap length cut."""
        del side, at
        self._story.lose("quic handshake", size)

    def end(self, at: int) -> None:
        """Nothing is left to tell."""
