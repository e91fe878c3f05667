"""Captures that two passes look at, read once: a capture in, its reading and its messages out, now and once again later.

The first pass learns what devices call themselves, the second looks for it. What the first one hears is kept for the second as
long as it is little, in this process, and let go as it is heard again; a capture of which more was heard is read twice.
"""

from collections.abc import Callable
from dataclasses import dataclass

from auditor.capture.reader import Reader, ReadOptions
from auditor.model.content import Message
from auditor.model.reading import Inspect, Reading
from auditor.model.session import CaptureFile

MOST = 64 << 20
"""Bytes of messages that are kept for one session."""
EACH, RUN = 512, 128
"""Bytes that a message or a piece takes beside its content, and what says where one run of it stands."""

type Progress = Callable[[str, int], None]
"""Gets a capture's name and the number of bytes read since the last call."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A capture that was read."""

    reading: Reading
    messages: tuple[Message, ...]

    def tell(self, listen: Inspect) -> None:
        """Hands out every message again, in order."""
        for message in self.messages:
            listen(message)


class ReadOnce:
    """The captures of one session."""

    def __init__(self, progress: Progress | None = None, most: int = MOST) -> None:
        self._progress = progress
        self._left = most
        self._heard: dict[str, Heard] = {}

    def first(self, capture: CaptureFile, reader: Reader, listen: Inspect) -> Reading:
        """Reads a capture for the first pass. One with a key log holds more for whoever has it, so nothing of it is kept.

        Raises:
            CaptureError: nothing at all could be read.
        """
        keep: list[Message] = []
        left = 0 if capture.keylog else self._left

        def hear(message: Message) -> None:
            nonlocal left
            left -= EACH + sum(EACH + len(piece.data) + RUN * len(piece.places) for piece in message.pieces)
            if left > 0:
                keep.append(message)
            else:
                keep.clear()
            listen(message)

        progress = self._progress
        told = (lambda size: progress(capture.name, size)) if progress else None
        reading = reader.read(capture.path, ReadOptions(inspect=hear, progress=told))
        if left > 0:
            self._heard[capture.path] = Heard(reading, tuple(keep))
            self._left = left
        return reading

    def again(self, capture: CaptureFile) -> Heard | None:
        """What was heard of a capture, once; None where it must be read."""
        return self._heard.pop(capture.path, None)
