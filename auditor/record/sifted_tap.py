"""A tap that takes everything and a device in, a tap of that device's packets out: for engines that cannot change their filter.

Packets of others are taken from the engine, counted by it, and thrown away here; the counts are made as if they never came.
"""

from struct import Struct

from auditor.devices.packet import link_addresses, read_packet
from auditor.record.counters import Counters
from auditor.record.kernel_filter import Target
from auditor.record.tap import Tap

_KEPT = Struct("<20xI")


class SiftedTap:
    """One open capture, sifted."""

    def __init__(self, tap: Tap, target: Target) -> None:
        self.engine, self.interface, self.link_type = tap.engine, tap.interface, tap.link_type
        self.filter_text = str(target)
        self._tap, self._target = tap, target
        self._others = 0

    @property
    def counters(self) -> Counters:
        """The totals at the last `read_counters`, with all that was delivered since."""
        return self._tap.counters.without(self._others)

    @counters.setter
    def counters(self, totals: Counters) -> None:
        self._others = self._tap.counters.delivered - totals.delivered

    @property
    def buffer_bytes(self) -> int:
        """As the engine's."""
        return self._tap.buffer_bytes

    def wait(self, seconds: float) -> bool:
        """As the engine's."""
        return self._tap.wait(seconds)

    def drain(self, sink: list[bytes], most: int) -> int:
        """The number that the engine gave, so that nobody takes a run of other packets for an empty queue."""
        taken: list[bytes] = []
        count = self._tap.drain(taken, most)
        own = [block for block in taken if is_of(block, self._target, self.link_type)]
        self._others += len(taken) - len(own)
        sink += own
        return count

    def read_counters(self) -> Counters:
        """The totals as of now."""
        return self._tap.read_counters().without(self._others)

    def narrow(self, target: Target) -> bool:
        """It sifts already."""
        self._target = target
        self.filter_text = str(target)
        return True

    def close_gate(self) -> None:
        """As the engine's."""
        self._tap.close_gate()

    def is_up(self) -> bool | None:
        """As the engine's."""
        return self._tap.is_up()

    def close(self) -> None:
        """Ends the capture."""
        self._tap.close()


def is_of(block: bytes, target: Target, link_type: int) -> bool:
    """Whether a packet's block is from or to the device."""
    frame = block[28 : 28 + _KEPT.unpack_from(block)[0]]
    if target.mac is not None:
        return target.mac in link_addresses(link_type, frame)
    packet = read_packet(link_type, 0, frame)
    return packet is not None and target.address is not None and target.address.packed in (packet.source, packet.target)
