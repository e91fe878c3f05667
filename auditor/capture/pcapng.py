"""The pcapng format (draft-ietf-opsawg-pcapng): sections in both byte orders, interfaces with their own clocks, statistics.

Packet blocks are walked in bulk (`records`); the blocks between them are read here one by one.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from auditor.capture import columns as c
from auditor.capture.app_names import CUSTOM_BLOCK, read_user
from auditor.capture.loss_intervals import LossIntervals
from auditor.capture.naming import ANYONE
from auditor.capture.opened import capture_size, open_capture
from auditor.capture.pcapng_blocks import (
    DECRYPTION_SECRETS,
    INTERFACE,
    INTERFACE_STATISTICS,
    NAME_RESOLUTION,
    PLAIN_INTERFACE,
    SECTION,
    lie_in,
    read_interface,
    read_names,
    read_secrets,
    read_statistics,
    section_order,
)
from auditor.capture.reader import ReadOptions
from auditor.capture.rotated import gaps, named, rotated_set
from auditor.capture.story import Resolved
from auditor.errors import DamagedError, Source
from auditor.model.loss import Loss
from auditor.model.reading import Damage, Reading
from auditor.model.vocabulary import HostSource, Surface

if TYPE_CHECKING:
    from auditor.capture.batches import Batch
    from auditor.capture.listener import Listener
    from auditor.capture.progress import Progress
    from auditor.capture.window import Window

MAX_LIES = 100
"""Blocks whose content lies about its length that are told one by one."""
MAX_INTERFACES = 65_536
"""Interfaces of one section whose link type and clock are kept. The packets of further ones cannot be read, which is said."""
MAX_SECRETS = 16 * 1024 * 1024
"""Bytes of secrets that are kept."""
FOR_EVER = 1 << 31
"""Seconds that a name from a name resolution block holds."""


class PcapngReader:
    """Reads pcapng files."""

    name = "pcapng"
    surface = Surface.PRINTER

    def recognises(self, head: bytes) -> bool:
        """By a section header block."""
        return section_order(head) is not None

    def read(self, path: str, options: ReadOptions) -> Reading:
        """Reads one file, or the rotated set that it stands for.

        Raises:
            DamagedError: the first section header is cut.
            OSError: the file cannot be read.
        """
        from auditor.capture.sibling import listen

        members = rotated_set(path)

        def read(listener: "Listener", progress: "Progress") -> dict[str, Any]:
            walker = Walker(listener)
            damage: list[Damage] = list(gaps(members))
            for member in members:
                progress.begin()
                damage += named(walker.run(member, progress), member, path)
            return {
                "damage": tuple(damage),
                "losses": walker.losses(),
                "loss_known": walker.loss_known,
                "secrets": bytes(walker.secrets),
            }

        listener, found = listen(read, sum(capture_size(member) for member in members), options)
        from auditor.capture.summary import reading  # late: another process may be reading since

        return reading("pcapng", listener, **found, options=options, members=members)


class Walker:
    """The files of a recording while they are walked, one after the other."""

    def __init__(self, listener: "Listener") -> None:
        import numpy as np

        from auditor.capture.batches import Buffers

        self.listener = listener
        self.secrets = bytearray()
        """What decryption secrets blocks hold for TLS, wherever they stand."""
        self._buffers = Buffers()
        self._packets = 0
        self._matrix = np.zeros((MAX_INTERFACES + 1, c.INTERFACE_CELLS), np.int64)
        self._matrix[MAX_INTERFACES] = replace(PLAIN_INTERFACE, link=c.BEYOND).cells
        self._interfaces = 0
        self._described = 0
        self._lost = LossIntervals()
        self._section = 0
        self._big = False
        self._lies: list[Damage] = []
        self._told = 0

    def run(self, path: str, progress: "Progress") -> list[Damage]:
        """Walks one file; the damage that ended it, if any.

        Raises:
            DamagedError: not even the first section header of the first file can be read.
        """
        from auditor.capture.window import Window

        self._interfaces, self._described, self._section = 0, 0, 0
        self._lost.next_file()
        damage: list[Damage] = []
        with open_capture(path) as stream:
            window = Window(stream)
            window.advance(0)
            if window.end < 28 and not self.listener.packets:
                raise DamagedError("the section header is cut", Source(path, f"byte {window.end}"), "record it again")
            self._packets = self.listener.packets
            self.listener.hear(self._batches(window, damage), progress)
        return damage

    def _batches(self, window: "Window", damage: list[Damage]) -> Iterator["Batch"]:
        """The packets of the file, many at a time; damage that ends the reading is added to `damage`."""
        from auditor.capture.batches import Batch

        at = 0
        while True:
            records, walk = self._buffers.next(at)
            count = self.listener.engine.walk_blocks(
                window.block, window.end, self._big, self._matrix, self._interfaces, records, walk
            )
            at = int(walk[c.W_AT])
            self._packets += count
            yield Batch(window.block, records, count, window.base + at)
            used = self._between(window, at)
            damage += self._lies
            self._lies = []
            if isinstance(used, Damage):
                damage.append(used)
                return
            at += used
            if used == 0 and walk[c.W_WHY] != c.ROWS_FULL:
                if not window.advance(at):
                    damage += window.damage_at_end("the block behind packet", self._packets)
                    return
                at = 0

    def _between(self, window: "Window", at: int) -> int | Damage:
        """Takes what stands where the walk stopped: the size of a block that carries no packet, 0, or damage."""
        from auditor.capture.records import RULES

        why = self._buffers.walk[c.W_WHY]
        if why == c.BROKEN:
            return self._damage(window.base + at, RULES[int(self._buffers.walk[c.W_CODE])])
        if why != c.OTHER_BLOCK:
            return 0
        used = self._block(window.view[at : window.end])
        if isinstance(used, str):
            return self._damage(window.base + at, used)
        lie = self._lie(window.view[at : at + used])
        if lie and self._told < MAX_LIES:
            self._told += 1
            self._lies = [self._damage(window.base + at, lie)]
        return used

    def _lie(self, block: memoryview) -> str:
        """Which length within a block lies; what stands behind the block is read all the same."""
        kind = int.from_bytes(block[:4], "big" if self._big else "little")
        return lie_in(kind, bytes(block[8:-4]), self._big)

    def _damage(self, place: int, what: str) -> Damage:
        return Damage(f"byte {place}", f"{what} (behind packet {self._packets})")

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
            self._interfaces = 0
        elif kind == INTERFACE:
            interface = read_interface(body, self._big)
            if interface is None:
                return "an interface description that is cut"
            if self._interfaces < MAX_INTERFACES:
                self._matrix[self._interfaces] = interface.cells
            self._interfaces += 1
            self._described += 1
        elif kind == INTERFACE_STATISTICS:
            return self._statistics(body)
        elif kind == NAME_RESOLUTION:
            for address, name in read_names(body, self._big):
                resolved = Resolved(name, HostSource.DNS_ANSWER, ())
                self.listener.names.learn(ANYONE, address, resolved, 0, FOR_EVER)
        elif kind == CUSTOM_BLOCK:
            user = read_user(body, self._big)
            if user is not None:
                self.listener.knows_user(*user)
        elif kind == DECRYPTION_SECRETS:
            self.secrets += read_secrets(body, self._big)[: MAX_SECRETS - len(self.secrets)]
        return ""

    def _statistics(self, body: bytes) -> str:
        from auditor.capture.records import time_of

        statistics = read_statistics(body, self._big)
        if statistics is None or statistics.interface >= self._interfaces:
            return "interface statistics that are cut, or of an interface that was never described"
        matrix = memoryview(self._matrix)
        row = min(statistics.interface, MAX_INTERFACES)
        timed = statistics.timed(lambda high, low: time_of(high, low, matrix, row))
        self._lost.add(self._section, timed, self._packets)
        return ""

    @property
    def loss_known(self) -> bool:
        """Whether every interface says how many packets it lost."""
        return 0 < self._described == self._lost.told

    def losses(self) -> tuple[Loss, ...]:
        """What the interface statistics say, one interval for each interface and time between two of them."""
        return self._lost.losses


READER = PcapngReader()
