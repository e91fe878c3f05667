"""What passes between a process and its child: objects go in at one end, the same objects come out at the other, in their order.

Pickled, which is safe between a process and its own copy: nobody else has the pipe, and what a capture holds are bytes, numbers
and texts among it. Arrays go beside the pickle, without a copy. The child never waits for a busy reader until `ROOM` is full.
Row numbers go back the other way; they only save the child work, so those for which there is no room are left out.
"""

import os
import pickle
import select
import struct
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

ROOM = 64 * 1024 * 1024
"""Bytes that the child keeps while the other process is busy."""
_PIPE = 1024 * 1024
_LENGTH = struct.Struct("<Q")
_COUNT = struct.Struct("<I")
_ANSWERS = 512
"""Row numbers that a pipe takes as a whole (POSIX: 512 bytes, Linux: 4096)."""


class LostError(Exception):
    """The other process is gone before its end."""


class Inbox:
    """The parent's end."""

    def __init__(self, pipe: int, back: int) -> None:
        self._pipe = pipe
        self._back = back

    def take(self) -> Any:
        """The next object.

        Raises:
            LostError: there is none, or only a part of it.
        """
        (buffers,) = _COUNT.unpack(self._exactly(_COUNT.size))
        data, *others = [self._exactly(_LENGTH.unpack(self._exactly(_LENGTH.size))[0]) for _ in range(buffers + 1)]
        return pickle.loads(data, buffers=others)  # noqa: S301 - our own child's

    def _exactly(self, size: int) -> bytearray:
        found = bytearray(size)
        rest = memoryview(found)
        while rest:
            got = os.readv(self._pipe, [rest])
            if not got:
                raise LostError
            rest = rest[got:]
        return found

    def has_more(self) -> bool:
        """Whether the next object has begun to arrive, or will never."""
        return bool(_poll(self._pipe, select.POLLIN, 0))

    def answer(self, numbers: "npt.NDArray[np.int64]") -> None:
        """Tells the child of conversations that need no more looking at."""
        with suppress(BlockingIOError, BrokenPipeError):
            if len(numbers):
                os.write(self._back, numbers[:_ANSWERS].tobytes())

    def close(self) -> None:
        """Nothing more is read."""
        os.close(self._pipe)
        os.close(self._back)


class Outbox:
    """The child's end."""

    def __init__(self, pipe: int, back: int) -> None:
        self._pipe = pipe
        self._back = back
        self._waiting: deque[memoryview] = deque()
        self._size = 0

    def put(self, message: object) -> None:
        """Sends an object, or keeps it where the other process is busy."""
        buffers: list[pickle.PickleBuffer] = []
        data = pickle.dumps(message, protocol=5, buffer_callback=buffers.append)
        parts = [memoryview(_COUNT.pack(len(buffers)))]
        for part in (memoryview(data), *(buffer.raw() for buffer in buffers)):
            parts += (memoryview(_LENGTH.pack(len(part))), part)
        self._waiting += parts
        self._size += sum(map(len, parts))
        self._send(ROOM)

    def flush(self) -> None:
        """Sends all that is kept."""
        self._send(0)

    def _send(self, room: int) -> None:
        """Writes what the pipe takes, and more for as long as more than `room` is kept."""
        while self._waiting:
            part = self._waiting.popleft()
            try:
                written = os.write(self._pipe, part) if part else 0
            except BlockingIOError:
                written = 0
                if self._size > room:
                    self._waiting.appendleft(part)
                    _poll(self._pipe, select.POLLOUT, None)
                    continue
            self._size -= written
            if written < len(part):
                self._waiting.appendleft(part[written:])
                if self._size <= room and not written:
                    return

    def answers(self) -> bytes:
        """What the other process has said since the last time: row numbers of eight bytes."""
        try:
            return os.read(self._back, _PIPE)
        except BlockingIOError:
            return b""

    def close(self) -> None:
        """Nothing more is sent."""
        os.close(self._pipe)
        os.close(self._back)


def mailbox() -> tuple[Inbox, Outbox]:
    """Both ends."""
    (there, pipe), (back, answers) = os.pipe(), os.pipe()
    _widen(pipe)
    for end in (pipe, back, answers):
        os.set_blocking(end, False)
    return Inbox(there, answers), Outbox(pipe, back)


def _poll(pipe: int, events: int, milliseconds: int | None) -> list[tuple[int, int]]:
    waiting = select.poll()
    waiting.register(pipe, events)
    return waiting.poll(milliseconds)


def _widen(pipe: int) -> None:
    """A pipe that takes more at once, where the system allows it."""
    import fcntl

    with suppress(AttributeError, OSError):
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE)
