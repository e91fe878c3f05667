"""An interface in, libpcap's packets out: `--engine libpcap`, for macOS and Windows (Npcap), through scapy's bindings.

Slower than the packet socket of Linux, with microseconds where that tells nanoseconds. libpcap forgets what it holds when its
filter changes, so there is no gate: what comes after the end is left where it is.
"""

import ctypes
import socket
from select import select
from typing import Any

from auditor.errors import UsageError
from auditor.record.counters import Counters
from auditor.record.kernel_filter import Target
from auditor.record.pcapng_blocks import SNAP_LENGTH, enhanced_packet
from auditor.record.tap import NoRightError

_LINK_TYPES = {12: 101, 14: 101}
"""DLT_ numbers that differ from LINKTYPE_ numbers: raw IP."""


class LibpcapTap:
    """One open capture of libpcap."""

    engine = "libpcap"
    buffer_bytes = 2 << 20
    """What libpcap takes unless it is told otherwise."""

    def __init__(self, interface: str, target: Target | None, handle: Any) -> None:
        """`handle` is scapy's wrapper of a pcap_t."""
        from scapy.libs import winpcapy

        self.interface = interface
        self.filter_text = str(target) if target else ""
        self.counters = Counters()
        self.link_type = _LINK_TYPES.get(handle.datalink(), handle.datalink())
        self._handle, self._library = handle, winpcapy
        self._closed = False
        handle.setnonblock(1)

    def wait(self, seconds: float) -> bool:
        """Whether something is there to read within the time."""
        return bool(select([self._handle.fileno()], [], [], seconds)[0])

    def drain(self, sink: list[bytes], most: int) -> int:
        """Appends the blocks of up to `most` waiting packets; gives their number."""
        header, data = self._handle.header, self._handle.pkt_data
        before = len(sink)
        while len(sink) - before < most:
            if self._library.pcap_next_ex(self._handle.pcap, ctypes.byref(header), ctypes.byref(data)) <= 0:
                break
            said = header.contents
            at = said.ts.tv_sec * 1_000_000_000 + said.ts.tv_usec * 1_000
            sink.append(enhanced_packet(at, ctypes.string_at(data, said.caplen), said.len))
        self.counters = self.counters.wrote(len(sink) - before)
        return len(sink) - before

    def read_counters(self) -> Counters:
        """The totals: what was delivered and what libpcap says was dropped, which are all that came."""
        said = self._library.pcap_stat()
        if self._library.pcap_stats(self._handle.pcap, ctypes.byref(said)) < 0:
            raise OSError(0, "libpcap tells no counts: the loss is unknown")
        delivered = self.counters.delivered
        self.counters = Counters(received=delivered + said.ps_drop, dropped=said.ps_drop, delivered=delivered)
        return self.counters

    def narrow(self, target: Target) -> bool:
        """It cannot."""
        del target
        return False

    def close_gate(self) -> None:
        """Nothing: see above."""

    def is_up(self) -> bool | None:
        """True, or None when the interface is gone."""
        try:
            socket.if_nametoindex(self.interface)
        except OSError:
            return None
        return True

    def close(self) -> None:
        """Ends the capture."""
        if not self._closed:
            self._closed = True
            self._handle.close()


def open_libpcap(interface: str, target: Target | None) -> LibpcapTap:
    """Opens the interface through libpcap.

    Raises:
        NoRightError: the process may not capture.
        UsageError: libpcap is not installed, or refuses the interface or the filter.
    """
    from scapy.config import conf
    from scapy.error import Scapy_Exception

    try:
        conf.use_pcap = True
        from scapy.arch.libpcap import open_pcap

        handle = open_pcap(device=interface, snaplen=SNAP_LENGTH, promisc=True, to_ms=100)
        if target:
            handle.setfilter(str(target))
    except (ImportError, OSError, Scapy_Exception, ValueError) as error:
        why = str(error).splitlines()[0] if str(error) else type(error).__name__
        if "permission" in str(error).lower():
            raise NoRightError(f"libpcap may not capture on {interface}: {why}") from None
        raise UsageError(f"libpcap cannot capture on {interface}: {why}", fix="on Linux use --engine socket") from None
    return LibpcapTap(interface, target, handle)
