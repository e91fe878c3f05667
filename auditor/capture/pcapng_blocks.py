"""The pcapng blocks that carry no packet: a block's body goes in, what it says comes out.

draft-ietf-opsawg-pcapng sections 4.1 (section header), 4.2 (interface description), 4.5 (name resolution) and 4.6 (statistics).
"""

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from auditor.capture.dns import address_text
from auditor.capture.endpoint_names import host_name

SECTION, INTERFACE, INTERFACE_STATISTICS = 0x0A0D0D0A, 1, 5
NAME_RESOLUTION, DECRYPTION_SECRETS = 4, 10
TLS_KEY_LOG = 0x544C534B
_ORDER_MARK = 0x1A2B3C4D
_TSRESOL, _TSOFFSET = 9, 14
_START, _END, _RECEIVED, _IF_DROP, _ACCEPTED, _OS_DROP, _DELIVERED = 2, 3, 4, 5, 6, 7, 8
SECOND = 1_000_000_000
_BEFORE_OPTIONS = {SECTION: 16, INTERFACE: 8, INTERFACE_STATISTICS: 12}
"""Bytes of a block's body that stand before its options."""
MAX_OFFSET = 1 << 32
"""Seconds; a larger offset of the clock is taken for none."""


def section_order(head: bytes) -> bool | None:
    """Whether the section header that the bytes begin with is big-endian; None where they begin with none."""
    if len(head) < 12 or int.from_bytes(head[:4], "big") != SECTION:
        return None
    mark = head[8:12]
    if int.from_bytes(mark, "big") == _ORDER_MARK:
        return True
    return False if int.from_bytes(mark, "little") == _ORDER_MARK else None


def options(body: bytes, at: int, big: bool) -> Iterator[tuple[int, bytes]]:
    """The options from an offset on (section 3.5), up to the end mark or the first that is cut."""
    order = "big" if big else "little"
    while at + 4 <= len(body):
        code = int.from_bytes(body[at : at + 2], order)  # type: ignore[arg-type]
        size = int.from_bytes(body[at + 2 : at + 4], order)  # type: ignore[arg-type]
        if code == 0 or at + 4 + size > len(body):
            return
        yield code, body[at + 4 : at + 4 + size]
        at += 4 + (size + 3 & ~3)


def lie_in(kind: int, body: bytes, big: bool) -> str:
    """What of a block's own content says that it is longer than the block; empty where nothing does."""
    order = "big" if big else "little"
    at = _BEFORE_OPTIONS.get(kind)
    if kind == DECRYPTION_SECRETS:
        size = int.from_bytes(body[4:8], order)  # type: ignore[arg-type]
        if len(body) < 8 or 8 + size > len(body):
            return "decryption secrets that are longer than their block"
        at = 8 + (size + 3 & ~3)
    if kind == NAME_RESOLUTION:
        at = _behind_items(body, 0, big)
        if at is None:
            return "a name that is longer than its block"
    if at is not None and _behind_items(body, at, big) is None:
        return "an option that is longer than its block"
    return ""


def _behind_items(body: bytes, at: int, big: bool) -> int | None:
    """Where a list of options or names ends (sections 3.5 and 4.5); None where one of them is longer than what there is."""
    order = "big" if big else "little"
    while at + 4 <= len(body):
        size = int.from_bytes(body[at + 2 : at + 4], order)  # type: ignore[arg-type]
        if at + 4 + size > len(body):
            return None
        ended = body[at : at + 2] == b"\0\0"
        at += 4 + (size + 3 & ~3)
        if ended:
            break
    return at


@dataclass(frozen=True, slots=True)
class Interface:
    """One interface of a section."""

    link: int
    snap: int
    divisor: int
    factor: int
    bits: int
    offset: int

    @property
    def cells(self) -> tuple[int, ...]:
        """As a row for `records.walk_blocks`."""
        return (self.link, self.snap, self.divisor, self.factor, self.bits, self.offset)


PLAIN_INTERFACE = Interface(link=1, snap=0, divisor=1, factor=1_000, bits=0, offset=0)
"""One without options: Ethernet, in microseconds."""


