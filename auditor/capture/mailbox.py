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
from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

ROOM = 64 * 1024 * 1024
"""Bytes that the child keeps while the other process is busy."""
TOGETHER = 128 * 1024
"""Bytes that are sent at once at least: each time costs as much as a thousand of them."""
_PIPE = 1024 * 1024
_SIZE = struct.Struct("<Q")
"""Before an object: how many parts it has, and how large each is."""
_PARTS = 512
"""Parts that are written at once, at most."""
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
        (count,) = _SIZE.unpack(self._exactly(_SIZE.size))
        sizes = struct.unpack(f"<{count}Q", self._exactly(count * _SIZE.size))
        data, *buffers = [self._exactly(size) for size in sizes]
        return pickle.loads(data, buffers=buffers)  # noqa: S301 - our own child's

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
        """Sends an object, with others once they are many, or keeps it where the other process is busy."""
        buffers: list[pickle.PickleBuffer] = []
        data = pickle.dumps(message, protocol=5, buffer_callback=buffers.append)
        parts = [memoryview(data), *(buffer.raw() for buffer in buffers)]
        sizes = memoryview(struct.pack(f"<{len(parts) + 1}Q", len(parts), *map(len, parts)))
        self._waiting += (sizes, *parts)
        self._size += sum(map(len, (sizes, *parts)))
        if self._size >= TOGETHER:
            self._send(ROOM)

    def flush(self) -> None:
        """Sends all that is kept."""
        self._send(0)

    def _send(self, room: int) -> None:
        """Writes what the pipe takes, and more for as long as more than `room` is kept."""
        while self._waiting:
            try:
                written = os.writev(self._pipe, list(islice(self._waiting, _PARTS)))
            except BlockingIOError:
                if self._size <= room:
                    return
                _poll(self._pipe, select.POLLOUT, None)
            else:
                self._drop(written)

    def _drop(self, size: int) -> None:
        """Forgets what was written."""
        self._size -= size
        while self._waiting and size >= len(self._waiting[0]):
            size -= len(self._waiting.popleft())
        if size:
            self._waiting[0] = self._waiting[0][size:]

    def answers(self) -> bytes:
        """What the other process has said since the last time: row numbers of eight bytes."""
        try:
            return os.read(self._back, _ANSWERS * 64)
        except BlockingIOError:
            return b""

    def close(self) -> None:
        """Nothing more is sent."""
        os.close(self._pipe)
        os.close(self._back)


def mailbox() -> tuple[Inbox, Outbox]:
    """Both ends.

    Raises:
        OSError: no descriptors are left.
    """
    there, pipe = os.pipe()
    try:
        back, answers = os.pipe()
    except OSError:
        os.close(there)
        os.close(pipe)
        raise
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
