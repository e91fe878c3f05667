"""How many packets came and how many were lost: readings of the kernel in, totals and intervals out.

The kernel's PACKET_STATISTICS counts what passed the filter, lost packets included, and begins again from zero at each
reading. So every reading is added up here and none may be thrown away.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Counters:
    """Totals since the capture began."""

    received: int = 0
    """Packets that passed the filter, lost ones included."""
    dropped: int = 0
    """Packets that the kernel could not hold until they were read."""
    delivered: int = 0
    """Packets that were written to the file."""

    def read(self, received: int, dropped: int) -> "Counters":
        """The totals after one reading of the kernel's counters, which count from the reading before."""
        return Counters(received=self.received + received, dropped=self.dropped + dropped, delivered=self.delivered)

    def wrote(self, packets: int) -> "Counters":
        """The totals after `packets` more were written."""
        return Counters(received=self.received, dropped=self.dropped, delivered=self.delivered + packets)

    def without(self, packets: int) -> "Counters":
        """The totals where so many of the delivered packets are not wanted after all."""
        return Counters(received=self.received - packets, dropped=self.dropped, delivered=self.delivered - packets)

    def since(self, earlier: "Counters") -> "Counters":
        """What was counted between an earlier total and this one."""
        return Counters(
            received=self.received - earlier.received,
            dropped=self.dropped - earlier.dropped,
            delivered=self.delivered - earlier.delivered,
        )

    @property
    def loss(self) -> float:
        """The share of packets that were lost, 0 to 1; 0 where nothing came."""
        return self.dropped / self.received if self.received else 0.0
