"""An interface in, its frames out as pcapng blocks, with the kernel's own count of what was lost (Linux).

The socket is scapy's L2 listen socket; scapy's sniffer is not used. Its sniffer takes a quarter of a millisecond for each
packet and dies silently, while the loop below only copies bytes. Nothing is dissected here.

Order at the start, so that the counts are exact: let nothing through, empty the queue, forget the counts, and only then
let the wanted packets in. Order at the end: let nothing through, read what is queued, read the counts.
"""

import ctypes
import socket
import time
from select import POLLIN, poll
from struct import Struct
from typing import TYPE_CHECKING

from auditor.record.counters import Counters
from auditor.record.kernel_filter import Target, compile_filter, drop_everything
from auditor.record.link import ETHERNET, Link, is_up
from auditor.record.pcapng_blocks import SNAP_LENGTH, enhanced_packet

if TYPE_CHECKING:
    from scapy.arch.linux import L2ListenSocket

BUFFER_BYTES = 32 << 20
"""Asked of the kernel for packets that wait; 100,000 packets a second fill it in a quarter of a second."""
BUFFER_LEAST = 2 << 20
"""With less, packets are lost at rates that a printer reaches."""

SOL_PACKET, _PACKET_STATISTICS, _PACKET_AUXDATA = 263, 6, 8
_SO_ATTACH_FILTER, _SO_RCVBUFFORCE, _SCM_TIMESTAMPNS = 26, 33, 35
_ADD_MEMBERSHIP, _PROMISCUOUS = 1, 1

_MEMBERSHIP = Struct("=IHH8s")
_STATISTICS = Struct("=II")
_PROGRAM = Struct("@HP")
_TIMESPEC = Struct("@ll")
_AUXDATA = Struct("@IIIHHHH")
"""struct tpacket_auxdata: status, original length, kept length, offsets, VLAN tag and its type."""
_VLAN_VALID, _VLAN_TYPE_VALID = 0x10, 0x40
_VLAN = Struct(">HH")
VLAN_TYPE = 0x8100
_ANCILLARY_BYTES = 256


class PacketSocket:
    """One open capture. Reads are non-blocking; `wait` sleeps until there is something."""

    engine = "socket"

    def __init__(self, link: Link, target: Target | None, listener: "L2ListenSocket") -> None:
        self._link = link
        self.interface = link.name
        self.link_type = link.link_type
        self._index = socket.if_nametoindex(link.name)
        self.filter_text = str(target) if target else ""
        self.counters = Counters()
        self._listener = listener
        self._socket: socket.socket = listener.ins
        self._tagged = link.link_type == ETHERNET
        self._frame = memoryview(bytearray(SNAP_LENGTH))
        self._poll = poll()
        self._poll.register(self._socket, POLLIN)

    def begin(self, program: bytes) -> None:
        """Lets the wanted packets in, with empty counters and the largest buffer to be had."""
        self.close_gate()
        everyones = _MEMBERSHIP.pack(self._index, _PROMISCUOUS, 0, b"")
        self._socket.setsockopt(SOL_PACKET, _ADD_MEMBERSHIP, everyones)
        self._make_room()
        while self.drain([], 1000):
            pass
        self.read_counters()
        self.counters = Counters()
        _attach(self._socket, program)

    def _make_room(self) -> None:
        """The largest receive buffer to be had: past the system's limit where that is allowed."""
        try:
            self._socket.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, BUFFER_BYTES)
        except PermissionError:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)

    @property
    def buffer_bytes(self) -> int:
        """The room in the kernel for packets that wait. The kernel reports the double, for its own records."""
        return self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) // 2

    def wait(self, seconds: float) -> bool:
        """Whether something is there to read (or an error to hear of), within the time."""
        return bool(self._poll.poll(seconds * 1000))

    def drain(self, sink: list[bytes], most: int) -> int:
        """Appends the blocks of up to `most` waiting packets; gives their number.

        Raises:
            OSError: ENETDOWN when the interface went down, once; ENODEV and ENXIO when it is gone.
        """
        receive, frame, before = self._socket.recvmsg_into, self._frame, len(sink)
        buffers = [frame]
        try:
            for _ in range(most):
                length, ancillary, _, _ = receive(buffers, _ANCILLARY_BYTES, socket.MSG_DONTWAIT)
                sink.append(_block(frame[:length], ancillary, self._tagged))
        except BlockingIOError:
            pass
        finally:
            self.counters = self.counters.wrote(len(sink) - before)
        return len(sink) - before

    def read_counters(self) -> Counters:
        """The totals as of now."""
        raw = self._socket.getsockopt(SOL_PACKET, _PACKET_STATISTICS, _STATISTICS.size)
        self.counters = self.counters.read(*_STATISTICS.unpack(raw))
        return self.counters

    def narrow(self, target: Target) -> bool:
        """Lets only this device's packets in from now on; those that wait already can still be drained."""
        ethernet = self.link_type == ETHERNET
        _attach(self._socket, compile_filter(target, ethernet=ethernet, loopback=self._link.is_loopback))
        self.filter_text = str(target)
        return True

    def close_gate(self) -> None:
        """Lets no more packets in; those that wait can still be drained."""
        _attach(self._socket, drop_everything())

    def is_up(self) -> bool | None:
        """Whether the interface is up; None when it is gone."""
        return is_up(self._socket, self.interface, self._index)

    def close(self) -> None:
        """Ends the capture."""
        self._listener.close()


def _attach(endpoint: socket.socket, program: bytes) -> None:
    """Replaces the socket's filter at once."""
    instructions = ctypes.create_string_buffer(program, len(program))
    endpoint.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, _PROGRAM.pack(len(program) // 8, ctypes.addressof(instructions)))


def _block(frame: memoryview, ancillary: list[tuple[int, int, bytes]], tagged: bool) -> bytes:
    """One frame with what the kernel says of it: its time, its original length, and the VLAN tag that it took off."""
    at, original, status, vlan, vlan_type = 0, len(frame), 0, 0, 0
    for level, kind, data in ancillary:
        if level == SOL_PACKET and kind == _PACKET_AUXDATA:
            status, original, _, _, _, vlan, vlan_type = _AUXDATA.unpack(data)
        elif kind == _SCM_TIMESTAMPNS:
            seconds, nanoseconds = _TIMESPEC.unpack(data)
            at = seconds * 1_000_000_000 + nanoseconds
    if status & _VLAN_VALID and tagged:
        return tagged_packet(at, frame, original, vlan, vlan_type if status & _VLAN_TYPE_VALID else VLAN_TYPE)
    return enhanced_packet(at or time.time_ns(), frame, original)


def tagged_packet(at: int, frame: memoryview, original: int, vlan: int, vlan_type: int) -> bytes:
    """A frame with the VLAN tag back in its place, behind the two addresses (IEEE 802.1Q, clause 9.3)."""
    return enhanced_packet(at, b"".join((frame[:12], _VLAN.pack(vlan_type, vlan), frame[12:])), original + 4)
