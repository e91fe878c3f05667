"""What the recording loop needs of a place where packets come in. One module for each way to get them."""

from typing import Protocol

from auditor.errors import UsageError
from auditor.record.counters import Counters
from auditor.record.kernel_filter import Target


class NoRightError(UsageError):
    """The process may not capture."""


class Tap(Protocol):
    """One open capture of one interface."""

    engine: str
    interface: str
    link_type: int
    """LINKTYPE_... as in the capture file."""
    filter_text: str
    """The filter in the words of pcap-filter(7), or empty."""
    counters: Counters
    """The totals at the last `read_counters`, with all that was delivered since."""

    @property
    def buffer_bytes(self) -> int:
        """The room for packets that wait."""
        ...

    def wait(self, seconds: float) -> bool:
        """Whether something is there to read, or an error to hear of, within the time."""
        ...

    def drain(self, sink: list[bytes], most: int) -> int:
        """Appends the blocks of up to `most` waiting packets; gives their number.

        Raises:
            OSError: ENETDOWN when the interface went down, once; ENODEV and ENXIO when it is gone.
        """
        ...

    def read_counters(self) -> Counters:
        """The totals as of now."""
        ...

    def narrow(self, target: Target) -> bool:
        """Lets only this device's packets in from now on; those that wait already can still be drained. False: it cannot."""
        ...

    def close_gate(self) -> None:
        """Lets no more packets in; those that wait can still be drained."""
        ...

    def is_up(self) -> bool | None:
        """Whether the interface is up; None when it is gone."""
        ...

    def close(self) -> None:
        """Ends the capture."""
        ...
