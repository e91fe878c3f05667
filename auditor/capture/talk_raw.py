"""Payload of no known protocol: handed on in runs, and judged by its bytes whether it is text or ciphertext."""

import math

from auditor.capture.placed import Placed, Tape, joined
from auditor.capture.story import Story
from auditor.model.vocabulary import Part, Visibility

MAX_RUN = 256 * 1024
"""A run of one side ends at this size."""
MAX_PICTURE = 8 * 1024 * 1024
"""A run that begins with a picture, as what is sent to a printer does, ends at this size: half a picture cannot be compared."""
PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8", b"RIFF")
HEAD = 64
"""Bytes in which a picture begins, behind what else says that it comes."""
SEAM = 512
"""Bytes on both sides of a cut between two runs that are looked at once more together."""
SAMPLE = 4_096
MIN_SAMPLE = 64
_OPAQUE_SHARE = 0.93
OPAQUE_NOTE = "payload: looks encrypted or compressed"


def looks_opaque(data: bytes) -> bool:
    """Whether the bytes are as evenly spread as ciphertext; short samples never are."""
    if len(data) < MIN_SAMPLE:
        return False
    import numpy as np

    size = len(data)
    counts = np.bincount(np.frombuffer(data, np.uint8))
    counts = counts[counts > 0]
    entropy = math.log2(size) - float((counts * np.log2(counts)).sum()) / size
    return entropy > _OPAQUE_SHARE * math.log2(min(256, size))


def _has_picture(tape: Tape) -> bool:
    head = tape.peek(HEAD)
    return any(magic in head for magic in PICTURES)


class RawTalk:
    """Both directions of a TCP connection of no known protocol."""

    def __init__(self, story: Story, enough: int = SAMPLE) -> None:
        """`enough`: bytes after which nothing more can be learnt where content is not looked through."""
        self._story = story
        self._enough = enough
        self._tapes = (Tape(), Tape())
        self._since = [0, 0]
        self._tails = [Placed(b""), Placed(b"")]
        self._sample = bytearray()

    @property
    def held(self) -> int:
        """Bytes of the runs that go on."""
        return sum(len(tape) for tape in self._tapes)

    def take(self, side: int, run: Placed, at: int) -> None:
        """Adds to the side's run; ends that of the other, which has been answered."""
        if not self._sample:
            self._story.visibility = Visibility.CLEARTEXT
        if len(self._sample) < SAMPLE:
            self._sample += run.data[: SAMPLE - len(self._sample)]
        if self._story.emit is None:
            self._enough -= len(run.data)
            self._story.finished = self._enough <= 0
            return
        self._flush(1 - side)
        tape = self._tapes[side]
        if not len(tape):
            self._since[side] = at
        tape.extend(run)
        if len(tape) >= MAX_RUN and (len(tape) >= MAX_PICTURE or not _has_picture(tape)):
            self._flush(side)

    def gap(self, side: int, size: int, at: int) -> None:
        """A hole ends the run."""
        del at
        self._flush(side)
        self._tails[side] = Placed(b"")
        self._story.lose("payload", size)

    def end(self, at: int) -> None:
        """Hands the last runs on."""
        del at
        for side in (0, 1):
            self._flush(side)
        if looks_opaque(bytes(self._sample)):
            self._story.visibility = Visibility.OPAQUE
            self._story.miss((OPAQUE_NOTE,))

    def _flush(self, side: int) -> None:
        run = self._tapes[side].take_all()
        if not run.data:
            return
        if self._tails[side].data:
            # A value may stand across the cut.
            seam = joined((self._tails[side], run.part(0, SEAM)))
            self._story.say(side=side, at=self._since[side], protocol="tcp", pieces=(seam.piece(Part.PAYLOAD),))
        self._tails[side] = run.part(max(0, len(run.data) - SEAM))
        self._story.say(side=side, at=self._since[side], protocol="tcp", pieces=(run.piece(Part.PAYLOAD),))
