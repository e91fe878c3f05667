"""Listens to a whole capture: blocks of packet records go in, conversations and their stories come out, messages go to `inspect`.

The pass over the packets (`conversations.follow`) fills matrices; only packets whose payload is worth a look become Python
objects here, and a conversation stops being looked at as soon as nothing more can be learnt from it.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from auditor.capture import columns as c
from auditor.capture.app_names import app_of, carries_apps
from auditor.capture.batches import Batch, Picked
from auditor.capture.conversations import MAX_SUBFRAMES, ROWS_FOR_A_PACKET
from auditor.capture.dns import address_text
from auditor.capture.engine import Engine
from auditor.capture.fragments import Fragments
from auditor.capture.glances import Glances
from auditor.capture.marked import TOO_MANY_NOTE
from auditor.capture.naming import Names
from auditor.capture.network import IS_FRAGMENT
from auditor.capture.placed import Placed
from auditor.capture.progress import Progress
from auditor.capture.story import Resolved, Story
from auditor.capture.transports import transport_name
from auditor.model.content import Place
from auditor.model.reading import Inspect

if TYPE_CHECKING:
    import numpy.typing as npt

    from auditor.capture.connection import Connection, TcpConnection

    type Matrix = npt.NDArray[np.int64]

_IPV6_HEAD = 40
FIRST_ROWS = 4_096
MOST_FIRST_ROWS = 262_144
"""Rows for which room is set aside at the beginning: zeroed memory costs nothing until it is written to, growing costs a copy."""
BYTES_FOR_A_ROW = 16_384
"""Of a large capture."""
PICK_ROWS = 65_536
MAX_HELD = 128 * 1024 * 1024
"""Bytes that all conversations together hold back for reassembly; beyond it the longest-silent ones are told as they are."""
SWEEP_EVERY = 32 * 1024 * 1024
"""Picked bytes between two looks at what is held."""
MAX_USERS = 4_096
"""User ids of a phone whose apps are kept."""


def half_bytes(high: int, low: int) -> str:
    """An address of two signed halves as text."""
    return address_text(high.to_bytes(8, "big", signed=True) + low.to_bytes(8, "big", signed=True))


def _packet_of(key: tuple[int, ...], payload: bytes) -> bytes:
    """An IPv6 packet around a reassembled payload, with the addresses as the cells hold them and a length of 0 (any)."""
    halves = b"".join(half.to_bytes(8, "big", signed=True) for half in key[:4])
    return b"\x60\0\0\0\0\0" + bytes([key[4], 64]) + halves + payload


class Listener:
    """The state of one capture (or rotated set) while it is read."""

    def __init__(self, inspect: Inspect | None, engine: Engine, size: int = 0) -> None:
        """`size`: about how many bytes the capture has."""
        first = FIRST_ROWS
        while first < min(size // BYTES_FOR_A_ROW, MOST_FIRST_ROWS):
            first *= 2
        self.engine = engine
        self.inspect = inspect
        self.names = Names()
        self.rows: Matrix = np.zeros((first, c.CONVERSATION_CELLS), np.int64)
        self.state: Matrix = np.zeros(c.STATE_CELLS, np.int64)
        self.state[c.ALLOWANCE] = c.UNLIMITED
        self.stories: dict[int, Story] = {}
        self.closed: npt.NDArray[np.bool_] = np.zeros(first, np.bool_)
        """Conversations of which nothing more can be learnt."""
        self._slots: Matrix = np.zeros(first * 4, np.int64)
        self._picks: Matrix = np.zeros((PICK_ROWS, c.PICK_CELLS), np.int64)
        self._cell: Matrix = np.zeros(c.PACKET_CELLS, np.int64)
        self.fragments = Fragments()
        self.glances = Glances() if engine.glances and inspect is None else None
        self.hand_on: Callable[[Picked], None] | None = None
        """Who takes the closer look in place of this listener."""
        self._open: dict[int, Connection] = {}
        self._picked = 0
        self._apps: bool | None = None
        self.users: dict[int, str] = {}
        """The app of each user id, where the capture says so."""

    @property
    def count(self) -> int:
        """Conversations so far."""
        return int(self.state[c.CONVERSATIONS])

    @property
    def packets(self) -> int:
        """Packets so far."""
        return int(self.state[c.PACKET])

    @property
    def carries_apps(self) -> bool:
        """Whether the capture says which app its packets belong to, as far as is known."""
        return bool(self._apps)

    def hear(self, batches: Iterator[Batch], progress: Progress) -> None:
        """Takes all batches of a file, each from its walk to the closer look while it is in the processor's cache."""
        for picked in self._followed(batches):
            (self.hand_on or self.listen)(picked)
            progress.at(picked.end)

    def _followed(self, batches: Iterator[Batch]) -> Iterator[Picked]:
        """The picked payloads, in runs; each is good until the next is asked for."""
        for batch in batches:
            first = self._follow(batch, 0) if batch.followed is None else batch.followed
            while True:
                why = self.state[c.WHY]
                yield self._glanced(
                    Picked(batch.block, self._picks, int(self.state[c.PICKS]), batch.end, int(batch.records[0, c.LINK]))
                )
                if why == c.FULL:
                    self._make_room()
                elif why == c.FRAGMENT:
                    yield from self._fragment(batch, batch.records[first].tolist())
                    first += 1
                if first >= batch.count:
                    break
                first = self._follow(batch, first)

    def _follow(self, batch: Batch, first: int) -> int:
        """Follows records, with fresh picks; the one to go on with."""
        self.state[c.PICKS] = 0
        return self.engine.follow(
            batch.block, batch.records, first, batch.count, self.rows, self._slots, self._picks, self.state, self._cell
        )

    def follow_records(
        self, block: "npt.NDArray[np.uint8]", end: int, form: tuple[int, ...], records: "Matrix", walk: "Matrix"
    ) -> int:
        """Walks pcap records and follows them, with fresh picks: `bulk.follow_records`; `form`: its numbers of the format."""
        self.state[c.PICKS] = 0
        return self.engine.follow_records(
            block, end, *form, records, walk, self.rows, self._slots, self._picks, self.state, self._cell
        )

    def _fragment(self, batch: Batch, record: list[int]) -> Iterator[Picked]:
        """Keeps the fragment that the cells describe. Where an 802.11 frame holds several packets, goes on behind it."""
        cell = self._cell
        answer = IS_FRAGMENT
        for _ in range(MAX_SUBFRAMES):
            rest, end = int(cell[c.REST_AT]), int(cell[c.REST_END])
            if answer == IS_FRAGMENT:
                yield from self._whole(batch, record)
            if not rest:
                return
            self._make_room()
            cell[c.KIND], cell[c.AT], cell[c.END] = c.SEVERAL, rest, end
            cell[c.SHORT] = record[c.ORIGINAL] - record[c.CAPTURED]
            answer = self._converse(batch.block, record, record[c.OFFSET])
            yield self._glanced(Picked(batch.block, self._picks, int(self.state[c.PICKS]), batch.end, record[c.LINK]))

    def _whole(self, batch: Batch, record: list[int]) -> Iterator[Picked]:
        """The packet that completes a datagram is taken like an ordinary one."""
        cell = self._cell
        key = tuple(int(value) for value in (*cell[c.SRC_HI : c.PROTOCOL + 1], cell[c.FRAGMENT_ID]))
        at = int(cell[c.AT])
        data = bytes(memoryview(batch.block)[at : int(cell[c.END])])
        piece = Placed(data, (Place(0, self.packets, at - record[c.OFFSET]),))
        whole = self.fragments.add(key, int(cell[c.FRAGMENT_AT]), piece, more=bool(cell[c.FRAGMENT_MORE]))
        if whole is None:
            return
        packet = np.frombuffer(_packet_of(key, whole.data), np.uint8)
        places = tuple(replace(place, start=place.start + _IPV6_HEAD) for place in whole.places)
        cell[c.KIND], cell[c.AT], cell[c.END], cell[c.SHORT], cell[c.FRAME] = c.ANY_IP, 0, len(packet), 0, -1
        self._converse(packet, record, 0)
        yield self._glanced(Picked(packet, self._picks, int(self.state[c.PICKS]), batch.end, c.ANY_IP, places))

    def _converse(self, block: "npt.NDArray[np.uint8]", record: list[int], frame: int) -> int:
        """Takes the packet that the cells describe to its conversations, with fresh picks; what `dissect` says of it."""
        self.state[c.PICKS] = 0
        return self.engine.converse(
            block, self.rows, self._slots, self._picks, self.state, self._cell, record[c.TIME], record[c.ORIGINAL], frame
        )

    def _glanced(self, picked: Picked) -> Picked:
        """The picks that a glance does not understand; all of them where nothing is glanced at."""
        if self._apps is None and picked.count:
            self._look_for_apps(picked)
        if self.glances is None:
            return picked
        return replace(picked, count=self.glances.look(self.engine, picked, self.rows, self.state))

    def _make_room(self) -> None:
        if self.count + ROWS_FOR_A_PACKET <= len(self.rows):
            return
        self.make_room(len(self.rows) + 1)
        self._slots = np.zeros(len(self._slots) * 2, np.int64)
        self.engine.rebuild(self.rows, self._slots, self.state, self._cell)

    def make_room(self, count: int) -> None:
        """Room for so many conversations."""
        size = len(self.rows)
        while size < count:
            size *= 2
        if size > len(self.rows):
            rows = np.zeros((size, c.CONVERSATION_CELLS), np.int64)
            rows[: len(self.rows)] = self.rows
            self._replace(rows)

    def _replace(self, rows: "Matrix") -> None:
        closed = np.zeros(len(rows), np.bool_)
        closed[: len(self.closed)] = self.closed[: len(rows)]
        self.rows, self.closed = rows, closed

    def take_over(self, rows: "Matrix", state: "Matrix", glances: Glances | None, fragments: int) -> None:
        """Takes what another listener has counted of the same packets, while this one took the closer look."""
        self._replace(rows)
        self.state, self.glances = state, glances
        self.fragments.given_up = fragments

    def listen(self, picked: Picked) -> None:
        """Hands the picked payloads to their conversations."""
        from auditor.capture.connection import TcpConnection  # which who only follows packets does not need

        view = memoryview(picked.block)
        picks = picked.picks[: picked.count]
        picks = picks[~self.closed[picks[:, c.P_CONVERSATION]]]  # some were picked before their conversation was closed
        for row, side, number, at, start, length, missing, frame, seq, flags in picks.tolist():
            connection = self._open.get(row) or self._begin(row)
            if connection is None:
                continue
            if self._apps and connection.story.app is None:
                connection.story.app = app_of(view, picked.link, start - frame, start + length, self.users)
            data = bytes(view[start : start + length])
            places = Placed(bytes(view), picked.places).part(start, start + length).places if picked.places else ()
            self._picked += length
            if isinstance(connection, TcpConnection):
                if length or missing:
                    first = None if connection.knows(side) else self._first(row, side)
                    connection.take(
                        side, data, seq=seq, first=first, missing=missing, packet=number, offset=frame, at=at, places=places
                    )
                if flags & (c.FIN | c.RST) and connection.closes(side, bool(flags & c.RST), seq + length + missing):
                    connection.story.finished = True
            else:
                connection.take(side, data, missing=missing, packet=number, offset=frame, at=at, places=places)
            if connection.story.finished:
                self._close(row)
            elif connection.story.dozes:
                self.rows[row, c.MARKS] |= c.WATCHED
                self.rows[row, c.BUDGET : c.BUDGET + 2] = 0
        if self._picked > SWEEP_EVERY:
            self._sweep()

    def _look_for_apps(self, picked: Picked) -> None:
        """Whether the capture says which app its packets belong to; a glance would pass over that."""
        places = picked.picks[: min(picked.count, 64), [c.P_OFFSET, c.P_LENGTH, c.P_FRAME]].tolist()
        self._apps = False
        if carries_apps(memoryview(picked.block), picked.link, ((at - frame, at + size) for at, size, frame in places)):
            self.expect_apps()

    def knows_user(self, user: int, app: str) -> None:
        """The capture says whose app a user id is, before the first packet of it."""
        if self._apps is not False and len(self.users) < MAX_USERS:
            self.users.setdefault(user, app)
            self.expect_apps()

    def expect_apps(self) -> None:
        """The capture says which app its packets belong to: every payload gets the closer look."""
        self._apps = True
        self.glances = None

    def _first(self, row: int, side: int) -> int | None:
        """The sequence number of a side's first byte; behind what a glance understood; None where the glance passed over some."""
        cells = self.rows[row]
        unanswered = cells[c.APPLICATION] == c.A_TLS and side != cells[c.CLIENT] and not cells[c.MARKS] & c.ANSWERED
        if self.glances is not None and cells[c.APPLICATION] and not cells[c.SLOT] and not unanswered:
            return int(cells[c.NEXT + side]) if cells[c.NEXT + side] >= 0 else None
        return (int(cells[c.BASE + side]) + 1) & 0xFFFFFFFF

    def _begin(self, row: int) -> "Connection | None":
        """A conversation's first payload; None for one that was closed already."""
        from auditor.capture.connection import DatagramConnection, TcpConnection

        if row in self.stories:
            return None
        cells = self.rows[row].tolist()
        transport = transport_name(cells[c.TRANSPORT])
        addresses = tuple(half_bytes(cells[c.ADDRESS_HI + side], cells[c.ADDRESS_LO + side]) for side in (0, 1))
        story = Story(
            flow_id=f"{transport}-{cells[c.STREAM]}",
            client=cells[c.CLIENT],
            addresses=(addresses[0], addresses[1]),
            ports=(cells[c.PORT], cells[c.PORT + 1]),
            emit=self.inspect,
            resolve=self._resolver(addresses, cells[c.STARTED]),
        )
        self.stories[row] = story
        if transport != "tcp":
            datagrams = self._open[row] = DatagramConnection(story, self.names, transport)
            if self.glances is not None and cells[c.SLOT]:
                datagrams.resume_quic(*self.glances.waiting_quic(cells[c.SLOT]), side=cells[c.NEXT], at=cells[c.STARTED])
            elif cells[c.MARKS] & c.WATCHED:
                datagrams.go_on_with_quic(side=cells[c.NEXT])
            return datagrams
        connection = self._open[row] = TcpConnection(story, self.names)
        if self.glances is not None and cells[c.SLOT]:
            self._hand_over(connection, cells)
        return connection

    def _hand_over(self, connection: "TcpConnection", cells: list[int]) -> None:
        """Gives the closer look what the glance has kept of a ClientHello."""
        side = max(cells[c.CLIENT], 0)
        first = (cells[c.BASE + side] + 1) & 0xFFFFFFFF
        data = self.glances.waiting(cells[c.SLOT])[: cells[c.FILLED]] if self.glances else b""
        connection.take(
            side, data, seq=first, first=first, missing=0, packet=cells[c.FIRST_PACKET], offset=0, at=cells[c.STARTED]
        )

    def _resolver(self, addresses: tuple[str, ...], started: int) -> Callable[[int], Resolved | None]:
        # The names alone: a story that held its listener would keep all matrices alive until a collection.
        names = self.names
        return lambda client: names.find(addresses[client], addresses[1 - client], started)

    def _close(self, row: int) -> None:
        """Nothing more can be learnt from the conversation: its packets are only counted from here on."""
        self._open.pop(row).end()
        self.closed[row] = True
        self.rows[row, c.BUDGET] = 0
        self.rows[row, c.BUDGET + 1] = 0

    def _sweep(self) -> None:
        """Keeps memory bounded: when too much is held back, the longest-silent conversations are told as they are."""
        self._picked = 0
        held = {row: connection.held for row, connection in self._open.items()}
        total = sum(held.values())
        for row in sorted(held, key=lambda row: self._open[row].last):
            if total <= MAX_HELD // 2:
                break
            if held[row]:
                total -= held[row]
                self._open[row].story.miss((TOO_MANY_NOTE,))
                self._close(row)

    def stories_of(self, application: str, glanced: int) -> list[Story]:
        """The stories of a protocol, in the order of the conversations; a glance's conversations get theirs now."""
        if self.glances is not None:
            for row in np.flatnonzero(self.rows[: self.count, c.APPLICATION] == glanced).tolist():
                if row not in self.stories:
                    self._begin(row)
                    self._close(row)
                    self.stories[row].application = application
        return [story for _, story in sorted(self.stories.items()) if story.application == application]

    def finish(self) -> None:
        """The capture is over: everything that is still held is told, in the order of the conversations."""
        if self.glances is not None:
            for row in np.flatnonzero(self.rows[: self.count, c.SLOT]).tolist():
                self._begin(row)
        for row in sorted(self._open):
            self._open[row].end()
        self._open.clear()

    def forget(self) -> None:
        """Lets go of all conversations, of which a table was made; what was counted of the capture stays."""
        self.rows, self.closed, self.glances = self.rows[:0].copy(), self.closed[:0].copy(), None
        self.stories.clear()
        self._slots = self._slots[:0].copy()