def read_interface(body: bytes, big: bool) -> Interface | None:
    """An interface description; None where it is cut."""
    if len(body) < 8:
        return None
    order = "big" if big else "little"
    link = int.from_bytes(body[:2], order)  # type: ignore[arg-type]
    snap = int.from_bytes(body[4:8], order)  # type: ignore[arg-type]
    found = dict(options(body, 8, big))
    resolution = found.get(_TSRESOL, b"\x06")[:1] or b"\x06"
    offset = int.from_bytes(found.get(_TSOFFSET, b"")[:8], order, signed=True)  # type: ignore[arg-type]
    offset = offset * SECOND if abs(offset) <= MAX_OFFSET else 0
    divisor, factor, bits = _resolution(resolution[0])
    return Interface(link, snap, divisor, factor, bits, offset)


def _resolution(value: int) -> tuple[int, int, int]:
    """Divisor, factor and bits of a time resolution: 10^-n seconds, or 2^-n with the top bit set."""
    if value & 0x80:
        return 1, 1, max(1, min(value & 0x7F, 62))
    power = min(value, 18)
    return (1, 10 ** (9 - power), 0) if power <= 9 else (10 ** (power - 9), 1, 0)


@dataclass(frozen=True, slots=True)
class Statistics:
    """What an interface counted, as far as it says."""

    interface: int
    stamps: tuple[bytes, bytes, bytes]
    """Time of the block, start and end of the counting, raw; empty where absent."""
    received: int | None
    to_user: int | None
    dropped: int | None
    at: int = 0
    started: int | None = None
    ended: int | None = None
    big: bool = False

    def timed(self, time_of: Callable[[int, int], int]) -> "Statistics":
        """With the times in UTC nanoseconds, given the interface's clock."""
        order = "big" if self.big else "little"

        def moment(raw: bytes) -> int | None:
            if len(raw) != 8:
                return None
            return time_of(int.from_bytes(raw[:4], order), int.from_bytes(raw[4:], order))  # type: ignore[arg-type]

        at, started, ended = (moment(raw) for raw in self.stamps)
        return replace(self, at=at or 0, started=started, ended=ended)

    def delivered(self, packets: int) -> int:
        """Packets that came through: as delivered, else received less the dropped, else those in the file."""
        if self.to_user is not None:
            return self.to_user
        if self.received is not None:
            return max(0, self.received - (self.dropped or 0))
        return packets


def read_statistics(body: bytes, big: bool) -> Statistics | None:
    """An interface statistics block; None where it is cut."""
    if len(body) < 12:
        return None
    order = "big" if big else "little"
    found = dict(options(body, 12, big))

    def count(code: int) -> int | None:
        return int.from_bytes(found[code], order) if len(found.get(code, b"")) == 8 else None  # type: ignore[arg-type]

    drops = [value for value in (count(_IF_DROP), count(_OS_DROP)) if value is not None]
    delivered = count(_DELIVERED)
    return Statistics(
        interface=int.from_bytes(body[:4], order),  # type: ignore[arg-type]
        stamps=(body[4:12], found.get(_START, b""), found.get(_END, b"")),
        received=count(_RECEIVED),
        to_user=delivered if delivered is not None else count(_ACCEPTED),
        dropped=sum(drops) if drops else None,
        big=big,
    )


def read_secrets(body: bytes, big: bool) -> bytes:
    """The lines of a key log in a decryption secrets block (draft-ietf-opsawg-pcapng section 4.7); empty for other secrets."""
    kind, size = struct.unpack_from(">II" if big else "<II", body) if len(body) >= 8 else (0, 0)
    return body[8 : 8 + size] + b"\n" if kind == TLS_KEY_LOG else b""


def read_names(body: bytes, big: bool) -> Iterator[tuple[str, str]]:
    """The (address, name) pairs of a name resolution block (section 4.5), up to its end or the first record that is cut.

    Of several names in one record the first comes last, so that it counts: like in a file of hosts, the others are its aliases.
    """
    order = "big" if big else "little"
    sizes = {1: 4, 2: 16}
    at = 0
    while at + 4 <= len(body):
        kind = int.from_bytes(body[at : at + 2], order)  # type: ignore[arg-type]
        size = int.from_bytes(body[at + 2 : at + 4], order)  # type: ignore[arg-type]
        value = body[at + 4 : at + 4 + size]
        if kind == 0 or len(value) < size:
            return
        width = sizes.get(kind, size)
        for name in map(host_name, reversed(value[width:].split(b"\0"))):
            if name and kind in sizes and len(value) > width:
                yield address_text(value[:width]), name
        at += 4 + (size + 3 & ~3)
