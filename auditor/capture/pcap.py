"""The pcap format (draft-ietf-opsawg-pcap): both byte orders, micro- and nanoseconds, Kuznetsov's modified records."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from auditor.capture import columns as c
from auditor.capture.opened import capture_size, open_capture
from auditor.capture.reader import ReadOptions
from auditor.capture.rotated import gaps, named, rotated_set
from auditor.errors import DamagedError, Source
from auditor.model.reading import Damage, Reading
from auditor.model.vocabulary import Surface

if TYPE_CHECKING:
    from auditor.capture.batches import Batch
    from auditor.capture.listener import Listener
    from auditor.capture.progress import Progress
    from auditor.capture.window import Window

HEAD = 24
MAX_SNAP = 262_144
"""As libpcap: no packet is longer, unless the header's snap length says so."""
LARGEST_SNAP = 16 * 1024 * 1024
_MAGIC = {
    0xA1B2C3D4: (16, False),
    0xA1B23C4D: (16, True),
    0xA1B2CD34: (24, False),
}
"""Magic number to the size of a record's header and whether its fractions are nanoseconds."""


@dataclass(frozen=True, slots=True)
class FileHead:
    """What the file header says."""

    big: bool
    nanoseconds: bool
    record_head: int
    link: int
    limit: int
    """The most bytes that a packet may have."""
    snap: int


def read_head(head: bytes) -> FileHead | None:
    """The header of a pcap file (section 4); None where it is none."""
    for big in (False, True):
        magic = int.from_bytes(head[:4], "big" if big else "little")
        if magic in _MAGIC and len(head) >= 4:
            record_head, nanoseconds = _MAGIC[magic]
            fields = struct.unpack((">" if big else "<") + "HHiIII", head[4:HEAD].ljust(20, b"\0"))
            snap, link = fields[4], fields[5] & 0xFFFF
            # A snap length of 0 or beyond reason means none (libpcap's rule).
            limit = max(MAX_SNAP, snap) if snap <= LARGEST_SNAP else MAX_SNAP
            return FileHead(big, nanoseconds, record_head, link, limit, snap)
    return None


class PcapReader:
    """Reads pcap files."""

    name = "pcap"
    surface = Surface.PRINTER

    def recognises(self, head: bytes) -> bool:
        """By the magic number."""
        return read_head(head[:HEAD]) is not None

    def read(self, path: str, options: ReadOptions) -> Reading:
        """Reads one file, or the rotated set that it stands for.

        Raises:
            DamagedError: the file header is cut.
            OSError: the file cannot be read.
        """
        from auditor.capture.sibling import listen

        members = rotated_set(path)

        def read(listener: "Listener", progress: "Progress") -> tuple[Damage, ...]:
            found = (damage for member in members for damage in named(_read_file(member, listener, progress), member, path))
            return (*gaps(members), *found)

        listener, damage = listen(read, sum(capture_size(member) for member in members), options)
        from auditor.capture.summary import reading  # late: another process may be reading since

        return reading("pcap", listener, damage=damage, options=options, members=members)


def _read_file(path: str, listener: "Listener", progress: "Progress") -> list[Damage]:
    """Feeds one file to the listener; the damage that ended it, if any."""
    from auditor.capture.window import Window

    with open_capture(path) as stream:
        window = Window(stream)
        window.advance(0)
        head = read_head(bytes(window.view[: min(HEAD, window.end)]))
        if head is None or window.end < HEAD:
            if listener.packets:
                return [Damage(f"byte {window.end}", "the file header is cut")]
            raise DamagedError("the file header is cut", Source(path, f"byte {window.end}"), "record it again")
        progress.begin()
        damage: list[Damage] = []
        listener.hear(_batches(window, head, listener, damage), progress)
        return damage


def _batches(window: "Window", head: FileHead, listener: "Listener", damage: list[Damage]) -> Iterator["Batch"]:
    """The packets of the file, many at a time; damage that ends the reading is added to `damage`."""
    from auditor.capture.batches import Batch, Buffers
    from auditor.capture.bulk import AT_ONCE
    from auditor.capture.records import RULES

    buffers = Buffers(AT_ONCE)
    form = (head.big, head.nanoseconds, head.record_head, head.limit, head.link)
    at = HEAD
    while True:
        records, walk = buffers.next(at)
        count = listener.follow_records(window.block, window.end, form, records, walk)
        at = int(walk[c.W_AT])
        yield Batch(window.block, records, count, window.base + at, int(walk[c.W_FIRST]))
        if walk[c.W_WHY] == c.BROKEN:
            damage.append(Damage(f"byte {window.base + at}", f"{RULES[int(walk[c.W_CODE])]} (packet {listener.packets + 1})"))
            return
        if walk[c.W_WHY] == c.ROWS_FULL:
            continue
        if not window.advance(at):
            break
        at = 0
    damage += window.damage_at_end("packet", listener.packets + 1)


READER = PcapReader()
