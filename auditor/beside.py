"""Messages of a capture are looked through by processes beside this one: messages in, what each held out, in their order.

Messages know nothing of each other, so it makes no difference who looks at one. The others are copies of this process with all
that it has prepared, made once a little has passed, or before a large file is read; where none can be made, and while they are
busy, this process looks itself, or does first what is left to do meanwhile. One that dies costs nothing but its time: what it
had is looked at again here. What passes goes through pipes as MessagePack of the types below, so nothing is run that was read,
and nothing is written to a disk.
"""

import gc
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import IO, TYPE_CHECKING, NamedTuple

import msgspec

from auditor.ctrl_c import copied, later
from auditor.model.content import Field, Message, Piece
from auditor.model.sighting import Sighting
from auditor.model.vocabulary import Direction, Part

if TYPE_CHECKING:
    from auditor.identify.detector import Detector

MUCH = 2 << 20
"""Bytes of messages after which other processes are started: a copy costs as much as looking through some dozen messages."""
MOST = 3
"""Processes beside this one."""
_BATCH = 1 << 18
"""Bytes that are handed over at once."""
_AHEAD = 3
"""Batches that a process has at most: one that it looks through, two that wait in the pipe or before it."""
_SOON = 0.0005
"""Seconds until a thread that talks with a process may go on; usually ten times as many, for which that process would wait."""
_SPARE = 4 << 20
"""Bytes that wait before this process does what is left to do meanwhile: so much the others have to do till then."""
_SIZE = 8


type Watch = Callable[[Message, tuple[Field, ...]], None]
"""Gets each message with its fields while it passes."""


class Held(NamedTuple):
    """What a message held."""

    flow_id: str
    sightings: tuple[Sighting, ...]
    unread: tuple[str, ...]


_FIRST = Message(
    flow_id="",
    number=0,
    direction=Direction.UP,
    at=None,
    host=None,
    protocol="http",
    pieces=(Piece(Part.BODY, "", b'{"first": "message"}'),),
)
"""What a process looks at while the first messages are read: what decoding needs is loaded and compiled then."""
_MESSAGES = msgspec.msgpack.Decoder(list[Message])
_HELD = msgspec.msgpack.Decoder(list[Held])


class _Batch:
    """Messages on their way, and what they held once somebody looked."""

    __slots__ = ("held", "is_over", "messages", "size")

    def __init__(self, messages: list[Message], size: int) -> None:
        self.messages = messages
        self.size = size
        """Bytes."""
        self.held: list[Held] | None = None
        self.is_over = threading.Event()
        """Also set where nobody will look: `held` is None then."""


class _Queue:
    """Batches that nobody has yet: whoever is free takes the next."""

    def __init__(self) -> None:
        self._batches: deque[_Batch] = deque()
        self._has_changed = threading.Condition()
        self._is_closed = False

    def __len__(self) -> int:
        return len(self._batches)

    @property
    def size(self) -> int:
        """Bytes."""
        with self._has_changed:
            return sum(batch.size for batch in self._batches)

    def put(self, batch: _Batch) -> None:
        """One more."""
        with self._has_changed:
            self._batches.append(batch)
            self._has_changed.notify()

    def next(self) -> _Batch | None:
        """The next, None where there is none now."""
        with self._has_changed:
            return self._batches.popleft() if self._batches else None

    def wait(self) -> _Batch | None:
        """The next as soon as there is one, None when there will be no more."""
        with self._has_changed:
            self._has_changed.wait_for(lambda: self._batches or self._is_closed)
            return self._batches.popleft() if self._batches else None

    def close(self) -> None:
        """Nobody needs to wait any more."""
        with self._has_changed:
            self._is_closed = True
            self._batches.clear()
            self._has_changed.notify_all()


