"""Messages of a large capture are looked through by processes beside this one: messages in, what each held out, in their order.

Messages know nothing of each other, so it makes no difference who looks at one. Processes start only once so much has passed that
they pay; until then, and whenever they are busy, this process looks itself. One that dies costs nothing but its time: what it had
is looked at again here. What passes goes through pipes as MessagePack of the types below, so nothing is run that was read, and
nothing is written to a disk.
"""

import os
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from typing import IO, TYPE_CHECKING, NamedTuple

import msgspec

from auditor.model.content import Field, Message
from auditor.model.identifier import IdentifierKnowledge
from auditor.model.session import Subjects
from auditor.model.sighting import Sighting

if TYPE_CHECKING:
    from auditor.identify.detector import Detector

MUCH = 32 << 20
"""Bytes of messages after which other processes are started: each needs seconds to be ready."""
MOST = 3
"""Processes beside this one."""
_BATCH = 1 << 20
"""Bytes that are handed over at once."""
_AHEAD = 2
"""Batches that a process has at most."""
_SIZE = 8


type Watch = Callable[[Message, tuple[Field, ...]], None]
"""Gets each message with its fields while it passes."""


class Held(NamedTuple):
    """What a message held."""

    flow_id: str
    sightings: tuple[Sighting, ...]
    unread: tuple[str, ...]


type Recipe = tuple[Subjects, bytes, IdentifierKnowledge]
"""What a detector is built of."""
_RECIPE = msgspec.msgpack.Decoder(tuple[Subjects, bytes, IdentifierKnowledge])
_MESSAGES = msgspec.msgpack.Decoder(list[Message])
_HELD = msgspec.msgpack.Decoder(list[Held])


class _Batch:
    """Messages on their way, and what they held once somebody looked."""

    __slots__ = ("held", "is_over", "messages")

    def __init__(self, messages: list[Message]) -> None:
        self.messages = messages
        self.held: list[Held] | None = None
        self.is_over = threading.Event()
        """Also set where nobody will look: `held` is None then."""


class Lookers:
    """This process and those beside it."""

    def __init__(self, detector: "Detector", watch: Watch | None = None, *, alone: bool = False) -> None:
        """`alone`: no other process is ever started; nor for a `watch`, which gets each message with its fields."""
        self._detector = detector
        self._watch = watch
        self._room = 0 if alone or watch else MUCH
        self._others: list[_Other] = []
        self._gathered: list[Message] = []
        self._size = 0
        self._waiting: deque[_Batch] = deque()

    def give(self, message: Message) -> Iterator[Held]:
        """Hands over a message; gives what it and those before it held, as far as it is known by now."""
        size = sum(len(piece.data) for piece in message.pieces)
        if not self._others:
            self._start(size)
            yield look(self._detector, message, self._watch)
            return
        self._gathered.append(message)
        self._size += size
        if self._size >= _BATCH:
            self._send()
        while self._waiting and self._waiting[0].is_over.is_set():
            yield from self._of(self._waiting.popleft())

    def end(self) -> Iterator[Held]:
        """What all other messages held. The processes end."""
        if self._gathered:
            self._waiting.append(_Batch(self._gathered))
            self._gathered = []
        while self._waiting:
            batch = self._waiting.popleft()
            if any(other.has(batch) and other.is_warm for other in self._others):
                batch.is_over.wait()
            yield from self._of(batch)
        self.close()

    def close(self) -> None:
        """Ends the processes, whatever they do."""
        for other in self._others:
            other.close()
        self._others = []

    def _start(self, size: int) -> None:
        if not self._room:
            return
        self._room = max(0, self._room - size)
        if not self._room:
            with suppress(OSError):  # no room for another process: this one does it
                self._others = [_Other(self._detector.made_of) for _ in range(min(MOST, _cores() - 1))]

    def _send(self) -> None:
        """A batch for whoever is free."""
        batch, self._gathered, self._size = _Batch(self._gathered), [], 0
        self._waiting.append(batch)
        free = min(self._others, key=lambda other: other.count)
        if free.count < _AHEAD:
            free.take(batch)
        else:
            batch.held, batch.messages = self._of(batch), []
            batch.is_over.set()

    def _of(self, batch: _Batch) -> list[Held]:
        """What a batch held; where nobody looked, this process does."""
        return batch.held if batch.held is not None else [look(self._detector, message) for message in batch.messages]


