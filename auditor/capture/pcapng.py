"""The pcapng format (draft-ietf-opsawg-pcapng): sections in both byte orders, interfaces with their own clocks, statistics.

Packet blocks are walked in bulk (`records`); the blocks between them are read here one by one.
"""

from typing import TYPE_CHECKING

from auditor.capture import columns as c
from auditor.capture.opened import capture_size, open_capture
from auditor.capture.pcapng_blocks import (
    INTERFACE,
    INTERFACE_STATISTICS,
    SECTION,
    Interface,
    Statistics,
    read_interface,
    read_statistics,
    section_order,
)
from auditor.capture.reader import ReadOptions
from auditor.errors import DamagedError, Source
from auditor.model.loss import Loss
from auditor.model.reading import Damage, Reading
from auditor.model.vocabulary import Surface

if TYPE_CHECKING:
    from auditor.capture.summary import Progress

MAX_INTERFACES = 4_096
RECORDS = 65_536


class PcapngReader:
    """Reads pcapng files."""

    name = "pcapng"
    surface = Surface.PRINTER

    def recognises(self, head: bytes) -> bool:
        """By a section header block."""
        return section_order(head) is not None

    def read(self, path: str, options: ReadOptions) -> Reading:
        """Reads one file.

        Raises:
            DamagedError: the first section header is cut.
            OSError: the file cannot be read.
        """
        from auditor.capture.summary import Progress, reading

        walker = Walker(path, options)
        damage = walker.run(Progress(options.progress))
        losses = walker.losses()
        return reading(
            "pcapng",
            walker.listener,
            damage=(damage,) if damage else (),
            losses=losses,
            loss_known=walker.loss_known,
        )


class Walker:
    """One file while it is walked."""

    def __init__(self, path: str, options: ReadOptions) -> None:
        import numpy as np

        from auditor.capture.engine import engine_for
        from auditor.capture.listener import Listener

        self.path = path
        self.listener = Listener(options.inspect, engine_for(capture_size(path)))
        self._records = np.zeros((RECORDS, c.RECORD_CELLS), np.int64)
        self._walk = np.zeros(c.W_CELLS, np.int64)
        self._matrix = np.zeros((MAX_INTERFACES, c.INTERFACE_CELLS), np.int64)
        self._interfaces: list[Interface] = []
        self._described = 0
        self._reported: dict[tuple[int, int], Statistics] = {}
        self._section = 0
        self._big = False

    def run(self, progress: "Progress") -> Damage | None:
        """Walks the whole file; the damage that ended it, if any.

        Raises:
            DamagedError: not even the first section header can be read.
        """
        from auditor.capture.records import RULES
        from auditor.capture.window import Window

        with open_capture(self.path) as stream:
            window = Window(stream)
            window.advance(0)
            if window.end < 28:
                raise DamagedError("the section header is cut", Source(self.path, f"byte {window.end}"), "record it again")
            at = 0
            while True:
                self._walk[c.W_AT] = at
                count = self.listener.engine.walk_blocks(
                    window.block, window.end, self._big, self._matrix, len(self._interfaces), self._records, self._walk
                )
                self.listener.feed(window.block, self._records, count)
                at, why = int(self._walk[c.W_AT]), self._walk[c.W_WHY]
                progress.at(window.base + at)
                if why == c.BROKEN:
                    return self._damage(window.base + at, RULES[int(self._walk[c.W_CODE])])
                if why == c.OTHER_BLOCK:
                    used = self._block(window.view[at : window.end])
                    if isinstance(used, str):
                        return self._damage(window.base + at, used)
                    at += used
                    if used:
                        continue
                if why != c.ROWS_FULL:
                    if not window.advance(at):
                        return next(window.damage_at_end("the block behind packet", self.listener.packets), None)
                    at = 0

    def _damage(self, place: int, what: str) -> Damage:
        return Damage(f"byte {place}", f"{what} (behind packet {self.listener.packets})")

    def _block(self, view: memoryview) -> int | str:
        """Takes a block that carries no packet: its size, 0 when it is not all there yet, or the rule that it breaks."""
        from auditor.capture.records import RULES, block_rule

        order = section_order(bytes(view[:12]))
        if order is not None:
            self._big = order
        kind = int.from_bytes(view[:4], "big" if self._big else "little")
        rule = block_rule(view, 0, len(view), self._big, 28 if order is not None else 12)
        if kind == SECTION and order is None:
            return "a section header without a byte-order mark"
        if rule:
            return 0 if rule < 0 else RULES[rule]
        size = int.from_bytes(view[4:8], "big" if self._big else "little")
        return self._read_block(kind, bytes(view[8 : size - 4])) or size

    def _read_block(self, kind: int, body: bytes) -> str:
        """Reads the body of a block that carries no packet; what is wrong with it, else empty."""
        if kind == SECTION:
            self._section += 1
            self._interfaces = []
        elif kind == INTERFACE:
            interface = read_interface(body, self._big)
            if interface is None or len(self._interfaces) == MAX_INTERFACES:
                return "an interface description that is cut" if interface is None else "more than 4096 interfaces"
            self._matrix[len(self._interfaces)] = interface.cells
            self._interfaces.append(interface)
            self._described += 1
        elif kind == INTERFACE_STATISTICS:
            return self._statistics(body)
        return ""

    def _statistics(self, body: bytes) -> str:
        from auditor.capture.records import time_of

        statistics = read_statistics(body, self._big)
        if statistics is None or statistics.interface >= len(self._interfaces):
            return "interface statistics that are cut, or of an interface that was never described"
        matrix = memoryview(self._matrix)
        timed = statistics.timed(lambda high, low: time_of(high, low, matrix, statistics.interface))
        # Later statistics of the same interface include the earlier ones: the last counts.
        self._reported[self._section, statistics.interface] = timed
        return ""

    @property
    def loss_known(self) -> bool:
        """Whether every interface says how many packets it lost."""
        known = [statistics for statistics in self._reported.values() if statistics.dropped is not None]
        return self._described > 0 and len(known) == self._described

    def losses(self) -> tuple[Loss, ...]:
        """What the interface statistics say, one interval for each interface."""
        return tuple(
            Loss(
                started=statistics.started if statistics.started is not None else statistics.at,
                ended=statistics.ended if statistics.ended is not None else statistics.at,
                delivered=statistics.delivered(self.listener.packets),
                dropped=statistics.dropped,
            )
            for statistics in self._reported.values()
            if statistics.dropped is not None
        )


READER = PcapngReader()