class Lookers:
    """This process and those beside it."""

    def __init__(
        self,
        detector: "Detector",
        watch: Watch | None = None,
        *,
        alone: bool = False,
        size: int = 0,
        meanwhile: Callable[[], object] | None = None,
    ) -> None:
        """`alone`: no other process is ever started; nor for a `watch`, which gets each message with its fields. `size`: bytes of
        the file, where it is known. `meanwhile` is called once while others look, or never."""
        from auditor import triage_code

        triage_code.prepare(size)
        self._detector = detector
        self._watch = watch
        self._room = 0 if alone or watch else MUCH
        self._meanwhile = meanwhile
        self._queue = _Queue()
        self._usual = sys.getswitchinterval()
        self._others: list[_Other] = []
        self._gathered: list[Message] = []
        self._size = 0
        self._waiting: deque[_Batch] = deque()
        self._start(size)

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
            self._queue_up()
        if self._waiting:
            self._do_what_is_left()
        while self._help():
            pass
        while self._waiting:
            batch = self._waiting.popleft()
            if not batch.is_over.is_set() and any(other.has(batch) and other.is_warm for other in self._others):
                batch.is_over.wait()
            yield from self._of(batch)
        self.close()

    def close(self) -> None:
        """Ends the processes, whatever they do."""
        self._queue.close()
        if self._others:
            sys.setswitchinterval(self._usual)
        for other in self._others:
            other.close()
        self._others = []

    def _start(self, size: int) -> None:
        if not self._room:
            return
        self._room = max(0, self._room - size)
        if not self._room:
            try:
                with later():
                    self._others = _others(self._detector, self._queue)
                    if self._others:
                        sys.setswitchinterval(_SOON)
            except BaseException:  # Ctrl-C meanwhile
                self.close()
                raise

    def _send(self) -> None:
        """A batch for whoever is free, which is this process where each of the others has one to come."""
        self._queue_up()
        while len(self._queue) > len(self._others):
            if not self._meanwhile:
                self._help()
            elif self._queue.size > _SPARE:
                self._do_what_is_left()
            else:
                break

    def _queue_up(self) -> None:
        batch = _Batch(self._gathered, self._size)
        self._gathered, self._size = [], 0
        self._waiting.append(batch)
        self._queue.put(batch)

    def _do_what_is_left(self) -> None:
        work, self._meanwhile = self._meanwhile, None
        if work:
            work()

    def _help(self) -> bool:
        """Looks through the next batch; False where none waits."""
        batch = self._queue.next()
        if batch is None:
            return False
        batch.held, batch.messages = self._of(batch), []
        batch.is_over.set()
        return True

    def _of(self, batch: _Batch) -> list[Held]:
        """What a batch held; where nobody looked, this process does."""
        return batch.held if batch.held is not None else [look(self._detector, message) for message in batch.messages]


class _Other:
    """A process beside this one, and the two threads that talk with it: what it has to look at next is on its way meanwhile."""

    def __init__(self, detector: "Detector", queue: _Queue) -> None:
        """Makes the process.

        Raises:
            OSError: there is no room for it.
        """
        (theirs, into), (out, answers) = os.pipe(), os.pipe()
        self._into, self._out = os.fdopen(into, "wb"), os.fdopen(out, "rb")
        try:
            self._number = copied(lambda: _answer(detector, theirs, answers))
        except OSError:
            self._into.close()
            self._out.close()
            raise
        finally:
            os.close(theirs)
            os.close(answers)
        self._batches: deque[_Batch] = deque()
        """Those that it has."""
        self._queue = queue
        self._room = threading.Semaphore(_AHEAD)
        self.is_warm = False
        """Whether it ever answered."""
        self._is_lost = False

    def start(self) -> None:
        """Starts the threads: only when all processes are made, for a copy has none of them."""
        for work in (self._tell, self._hear):
            threading.Thread(target=work, daemon=True).start()

    def has(self, batch: _Batch) -> bool:
        """Whether an answer for this batch may still come."""
        return not self._is_lost and batch in self._batches

    def close(self) -> None:
        """Ends it, whatever it does."""
        self._is_lost = True
        self._room.release()
        with suppress(ProcessLookupError):
            os.kill(self._number, signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(self._number, 0)

    def _tell(self) -> None:
        """Batches in, until the end or until the process is gone."""
        try:
            with self._into:
                while self._room.acquire() and not self._is_lost and (batch := self._queue.wait()):
                    self._batches.append(batch)
                    _write(self._into, batch.messages)
        except (OSError, ValueError, OverflowError, msgspec.MsgspecError):
            self._lose()

    def _hear(self) -> None:
        """Answers back, in the order in which batches went."""
        try:
            with self._out:
                while True:
                    held = _HELD.decode(_read(self._out))
                    self.is_warm = True
                    batch = self._batches.popleft()
                    batch.held = held
                    batch.is_over.set()
                    self._room.release()
        except (OSError, EOFError, ValueError, IndexError, msgspec.MsgspecError):
            self._lose()

    def _lose(self) -> None:
        """Ends all waiting for it, its own too."""
        self._is_lost = True
        self._room.release()
        for left in list(self._batches):
            left.is_over.set()


def _others(detector: "Detector", queue: _Queue) -> list[_Other]:
    """As many processes as there are further processors; none where a copy is not safe: systems other than Linux do not copy what
    their libraries hold, and a thread beside the first one may run in a worker, of which there are many already."""
    made: list[_Other] = []
    if sys.platform == "linux" and threading.current_thread() is threading.main_thread():
        with suppress(OSError):  # no room for another process: those that there are do it
            made.extend(_Other(detector, queue) for _ in range(min(MOST, _cores() - 1)))
    for other in made:
        other.start()
    return made


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


def _answer(detector: "Detector", theirs: int, answers: int) -> None:
    """What the other process does: messages in, what they held out, until there are no more. It keeps nothing open that this one
    has open: its input ends when this one does."""
    os.dup2(theirs, 0)
    os.dup2(answers, 1)
    for open_file in os.listdir("/proc/self/fd"):
        if int(open_file) > 1:
            with suppress(OSError):  # the one that listed them
                os.close(int(open_file))
    os.open(os.devnull, os.O_WRONLY)
    gc.freeze()  # what is shared stays shared
    into, out = os.fdopen(0, "rb"), os.fdopen(1, "wb")
    look(detector, _FIRST)
    with suppress(EOFError, OSError):
        while True:
            _write(out, [look(detector, message) for message in _MESSAGES.decode(_read(into))])