class _Other:
    """A process beside this one, and the thread that talks with it."""

    def __init__(self, recipe: Recipe) -> None:
        root = str(Path(__file__).parent.parent)
        paths = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
        self._process = subprocess.Popen(
            [sys.executable, "-c", "from auditor.beside import main; main()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": paths},
        )
        self._batches: list[_Batch] = []
        """Those that it has."""
        self._asked: SimpleQueue[_Batch | None] = SimpleQueue()
        self.is_warm = False
        """Whether it ever answered."""
        self._is_lost = False
        threading.Thread(target=self._talk, args=(recipe,), daemon=True).start()

    @property
    def count(self) -> int:
        """Batches that it has; more than it may have where it is lost."""
        return _AHEAD if self._is_lost else len(self._batches)

    def has(self, batch: _Batch) -> bool:
        """Whether an answer for this batch may still come."""
        return not self._is_lost and batch in self._batches

    def take(self, batch: _Batch) -> None:
        """Hands over a batch."""
        self._batches.append(batch)
        self._asked.put(batch)
        if self._is_lost:
            batch.is_over.set()

    def close(self) -> None:
        """Ends it, whatever it does."""
        self._asked.put(None)
        self._process.kill()
        self._process.wait()

    def _talk(self, recipe: Recipe) -> None:
        """What the thread does: batches in, answers back, until the end or until the process is gone."""
        into, out = self._process.stdin, self._process.stdout
        if into is None or out is None:
            return
        batch: _Batch | None = None
        try:
            _write(into, recipe)
            while (batch := self._asked.get()) is not None:
                _write(into, batch.messages)
                batch.held = _HELD.decode(_read(out))
                self.is_warm = True
                self._batches.remove(batch)
                batch.is_over.set()
        except (OSError, EOFError, ValueError, OverflowError, msgspec.MsgspecError):
            self._is_lost = True
            for left in self._batches:
                left.is_over.set()
        finally:
            for pipe in (into, out):
                with suppress(OSError):
                    pipe.close()


def _cores() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def look(detector: "Detector", message: Message, watch: Watch | None = None) -> Held:
    """What one message holds."""
    from auditor.decode.message import decode

    decoded = decode(message)
    if watch:
        watch(message, decoded.fields)
    seen = detector.look(message, decoded.fields)
    return Held(message.flow_id, seen.sightings, (*message.missing, *decoded.unread, *seen.unread))


def _write(pipe: IO[bytes], what: object) -> None:
    data = msgspec.msgpack.encode(what)
    pipe.write(len(data).to_bytes(_SIZE))
    pipe.write(data)
    pipe.flush()


def _read(pipe: IO[bytes]) -> bytes:
    """What the other half wrote at once.

    Raises:
        EOFError: it is gone.
    """
    size = pipe.read(_SIZE)
    data = pipe.read(int.from_bytes(size))
    if len(size) < _SIZE or len(data) < int.from_bytes(size):
        raise EOFError
    return data


def main() -> None:
    """The other process: a detector and messages on its standard input, what they held on its output, until the input ends."""
    from auditor.identify.detector import Detector

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the one who started this one hears it, and ends
    into, out = sys.stdin.buffer, sys.stdout.buffer
    with suppress(EOFError, OSError):
        detector = Detector.build(*_RECIPE.decode(_read(into)))
        while True:
            _write(out, [look(detector, message) for message in _MESSAGES.decode(_read(into))])
