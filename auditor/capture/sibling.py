"""Two processes for one large capture: what reads its packets goes in, the listener that heard all of them comes out.

A child follows the packets and takes the first look at payloads, which is compiled code; this process takes the closer look,
which is Python, and does meanwhile what its caller needs later. A payload is handed over with its conversation's cells as they
are at that moment, so that no byte of the result depends on who is faster. What the child has counted follows at the end. Where
there is no second core, or the child dies, this process does all of it.
"""

import importlib
from contextlib import nullcontext, suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from auditor.capture import columns as c
from auditor.capture import engine
from auditor.capture.ahead import import_ahead
from auditor.capture.app_names import BEHIND
from auditor.capture.batches import Picked
from auditor.capture.child import LARGE, child, cores
from auditor.capture.glances import Glances
from auditor.capture.listener import Listener
from auditor.capture.mailbox import Inbox, LostError, Outbox
from auditor.capture.naming import Names
from auditor.capture.progress import Progress
from auditor.errors import AuditError

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from auditor.capture.reader import ReadOptions
    from auditor.capture.story import Resolved

    type Block = npt.NDArray[np.uint8]
    type Matrix = npt.NDArray[np.int64]
    type Vector = npt.NDArray[np.int64]
    type Read[R] = Callable[[Listener, Progress], R]
    """Feeds a capture's packets to a listener; what else it found must be such that it can be sent to another process."""

QUIET = 16 * 1024 * 1024
"""Bytes of the file after which the child says how far it is, and sends what it has gathered."""
TOGETHER = 512
"""Payloads that are handed over at once, at most."""
_CELLS = c.PICK_CELLS + c.CONVERSATION_CELLS
WANTED = ("auditor.capture.connection", "numpy.ma", "pyarrow.compute", "auditor.capture.plain_rows", "auditor.capture.summary")
"""Modules that the end of a reading needs."""


class _Run(NamedTuple):
    """Payloads that were picked in one block."""

    payloads: int
    link: int
    kept: dict[int, bytes]
    """What pending buffers hold for conversations that are handed over for the first time."""


