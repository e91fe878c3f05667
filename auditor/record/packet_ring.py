"""The packet socket with a ring of memory that it shares with the kernel, for users whose receive buffers must stay small.

A receive buffer is bounded by the system (net.core.rmem_max, often 208 KiB), a ring is not, and asks for no right beyond
cap_net_raw. The kernel fills the ring's blocks one after the other and hands each over when it is full or old enough; layouts:
linux/if_packet.h, TPACKET_V3.
"""

import mmap
import socket
import time
from struct import Struct

from auditor.record.link import ETHERNET
from auditor.record.packet_socket import SOL_PACKET, VLAN_TYPE, PacketSocket, tagged_packet
from auditor.record.pcapng_blocks import enhanced_packet

BLOCK_BYTES = 1 << 20
BLOCKS = 32
RETIRE_SECONDS = 0.05
"""A block that is not full is handed over after this time."""

_PACKET_RX_RING, _PACKET_VERSION, _TPACKET_V3 = 5, 10, 2
_FRAME_BYTES = 2048
_REQUEST = Struct("=7I")
"""struct tpacket_req3: block size and number, frame size and number, retire time in ms, private bytes, features."""
_BLOCK_HEAD = Struct("=8xIII")
"""struct tpacket_block_desc from its start: whose it is, number of packets, offset of the first."""
_OWNER = Struct("=I")
_OWNER_AT = 8
_USER = 1
_PACKET_HEAD = Struct("=IIIIIIHH4xIH")
"""struct tpacket3_hdr: offset of the next, seconds, nanoseconds, kept and original length, status, offset of the frame,
offset of the network header, VLAN tag and its type."""
_VLAN_VALID, _VLAN_TYPE_VALID = 0x10, 0x40


class PacketRing(PacketSocket):
    """A capture through a ring."""

    engine = "socket with a packet ring"

    @property
    def buffer_bytes(self) -> int:
        """The ring's size."""
        return BLOCK_BYTES * BLOCKS

    def _make_room(self) -> None:
        endpoint = self._socket
        endpoint.setsockopt(SOL_PACKET, _PACKET_VERSION, _TPACKET_V3)
        frames = BLOCK_BYTES // _FRAME_BYTES * BLOCKS
        request = _REQUEST.pack(BLOCK_BYTES, BLOCKS, _FRAME_BYTES, frames, round(RETIRE_SECONDS * 1000), 0, 0)
        endpoint.setsockopt(SOL_PACKET, _PACKET_RX_RING, request)
        self._map = mmap.mmap(endpoint.fileno(), BLOCK_BYTES * BLOCKS)
        self._ring = memoryview(self._map)
        self._at = 0

    def drain(self, sink: list[bytes], most: int) -> int:
        """Appends the packets of whole blocks, so there may be more than `most`."""
        before = len(sink)
        self._raise_errors()
        while len(sink) - before < most:
            start = self._at * BLOCK_BYTES
            owner, packets, first = _BLOCK_HEAD.unpack_from(self._ring, start)
            if not owner & _USER:
                break
            self._read_block(sink, start + first, packets)
            _OWNER.pack_into(self._ring, start + _OWNER_AT, 0)
            self._at = (self._at + 1) % BLOCKS
        self.counters = self.counters.wrote(len(sink) - before)
        return len(sink) - before

    def _read_block(self, sink: list[bytes], at: int, packets: int) -> None:
        ring, tagged = self._ring, self.link_type == ETHERNET
        for _ in range(packets):
            following, seconds, nano, kept, original, status, offset, _, vlan, vlan_type = _PACKET_HEAD.unpack_from(ring, at)
            frame = ring[at + offset : at + offset + kept]
            moment = seconds * 1_000_000_000 + nano
            if status & _VLAN_VALID and tagged:
                kind = vlan_type if status & _VLAN_TYPE_VALID else VLAN_TYPE
                sink.append(tagged_packet(moment, frame, original, vlan, kind))
            else:
                sink.append(enhanced_packet(moment, frame, original))
            at += following

    def _raise_errors(self) -> None:
        """An interface that went down shows as an error of the socket, which a ring is never read for."""
        error = self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if error:
            raise OSError(error, "the socket failed")

    def close_gate(self) -> None:
        """Lets no more packets in, and waits until the kernel has handed over the last block."""
        super().close_gate()
        time.sleep(2 * RETIRE_SECONDS)

    def close(self) -> None:
        """Gives the ring back."""
        self._ring.release()
        self._map.close()
        super().close()