class _Heard(NamedTuple):
    """Payloads for the closer look, of several blocks. As bare bytes: there are as many blocks as the file has."""

    frames: bytes
    """The picked frames, each up to its payload's end."""
    cells: bytes
    """A row of numbers for each pick: its own cells, then those of its conversation."""
    runs: tuple[_Run, ...]
    """In which blocks they were picked: a conversation's cells change between them."""
    glanced: bool
    """Whether there was a first look."""
    apps: bool
    """Whether the capture says which app its packets belong to."""
    users: dict[int, str]
    """The app of each user id, where the capture says so."""
    read: int
    """Bytes of the file since the last time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Named:
    """A name that the capture itself gives to an address."""

    client: str
    address: str
    resolved: "Resolved"
    at: int
    ttl: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ended[R]:
    """All that was counted and glanced at."""

    rows: "Matrix"
    state: "Matrix"
    glances: Glances | None
    fragments: int
    """Datagrams that lack one."""
    read: int
    found: R


@dataclass(frozen=True, slots=True)
class _Failed:
    """The reading ended with an error."""

    error: AuditError | OSError


class ToldError(Exception):
    """This process has told another one all that it read, and has nothing more to do."""


def listen[R](read: "Read[R]", size: int, options: "ReadOptions") -> tuple[Listener, R]:
    """Has a capture of `size` bytes read: the listener, and what else `read` found.

    Raises:
        AuditError, OSError: as `read` and the caller's `meanwhile` do.
        ToldError: another process listens.
    """
    if isinstance(options.beside, Outbox):
        _tell(read, size, options.beside)
        raise ToldError
    if options.meanwhile and options.inspect is None and (options.beside or (size >= LARGE and cores() > 1)):
        with suppress(LostError):
            return _with_a_child(read, size, options, options.meanwhile)
        options = replace(options, progress=None)  # which has heard of these bytes
    if options.meanwhile:
        options.meanwhile()
    listener = Listener(options.inspect, engine.engine_for(size), size)
    if listener.glances is not None:
        import_ahead(*WANTED)
    return listener, read(listener, Progress(options.progress))


def _with_a_child[R](read: "Read[R]", size: int, options: "ReadOptions", meanwhile: "Callable[[], object]") -> tuple[Listener, R]:
    """As `listen`.

    Raises:
        LostError: there is no child (any more).
    """
    with nullcontext(options.beside) if isinstance(options.beside, Inbox) else child(partial(_tell, read, size)) as inbox:
        meanwhile()
        for module in WANTED:
            importlib.import_module(module)
        return _hear(inbox, size, options)


# --- this process


def _hear(inbox: Inbox, size: int, options: "ReadOptions") -> tuple[Listener, Any]:
    """Takes the closer look at what the child hands over, until its end."""
    listener = Listener(None, replace(engine.PLAIN, glances=True), size)
    while True:
        message = inbox.take()
        if isinstance(message, _Heard):
            inbox.answer(_take(listener, message))
        elif isinstance(message, _Named):
            listener.names.learn(message.client, message.address, message.resolved, message.at, message.ttl)
        elif isinstance(message, _Failed):
            raise message.error
        elif isinstance(message, _Ended):
            listener.take_over(message.rows, message.state, message.glances, message.fragments)
        if options.progress and isinstance(message, _Heard | _Ended) and message.read:
            options.progress(message.read)
        if isinstance(message, _Ended):
            return listener, message.found


def _take(listener: Listener, heard: _Heard) -> "Vector":
    """The closer look, with everything where the listener itself would have it. Returns the conversations that need no more."""
    if not heard.glanced:
        listener.glances = None
    if heard.apps:
        listener.expect_apps()
        listener.users = heard.users
    table = np.frombuffer(heard.cells, np.int64).reshape(-1, _CELLS)
    numbers = table[:, c.P_CONVERSATION]
    listener.make_room(int(numbers.max(initial=0)) + 1)
    frames = np.frombuffer(heard.frames, np.uint8)
    at = 0
    for run in heard.runs:
        rows = table[at : at + run.payloads]
        listener.rows[rows[:, c.P_CONVERSATION]] = rows[:, c.PICK_CELLS :]
        if listener.glances is not None:
            for slot, kept in run.kept.items():
                listener.glances.keep(slot, kept)
        listener.listen(Picked(frames, rows[:, : c.PICK_CELLS], run.payloads, 0, run.link))
        at += run.payloads
    return numbers[listener.closed[numbers]]


# --- the child


def _tell[R](read: "Read[R]", size: int, outbox: Outbox) -> None:
    """Reads, and says so."""
    listener = Listener(None, engine.engine_for(size), size)
    teller = _Teller(listener, outbox)
    listener.hand_on = teller.hand_on
    listener.names = _FarNames(teller, outbox)
    try:
        found = read(listener, Progress(teller.read))
    except (AuditError, OSError) as error:
        outbox.put(_Failed(error))
        return
    teller.flush()
    glances = None if listener.glances is None else listener.glances.trimmed(listener.state)
    rows, waiting = listener.rows[: listener.count], listener.fragments.waiting
    outbox.put(_Ended(rows=rows, state=listener.state, glances=glances, fragments=waiting, read=teller.since, found=found))


class _Teller:
    """Gathers the picked payloads of several blocks, and hands them on."""

    def __init__(self, listener: Listener, outbox: Outbox) -> None:
        self._listener = listener
        self._outbox = outbox
        self._told: set[int] = set()
        """Conversations whose pending buffers were handed on."""
        self._table: Matrix = np.empty((TOGETHER, _CELLS), np.int64)
        self._frames: Block = np.empty(TOGETHER * 256, np.uint8)
        self._filled: Vector = np.zeros(c.GATHERED_CELLS, np.int64)
        self._runs: list[_Run] = []
        self.since = 0
        """Bytes of the file since the last message."""

    def read(self, size: int) -> None:
        """More of the file was read."""
        self.since += size

    def hand_on(self, picked: Picked) -> None:
        """Payloads for the closer look."""
        listener = self._listener
        done = self._outbox.answers()
        if done:
            listener.rows[np.frombuffer(done, np.int64), c.BUDGET : c.BUDGET + 2] = 0
        behind = BEHIND if listener.carries_apps else 0
        first = 0
        while first < picked.count:
            following = listener.engine.gather(
                picked.block, picked.picks, first, picked.count, listener.rows, behind, self._table, self._frames, self._filled
            )
            if following > first:
                self._runs.append(_Run(following - first, picked.link, self._kept(following - first)))
                first = following
            elif self._runs:
                self.flush()
            else:  # a frame as large as that
                self._frames = np.empty(len(self._frames) * 2, np.uint8)
        if self.since >= QUIET:
            self.flush()

    def flush(self) -> None:
        """Sends what was gathered."""
        listener, (rows, size) = self._listener, self._filled.tolist()
        glanced, apps = listener.glances is not None, listener.carries_apps
        frames, cells = self._frames[:size].tobytes(), self._table[:rows].tobytes()
        self._outbox.put(_Heard(frames, cells, tuple(self._runs), glanced, apps, dict(listener.users), self.since))
        self._filled[:] = 0
        self._runs.clear()
        self.since = 0

    def _kept(self, count: int) -> dict[int, bytes]:
        """The pending buffers of conversations that were not handed on before, among the last that were gathered."""
        glances, end = self._listener.glances, int(self._filled[c.H_ROWS])
        slots = self._table[end - count : end, c.PICK_CELLS + c.SLOT]
        if glances is None or not slots.any():
            return {}
        numbers = self._table[end - count : end, c.P_CONVERSATION]
        having = dict(zip(numbers.tolist(), slots.tolist(), strict=True))
        fresh = {number: slot for number, slot in having.items() if slot and number not in self._told}
        self._told.update(fresh)
        return {slot: glances.waiting(slot) for slot in fresh.values()}


class _FarNames(Names):
    """Hands on what the capture says of names."""

    __slots__ = ("_outbox", "_teller")

    def __init__(self, teller: _Teller, outbox: Outbox) -> None:
        super().__init__()
        self._teller = teller
        self._outbox = outbox

    def learn(self, client: str, address: str, resolved: "Resolved", at: int, ttl: int) -> None:
        """As for the names of this process."""
        self._teller.flush()
        self._outbox.put(_Named(client=client, address=address, resolved=resolved, at=at, ttl=ttl))
